//! `GetAuthorizationToken` of Amazon ECR, private and public.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Outcome, Signed},
    issued::{Bearer, USERNAME},
    operation::Service,
    state::State,
};
use crate::cloud::{
    ApiError,
    clock::epoch_seconds,
    http::{Reply, Request},
};

pub(super) fn answer(state: &State, request: &Request, service: Service, operation: &str) -> Answer {
    if operation != "GetAuthorizationToken" || request.method != "POST" {
        return Answer::refused(ApiError::new(400, "UnknownOperationException", ""));
    }
    if request.header("content-type") != Some(JSON) {
        return Answer::refused(ApiError::new(
            400,
            "SerializationException",
            "the content type is not application/x-amz-json-1.1",
        ));
    }
    state.signed(request, service.name(), |signed| match service {
        Service::EcrPublic => public(state, signed, &request.body),
        _ => private(state, signed, &request.body),
    })
}

fn private(state: &State, signed: &Signed, body: &[u8]) -> Outcome {
    let input: Input = parse(body)?;
    let mut registries = input.registry_ids.unwrap_or_default();
    for id in &registries {
        if id.len() != 12 || !id.bytes().all(|b| b.is_ascii_digit()) {
            let message = format!(
                "Invalid parameter at 'registryIds' failed to satisfy constraint: '{id}' must be 12 digits"
            );
            return Err(ApiError::new(400, "InvalidParameterException", message));
        }
    }
    if registries.len() > 10 {
        let message = "Invalid parameter at 'registryIds' failed to satisfy constraint: 'Member must have length less than or equal to 10'";
        return Err(ApiError::new(400, "InvalidParameterException", message));
    }
    signed.caller.check_allowed("ecr:GetAuthorizationToken")?;
    if registries.is_empty() {
        registries.push(signed.caller.account().to_owned());
    }

    let region = &signed.region;
    let data: Vec<Value> = registries
        .iter()
        .map(|account| {
            let mut data = token(state, signed, account, false);
            let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
            data["proxyEndpoint"] = format!("https://{account}.dkr.ecr.{region}.{suffix}").into();
            data
        })
        .collect();
    Ok(reply(&json!({ "authorizationData": data })))
}

fn public(state: &State, signed: &Signed, body: &[u8]) -> Outcome {
    let _: Input = parse(body)?;
    if signed.region != "us-east-1" {
        return Err(ApiError::of_code("UnsupportedCommandException"));
    }
    for action in ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"] {
        signed.caller.check_allowed(action)?;
    }
    Ok(reply(&json!({ "authorizationData": token(state, signed, signed.caller.account(), true) })))
}

fn token(state: &State, signed: &Signed, account: &str, is_public: bool) -> Value {
    let life = state.knobs.current_registry_token_life();
    let bearer = Bearer { principal: &signed.caller.arn, rights: signed.caller.rights.clone(), is_public };
    let (password, expires_at) = state.issued.issue_to(account, &signed.region, bearer, life);
    json!({
        "authorizationToken": BASE64_STANDARD.encode(format!("{USERNAME}:{password}")),
        "expiresAt": epoch_seconds(expires_at),
    })
}

fn parse(body: &[u8]) -> Result<Input, ApiError> {
    serde_json::from_slice(body).map_err(|_| {
        ApiError::new(400, "SerializationException", "the body is no JSON object of this operation")
    })
}

fn reply(body: &Value) -> Reply {
    Reply::json(200, body).with_content_type(JSON)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    #[serde(default)]
    registry_ids: Option<Vec<String>>,
}

const JSON: &str = "application/x-amz-json-1.1";
