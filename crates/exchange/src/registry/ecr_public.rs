//! Amazon ECR Public: one API in `us-east-1` for the whole world.

use aws_credential_types::Credentials;
use shorepass_core::{
    exchange::{ExchangeError, ExchangeRequest, Exchanged},
    identity::Identity,
    kind::EcrPublicTarget as Target,
};

use super::{
    ecr::authorization::{self, Authorization},
    wrong_identity,
};
use crate::{
    deadline::Progress,
    failure::Failure,
    http::{date::TheirClock, patience::Patience},
    identity::aws::{Aws, Service, SessionPolicy, at_endpoint},
};

pub(super) async fn exchange(
    target: &Target,
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let Identity::Aws(identity) = &request.identity else { return Err(wrong_identity()) };
    let policy = SessionPolicy::of_ecr_public(request);
    let aws = Aws::open(identity, REGION, progress).await?.narrowed(policy);
    authorization::obtain(&aws, &request.known, |credentials| call(&aws, target, credentials)).await
}

async fn call(
    aws: &Aws<'_>,
    target: &Target,
    credentials: Credentials,
) -> Result<Authorization, ExchangeError> {
    aws.progress().waits_for("ECR Public");
    let their_clock = TheirClock::default();
    let answer = aws_sdk_ecrpublic::Client::new(&config(aws, target, &credentials))
        .get_authorization_token()
        .customize()
        .interceptor(their_clock.clone())
        .config_override(aws_sdk_ecrpublic::config::Builder::new().retry_classifier(Patience))
        .send()
        .await
        .map_err(|error| Failure::of("ECR Public", &error).explain("ECR Public", ALLOW))?;
    let (token, expires_at) =
        answer.authorization_data.map(|data| (data.authorization_token, data.expires_at)).unwrap_or_default();
    Authorization::read("ECR Public", token.as_deref(), expires_at, their_clock.reading())
}

fn config(aws: &Aws<'_>, target: &Target, credentials: &Credentials) -> aws_types::SdkConfig {
    let config = aws.client(Service::EcrPublic, REGION, Some(credentials));
    match &target.endpoint {
        Some(endpoint) => at_endpoint(&config, endpoint),
        None if config.endpoint_url().is_some() => config,
        // There is no FIPS endpoint; asking for one would only fail.
        None => config
            .to_builder()
            .use_fips(false)
            .use_dual_stack(target.dual_stack || config.use_dual_stack() == Some(true))
            .build(),
    }
}

const REGION: &str = "us-east-1";
const ALLOW: &str = "`ecr-public:GetAuthorizationToken` and `sts:GetServiceBearerToken`";
