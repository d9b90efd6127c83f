//! Amazon ECR: `GetAuthorizationToken` in the registry's region.

pub(super) mod authorization;

use aws_credential_types::Credentials;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, ExchangeRequest, Exchanged},
    identity::Identity,
    kind::EcrTarget as Target,
};

use super::wrong_identity;
use crate::{
    deadline::Progress,
    failure::Failure,
    http::{date::TheirClock, patience::Patience},
    identity::aws::{Aws, Service, SessionPolicy, at_endpoint},
};
use authorization::Authorization;

pub(super) async fn exchange(
    target: &Target,
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let Identity::Aws(identity) = &request.identity else { return Err(wrong_identity()) };
    let policy = SessionPolicy::of_ecr(target, request)?;
    let aws = Aws::open(identity, &target.region, progress).await?.narrowed(policy);
    authorization::obtain(&aws, &request.known, |credentials| call(&aws, target, credentials)).await
}

async fn call(
    aws: &Aws<'_>,
    target: &Target,
    credentials: Credentials,
) -> Result<Authorization, ExchangeError> {
    aws.progress().waits_for("ECR");
    #[expect(deprecated, reason = "without it the answer is about the caller's own account")]
    let request = aws_sdk_ecr::Client::new(&config(aws, target, &credentials))
        .get_authorization_token()
        .registry_ids(&target.account);
    let their_clock = TheirClock::default();
    let patient = aws_sdk_ecr::config::Builder::new().retry_classifier(Patience);
    let sent = request.customize().interceptor(their_clock.clone()).config_override(patient).send().await;
    let answer = sent.map_err(|error| explain(target, Failure::of("ECR", &error)))?;
    let first = answer.authorization_data.and_then(|list| list.into_iter().next());
    let (token, expires_at) =
        first.map(|data| (data.authorization_token, data.expires_at)).unwrap_or_default();
    Authorization::read("ECR", token.as_deref(), expires_at, their_clock.reading())
}

fn config(aws: &Aws<'_>, target: &Target, credentials: &Credentials) -> aws_types::SdkConfig {
    let config = aws.client(Service::Ecr, &target.region, Some(credentials));
    match &target.endpoint {
        Some(endpoint) => at_endpoint(&config, endpoint),
        None if config.endpoint_url().is_some() => config,
        None => config
            .to_builder()
            .use_fips(target.fips || config.use_fips() == Some(true))
            .use_dual_stack(target.dual_stack || config.use_dual_stack() == Some(true))
            .build(),
    }
}

fn explain(target: &Target, failure: Failure) -> ExchangeError {
    match &failure {
        Failure::Refused(refusal) if refusal.code == "InvalidParameterException" => ExchangeError::new(
            ErrorKind::Misconfigured,
            "invalid_parameter",
            format!("ECR knows no registry of the account {}", target.account),
        )
        .with_hint("check the 12 digits of the account in the registry's name"),
        _ => failure.explain("ECR", "`ecr:GetAuthorizationToken` on `*`"),
    }
}
