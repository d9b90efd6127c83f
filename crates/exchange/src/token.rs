//! Fetches an OIDC token from where the configuration says. It is used once and kept nowhere.
//!
//! Each source is a file of its own here; what they share is how a token is told from something else.

mod aws_web_identity;
mod azure_pipelines;
mod bitbucket;
mod buildkite;
mod circleci;
mod command;
mod env;
mod fetched;
mod file;
mod github_actions;
mod gitlab;
mod google_metadata;
mod jenkins;
mod kubelet;
mod kubernetes;
mod service;
mod spiffe;
mod url;

use serde_json::Value;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    token::TokenSource,
};
use shorepass_secret::Secret;

use crate::deadline::Progress;

use fetched::Fetched;

pub(crate) use azure_pipelines::Job as AzurePipelinesJob;
pub(crate) use file::of_file;
pub(crate) use kubelet::no_pods_token;

/// The token, which counts long enough to be exchanged.
pub(crate) async fn fetch(source: &TokenSource, progress: &Progress) -> Result<Secret, ExchangeError> {
    let mut fetched = once(source, progress).await?;
    if fetched.is_ending() {
        fetched = once(source, progress).await?;
    }
    let token = fetched.token(source)?;
    if fetched.is_ending() {
        return Err(fetched.expired(source));
    }
    if let Some(left) = fetched.renewable_for(source) {
        progress.proof_ends_in(left);
    }
    Ok(token)
}

async fn once(source: &TokenSource, progress: &Progress) -> Result<Fetched, ExchangeError> {
    Ok(match source {
        TokenSource::GithubActions(source) => github_actions::fetch(source, progress).await?,
        TokenSource::Gitlab(source) => gitlab::fetch(source)?.into(),
        TokenSource::Buildkite(source) => buildkite::fetch(source, progress).await?,
        TokenSource::Circleci(source) => circleci::fetch(source, progress).await?.into(),
        TokenSource::Bitbucket(source) => bitbucket::fetch(source)?.into(),
        TokenSource::AzurePipelines(source) => azure_pipelines::fetch(source, progress).await?,
        TokenSource::Jenkins(source) => jenkins::fetch(source)?.into(),
        TokenSource::Kubernetes(source) => kubernetes::fetch(source, progress).await?.into(),
        TokenSource::Kubelet(source) => kubelet::fetch(source)?.into(),
        TokenSource::Spiffe(source) => spiffe::fetch(source, progress).await?.into(),
        TokenSource::GoogleMetadata(source) => google_metadata::fetch(source, progress).await?.into(),
        TokenSource::AwsWebIdentity(source) => {
            // Its identity could be proven by a token, as far as the types know.
            Box::pin(aws_web_identity::fetch(source, progress)).await?.into()
        }
        TokenSource::Env(source) => env::fetch(source)?.into(),
        TokenSource::File(source) => file::fetch(source)?.into(),
        TokenSource::Command(source) => command::fetch(source, progress).await?.into(),
        TokenSource::Url(source) => url::fetch(source, progress).await?,
    })
}

/// Something that may be a token: one word.
pub(crate) fn checked(text: &str) -> Result<Secret, ExchangeError> {
    checked_from(text, "")
}

/// The same; `place` says where it comes from, with a space before it.
fn checked_from(text: &str, place: &str) -> Result<Secret, ExchangeError> {
    let token = text.trim();
    if token.is_empty() {
        return Err(missing(format!("the token{place} is empty")));
    }
    if token.len() > LONGEST || token.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(missing(format!(
            "what should be a token{place} is something else: it has spaces, or is longer than 16 KiB"
        )));
    }
    Ok(Secret::new(token))
}

fn of_json(text: &[u8], field: &str) -> Option<String> {
    serde_json::from_slice::<Value>(text).ok()?.get(field)?.as_str().map(str::to_owned)
}

fn missing(message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Misconfigured, "token_missing", message)
}

const LONGEST: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_word() {
        assert_eq!(checked(" a.b.c\n").unwrap(), Secret::new("a.b.c"));
        for text in ["", "\n", "<html> canary", "a\nb", &"x".repeat(LONGEST + 1)] {
            assert!(!checked(text).unwrap_err().message.contains("canary"));
        }
    }
}
