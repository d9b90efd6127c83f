//! The OIDC half of IAM Identity Center: registering a client, starting a device login, getting tokens.

use serde::Deserialize;
use serde_json::json;

use super::sign_in::DEVICE_CODE_LIFE;
use crate::cloud::aws::{
    answer::{Answer, Outcome},
    state::State,
};
use crate::cloud::{
    ApiError,
    clock::whole_seconds,
    http::{Reply, Request},
};

pub(in crate::cloud) fn answer(state: &State, request: &Request, operation: &str) -> Answer {
    if request.method != "POST" {
        return Answer::refused(ApiError::new(405, "MethodNotAllowed", "only POST is answered"));
    }
    let input = serde_json::from_slice(&request.body).map_err(|_| refused("InvalidRequestException"));
    Answer::unsigned(input.and_then(|input: Input| match operation {
        "RegisterClient" => register(state, &input),
        "StartDeviceAuthorization" => start_device(state, &input),
        _ => create_token(state, &input),
    }))
}

fn register(state: &State, input: &Input) -> Outcome {
    if input.client_name.is_empty() || input.client_type != "public" {
        return Err(ApiError::new(
            400,
            "InvalidClientMetadataException",
            "clientName and clientType are required",
        ));
    }
    let (id, secret, ends_at) = state.sign_ins.register(state.now());
    Ok(Reply::json(
        200,
        &json!({
            "clientId": id,
            "clientSecret": secret,
            "clientIdIssuedAt": state.now_seconds(),
            "clientSecretExpiresAt": whole_seconds(ends_at),
        }),
    ))
}

fn start_device(state: &State, input: &Input) -> Outcome {
    check_client(state, input)?;
    if input.start_url != state.world().portal.start_url {
        return Err(refused("InvalidRequestException"));
    }
    let (device_code, user_code) = state.sign_ins.start_device(&input.client_id, state.now());
    let page = format!("{}/#/device", input.start_url.trim_end_matches('/'));
    Ok(Reply::json(
        200,
        &json!({
            "deviceCode": device_code,
            "userCode": user_code,
            "verificationUri": page,
            "verificationUriComplete": format!("{page}?user_code={user_code}"),
            "expiresIn": DEVICE_CODE_LIFE.as_secs(),
            "interval": 1,
        }),
    ))
}

fn create_token(state: &State, input: &Input) -> Outcome {
    check_client(state, input)?;
    let now = state.now();
    match input.grant_type.as_str() {
        "refresh_token" if state.sign_ins.spend_refresh_token(&input.client_id, &input.refresh_token) => {}
        "refresh_token" => return Err(refused("InvalidGrantException")),
        "urn:ietf:params:oauth:grant-type:device_code" => {
            state.sign_ins.finish_device(&input.client_id, &input.device_code, now).map_err(refused)?;
        }
        _ => return Err(refused("UnsupportedGrantTypeException")),
    }
    let life = state.knobs.current_sign_in_life();
    let (access, refresh) = state.sign_ins.begin(&input.client_id, now + life);
    Ok(Reply::json(
        200,
        &json!({
            "accessToken": access,
            "tokenType": "Bearer",
            "expiresIn": life.as_secs(),
            "refreshToken": refresh,
        }),
    ))
}

fn check_client(state: &State, input: &Input) -> Result<(), ApiError> {
    if state.sign_ins.is_client(&input.client_id, &input.client_secret, state.now()) {
        return Ok(());
    }
    Err(ApiError::new(401, "InvalidClientException", "the client is unknown or its registration has expired"))
}

fn refused(code: &str) -> ApiError {
    ApiError::new(400, code, code)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Input {
    client_name: String,
    client_type: String,
    client_id: String,
    client_secret: String,
    start_url: String,
    grant_type: String,
    device_code: String,
    refresh_token: String,
}
