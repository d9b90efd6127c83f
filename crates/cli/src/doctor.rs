//! `doctor`: looks at everything between a container client and a credential and says what to do.
//!
//! Each part looks at one thing and returns findings; none prints and none repairs.

mod advice;
mod broker;
mod clients;
mod exchange;
mod finding;
mod helper;
mod pull_limit;
mod registry_error;
mod report;
mod vault;

use std::io::Read;

use finding::{Finding, Level};

use crate::{
    arguments::Doctor, client_config::Server, exit::Exit, output::Screen, problem::Problem,
    surroundings::Surroundings,
};

pub(crate) use helper::program_hint as helper_program_hint;
pub(crate) use pull_limit::left as pulls_left;

pub(crate) fn run(doctor: &Doctor, around: &Surroundings, screen: &mut Screen) -> Result<Exit, Problem> {
    let findings = match (&doctor.error, &doctor.host) {
        (Some(text), host) => registry_error::explain(&error_text(text)?, host.as_deref()),
        (None, Some(host)) => about_host(host, around)?,
        (None, None) => about_all(around),
    };
    report::print(&findings, doctor.report, screen);
    if doctor.error.is_some() {
        // The error is the client's; the command did what was asked if it knew it.
        let is_known = findings.iter().all(|finding| finding.id != registry_error::UNKNOWN);
        return Ok(if is_known { Exit::Ok } else { Exit::NotFound });
    }
    Ok(report::exit(&findings))
}

fn about_host(host: &str, around: &Surroundings) -> Result<Vec<Finding>, Problem> {
    // The broker knows namespaces, clients look a helper up by the host alone.
    let bare = host.trim().trim_start_matches("https://").trim_start_matches("http://");
    let server = Server::parse(bare.split('/').next().unwrap_or_default())?;
    let mut findings = helper::look(around);
    findings.extend(clients::about(&server, around));
    findings.extend(broker::look());
    findings.extend(vault::look());
    findings.extend(exchange::try_out(host));
    findings.extend(pull_limit::read(host));
    Ok(findings)
}

fn about_all(around: &Surroundings) -> Vec<Finding> {
    let mut findings = helper::look(around);
    let (hosts, in_files) = clients::overview(around);
    findings.extend(in_files);
    findings.extend(broker::look());
    findings.extend(vault::look());
    findings.extend(hosts.iter().flat_map(|host| exchange::route_only(host)));
    findings
}

fn error_text(argument: &str) -> Result<String, Problem> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(LONGEST_ERROR)
        .read_to_end(&mut bytes)
        .map_err(|error| Problem::of_file("read", "stdin".as_ref(), &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

const LONGEST_ERROR: u64 = 1024 * 1024;
