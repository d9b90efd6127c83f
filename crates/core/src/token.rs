//! Token sources: where an OIDC token comes from that proves who we are.
//!
//! Settings only; the exchange fetches the token when it needs it, and keeps it no longer than that. A source is
//! one file here and one in `exchange/src/token/`; its line in `token_sources!` is all that the rest of this crate needs.

#[macro_use]
mod list;
mod aws_web_identity;
mod azure_pipelines;
mod bitbucket;
mod buildkite;
mod circleci;
mod command;
mod env;
mod file;
mod github_actions;
mod gitlab;
mod google_metadata;
mod jenkins;
mod kubelet;
mod kubernetes;
mod spiffe;
mod url;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use crate::config::reader::{Reader, printable};

pub use aws_web_identity::{Algorithm as AwsTokenAlgorithm, Source as AwsWebIdentitySource};
pub use azure_pipelines::Source as AzurePipelinesSource;
pub use bitbucket::Source as BitbucketSource;
pub use buildkite::Source as BuildkiteSource;
pub use circleci::Source as CircleciSource;
pub use command::Source as CommandSource;
pub use env::Source as EnvSource;
pub use file::Source as FileSource;
pub use github_actions::Source as GithubActionsSource;
pub use gitlab::Source as GitlabTokenSource;
pub use google_metadata::Source as GoogleMetadataSource;
pub use jenkins::{Binding as JenkinsBinding, Source as JenkinsSource};
pub use kubelet::{SERVICE_ACCOUNT_TOKEN, Source as KubeletSource};
pub use kubernetes::{Request as KubernetesRequest, Source as KubernetesSource};
pub use spiffe::Source as SpiffeSource;
pub use url::Source as UrlSource;

/// The `[token.NAME]` tables; without a source where one has faults of its own.
pub type Tokens = BTreeMap<String, Option<TokenSource>>;

token_sources! {
    "github-actions" => GithubActions(github_actions),
    "gitlab" => Gitlab(gitlab),
    "buildkite" => Buildkite(buildkite),
    "circleci" => Circleci(circleci),
    "bitbucket" => Bitbucket(bitbucket),
    "azure-pipelines" => AzurePipelines(azure_pipelines),
    "jenkins" => Jenkins(jenkins),
    "kubernetes" => Kubernetes(kubernetes),
    "kubelet" => Kubelet(kubelet),
    "spiffe" => Spiffe(spiffe),
    "google-metadata" => GoogleMetadata(google_metadata),
    "aws-web-identity" => AwsWebIdentity(aws_web_identity),
    "env" => Env(env),
    "file" => File(file),
    "command" => Command(command),
    "url" => Url(url),
}

impl TokenSource {
    /// Reads one `[token.NAME]`.
    pub(crate) fn read(mut table: Reader<'_>) -> Option<Self> {
        if !table.has("from") {
            table.fault_here("a token needs the key `from`, such as `from = \"github-actions\"`");
        }
        let known = |text: &str| FROM.iter().copied().find(|known| *known == text).ok_or(SOURCES);
        let Some(from) = table.text("from", known) else {
            table.pass_over_rest();
            return None;
        };
        let source = Self::read_from(from, &mut table);
        table.finish();
        source
    }

    /// The key `token` of an identity: the name of a source.
    pub(crate) fn named(table: &mut Reader<'_>, tokens: &Tokens) -> Option<Box<Self>> {
        let (line, name) = table.reference("token")?;
        if !tokens.contains_key(&name) {
            table.fault(line, format!("no `[token.{}]` is defined", printable(&name)));
        }
        tokens.get(&name).cloned().flatten().map(Box::new)
    }
}

impl TokenSource {
    /// Whom the token is asked for, where the configuration says it.
    #[must_use]
    pub fn audience(&self) -> Option<&str> {
        match self {
            Self::GithubActions(source) => source.audience.as_deref(),
            Self::Buildkite(source) => source.audience.as_deref(),
            Self::Circleci(source) => source.audience.as_deref(),
            Self::Kubernetes(KubernetesSource::Requested(request)) => Some(&request.audience),
            Self::Spiffe(source) => Some(&source.audience),
            Self::GoogleMetadata(source) => Some(&source.audience),
            Self::AwsWebIdentity(source) => Some(&source.audience),
            _ => None,
        }
    }
}

/// All of `FROM`, for a message.
const SOURCES: &str = "one of `github-actions`, `gitlab`, `buildkite`, `circleci`, `bitbucket`, `azure-pipelines`, \
                       `jenkins`, `kubernetes`, `kubelet`, `spiffe`, `google-metadata`, `aws-web-identity`, `env`, \
                       `file`, `command` and `url`";

/// What a source's settings tell the rest of the crate.
trait Settings: Sized {
    /// Reads the rest of a `[token.NAME]`.
    fn read(table: &mut Reader<'_>) -> Option<Self>;

    /// The caller's variables that decide whose token it is: they enter the scope.
    fn deciding_variables(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The caller's variables that only help to get it, or to say why it is not to be had.
    fn reaching_variables(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The files whose change decides anew who we are.
    fn files(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The files that change when the token is renewed or somebody signs in.
    fn sign_ins(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// A key that a source cannot do without.
fn needed(table: &Reader<'_>, from: &str, key: &str) {
    if !table.has(key) {
        table.fault_here(format!("a token from `{from}` needs the key `{key}`"));
    }
}

fn variable(text: &str) -> Result<String, &'static str> {
    let is_name = !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_name { Ok(text.to_owned()) } else { Err("the name of a variable") }
}

/// Whom a token is for: as a rule an URL or a plain name.
fn audience(text: &str) -> Result<String, &'static str> {
    let is_one = (1..=1000).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if is_one { Ok(text.to_owned()) } else { Err("an audience without spaces, such as `sts.amazonaws.com`") }
}

/// The broker has no working folder that a file could be beside.
pub(crate) fn absolute(text: &str) -> Result<PathBuf, &'static str> {
    if Path::new(text).is_absolute() { Ok(PathBuf::from(text)) } else { Err("an absolute path") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_every_source() {
        for name in FROM {
            assert!(SOURCES.contains(&format!("`{name}`")), "{name}");
        }
    }
}
