//! The broker: whether it runs, of which version, behind which doors, with which configuration.

use std::path::Path;

use shorepass_protocol::{
    message::{Checked, Operation, Status},
    place,
    start::broker_program,
};

use super::Finding;
use crate::{
    broker::{Reach, Refusal, ask},
    output::span,
};

pub(super) fn look() -> Vec<Finding> {
    let mut findings = vec![running(ask(Operation::Status, Reach::Running), env!("CARGO_PKG_VERSION"))];
    if broker_program().is_none() {
        findings.push(
            Finding::error("broker_missing", "`shorepassd` was not found")
                .why("nobody can answer the helper")
                .fix("install it beside `shorepass`, or set `SHOREPASS_BROKER` to its path"),
        );
    }
    match place::socket() {
        Some(socket) => findings.extend(doors(&socket)),
        None => findings.push(
            Finding::warning("no_socket_place", "there is no place for the broker's socket")
                .why("every request starts a process of its own and nothing is cached")
                .fix("to name a place, set `SHOREPASS_SOCKET`"),
        ),
    }
    findings.extend(configuration(ask(Operation::CheckConfig, Reach::Once)));
    findings
}

fn running(status: Result<Status, Refusal>, ours: &str) -> Finding {
    match status {
        Ok(Status { broker, .. }) if broker.version != ours => Finding::warning(
            "broker_version",
            format!("the broker is version {}, `shorepass` is version {ours}", broker.version),
        )
        .why("it was started before the last update")
        .fix("to start the present one, run `shorepass broker restart`"),
        Ok(Status { broker, .. }) => {
            let up = span(std::time::Duration::from_secs(broker.uptime_s));
            Finding::ok(
                "broker",
                format!("the broker runs: pid {}, version {}, up {up}", broker.pid, broker.version),
            )
        }
        Err(refusal) if refusal.is_not_running() => {
            Finding::ok("broker_not_running", "no broker is running; the helper starts one when it is needed")
        }
        Err(refusal) => Finding::of("broker_unreachable", refusal.into_problem("the broker does not answer")),
    }
}

fn configuration(checked: Result<Checked, Refusal>) -> Vec<Finding> {
    match checked {
        Ok(checked) if checked.faults.is_empty() => {
            vec![Finding::ok("config", "the configuration has no faults")]
        }
        Ok(checked) => {
            let fault = |fault: &shorepass_protocol::message::ConfigFault| {
                let line = if fault.line == 0 { String::new() } else { format!("{}:", fault.line) };
                Finding::error("config_fault", format!("{}:{line} {}", fault.file, fault.message))
                    .why("the broker uses the last good configuration, or none")
                    .fix("edit that line, then run `shorepass config check`")
                    .misconfigured(true)
            };
            checked.faults.iter().map(fault).collect()
        }
        Err(refusal) => {
            vec![Finding::of("config_unchecked", refusal.into_problem("the configuration cannot be checked"))]
        }
    }
}

#[cfg(unix)]
fn doors(socket: &Path) -> Vec<Finding> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};

    use shorepass_protocol::peer::{is_trusted, own_uid};

    let is_machine_wide = socket == Path::new(place::MACHINE_SOCKET);
    let folder = place::folder(socket);
    let mut findings = Vec::new();
    if let Ok(found) = std::fs::metadata(folder) {
        let shown = folder.display();
        let mode = found.mode() & 0o777;
        let shut = if is_machine_wide { 0o022 } else { 0o077 };
        if !is_trusted(found.uid()) {
            findings.push(
                Finding::error("socket_folder_owner", format!("`{shown}` belongs to user {}", found.uid()))
                    .why("that user could answer in the broker's place")
                    .fix("set `SHOREPASS_SOCKET` to a place of your own"),
            );
        } else if mode & shut != 0 && (found.uid() == own_uid() || is_machine_wide) {
            findings.push(
                Finding::warning(
                    "socket_folder_mode",
                    format!("`{shown}` is open to others (mode {mode:o})"),
                )
                .why("others could reach for the broker's socket")
                .fix(format!(
                    "to close it, run `chmod go-{} {shown}`",
                    if is_machine_wide { "w" } else { "rwx" }
                )),
            );
        }
    }
    let listening = std::fs::symlink_metadata(socket);
    if let Ok(found) = &listening {
        let shown = socket.display();
        if !found.file_type().is_socket() {
            findings.push(
                Finding::error("socket_type", format!("`{shown}` is no socket"))
                    .why("the broker cannot listen there")
                    .fix(format!("to make way for it, run `rm {shown}`")),
            );
        } else if !is_trusted(found.uid()) {
            findings.push(
                Finding::error("socket_owner", format!("`{shown}` belongs to user {}", found.uid()))
                    .why("somebody else listens where your broker should; nothing is sent there")
                    .fix("set `SHOREPASS_SOCKET` to a place of your own"),
            );
        }
    }
    if findings.is_empty() {
        let state = if listening.is_ok() { "is safe" } else { "has a safe place" };
        findings.push(Finding::ok("socket", format!("the broker's socket {state}: {}", socket.display())));
    }
    findings
}

/// The access list of a named pipe is the broker's own.
#[cfg(not(unix))]
fn doors(_socket: &Path) -> Vec<Finding> {
    Vec::new()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::{
        fs,
        os::unix::{fs::PermissionsExt, net::UnixListener},
    };

    use shorepass_protocol::{
        error::ClientError,
        message::{BrokerStatus, ConfigFault, Counters},
    };

    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_broker_of_another_version_wants_a_restart() {
        let found = running(Ok(status("0.1.0")), "0.2.0");

        assert_eq!((found.id.as_str(), found.level), ("broker_version", Level::Warning));
        assert!(found.fix.unwrap().ends_with("run `shorepass broker restart`"));
        assert_eq!(running(Ok(status("0.2.0")), "0.2.0").level, Level::Ok);
    }

    #[test]
    fn no_broker_is_no_fault() {
        assert_eq!(running(Err(Refusal::Unasked(ClientError::NotRunning)), "0.1.0").level, Level::Ok);
    }

    #[test]
    fn each_fault_of_the_configuration_is_a_finding() {
        let fault = |line| ConfigFault { file: "/c.toml".into(), line, message: "unknown key".into() };

        let found = configuration(Ok(Checked { files: vec![], faults: vec![fault(3), fault(0)] }));

        let what: Vec<&str> = found.iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!(what, ["/c.toml:3: unknown key", "/c.toml: unknown key"]);
        assert!(found.iter().all(|finding| finding.id == "config_fault"));
    }

    #[test]
    fn an_open_folder_and_a_file_for_a_socket_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("broker.sock");
        fs::write(&socket, "").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(ids(&socket), ["socket_folder_mode", "socket_type"]);

        fs::remove_file(&socket).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let _listener = UnixListener::bind(&socket).unwrap();

        assert_eq!(ids(&socket), ["socket"]);
    }

    fn ids(socket: &Path) -> Vec<String> {
        doors(socket).into_iter().map(|finding| finding.id).collect()
    }

    fn status(version: &str) -> Status {
        Status {
            broker: BrokerStatus {
                pid: 1,
                version: version.into(),
                started_at: String::new(),
                socket: String::new(),
                uptime_s: 1,
                config: vec![],
                config_error: None,
            },
            counters: Counters::default(),
            credentials: vec![],
            vault: None,
            pull_limits: vec![],
        }
    }
}
