//! A job of Azure Pipelines: it asks for a token, whose audience nobody can choose.
//!
//! An identity of Azure's asks in the same way, with a service connection that its own variables name.

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    token::{AzurePipelinesSource, TokenSource},
};
use shorepass_secret::Secret;

use super::{
    fetched::Fetched,
    missing,
    service::{Service, secure, variable},
};
use crate::{
    deadline::Progress,
    http::{
        self, Client,
        call::{Call, encode},
    },
};

pub(super) async fn fetch(
    source: &AzurePipelinesSource,
    progress: &Progress,
) -> Result<Fetched, ExchangeError> {
    let (Some(url), Some(token)) = (variable(URL), variable(TOKEN)) else {
        return Err(no_job(variable("TF_BUILD").is_some()));
    };
    let job = Job {
        url,
        access_token: Secret::new(token),
        connection: source.service_connection_id.clone().filter(|id| !id.is_empty()),
    };
    job.ask(&http::Client::outward(http::trust(None)?), progress).await
}

/// What the job says of itself.
pub(crate) struct Job {
    pub(crate) url: String,
    pub(crate) access_token: Secret,
    /// A service connection's id.
    pub(crate) connection: Option<String>,
}

impl Job {
    /// Its token.
    pub(crate) async fn token(&self, client: &Client, progress: &Progress) -> Result<Secret, ExchangeError> {
        let fetched = self.ask(client, progress).await?;
        if let Some(left) = fetched.left_of(self.access_token.expose()) {
            progress.proof_ends_in(left);
        }
        fetched.token(&TokenSource::AzurePipelines(AzurePipelinesSource::default()))
    }

    async fn ask(&self, client: &Client, progress: &Progress) -> Result<Fetched, ExchangeError> {
        let url = secure(URL, self.url.clone())?;
        let joint = if url.contains('?') { '&' } else { '?' };
        let mut url = format!("{}{joint}api-version=7.1", url.trim_end_matches('/'));
        if let Some(connection) = &self.connection {
            url = format!("{url}&serviceConnectionId={}", encode(connection));
        }
        progress.waits_for(SERVICE.name);
        let call = || {
            Call::post(SERVICE.name, url.as_str())
                .header("authorization", format!("Bearer {}", self.access_token.expose()))
                .header("content-type", "application/json")
                // Without it a refusal is the way to a page for people.
                .header("x-tfs-fedauthredirect", "Suppress")
        };
        SERVICE.ask(client, call).await
    }
}

fn no_job(is_job: bool) -> ExchangeError {
    if is_job {
        missing(format!("the step of Azure Pipelines is not given `{TOKEN}`")).with_hint(MAPPING)
    } else {
        missing(format!("this is no job of Azure Pipelines: `{URL}` and `{TOKEN}` are not set")).with_hint(
            "run it in a step that maps `SYSTEM_ACCESSTOKEN: $(System.AccessToken)` into its `env`",
        )
    }
}

fn refused(status: u16) -> ExchangeError {
    let page = if matches!(status, 200 | 203 | 302) { ", but the way to its sign-in page" } else { "" };
    let error = ExchangeError::new(
        ErrorKind::Denied,
        "azure_pipelines_refused",
        format!("Azure Pipelines gives this job no token (HTTP {status}){page}"),
    );
    match status {
        404 => error.with_hint("check the service connection's id, and that the pipeline may use it"),
        _ => error.with_hint(MAPPING),
    }
}

const SERVICE: Service =
    Service { name: "Azure Pipelines", field: "oidcToken", refused, has_sign_in_page: true };
const MAPPING: &str = "map `SYSTEM_ACCESSTOKEN: $(System.AccessToken)` into the step's `env`";
const URL: &str = "SYSTEM_OIDCREQUESTURI";
const TOKEN: &str = "SYSTEM_ACCESSTOKEN";
