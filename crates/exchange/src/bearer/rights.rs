//! Which of the actions that were asked for a token lacks, where that can be read.

use shorepass_core::bearer::Wanted;
use shorepass_secret::Secret;

use crate::jwt::Rights;

/// The actions that it lacks; `None` when it lacks none, or does not tell.
pub(super) fn missing(token: &Secret, wanted: &Wanted) -> Option<Vec<&'static str>> {
    let rights = Rights::of(token.expose())?;
    let names = wanted.actions.iter().map(|action| action.name());
    let missing: Vec<_> = names.filter(|action| !rights.hold(&wanted.repository, action)).collect();
    (!missing.is_empty()).then_some(missing)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use shorepass_core::bearer::Action;

    use super::*;

    #[test]
    fn what_a_token_lacks_is_named_and_what_cannot_be_read_lacks_nothing() {
        let wanted = Wanted::new("team/app", vec![Action::Pull, Action::Push]).unwrap();
        let missing = |payload: &str| {
            missing(&Secret::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))), &wanted)
        };
        let access = |name: &str, actions: &str| {
            format!(r#"{{"access":[{{"type":"repository","name":"{name}","actions":{actions}}}]}}"#)
        };

        assert_eq!(missing(&access("team/app", r#"["pull","push"]"#)), None);
        assert_eq!(missing(&access("team/app", r#"["*"]"#)), None);
        assert_eq!(missing(&access("team/app", r#"["pull"]"#)), Some(vec!["push"]));
        assert_eq!(missing(&access("team/other", r#"["pull","push"]"#)), Some(vec!["pull", "push"]));
        assert_eq!(missing(r#"{"access":[]}"#), Some(vec!["pull", "push"]));
        assert_eq!(missing(r#"{"access":null}"#), None);
        assert_eq!(missing("{}"), None);
    }
}
