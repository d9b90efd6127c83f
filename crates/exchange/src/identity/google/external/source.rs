//! Where a subject token comes from: `credential_source` of a file, or the identity's own settings.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;
use serde_json::Value;
use shorepass_core::{exchange::ExchangeError, token::TokenSource};
use shorepass_secret::Secret;

use super::{
    External,
    aws::{Aws, RawAws},
    executable::Executable,
    fetched,
};
use crate::{
    identity::google::{Google, file::Context, hosts::Purpose, misconfigured},
    token,
};

/// A source whose hosts may be asked.
#[derive(Debug)]
pub(super) enum Source {
    File { path: PathBuf, field: Option<String> },
    Url { url: Secret, headers: Vec<(String, Secret)>, field: Option<String> },
    Executable(Executable),
    Aws(Aws),
    Settings(TokenSource),
}

/// As it stands in a file; exactly one of these is there.
#[derive(Deserialize)]
pub(super) struct RawSource {
    file: Option<PathBuf>,
    url: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    format: RawFormat,
    executable: Option<Executable>,
    environment_id: Option<String>,
    #[serde(flatten)]
    aws: RawAws,
    certificate: Option<Value>,
}

#[derive(Deserialize, Default)]
struct RawFormat {
    #[serde(default, rename = "type")]
    kind: String,
    subject_token_field_name: Option<String>,
}

impl RawSource {
    pub(super) fn checked(self, context: Context<'_>) -> Result<Source, ExchangeError> {
        let unsupported = |what: &str| {
            misconfigured(
                "credential_type_unsupported",
                format!(
                    "the credential file `{}` proves who we are by {what}, which is not supported",
                    context.file
                ),
            )
            .with_hint("use a `credential_source` with `file`, `url`, `executable` or `environment_id`")
        };
        let field = self.format.field(context)?;
        match (self.file, self.url, self.executable, self.environment_id, self.certificate) {
            (None, None, None, None, Some(_)) => Err(unsupported("a client certificate")),
            (Some(path), None, None, None, None) => Ok(Source::File { path, field }),
            (None, Some(url), None, None, None) => {
                context.check(&url, Purpose::SubjectToken, "credential_source.url")?;
                let headers = self.headers.into_iter().map(|(name, value)| (name, Secret::new(value)));
                Ok(Source::Url { url: Secret::new(url), headers: headers.collect(), field })
            }
            (None, None, Some(executable), None, None) => Ok(Source::Executable(executable)),
            // An instance's metadata has its address under `url` too.
            (None, url, None, Some(id), None) if id == "aws1" => {
                self.aws.checked(url, context).map(Source::Aws)
            }
            (None, _, None, Some(_), None) => Err(unsupported("another `environment_id` than `aws1`")),
            _ => Err(context.broken(
                "needs exactly one of `file`, `url`, `executable` and `environment_id` in `credential_source`",
            )),
        }
    }
}

impl RawFormat {
    fn field(&self, context: Context<'_>) -> Result<Option<String>, ExchangeError> {
        match (self.kind.as_str(), &self.subject_token_field_name) {
            ("" | "text", _) => Ok(None),
            ("json", Some(field)) => Ok(Some(field.clone())),
            ("json", None) => Err(context.broken("lacks `subject_token_field_name`")),
            _ => Err(context.broken("has a `format` that is neither `text` nor `json`")),
        }
    }
}

impl Source {
    /// Gets the token, which is looked at by nobody but the Security Token Service.
    pub(super) async fn subject_token(
        &self,
        google: &Google<'_>,
        external: &External,
    ) -> Result<Secret, ExchangeError> {
        google.progress.waits_for("the token to be exchanged at Google");
        match self {
            Self::File { path, field } => fetched::of_file(path, field.as_deref()),
            Self::Url { url, headers, field } => {
                fetched::of_url(google, url.expose(), headers, field.as_deref()).await
            }
            Self::Executable(executable) => executable.subject_token(google, external).await,
            Self::Aws(aws) => aws.subject_token(google, &external.audience).await,
            Self::Settings(source) => token::fetch(source, google.progress).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::identity::google::hosts::Hosts;

    #[test]
    fn each_source_is_told_by_its_keys() {
        let url = "https://pipelines.actions.githubusercontent.com/token?signature=canary";
        let json_format = json!({ "type": "json", "subject_token_field_name": "value" });

        let source =
            read(json!({ "url": url, "headers": { "Authorization": "canary" }, "format": json_format }));

        assert!(!format!("{source:?}").contains("canary"));
        assert!(matches!(source.unwrap(), Source::Url { field: Some(field), .. } if field == "value"));
        assert!(matches!(read(json!({ "file": "/token" })).unwrap(), Source::File { field: None, .. }));
        assert!(matches!(read(json!({ "executable": { "command": "/x" } })).unwrap(), Source::Executable(_)));
    }

    #[test]
    fn what_is_not_supported_or_contradicts_itself_is_refused_in_words() {
        for (source, code, why) in [
            (json!({ "certificate": {} }), "credential_type_unsupported", "a client certificate"),
            (json!({ "environment_id": "azure1" }), "credential_type_unsupported", "`aws1`"),
            (json!({}), "credential_file_broken", "exactly one"),
            (
                json!({ "file": "/a", "url": "https://x.googleapis.com" }),
                "credential_file_broken",
                "exactly one",
            ),
            (json!({ "file": "/a", "format": { "type": "xml" } }), "credential_file_broken", "`format`"),
            (json!({ "file": "/a", "format": { "type": "json" } }), "credential_file_broken", "lacks"),
            (json!({ "url": "https://evil.example/" }), "untrusted_host", "`evil.example`"),
        ] {
            let error = read(source).unwrap_err();

            assert_eq!(error.code, code);
            assert!(error.message.contains(why), "{}", error.message);
        }
    }

    fn read(source: Value) -> Result<Source, ExchangeError> {
        let context = Context { file: "/c.json", hosts: Hosts { universe: "googleapis.com", listed: &[] } };
        serde_json::from_value::<RawSource>(source).unwrap().checked(context)
    }
}
