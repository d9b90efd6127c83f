//! Who we turned out to be: STS's answer to `GetCallerIdentity`.
//!
//! Nobody needs a permission for it. It lets new session keys of one principal use a credential that
//! earlier ones got; a failure costs no more than that.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_types::SdkConfig;
use tokio::task::JoinHandle;

use super::Aws;

/// A lookup under way.
#[derive(Debug)]
pub(crate) struct Lookup(JoinHandle<Option<String>>);

impl Lookup {
    /// Asks STS, beside whatever else is done.
    pub(crate) fn start(aws: &Aws<'_>, credentials: &Credentials) -> Self {
        Self(tokio::spawn(ask(aws.sts(Some(credentials)))))
    }

    /// The principal, however long STS takes within its bound.
    pub(crate) async fn finish(self) -> Option<String> {
        self.0.await.ok().flatten()
    }

    /// The principal, if STS has answered or is about to.
    pub(crate) async fn finish_soon(self) -> Option<String> {
        tokio::time::timeout(GRACE, self.finish()).await.ok().flatten()
    }
}

async fn ask(config: SdkConfig) -> Option<String> {
    let asked = aws_sdk_sts::Client::new(&config).get_caller_identity().send();
    let answer = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?;
    let (arn, user_id) = (answer.arn()?, answer.user_id()?);
    let is_sane = |text: &str| !text.is_empty() && text.len() <= 2048 && text.is_ascii();
    (is_sane(arn) && is_sane(user_id)).then(|| format!("{arn} {user_id}"))
}

const PATIENCE: Duration = Duration::from_secs(3);
/// For STS to catch up once the registry has answered.
const GRACE: Duration = Duration::from_millis(500);
