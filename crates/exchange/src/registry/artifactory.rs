//! Artifactory: an OIDC token is exchanged for an access token of the JFrog platform.
//!
//! A stored login needs no exchange and never comes here.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, ExchangeRequest, Exchanged},
    kind::ArtifactoryTarget as Target,
};

use super::{given_token::GivenToken, shown_token::ShownToken};
use crate::{
    deadline::Progress,
    failure::garbled,
    http::{
        self,
        call::{Answer, Call},
    },
    jwt::Claims,
    trust::paste::plain,
};

pub(super) async fn exchange(
    target: &Target,
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let provider = target.provider.as_deref().ok_or_else(no_provider)?;
    let shown = ShownToken::fetch(request, progress).await?;

    progress.waits_for(JFROG);
    let root = target.endpoint.clone().unwrap_or_else(|| format!("https://{}", target.host));
    let call = Call::post(JFROG, format!("{}/access/api/v1/oidc/token", root.trim_end_matches('/')));
    let call = call.json(&Asked {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
        subject_token: shown.expose(),
        provider_name: provider,
        project_key: target.project_key.as_deref(),
        identity_mapping_name: target.identity_mapping.as_deref(),
        audience: target.audience.as_deref(),
    });
    let answer = call.send(&http::Client::outward(http::trust(None)?)).await?;
    if !answer.is_success() {
        return Err(refusal(target, provider, &shown, &answer));
    }
    let Given { access_token, expires_in, username } = answer.json()?;
    let given = GivenToken::read(JFROG, access_token, answer.clocks)?;
    let life = expires_in.map(Duration::from_secs).or_else(|| given.own_life());
    let life = life.ok_or_else(|| garbled(JFROG))?;
    let username = username.filter(|name| is_username(name));
    let username = username.or_else(|| user_of(&given.subject()?)).ok_or_else(no_username)?;
    given.good_for(&username, life)
}

#[derive(Serialize)]
struct Asked<'a> {
    grant_type: &'static str,
    subject_token_type: &'static str,
    subject_token: &'a str,
    provider_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    project_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_mapping_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<&'a str>,
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    expires_in: Option<u64>,
    username: Option<String>,
}

/// Older platforms name the user in the token only: `jfrt@ID/users/NAME` or `ISSUER/users/NAME`.
fn user_of(subject: &str) -> Option<String> {
    let names_a_user = subject.starts_with("jfrt@") || subject.contains("/users/");
    let (_, name) = subject.rsplit_once('/').filter(|_| names_a_user)?;
    is_username(name).then(|| name.to_owned())
}

fn is_username(name: &str) -> bool {
    (1..=255).contains(&name.len()) && !name.contains(|c: char| c.is_control() || c == ':')
}

fn refusal(target: &Target, provider: &str, shown: &ShownToken, answer: &Answer) -> ExchangeError {
    if let Some(error) = answer.general_fault() {
        return error;
    }
    match answer.status {
        400 | 401 | 403 => shown.refused(
            &format!("JFrog, by the OIDC integration `{provider}`,"),
            answer,
            &setup(target, provider, shown),
        ),
        status @ (404 | 405) => ExchangeError::new(
            ErrorKind::Misconfigured,
            "artifactory_unknown_provider",
            format!("`{}` knows no OIDC integration `{provider}` (HTTP {status})", target.host),
        )
        .with_hint(
            "check `provider` of the rule, and name the server as `endpoint` if the host is that of one \
             repository: `endpoint = \"https://NAME.jfrog.io\"`",
        ),
        status => ExchangeError::new(
            ErrorKind::Unexpected,
            "refused",
            format!("{JFROG} answered with HTTP {status}"),
        )
        .with_hint("check the `endpoint` of the rule, and what a proxy answers: `HTTPS_PROXY`"),
    }
}

fn setup(target: &Target, provider: &str, shown: &ShownToken) -> String {
    let claims = shown.claims();
    let asked = target.audience.as_deref().filter(|audience| !claims.is_for(audience));
    let asked =
        asked.map(|audience| format!("{}, or take `audience` from the rule; else ", shown.ask_for(audience)));
    let fitting = mapping(&claims).map(|claims| format!(", as one with `{claims}` does")).unwrap_or_default();
    format!(
        "{}in JFrog, under Administration, General Management, Manage Integrations, check issuer and audience of \
         `{provider}`, and that an identity mapping fits the claims{fitting}; a project's integration needs \
         `project_key` in the rule",
        asked.unwrap_or_default()
    )
}

/// The claims of an identity mapping as JSON; a star in them would be a pattern.
fn mapping(claims: &Claims) -> Option<String> {
    let issuer = plain(claims.issuer.as_ref()?.as_str())?;
    let subject = plain(claims.subject.as_ref()?.as_str()).filter(|subject| !subject.contains('*'))?;
    Some(json!({ "iss": issuer, "sub": subject }).to_string())
}

fn no_provider() -> ExchangeError {
    let message = "the rule names no OIDC integration of the JFrog platform";
    ExchangeError::new(ErrorKind::Misconfigured, "artifactory_no_provider", message)
        .with_hint("add its name to the rule: `provider = \"NAME\"`")
}

fn no_username() -> ExchangeError {
    let message = "JFrog gave a token and did not say whose it is";
    ExchangeError::new(ErrorKind::Unexpected, "artifactory_no_username", message)
        .with_hint("in the identity mapping of the integration, choose a user name for the token's scope")
}

const JFROG: &str = "JFrog";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::Claim;

    #[test]
    fn a_mapping_is_shown_only_for_claims_that_mean_themselves() {
        let of = |subject: &str| {
            let (issuer, subject) = (Some(Claim::new("https://idp")), Some(Claim::new(subject)));
            mapping(&Claims { issuer, subject, ..Claims::default() })
        };

        assert_eq!(of("repo:x").as_deref(), Some(r#"{"iss":"https://idp","sub":"repo:x"}"#));
        assert_eq!((of("repo:*"), of("x\"y")), (None, None));
    }

    #[test]
    fn a_user_is_read_from_the_subjects_that_name_one() {
        for (subject, user) in [
            ("jfac@01shore/users/ci-shore", Some("ci-shore")),
            ("jfrt@01shore/ci@shore.example", Some("ci@shore.example")),
            ("jfrt@01shore/users/ci", Some("ci")),
            ("https://x/y/ci", None),
            ("jfrt@01shore", None),
            ("jfac@01shore/users/", None),
            ("jfac@01shore/users/a:b", None),
            ("", None),
        ] {
            assert_eq!(user_of(subject).as_deref(), user, "{subject}");
        }
    }
}
