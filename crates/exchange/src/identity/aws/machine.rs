//! Credentials that the machine itself offers: a container's, or an EC2 instance's.
//!
//! Both are the SDK's work: the hosts a container's URL may name, the token file, IMDSv2 and nothing
//! older. Here are the bounds, so that a laptop without any of it waits two seconds at most, and a
//! client that goes by no proxy.

use std::time::Duration;

use aws_config::{
    ecs::EcsCredentialsProvider,
    imds::{self, credentials::ImdsCredentialsProvider},
    provider_config::ProviderConfig,
};
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};
use shorepass_core::exchange::{ErrorKind, ExchangeError};

use super::{Aws, Found, Source, misconfigured, settings::Settings};
use crate::{
    deadline,
    failure::{garbled, server_error, unreached},
};

/// Whether the platform says that there is an endpoint for containers.
pub(super) fn is_container(settings: &Settings) -> bool {
    settings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").is_some()
        || settings.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI").is_some()
}

/// ECS, EKS Pod Identity and what speaks like them.
pub(super) async fn container(aws: &Aws<'_>) -> Result<Found, ExchangeError> {
    const WHAT: &str = "the container's credentials endpoint";
    aws.progress.waits_for(WHAT);
    let client = &aws.settings.direct;
    let provider = EcsCredentialsProvider::builder()
        .configure(&ProviderConfig::without_region().with_http_client(client.clone()))
        .build();
    let asked = tokio::time::timeout(CONTAINER_PATIENCE, provider.provide_credentials()).await;
    let Ok(answer) = asked else {
        return Err(deadline::elapsed(WHAT, CONTAINER_PATIENCE));
    };
    answer.map(fetched).map_err(|error| match (&error, client.last_status()) {
        (CredentialsError::CredentialsNotLoaded(_) | CredentialsError::InvalidConfiguration(_), _) => {
            misconfigured(
                "container_credentials_failed",
                "the variables of the container's credentials endpoint contradict each other or name a host \
                 that must not be asked",
            )
            .with_hint(
                "use `https`, or a host that the platform uses, in `AWS_CONTAINER_CREDENTIALS_FULL_URI`",
            )
        }
        (_, None) if is_file_error(&error) => misconfigured(
            "container_credentials_failed",
            "the token for the container's credentials endpoint cannot be read",
        )
        .with_hint("check the file named in `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`"),
        (_, None) => unreached(WHAT, &error),
        (_, Some(status @ (429 | 500..))) => server_error(WHAT, status, None),
        (_, Some(status @ 400..500)) => ExchangeError::new(
            ErrorKind::Denied,
            "container_credentials_failed",
            format!("{WHAT} refused (HTTP {status})"),
        )
        .with_hint("check the role of the task or the pod identity association of the service account"),
        _ => garbled(WHAT),
    })
}

/// Why there are no credentials of an instance.
pub(super) enum NoInstance {
    /// There are none to be had here, and this is why, as a fragment.
    Absent(String),
    /// There may be some, later.
    Failed(ExchangeError),
}

/// An EC2 instance's role.
pub(super) async fn instance(aws: &Aws<'_>) -> Result<Found, NoInstance> {
    let absent = |why: &str| Err(NoInstance::Absent(why.into()));
    let settings = &aws.settings;
    if settings.variable("AWS_EC2_METADATA_DISABLED").is_some_and(|on| on.eq_ignore_ascii_case("true")) {
        return absent("the instance metadata service is switched off");
    }
    aws.progress.waits_for("the instance metadata service");
    let (patience, attempts) = imds_patience(settings);
    let config = ProviderConfig::without_region().with_http_client(settings.direct.clone());
    let mut client = imds::Client::builder()
        .configure(&config)
        .connect_timeout(patience)
        .read_timeout(patience)
        .max_attempts(attempts);
    if let Some(endpoint) =
        settings.value("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")
    {
        client = client.endpoint(endpoint).map_err(|_| {
            let error =
                misconfigured("request_invalid", "the endpoint of the instance metadata service is no URL");
            NoInstance::Failed(error.with_hint("correct `AWS_EC2_METADATA_SERVICE_ENDPOINT`"))
        })?;
    }
    let provider = ImdsCredentialsProvider::builder().configure(&config).imds_client(client.build()).build();
    let bound = patience * attempts.max(2);
    let asked = tokio::time::timeout(bound, provider.provide_credentials()).await;
    match (asked, settings.direct.last_status()) {
        (Ok(Ok(credentials)), _) => Ok(fetched(credentials)),
        (Err(_), Some(_)) => {
            Err(NoInstance::Failed(deadline::elapsed("the instance metadata service", bound)))
        }
        (_, None) => absent("no instance metadata service answers"),
        (Ok(Err(_)), Some(status @ (429 | 500..))) => {
            Err(NoInstance::Failed(server_error("the instance metadata service", status, None)))
        }
        (Ok(Err(_)), Some(404)) => absent("the instance has no role"),
        (Ok(Err(_)), Some(200)) => {
            absent("the instance metadata service has no keys for the instance's role")
        }
        (Ok(Err(_)), Some(status)) => {
            absent(&format!("the instance metadata service gave none (HTTP {status})"))
        }
    }
}

/// What a profile that wants the instance's role says when there is none.
pub(super) fn unavailable(why: &str) -> ExchangeError {
    misconfigured("no_identity", format!("the profile wants the role of an EC2 instance, but {why}"))
        .with_hint("attach an instance profile, and in a container allow a hop limit of 2: `aws ec2 modify-instance-metadata-options`")
}

fn fetched(credentials: aws_credential_types::Credentials) -> Found {
    Found { credentials, source: Source::Role { is_narrowed: false } }
}

fn imds_patience(settings: &Settings) -> (Duration, u32) {
    let number = |name: &str, key: &str| settings.value(name, key).and_then(|text| text.parse::<u64>().ok());
    let seconds = number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout").unwrap_or(1);
    let attempts = number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts").unwrap_or(2);
    (Duration::from_secs(seconds.clamp(1, 5)), u32::try_from(attempts.clamp(1, 4)).unwrap_or(1))
}

fn is_file_error(error: &CredentialsError) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

const CONTAINER_PATIENCE: Duration = Duration::from_secs(8);
