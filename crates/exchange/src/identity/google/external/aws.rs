//! Subject tokens of AWS: a `GetCallerIdentity` that is signed and not sent, for Google to send.
//!
//! The keys are the caller's variables, else the role of the EC2 instance (IMDSv2 only, which is the SDK's
//! work). Other places of AWS keys are not looked at, as Google's libraries do not look there either.

use std::time::Duration;

use aws_config::{imds, provider_config::ProviderConfig};
use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use serde::{Deserialize, Serialize};
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;

use crate::{
    clock,
    http::call::encode,
    identity::google::{Google, file::Context, granted::secret, hosts::Purpose, misconfigured},
};

/// Where keys and region are, and what is signed.
#[derive(Debug)]
pub(super) struct Aws {
    /// `https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15`
    verification_url: String,
    region_url: Option<String>,
    /// Where the instance's role is named.
    role_url: Option<String>,
}

/// As it stands in a file, beside `environment_id` and `url`.
#[derive(Deserialize)]
pub(super) struct RawAws {
    region_url: Option<String>,
    regional_cred_verification_url: Option<String>,
    imdsv2_session_token_url: Option<String>,
}

impl RawAws {
    pub(super) fn checked(
        self,
        role_url: Option<String>,
        context: Context<'_>,
    ) -> Result<Aws, ExchangeError> {
        for (url, field) in [
            (&self.region_url, "credential_source.region_url"),
            (&role_url, "credential_source.url"),
            (&self.imdsv2_session_token_url, "credential_source.imdsv2_session_token_url"),
        ] {
            if let Some(url) = url {
                context.check(url, Purpose::Imds, field)?;
            }
        }
        let field = "regional_cred_verification_url";
        let verification_url =
            self.regional_cred_verification_url.ok_or_else(|| context.broken(&format!("lacks `{field}`")))?;
        if !verification_url.contains("?Action=GetCallerIdentity&") {
            return Err(
                context.broken(&format!("has a `{field}` that asks AWS for something else than who we are"))
            );
        }
        context.check(&verification_url.replace("{region}", "x"), Purpose::AwsSts, field)?;
        Ok(Aws { verification_url, region_url: self.region_url, role_url })
    }
}

impl Aws {
    /// The signed request, as Google wants it.
    pub(super) async fn subject_token(
        &self,
        google: &Google<'_>,
        audience: &str,
    ) -> Result<Secret, ExchangeError> {
        let region = self.region(google).await?;
        let credentials = self.credentials(google).await?;
        self.signed(&region, &credentials, audience).ok_or_else(|| {
            misconfigured("request_invalid", "no request to AWS can be signed with these keys")
                .with_hint("look for stray characters in the keys")
        })
    }

    fn signed(&self, region: &str, credentials: &Credentials, audience: &str) -> Option<Secret> {
        let url = self.verification_url.replace("{region}", region);
        let host = url.strip_prefix("https://")?.split(['/', '?']).next()?;
        // Signed along, so that nobody can show the request to another provider.
        let headers = [("host", host), ("x-goog-cloud-target-resource", audience)];
        let request =
            SignableRequest::new(METHOD, &url, headers.into_iter(), SignableBody::Bytes(&[])).ok()?;
        let identity = credentials.clone().into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("sts")
            .time(clock::now())
            .settings(SigningSettings::default())
            .build()
            .ok()?;
        let (instructions, _) = sign(request, &parameters.into()).ok()?.into_parts();
        let headers = headers.into_iter().chain(instructions.headers());
        let headers = headers.map(|(key, value)| Header { key, value }).collect();
        let unsent = serde_json::to_string(&Unsent { url: &url, method: METHOD, headers }).ok()?;
        Some(Secret::new(encode(&unsent)))
    }

    async fn region(&self, google: &Google<'_>) -> Result<String, ExchangeError> {
        let named =
            ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().find_map(|name| google.settings.variable(name));
        let region = match (named, &self.region_url) {
            (Some(region), _) => region,
            (None, Some(url)) => {
                let zone = metadata(google, url).await?;
                zone.trim_end_matches(|c: char| c.is_ascii_lowercase()).to_owned()
            }
            (None, None) => String::new(),
        };
        // It becomes part of a host's name.
        let is_good = !region.is_empty()
            && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        is_good
            .then_some(region)
            .ok_or_else(|| missing("no region of AWS is known").with_hint("name it in `AWS_REGION`"))
    }

    async fn credentials(&self, google: &Google<'_>) -> Result<Credentials, ExchangeError> {
        let variable = |name| google.settings.variable(name);
        if let (Some(id), Some(secret)) = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
            return Ok(Credentials::new(id, secret, variable("AWS_SESSION_TOKEN"), None, "environment"));
        }
        let nowhere = |why: &str| {
            missing(why).with_hint(
                "set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or run on an EC2 instance with a role",
            )
        };
        let Some(url) = &self.role_url else {
            return Err(nowhere("there are no AWS keys in variables to prove who we are"));
        };
        let role = metadata(google, url).await?;
        let is_good = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b);
        if role.is_empty() || !role.bytes().all(is_good) {
            return Err(nowhere("the EC2 instance has no role"));
        }
        let keys = metadata(google, &format!("{}/{role}", url.trim_end_matches('/'))).await?;
        let keys: Keys =
            serde_json::from_str(&keys).map_err(|_| nowhere("the role of the EC2 instance has no keys"))?;
        let (secret, token) = (keys.secret_access_key.expose(), keys.token.expose());
        Ok(Credentials::new(keys.access_key_id, secret, Some(token.to_owned()), None, "imds"))
    }
}

/// A request that has not been sent.
#[derive(Serialize)]
struct Unsent<'a> {
    url: &'a str,
    method: &'a str,
    headers: Vec<Header<'a>>,
}

#[derive(Serialize)]
struct Header<'a> {
    key: &'a str,
    value: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    access_key_id: String,
    #[serde(deserialize_with = "secret")]
    secret_access_key: Secret,
    #[serde(deserialize_with = "secret")]
    token: Secret,
}

/// What the instance's metadata has at an address.
async fn metadata(google: &Google<'_>, url: &str) -> Result<String, ExchangeError> {
    google.progress.waits_for("the instance metadata service of AWS");
    let failed = || missing("the instance metadata service of AWS does not say who we are");
    let start = url.find("://").map_or(0, |at| at + 3);
    let path_at = url[start..].find('/').map_or(url.len(), |at| start + at);
    let (origin, path) = url.split_at(path_at);
    let client = imds::Client::builder()
        .configure(&ProviderConfig::without_region().with_http_client(google.settings.direct.clone()))
        .endpoint(origin)
        .map_err(|_| failed())?
        .connect_timeout(PATIENCE)
        .read_timeout(PATIENCE)
        .max_attempts(2)
        .build();
    let answer = tokio::time::timeout(PATIENCE * 4, client.get(path)).await;
    let text = answer.map_err(|_| failed())?.map_err(|_| failed())?;
    Ok(text.as_ref().trim().to_owned())
}

fn missing(message: &str) -> ExchangeError {
    ExchangeError::new(ErrorKind::Misconfigured, "aws_keys_missing", message)
}

const METHOD: &str = "POST";
const PATIENCE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::google::hosts::Hosts;

    #[test]
    fn only_aws_is_asked_and_only_who_we_are() {
        let metadata = "http://169.254.169.254/latest/meta-data/iam/security-credentials";
        for (role_url, verification, code) in [
            (metadata, VERIFY, None),
            ("http://169.254.169.254.evil.example/", VERIFY, Some("untrusted_host")),
            ("https://sts.googleapis.com/", VERIFY, Some("untrusted_host")),
            (
                metadata,
                "https://sts.{region}.evil.example?Action=GetCallerIdentity&V",
                Some("untrusted_host"),
            ),
            (
                metadata,
                "http://sts.{region}.amazonaws.com?Action=GetCallerIdentity&V",
                Some("untrusted_host"),
            ),
            (
                metadata,
                "https://sts.{region}.amazonaws.com?Action=AssumeRole&V",
                Some("credential_file_broken"),
            ),
        ] {
            let raw = RawAws {
                region_url: None,
                regional_cred_verification_url: Some(verification.into()),
                imdsv2_session_token_url: None,
            };

            let error = raw.checked(Some(role_url.into()), context()).err();

            assert_eq!(error.map(|error| error.code).as_deref(), code, "{role_url} {verification}");
        }
    }

    #[test]
    fn the_audience_is_signed_along_and_no_key_is_in_the_token() {
        let aws = Aws { verification_url: VERIFY.into(), region_url: None, role_url: None };
        let credentials = Credentials::new("AKIA", "canary", Some("session".into()), None, "test");

        let token = aws.signed("eu-west-1", &credentials, "//iam.googleapis.com/x").unwrap();

        let text = token.expose();
        assert!(text.contains("https%3A%2F%2Fsts.eu-west-1.amazonaws.com%3FAction"), "{text}");
        assert!(text.contains(
            "SignedHeaders%3Dhost%3Bx-amz-date%3Bx-amz-security-token%3Bx-goog-cloud-target-resource"
        ));
        assert!(!text.contains("canary"));
    }

    fn context() -> Context<'static> {
        Context { file: "/c.json", hosts: Hosts { universe: "googleapis.com", listed: &[] } }
    }

    const VERIFY: &str = "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15";
}
