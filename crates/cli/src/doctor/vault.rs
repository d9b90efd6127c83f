//! The vault: which store keeps logins, and whether it lets anybody in.

use shorepass_protocol::message::{Operation, VaultOperation, VaultShown};

use super::Finding;
use crate::broker::{Reach, Refusal, ask};

pub(super) fn look() -> Vec<Finding> {
    vec![judge(ask(Operation::Vault(VaultOperation::Show), Reach::RunningOrOnce))]
}

fn judge(shown: Result<VaultShown, Refusal>) -> Finding {
    match shown {
        Ok(VaultShown { failure: Some(failure), store, .. }) => {
            let fix = failure.hint.clone().unwrap_or_else(|| LOOK.to_owned());
            Finding::warning(&failure.code, format!("the vault `{store}` does not give out its logins"))
                .why(failure.message)
                .fix(fix)
        }
        Ok(VaultShown { store, because, .. }) if store == "none" => {
            Finding::ok("vault_none", format!("no logins are kept: {because}"))
        }
        Ok(VaultShown { store, because, logins, .. }) => {
            let count = logins.map_or_else(String::new, |count| format!(", {count} in it"));
            Finding::ok("vault", format!("logins are kept in `{store}`: {because}{count}"))
        }
        Err(refusal) => {
            let problem = refusal.into_problem("it is not known where logins are kept");
            let code = problem.code.clone().unwrap_or_else(|| "vault_unknown".into());
            let fix = problem.hint.clone().unwrap_or_else(|| LOOK.to_owned());
            let finding = Finding::warning(&code, problem.what).fix(fix);
            match problem.cause {
                Some(cause) => finding.why(cause),
                None => finding,
            }
        }
    }
}

const LOOK: &str = "to see more, run `shorepass vault`";

#[cfg(test)]
mod tests {
    use shorepass_protocol::message::{Failure, FailureKind};

    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_locked_vault_is_a_warning_with_the_way_in() {
        let failure = Failure {
            kind: FailureKind::Denied,
            code: "vault_locked".into(),
            message: "it is locked".into(),
            hint: Some("run `shorepass vault unlock`".into()),
        };

        let finding = judge(Ok(VaultShown { failure: Some(failure), ..shown("file") }));

        assert_eq!((finding.id.as_str(), finding.level), ("vault_locked", Level::Warning));
        assert_eq!(finding.fix.as_deref(), Some("run `shorepass vault unlock`"));
    }

    #[test]
    fn whoever_keeps_no_logins_may_need_none() {
        assert_eq!(judge(Ok(shown("none"))).level, Level::Ok);
        assert_eq!(judge(Ok(shown("file"))).what, "logins are kept in `file`: it is configured, 2 in it");
    }

    fn shown(store: &str) -> VaultShown {
        VaultShown {
            store: store.into(),
            because: "it is configured".into(),
            passed_over: Vec::new(),
            logins: Some(2),
            failure: None,
        }
    }
}
