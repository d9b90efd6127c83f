//! Which installation of an app is meant.

use serde::Deserialize;
use shorepass_core::{exchange::ExchangeError, identity::GithubInstallation as Installation};

use super::{super::api, Desk, refusal};
use crate::{failure::garbled, http::call::Call};

/// Its number.
pub(super) async fn find(desk: &Desk<'_>) -> Result<String, ExchangeError> {
    let paths = match &desk.app.installation {
        Installation::Id(id) => return Ok(id.clone()),
        Installation::Repository(name) => vec![format!("repos/{name}")],
        Installation::Owner(name) => vec![format!("orgs/{name}"), format!("users/{name}")],
    };
    let base = desk.github.api();
    for (tried, path) in paths.iter().enumerate() {
        let url = format!("{base}/{path}/installation");
        let answer = desk.ask(|| Call::get(api::UPSTREAM, &url)).await?;
        if answer.is_success() {
            let Found { id } = answer.json()?;
            return Ok(id.to_string());
        }
        if tried + 1 == paths.len() || !refusal::is_not_there(&answer) {
            return Err(refusal::of_search(desk.app, &answer));
        }
    }
    Err(garbled(api::UPSTREAM))
}

#[derive(Deserialize)]
struct Found {
    id: u64,
}
