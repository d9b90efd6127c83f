//! The service account of a machine in Google Cloud, from its metadata server.
//!
//! Never by a proxy. A laptop is told from a machine of Google's by what its firmware says; only where that
//! is silent, as in a container, is the network asked, for a second at most. A token that is nearly over is
//! taken as it is: the server keeps its tokens and has no other.

mod identity_token;

use std::time::Duration;

use shorepass_core::{
    access::Access,
    exchange::{
        ErrorKind::{Denied, Unexpected},
        ExchangeError,
    },
};

use super::{
    Google,
    granted::{AccessToken, Granted},
    misconfigured,
    refusal::{Refusal, scope_refused},
    scope,
    settings::Settings,
};
use crate::http::call::{Answer, Call, encode};

pub(super) use identity_token::identity_token;

/// Why there is no token of a machine.
pub(super) enum NoMachine {
    /// There is none to be had here, and this is why, as a fragment.
    Absent(String),
    /// There should be one.
    Failed(ExchangeError),
}

/// The token of the machine's account, if this is a machine of Google's.
pub(super) async fn find(google: &Google<'_>, access: Access) -> Result<Granted, NoMachine> {
    let absent = |why: &str| Err(NoMachine::Absent(why.to_owned()));
    let settings = &google.settings;
    if settings.variable("NO_GCE_CHECK").is_some_and(|on| on.eq_ignore_ascii_case("true")) {
        return absent("`NO_GCE_CHECK` keeps away from the metadata server");
    }
    google.progress.waits_for(UPSTREAM);
    if named_host(settings).is_none() {
        match residence(product_name().as_deref()) {
            Residence::Google => {}
            Residence::Elsewhere => return absent("this machine is none of Google's"),
            Residence::Unknown if answers(settings).await => {}
            Residence::Unknown => return absent("no metadata server of Google's answers"),
        }
    }
    match token(google, access).await {
        Err(error) if error.code == "account_not_found" && google.identity.account.is_none() => {
            absent("the machine has no service account")
        }
        other => other.map_err(NoMachine::Failed),
    }
}

/// The token, from a machine that is known to be Google's.
pub(super) async fn token(google: &Google<'_>, access: Access) -> Result<Granted, ExchangeError> {
    let account = google.identity.account.as_deref().unwrap_or("default");
    let what = match access {
        Access::Full => "token".to_owned(),
        _ => format!("token?scopes={}", encode(scope(access))),
    };
    let answer = ask(google, &what).await?;
    if let Some(fault) = answer.general_fault() {
        return Err(fault);
    }
    if !is_google(&answer) {
        return Err(foreign());
    }
    if !answer.is_success() {
        return Err(explain(&answer, account));
    }
    AccessToken::read(UPSTREAM, &answer, None).map(|token| Granted::to(None, token))
}

/// Asks for something of the account's.
async fn ask(google: &Google<'_>, what: &str) -> Result<Answer, ExchangeError> {
    google.progress.waits_for(UPSTREAM);
    let settings = &google.settings;
    let account = encode(google.identity.account.as_deref().unwrap_or("default"));
    let host = named_host(settings).unwrap_or_else(|| HOST.into());
    let url = format!("http://{host}/computeMetadata/v1/instance/service-accounts/{account}/{what}");
    let call = Call::get(UPSTREAM, url).header(FLAVOR, "Google").within(patience(settings), 3);
    call.send(&settings.direct).await
}

/// Whether something answers that says it is Google's.
async fn answers(settings: &Settings) -> bool {
    let call = Call::get(UPSTREAM, format!("http://{ADDRESS}/")).header(FLAVOR, "Google").within(PROBE, 1);
    call.send(&settings.direct).await.is_ok_and(|answer| is_google(&answer))
}

fn explain(answer: &Answer, account: &str) -> ExchangeError {
    let refusal = Refusal::read(&answer.body, answer.status);
    match answer.status {
        _ if refusal.code == "invalid_scope" => scope_refused(),
        404 if account == "default" => {
            misconfigured("account_not_found", "the machine has no service account")
                .with_hint("give it one: `gcloud compute instances set-service-account`")
        }
        404 => misconfigured(
            "account_not_found",
            format!("the metadata server knows no service account `{account}`"),
        )
        .with_hint("correct `account`, or leave it out to get the machine's default account"),
        status @ 400..500 => ExchangeError::new(
            Denied,
            "metadata_refused",
            format!("the metadata server gives no token of the account `{account}` (HTTP {status})"),
        )
        .with_hint(
            "on GKE, let the Kubernetes service account act for the Google one: `gcloud iam service-accounts \
             add-iam-policy-binding ACCOUNT --role=roles/iam.workloadIdentityUser --member=MEMBER`",
        ),
        _ => refusal.explain(UPSTREAM),
    }
}

fn foreign() -> ExchangeError {
    ExchangeError::new(
        Unexpected,
        "metadata_foreign",
        "what answers in place of the metadata server does not say that it is Google's",
    )
    .with_hint("check `GCE_METADATA_HOST`, and whether something stands between here and the metadata server")
}

/// Somebody who names it knows that it is there.
fn named_host(settings: &Settings) -> Option<String> {
    let named = ["GCE_METADATA_HOST", "GCE_METADATA_ROOT", "GCE_METADATA_IP"];
    let host = named.iter().find_map(|name| settings.variable(name))?;
    Some(host.trim_end_matches('/').to_owned())
}

fn is_google(answer: &Answer) -> bool {
    answer.headers.get(FLAVOR) == Some("Google")
}

fn patience(settings: &Settings) -> Duration {
    let seconds = settings.variable("GCE_METADATA_TIMEOUT").and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(3).clamp(1, 12))
}

#[derive(Debug, PartialEq, Eq)]
enum Residence {
    Google,
    Elsewhere,
    Unknown,
}

fn residence(product_name: Option<&str>) -> Residence {
    match product_name.map(str::trim) {
        None | Some("") => Residence::Unknown,
        Some("Google" | "Google Compute Engine") => Residence::Google,
        Some(_) => Residence::Elsewhere,
    }
}

#[cfg(target_os = "linux")]
fn product_name() -> Option<String> {
    std::fs::read_to_string("/sys/class/dmi/id/product_name").ok()
}

#[cfg(not(target_os = "linux"))]
fn product_name() -> Option<String> {
    None
}

const UPSTREAM: &str = "the metadata server";
/// The dot keeps search domains out.
const HOST: &str = "metadata.google.internal.";
const ADDRESS: &str = "169.254.169.254";
const FLAVOR: &str = "metadata-flavor";
const PROBE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use aws_types::os_shim_internal::Env;

    use super::*;

    #[test]
    fn the_firmware_tells_whose_machine_it_is() {
        assert_eq!(residence(Some("Google Compute Engine\n")), Residence::Google);
        assert_eq!(residence(Some("ThinkPad X1\n")), Residence::Elsewhere);
        assert_eq!(residence(Some("Google Pixelbook")), Residence::Elsewhere);
        assert_eq!(residence(Some("\n")), Residence::Unknown);
        assert_eq!(residence(None), Residence::Unknown);
    }

    #[test]
    fn the_host_and_the_patience_are_the_callers() {
        let settings = |variables: &[(&str, &str)]| Settings::load(Env::from_slice(variables), None).unwrap();
        let all = [("GCE_METADATA_HOST", "a:1/"), ("GCE_METADATA_ROOT", "b"), ("GCE_METADATA_IP", "c")];

        assert_eq!(named_host(&settings(&all)).as_deref(), Some("a:1"));
        assert_eq!(named_host(&settings(&all[1..])).as_deref(), Some("b"));
        assert_eq!(named_host(&settings(&all[2..])).as_deref(), Some("c"));
        assert_eq!(named_host(&settings(&[])), None);
        for (text, seconds) in [("7", 7), ("0", 1), ("900", 12), ("x", 3)] {
            let patience = patience(&settings(&[("GCE_METADATA_TIMEOUT", text)]));

            assert_eq!(patience, Duration::from_secs(seconds), "{text}");
        }
    }
}
