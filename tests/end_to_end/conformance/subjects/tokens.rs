//! What the kinds that exchange OIDC tokens have in common: two tokens, each in a variable of its caller.

use super::super::subject::{Caller, MARK, Variables, Who};

/// The tokens, made once: a caller with another token is another caller.
pub(super) struct Tokens {
    first: String,
    second: String,
}

impl Tokens {
    pub(super) fn new(first: String, second: String) -> Self {
        Self { first, second }
    }

    /// With the token of one of the two.
    pub(super) fn caller(&self, who: Who, server: &'static str) -> Caller {
        let token = match who {
            Who::First => &self.first,
            Who::Second => &self.second,
        };
        with(server, token.clone())
    }

    /// With what is no token, and with a token that nobody has signed.
    pub(super) fn marked(&self, server: &'static str) -> Vec<Caller> {
        let (body, _) = self.first.rsplit_once('.').unwrap();
        [MARK.into(), format!("{MARK} {MARK}"), format!("{body}.{MARK}")]
            .map(|token| with(server, token))
            .into()
    }

    /// The first token, and what makes it one.
    pub(super) fn secrets(&self) -> Vec<String> {
        let (_, signature) = self.first.rsplit_once('.').unwrap();
        vec![self.first.clone(), signature.into()]
    }
}

fn with(server: &'static str, token: String) -> Caller {
    Caller::in_shell(server, Variables::from([("CI_ID_TOKEN", token)]))
}

/// The identity whose token stands in the variable.
pub(super) const IDENTITY: &str = "[token.ci]\nfrom = \"env\"\nvariable = \"CI_ID_TOKEN\"\n\n\
     [identity.ci]\ntype = \"oidc\"\ntoken = \"ci\"\n\n";
