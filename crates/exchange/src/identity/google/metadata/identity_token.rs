//! Who the machine's account is, for somebody else: the raw text of a token with an audience.

use shorepass_core::exchange::{ErrorKind, ExchangeError};

use super::{
    Google, Residence, UPSTREAM, ask, encode, explain, foreign, is_google, misconfigured, named_host,
    product_name, residence,
};
use crate::{failure::garbled, jwt::Claims};

/// The account's token, in full, so that it says the e-mail address too.
pub(in crate::identity::google) async fn identity_token(
    google: &Google<'_>,
    audience: &str,
) -> Result<String, ExchangeError> {
    if let Some(why) = absence(google) {
        return Err(ExchangeError::new(ErrorKind::Misconfigured, "metadata_absent", why)
            .with_hint("run it on a machine in Google Cloud, or name the server in `GCE_METADATA_HOST`"));
    }
    let account = google.identity.account.as_deref().unwrap_or("default");
    let answer = ask(google, &format!("identity?audience={}&format=full", encode(audience))).await?;
    if let Some(fault) = answer.general_fault() {
        return Err(fault);
    }
    if !is_google(&answer) {
        return Err(foreign());
    }
    match answer.status {
        400 => Err(misconfigured(
            "metadata_audience",
            format!("the metadata server makes no token of the account `{account}` for this audience"),
        )
        .with_hint("correct the token's `audience`")),
        _ if !answer.is_success() => Err(explain(&answer, account)),
        _ => {
            let token = String::from_utf8_lossy(&answer.body).trim().to_owned();
            let is_one = !Claims::peek(&token).audiences.is_empty();
            if is_one { Ok(token) } else { Err(garbled(UPSTREAM)) }
        }
    }
}

/// Why there is no server to ask; silent firmware, as in a container, is no reason.
fn absence(google: &Google<'_>) -> Option<&'static str> {
    let settings = &google.settings;
    if named_host(settings).is_some() {
        return None;
    }
    if settings.variable("NO_GCE_CHECK").is_some_and(|on| on.eq_ignore_ascii_case("true")) {
        return Some("`NO_GCE_CHECK` keeps away from the metadata server");
    }
    match residence(product_name().as_deref()) {
        Residence::Elsewhere => Some("this machine is none of Google's"),
        Residence::Google | Residence::Unknown => None,
    }
}
