//! The file that says where everything is and who may come in.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use shorepass_tests::registry::TokenService;

pub(crate) fn describe_token_service(service: &TokenService) -> Value {
    json!({
        "realm": service.realm(),
        "issuer": service.issuer(),
        "rootcertbundle": service.certificate_file(),
    })
}

/// A reader sees the whole file or none; it holds a key, so only its owner reads it.
pub(crate) fn write_atomically(path: &Path, value: &Value) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(format!("{value:#}\n").as_bytes())?;
    drop(file);
    fs::rename(beside, path)
}
