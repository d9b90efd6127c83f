//! A service account of Kubernetes: the file that the kubelet projects, or a token that the API server makes.
//!
//! The file is read each time, for the kubelet replaces it long before the token in it ends.

mod place;
mod refusal;

use serde::Deserialize;
use serde_json::json;
use shorepass_core::{
    exchange::ExchangeError,
    token::{KubernetesRequest, KubernetesSource},
};

use super::of_file;
use crate::{
    deadline::Progress,
    failure::garbled,
    http::{self, call::Call},
};
use place::Place;

pub(super) async fn fetch(source: &KubernetesSource, progress: &Progress) -> Result<String, ExchangeError> {
    match source {
        KubernetesSource::Projected { path } => of_file(path, None).map_err(|error| {
            error.with_hint(
                "mount it by a `projected` volume with a `serviceAccountToken` in the pod's specification",
            )
        }),
        KubernetesSource::Requested(request) => asked(request, progress).await,
    }
}

/// From the API server, whose certificate is the cluster's own affair, and which no proxy stands before.
async fn asked(request: &KubernetesRequest, progress: &Progress) -> Result<String, ExchangeError> {
    let place = Place::of(request, |name| std::env::var(name).ok())?;
    progress.waits_for(UPSTREAM);
    let client = http::Client::direct(http::trust(Some(("mounted_at", &request.mounted("ca.crt"))))?);
    let own = place::own_token(request)?;
    let seconds = request.lifetime.map_or(HOUR, |lifetime| lifetime.as_secs());
    let call = Call::post(UPSTREAM, place.url(&request.service_account))
        .header("authorization", ["Bearer ", own.expose()].concat())
        .json(&json!({
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": { "audiences": [request.audience], "expirationSeconds": seconds },
        }));
    let answer = call.send(&client).await.map_err(|error| refusal::unreached(error, request))?;
    if let Some(fault) = answer.general_fault() {
        return Err(fault);
    }
    if !answer.is_success() {
        return Err(refusal::explain(answer.status, request, &place.namespace, &own));
    }
    let made: Made = answer.json()?;
    if made.kind != "TokenRequest" || made.status.token.is_empty() {
        return Err(garbled(UPSTREAM));
    }
    Ok(made.status.token)
}

#[derive(Deserialize)]
struct Made {
    kind: String,
    status: Status,
}

#[derive(Deserialize)]
struct Status {
    token: String,
}

const UPSTREAM: &str = "the Kubernetes API server";
const HOUR: u64 = 3600;
