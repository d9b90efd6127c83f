//! Prints findings and turns them into an exit code.

use serde_json::json;

use super::{Finding, Level};
use crate::{
    arguments::Report,
    exit::Exit,
    output::{Screen, one_line},
};

pub(super) fn print(findings: &[Finding], report: Report, screen: &mut Screen) {
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    if report.json {
        screen.json(&json!({ "errors": errors, "warnings": warnings, "findings": findings }));
        return;
    }
    for finding in findings {
        let label = match finding.level {
            Level::Ok => screen.paint.green("ok     "),
            Level::Warning => screen.paint.yellow("warning"),
            Level::Error => screen.paint.red("error  "),
        };
        screen.answer(format!("{label}  {}", one_line(&finding.what)));
        if let Some(why) = &finding.why {
            screen.answer(format!("         why: {}", one_line(why)));
        }
        if let Some(fix) = &finding.fix {
            screen.answer(format!("         fix: {}", one_line(fix)));
        }
    }
    screen.answer(match (errors, warnings) {
        (0, 0) => "nothing is wrong".to_owned(),
        _ => format!("{errors} error{}, {warnings} warning{}", plural(errors), plural(warnings)),
    });
}

/// Warnings alone are no failure; a fault of a configuration is told apart from others.
pub(super) fn exit(findings: &[Finding]) -> Exit {
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.level == Level::Error).collect();
    match errors.iter().any(|error| error.is_misconfigured) {
        true => Exit::Misconfigured,
        false if errors.is_empty() => Exit::Ok,
        false => Exit::Other,
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::screen_fake;

    #[test]
    fn each_finding_says_what_why_and_what_to_do() {
        let (mut screen, out, _) = screen_fake();
        let findings = [Finding::ok("a", "fine"), Finding::error("b", "bad").why("because").fix("run `x`")];

        print(&findings, Report::default(), &mut screen);

        assert_eq!(
            out.text(),
            "ok       fine\nerror    bad\n         why: because\n         fix: run `x`\n1 error, 0 warnings\n"
        );
    }

    #[test]
    fn only_errors_fail_and_a_faulty_configuration_has_its_own_code() {
        let (warning, error) = (Finding::warning("a", "w"), Finding::error("b", "e"));

        assert_eq!(exit(&[]), Exit::Ok);
        assert_eq!(exit(std::slice::from_ref(&warning)), Exit::Ok);
        assert_eq!(exit(&[warning, error.clone()]), Exit::Other);
        assert_eq!(exit(&[error.clone(), error.misconfigured(true)]), Exit::Misconfigured);
    }
}
