//! The log: constant texts with fields, never a secret; a broker without a place for it is silent.

use std::{io::IsTerminal, sync::Mutex};

use tracing_subscriber::filter::LevelFilter;

use crate::{files, rotating::RotatingFile};

/// To a file in the background, to standard error in the foreground.
pub(crate) fn start(is_background: bool) {
    let builder = tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).with_target(false);
    if !is_background {
        builder.with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).init();
        return;
    }
    let file = files::log_folder().and_then(|folder| RotatingFile::open(folder.join(NAME), LONGEST).ok());
    if let Some(file) = file {
        builder.with_ansi(false).with_writer(Mutex::new(file)).init();
    }
}

const NAME: &str = "shorepassd.log";
const LONGEST: u64 = 4 * 1024 * 1024;
