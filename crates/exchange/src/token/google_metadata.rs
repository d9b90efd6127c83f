//! The metadata server of Google Cloud: the identity's own way there, and another question.

use shorepass_core::{exchange::ExchangeError, identity::GoogleIdentity, token::GoogleMetadataSource};

use crate::{deadline::Progress, identity::google::Google};

pub(super) async fn fetch(
    source: &GoogleMetadataSource,
    progress: &Progress,
) -> Result<String, ExchangeError> {
    let identity = GoogleIdentity { account: source.account.clone(), ..GoogleIdentity::default() };
    Google::open(&identity, progress)?.identity_token(&source.audience).await
}
