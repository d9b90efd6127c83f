//! Whose a token of `gh` is and what it was made for, as the API sees it.

use std::time::Duration;

use serde::Deserialize;
use shorepass_core::{
    access::Access,
    exchange::{ErrorKind::Denied, ExchangeError},
};
use shorepass_secret::Secret;

use super::{Github, api};
use crate::http::call::Call;

/// What is known; a silent API is no reason to withhold a token.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) login: Option<String>,
    /// Classic tokens have them; `None` when nobody says.
    scopes: Option<Vec<String>>,
}

/// Asks for it.
///
/// # Errors
/// The token does not count any more.
pub(super) async fn of(github: &Github<'_>, token: &Secret) -> Result<Owner, ExchangeError> {
    let call = Call::get(api::UPSTREAM, format!("{}/user", github.api())).within(PATIENCE, 1);
    let Ok(answer) = api::dressed(call, token.expose()).send(&github.client).await else {
        return Ok(Owner::default());
    };
    if answer.status == 401 {
        let server = github.server;
        let message = format!("`{server}` does not take the token of `gh` any more");
        return Err(ExchangeError::new(Denied, "github_token_refused", message).with_hint(format!(
            "sign in again: `gh auth login --hostname {server} --scopes read:packages`"
        )));
    }
    if !answer.is_success() {
        return Ok(Owner::default());
    }
    let scopes = answer.headers.get("x-oauth-scopes").map(scopes);
    let login = answer.json::<User>().ok().map(|user| user.login).filter(|login| is_plain(login));
    Ok(Owner { login, scopes })
}

impl Owner {
    /// The scope that is missing for that.
    pub(super) fn lacks(&self, access: Access) -> Option<&'static str> {
        let scopes = self.scopes.as_ref()?;
        let has = |scope: &str| scopes.iter().any(|own| own == scope);
        let wanted = if access == Access::Push { WRITE } else { READ };
        (!has(wanted) && !has(WRITE)).then_some(wanted)
    }
}

#[derive(Deserialize)]
struct User {
    login: String,
}

fn scopes(header: &str) -> Vec<String> {
    header.split(',').map(|scope| scope.trim().to_owned()).filter(|scope| !scope.is_empty()).collect()
}

fn is_plain(login: &str) -> bool {
    (1..=100).contains(&login.len()) && login.bytes().all(|b| b.is_ascii_graphic() && b != b':')
}

const READ: &str = "read:packages";
const WRITE: &str = "write:packages";
const PATIENCE: Duration = Duration::from_secs(4);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_that_is_missing_is_named_where_scopes_are_known() {
        let lacks =
            |header: Option<&str>, access| Owner { login: None, scopes: header.map(scopes) }.lacks(access);

        assert_eq!(lacks(None, Access::Full), None);
        assert_eq!(lacks(Some(""), Access::Pull), Some("read:packages"));
        assert_eq!(lacks(Some("gist, read:org, repo"), Access::Full), Some("read:packages"));
        assert_eq!(lacks(Some("repo, read:packages"), Access::Pull), None);
        assert_eq!(lacks(Some("write:packages"), Access::Pull), None);
        assert_eq!(lacks(Some("read:packages"), Access::Push), Some("write:packages"));
    }
}
