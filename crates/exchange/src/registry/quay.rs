//! Quay: a robot that federates an OIDC token gets a token of Quay's for it.
//!
//! The user name stays the robot's. A stored login needs no exchange and never comes here.

mod setup;

use serde::Deserialize;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, ExchangeRequest, Exchanged},
    kind::QuayTarget as Target,
};

use super::{given_token::GivenToken, shown_token::ShownToken};
use crate::{
    deadline::Progress,
    failure::garbled,
    http::{
        self,
        call::{Answer, Call},
    },
};

pub(super) async fn exchange(
    target: &Target,
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let robot = target.robot.as_deref().ok_or_else(no_robot)?;
    let shown = ShownToken::fetch(request, progress).await?;

    progress.waits_for(QUAY);
    let root = target.endpoint.clone().unwrap_or_else(|| format!("https://{}", target.host));
    let call = Call::get(QUAY, format!("{}/oauth2/federation/robot/token", root.trim_end_matches('/')))
        .basic(robot, shown.expose());
    let answer = call.send(&http::Client::outward(http::trust(None)?)).await?;
    if !answer.is_success() {
        return Err(refusal(target, root.trim_end_matches('/'), robot, &shown, &answer));
    }
    let Given { token } = answer.json()?;
    let given = GivenToken::read(QUAY, token, answer.clocks)?;
    let life = given.own_life().ok_or_else(|| garbled(QUAY))?;
    given.good_for(robot, life)
}

#[derive(Deserialize)]
struct Given {
    token: String,
}

/// Quay answers 401 to whatever it does not let in.
fn refusal(target: &Target, root: &str, robot: &str, shown: &ShownToken, answer: &Answer) -> ExchangeError {
    if let Some(error) = answer.general_fault() {
        return error;
    }
    match answer.status {
        400 | 401 | 403 => shown.refused(
            &format!("Quay, for the robot `{robot}`,"),
            answer,
            &setup::words(root, robot, &shown.claims()),
        ),
        status @ (404 | 405) => ExchangeError::new(
            ErrorKind::Misconfigured,
            "quay_no_federation",
            format!("`{}` does not federate robots (HTTP {status})", target.host),
        )
        .with_hint(format!(
            "name Quay's own URL as the `endpoint` of the rule; without federation, leave `identity` and `robot` \
             out of it and log in with the robot's own token: `docker login {}`",
            target.host
        )),
        status => ExchangeError::new(ErrorKind::Unexpected, "refused", format!("{QUAY} answered with HTTP {status}"))
            .with_hint("check the `endpoint` of the rule, and what a proxy answers: `HTTPS_PROXY`"),
    }
}

fn no_robot() -> ExchangeError {
    let message = "the rule names no robot that the OIDC token stands for";
    ExchangeError::new(ErrorKind::Misconfigured, "quay_no_robot", message)
        .with_hint("add the robot's whole name to the rule, such as `robot = \"team+puller\"`")
}

const QUAY: &str = "Quay";
