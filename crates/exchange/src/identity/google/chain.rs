//! The places where a Google identity may be, in order; the first that is there decides.
//!
//! A place that is there but fails is an error that says why, and not a reason to go on to the next one: that
//! would be somebody else's identity.

use std::path::{Path, PathBuf};

use shorepass_core::{
    access::Access,
    exchange::{ErrorKind, ExchangeError},
    identity::GoogleSource,
    kind::GIVEN_AS_IT_IS,
    token::SERVICE_ACCOUNT_TOKEN,
};

use super::{
    Google,
    external::External,
    file::{self, Base},
    gcloud,
    granted::Granted,
    impersonation,
    metadata::{self, NoMachine},
    misconfigured,
};

/// Finds the first identity and gets its token.
pub(super) async fn find(google: &Google<'_>, access: Access) -> Result<Granted, ExchangeError> {
    let identity = google.identity;
    if let (Some(provider), Some(token)) = (&identity.provider, &identity.token) {
        return External::of_settings(google, provider, token).token(google, access).await;
    }
    if let Some(path) = &identity.credentials_file {
        return of_file(google, path, access).await;
    }
    match identity.source {
        Some(_) if is_given_too_much(google, access) => Err(not_narrowed()),
        Some(GoogleSource::Metadata) => metadata::token(google, access).await,
        Some(GoogleSource::Gcloud) => gcloud::token(google).await,
        None => anywhere(google, access).await,
    }
}

/// Application Default Credentials, and then gcloud.
async fn anywhere(google: &Google<'_>, access: Access) -> Result<Granted, ExchangeError> {
    if google.settings.variable(SERVICE_ACCOUNT_TOKEN).is_some() {
        return Err(no_provider());
    }
    if let Some(path) = google.settings.variable("GOOGLE_APPLICATION_CREDENTIALS") {
        return of_file(google, Path::new(&path), access).await;
    }
    if let Some(path) = well_known(google).filter(|path| path.exists()) {
        return of_file(google, &path, access).await;
    }
    let machine = match metadata::find(google, access).await {
        Ok(_) if is_given_too_much(google, access) => return Err(not_narrowed()),
        Ok(granted) => return Ok(granted),
        Err(NoMachine::Failed(error)) => return Err(error),
        Err(NoMachine::Absent(why)) => why,
    };
    if gcloud::is_present(&google.settings) {
        return match is_given_too_much(google, access) {
            true => Err(not_narrowed()),
            false => gcloud::token(google).await,
        };
    }
    Err(nowhere(&machine))
}

async fn of_file(google: &Google<'_>, path: &Path, access: Access) -> Result<Granted, ExchangeError> {
    let plan = file::read(google, path)?;
    let first = if plan.steps.is_empty() { access } else { Access::Full };
    let mut granted = match &plan.base {
        Base::ServiceAccount(account) => account.token(google, first).await?,
        Base::AuthorizedUser(user) => user.token(google, first).await?,
        Base::External(external) => external.token(google, first).await?,
    };
    for (at, step) in plan.steps.iter().enumerate() {
        let is_last = at + 1 == plan.steps.len();
        let asked = if is_last { access } else { Access::Full };
        granted = impersonation::grant(google, &granted, step, asked).await?;
    }
    Ok(granted)
}

/// Where `gcloud auth application-default login` writes.
fn well_known(google: &Google<'_>) -> Option<PathBuf> {
    Some(google.settings.gcloud_folder()?.join("application_default_credentials.json"))
}

/// A pod's token is no use without the provider that takes it, and the node's identity is not the pod's.
fn no_provider() -> ExchangeError {
    misconfigured(
        "kubelet_provider_missing",
        "the kubelet has handed over a token of the pod's service account, and the identity names no provider \
         that takes it",
    )
    .with_hint("add `provider` and `token` to the identity, the token with `from = \"kubelet\"`")
}

/// Whether a token that nobody can narrow, or be sure to narrow, would be of no use.
fn is_given_too_much(google: &Google<'_>, access: Access) -> bool {
    google.must_narrow && access != Access::Full
}

fn not_narrowed() -> ExchangeError {
    misconfigured("not_narrowed", format!("the credential would be wider than the rule says: {GIVEN_AS_IT_IS}"))
        .with_hint(
            "add a `service_account` to the identity that the rule names, which it may impersonate, or do without \
             `narrow = \"require\"`; to see the rule, run `shorepass explain HOST`",
        )
}

fn nowhere(machine: &str) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Misconfigured,
        "no_identity",
        format!(
            "no Google credentials found: `GOOGLE_APPLICATION_CREDENTIALS` is not set, nobody has \
             signed in for applications or with gcloud, and {machine}"
        ),
    )
    .with_hint(
        "sign in with `gcloud auth application-default login`, or name a file in \
         `GOOGLE_APPLICATION_CREDENTIALS`",
    )
}
