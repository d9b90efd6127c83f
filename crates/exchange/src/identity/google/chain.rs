//! The places where a Google identity may be, in order; the first that is there decides.
//!
//! A place that is there but fails is an error that says why, and not a reason to go on to the next one: that
//! would be somebody else's identity.

use std::path::{Path, PathBuf};

use shorepass_core::{
    access::Access,
    exchange::{ErrorKind, ExchangeError},
    identity::GoogleSource,
};

use super::{
    Google,
    external::External,
    file::{self, Base},
    gcloud,
    granted::Granted,
    impersonation,
    metadata::{self, NoMachine},
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
        Some(GoogleSource::Metadata) => metadata::token(google, access).await,
        Some(GoogleSource::Gcloud) => gcloud::token(google).await,
        None => anywhere(google, access).await,
    }
}

/// Application Default Credentials, and then gcloud.
async fn anywhere(google: &Google<'_>, access: Access) -> Result<Granted, ExchangeError> {
    if let Some(path) = google.settings.variable("GOOGLE_APPLICATION_CREDENTIALS") {
        return of_file(google, Path::new(&path), access).await;
    }
    if let Some(path) = well_known(google).filter(|path| path.exists()) {
        return of_file(google, &path, access).await;
    }
    let machine = match metadata::find(google, access).await {
        Ok(granted) => return Ok(granted),
        Err(NoMachine::Failed(error)) => return Err(error),
        Err(NoMachine::Absent(why)) => why,
    };
    if gcloud::is_present(&google.settings) {
        return gcloud::token(google).await;
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
