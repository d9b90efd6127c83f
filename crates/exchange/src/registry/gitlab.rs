//! GitLab's container registry: a job's token, a deploy token or a stored one is the password as it is.
//!
//! Nobody is asked: GitLab gives no tokens for its registry in exchange for others.

use aws_types::os_shim_internal::Env;
use shorepass_core::{
    exchange::{ExchangeError, ExchangeRequest, Exchanged, Made},
    identity::Identity,
    kind::GitlabTarget as Target,
};

use super::wrong_identity;
use crate::{deadline::Progress, identity::gitlab};

#[expect(clippy::unused_async, reason = "every kind has it")]
pub(super) async fn exchange(
    target: &Target,
    request: &ExchangeRequest,
    _progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let Identity::Gitlab(identity) = &request.identity else { return Err(wrong_identity()) };
    let login = gitlab::find(identity, &request.login, &Env::real(), &target.host)?;
    Ok(Exchanged::Credential(Made::lasting(login.username, login.secret)))
}
