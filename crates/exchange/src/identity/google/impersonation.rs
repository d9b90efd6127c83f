//! Another service account's token: `generateAccessToken` of the IAM Credentials API.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shorepass_core::{
    access::Access,
    exchange::{ErrorKind::Denied, ExchangeError},
};
use shorepass_secret::Secret;

use super::{
    Google,
    file::{Context, Raw},
    granted::{AccessToken, Granted, secret},
    hosts::Purpose,
    misconfigured,
    refusal::{Refusal, scope_refused},
    scope,
};
use crate::{
    clock,
    failure::garbled,
    http::call::{Call, encode},
    jwt::Claim,
    trust::paste::{plain, quoted, word},
};

/// One service account to be impersonated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    url: String,
    pub(super) account: String,
    /// As the API wants them: `projects/-/serviceAccounts/…`.
    delegates: Vec<String>,
    lifetime: Option<Duration>,
}

/// `impersonated_service_account`, as it stands in a file.
#[derive(Deserialize)]
pub(super) struct RawImpersonated {
    service_account_impersonation_url: String,
    #[serde(default)]
    delegates: Vec<String>,
    source_credentials: Raw,
}

impl RawImpersonated {
    /// The account, and what is needed to get there.
    pub(super) fn split(self, context: Context<'_>) -> Result<(Step, Raw), ExchangeError> {
        let mut step = Step::of_url(self.service_account_impersonation_url, None, context)?;
        step.delegates = self.delegates.iter().map(|delegate| named(delegate)).collect();
        Ok((step, self.source_credentials))
    }
}

impl Step {
    /// The one that the identity's settings ask for.
    pub(super) fn of_settings(google: &Google<'_>) -> Option<Self> {
        let account = google.identity.service_account.clone()?;
        let endpoint = match &google.identity.iam_endpoint {
            Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
            None => format!("https://iamcredentials.{}", google.settings.universe),
        };
        Some(Self {
            url: format!("{endpoint}/v1/{ACCOUNTS}{}:{METHOD}", encode(&account)),
            account,
            delegates: google.identity.delegates.iter().map(|delegate| named(delegate)).collect(),
            lifetime: google.identity.lifetime,
        })
    }

    /// One that a credential file asks for.
    pub(super) fn of_url(
        url: String,
        lifetime: Option<Duration>,
        context: Context<'_>,
    ) -> Result<Self, ExchangeError> {
        const FIELD: &str = "service_account_impersonation_url";
        context.check(&url, Purpose::Iam, FIELD)?;
        let account = url
            .split_once("/serviceAccounts/")
            .and_then(|(_, rest)| rest.strip_suffix(METHOD)?.strip_suffix(':'))
            .filter(|name| !name.is_empty() && !name.contains(['/', '?', '#', '`']))
            .map(|name| name.replace("%40", "@"))
            .ok_or_else(|| context.broken(&format!("has a `{FIELD}` that names no service account")))?;
        Ok(Self { url, account, delegates: Vec::new(), lifetime })
    }
}

/// Gets the account's token with the one at hand.
pub(super) async fn grant(
    google: &Google<'_>,
    with: &Granted,
    step: &Step,
    access: Access,
) -> Result<Granted, ExchangeError> {
    google.progress.waits_for(UPSTREAM);
    let body = Body {
        delegates: &step.delegates,
        scope: [scope(access)],
        lifetime: format!("{}s", step.lifetime.unwrap_or(USUAL_LIFE).as_secs()),
    };
    let answer = Call::post(UPSTREAM, &step.url)
        .header("authorization", format!("Bearer {}", with.token.secret.expose()))
        .json(&body)
        .send(&google.settings.outward)
        .await?;
    if !answer.is_success() {
        return Err(explain(&Refusal::of(UPSTREAM, &answer)?, step, with));
    }
    let reply: Reply = answer.json()?;
    let end = clock::parse(&reply.expire_time).ok_or_else(|| garbled(UPSTREAM))?;
    let token = AccessToken::ending(UPSTREAM, reply.access_token, end, answer.clocks)?;
    Ok(Granted::to(Some(format!("serviceAccount:{}", step.account)), token))
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    delegates: &'a [String],
    scope: [&'static str; 1],
    lifetime: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    #[serde(deserialize_with = "secret")]
    access_token: Secret,
    expire_time: String,
}

fn explain(refusal: &Refusal, step: &Step, with: &Granted) -> ExchangeError {
    let (account, member) = (&step.account, with.member.as_deref());
    match (refusal.code.as_str(), refusal.reason.as_str()) {
        (_, "SERVICE_DISABLED") => ExchangeError::new(
            Denied,
            "iam_api_disabled",
            "the IAM Credentials API is not enabled in the identity's project",
        )
        .with_hint(
            "enable it, and wait a few minutes: `gcloud services enable iamcredentials.googleapis.com`",
        ),
        (_, "ACCESS_TOKEN_SCOPE_INSUFFICIENT") => scope_refused(),
        ("PERMISSION_DENIED", _) if refusal.says("insufficient authentication scopes") => scope_refused(),
        ("PERMISSION_DENIED", _) => {
            let who = member.map_or_else(|| "the identity".into(), |member| Claim::new(member).to_string());
            let proof = with.proof.as_ref().map(|proof| format!(": {proof}")).unwrap_or_default();
            let by_way = if step.delegates.is_empty() { "" } else { " by way of its delegates" };
            let is_pool = member.is_some_and(|member| member.starts_with("principal"));
            let role = if is_pool { "workloadIdentityUser" } else { "serviceAccountTokenCreator" };
            ExchangeError::new(
                Denied,
                "impersonation_denied",
                format!(
                    "{who} may not get tokens of `{account}`{by_way}, or there is no such account{proof}"
                ),
            )
            .with_hint(format!(
                "grant it `roles/iam.{role}` there, and wait up to 5 min: `gcloud iam service-accounts \
                 add-iam-policy-binding {} --role=roles/iam.{role} --member={}`",
                word(account).unwrap_or_else(|| "ACCOUNT".into()),
                member.and_then(plain).map_or_else(|| "'MEMBER'".into(), quoted)
            ))
        }
        ("NOT_FOUND", _) => {
            misconfigured("account_not_found", format!("Google knows no service account `{account}`"))
                .with_hint("check name and project: `gcloud iam service-accounts list --project=PROJECT`")
        }
        ("INVALID_ARGUMENT", _) if refusal.says("lifetime") => misconfigured(
            "lifetime_refused",
            format!("Google does not give tokens of `{account}` that last as long as asked for"),
        )
        .with_hint(
            "ask for 1 h at most, or have the organization list the account in the policy \
             `iam.allowServiceAccountCredentialLifetimeExtension`",
        ),
        ("UNAUTHENTICATED", _) => ExchangeError::new(
            Denied,
            "token_refused",
            format!("the token to impersonate `{account}` with is not or no longer good"),
        )
        .with_hint("sign in again, or replace the token that was given by hand: `gcloud auth login`"),
        _ => refusal.explain(UPSTREAM),
    }
}

fn named(delegate: &str) -> String {
    if delegate.contains('/') { delegate.to_owned() } else { format!("{ACCOUNTS}{delegate}") }
}

const UPSTREAM: &str = "Google IAM Credentials";
/// The dash stands for the account's project.
const ACCOUNTS: &str = "projects/-/serviceAccounts/";
const METHOD: &str = "generateAccessToken";
const USUAL_LIFE: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::{super::hosts::Hosts, *};

    #[test]
    fn an_account_is_read_from_its_url() {
        let of = |name: &str| {
            let url = format!("https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{name}");
            Step::of_url(url, None, context())
        };

        assert_eq!(of("a@x:generateAccessToken").unwrap().account, "a@x");
        assert_eq!(of("a%40x:generateAccessToken").unwrap().account, "a@x");
        for bad in ["a@x", ":generateAccessToken", "a@x:signBlob", "a@x/../b:generateAccessToken"] {
            assert_eq!(of(bad).unwrap_err().code, "credential_file_broken", "{bad}");
        }
    }

    #[test]
    fn a_missing_role_is_named_with_the_command_that_grants_it() {
        let denied =
            Refusal::read(br#"{"error":{"code":403,"message":"No","status":"PERMISSION_DENIED"}}"#, 403);
        let pool =
            "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/me";

        let user = explain(&denied, &step(), &by(None));
        let ci = explain(&denied, &step(), &by(Some(pool)));

        assert_eq!((user.code.as_str(), user.kind), ("impersonation_denied", Denied));
        assert!(user.hint.unwrap().ends_with(
            "`gcloud iam service-accounts add-iam-policy-binding 'a@x' \
             --role=roles/iam.serviceAccountTokenCreator --member='MEMBER'`"
        ));
        assert!(ci.message.starts_with(pool));
        assert!(
            ci.hint.unwrap().ends_with(&format!("--role=roles/iam.workloadIdentityUser --member='{pool}'`"))
        );
    }

    #[test]
    fn a_foreign_subject_is_shown_and_put_into_a_command_only_as_far_as_it_is_plain() {
        let denied = Refusal::read(br#"{"error":{"status":"PERMISSION_DENIED"}}"#, 403);
        let member = |subject: &str| format!("principal://iam.googleapis.com/x/subject/{subject}");

        let evil = explain(&denied, &step(), &by(Some(&member("a' --x `id`\n"))));

        assert!(evil.hint.unwrap().ends_with("--member='MEMBER'`"));
        assert!(!evil.message.contains('\n') && !evil.message.contains("`id`"), "{}", evil.message);
    }

    #[test]
    fn every_other_refusal_has_its_words() {
        for (status, code, message, ours) in [
            (404, "NOT_FOUND", "Not found; Gaia id not found for email a@x", "account_not_found"),
            (400, "INVALID_ARGUMENT", "can not have lifetimes of more than 1 hour", "lifetime_refused"),
            (400, "INVALID_ARGUMENT", "", "refused"),
            (401, "UNAUTHENTICATED", "", "token_refused"),
            (403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.", "scope_refused"),
        ] {
            let body = format!(r#"{{"error":{{"code":{status},"message":"{message}","status":"{code}"}}}}"#);

            assert_eq!(
                explain(&Refusal::read(body.as_bytes(), status), &step(), &by(None)).code,
                ours,
                "{body}"
            );
        }
    }

    fn by(member: Option<&str>) -> Granted {
        Granted::to(member.map(str::to_owned), AccessToken::given(Secret::new("canary")))
    }

    fn step() -> Step {
        Step { url: String::new(), account: "a@x".into(), delegates: Vec::new(), lifetime: None }
    }

    fn context() -> Context<'static> {
        Context { file: "/c.json", hosts: Hosts { universe: "googleapis.com", listed: &[] } }
    }
}
