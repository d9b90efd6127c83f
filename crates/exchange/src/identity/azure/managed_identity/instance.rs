//! A virtual machine's identity, by its metadata service (IMDS).
//!
//! A machine elsewhere may have something else at this address, or nothing that answers. So it is asked
//! without its header first, which it refuses at once, and which tells it apart from other clouds'.

use std::time::Duration;

use serde::Deserialize;
use shorepass_core::exchange::{ErrorKind, ExchangeError};

use super::{Azure, Id, granted, missing};
use crate::{
    failure::{garbled, server_error},
    http::{
        Client,
        call::{Answer, Call, encode},
    },
    identity::azure::{
        chain::{Looked, Miss, absent},
        refusal::audience_unknown,
    },
};

pub(super) async fn look(azure: &Azure<'_>, id: &Id, resource: &str, is_only: bool) -> Looked {
    azure.progress.waits_for(WHAT);
    let root = azure.variable("AZURE_POD_IDENTITY_AUTHORITY_HOST").unwrap_or_else(|| ROOT.into());
    let endpoint = format!("{}/metadata/identity/oauth2/token", root.trim_end_matches('/'));
    if !is_only && !is_there(&azure.direct, &endpoint).await {
        return absent("no managed identity of an app or a machine");
    }
    let (resource_field, id_field) = (encode(resource), id.field(["client_id", "object_id", "msi_res_id"]));
    let url = format!("{endpoint}?api-version=2018-02-01&resource={resource_field}{id_field}");
    let answer = ask(&azure.direct, &url).await?;
    if answer.is_success() {
        return Ok(granted(&answer, WHAT)?);
    }
    Err(refused(&answer, id, resource, is_only))
}

async fn is_there(client: &Client, endpoint: &str) -> bool {
    let probe = Call::get(WHAT, endpoint).within(PROBE_PATIENCE, 1).send(client).await;
    probe.is_ok_and(|answer| matches!(answer.status, 400 | 410 | 429))
}

/// Again and again while the service starts, is updated or stumbles; it may take longer than a client waits.
async fn ask(client: &Client, url: &str) -> Result<Answer, ExchangeError> {
    let once = || Call::get(WHAT, url).header("metadata", "true").within(TRY_PATIENCE, 1).send(client);
    for pause in PAUSES {
        match once().await {
            Ok(answer) => {
                let asks_for_patience = answer.headers.get("retry-after").is_some();
                if asks_for_patience || !matches!(answer.status, 404 | 410 | 429 | 500..) {
                    return Ok(answer);
                }
            }
            Err(error) if error.kind == ErrorKind::Unavailable => {}
            Err(error) => return Err(error),
        }
        tokio::time::sleep(pause).await;
    }
    once().await
}

fn refused(answer: &Answer, id: &Id, resource: &str, is_only: bool) -> Miss {
    if let Some(error) = answer.general_fault() {
        return error.into();
    }
    let said = answer.json::<Refusal>().unwrap_or_default();
    match answer.status {
        404 | 410 => server_error(WHAT, answer.status, None).into(),
        400 if said.error == "invalid_resource" => audience_unknown(resource, "the machine's tenant").into(),
        400 if said.error_description.starts_with("Multiple user assigned") => several().into(),
        // A machine of Azure without an identity is like any other machine.
        400 if said.error == "invalid_request" && *id == Id::System && !is_only => {
            Miss::Absent("no managed identity of this machine".into())
        }
        400 if said.error == "invalid_request" => missing(id, "the machine").into(),
        _ => garbled(WHAT).into(),
    }
}

fn several() -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Misconfigured,
        "managed_identity_ambiguous",
        "the machine has several managed identities, and none is named",
    )
    .with_hint("name one in `AZURE_CLIENT_ID`, or by `client_id`, `object_id` or `resource_id`")
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

const WHAT: &str = "the machine's metadata service";
const ROOT: &str = "http://169.254.169.254";
const PROBE_PATIENCE: Duration = Duration::from_secs(1);
const TRY_PATIENCE: Duration = Duration::from_secs(5);
const PAUSES: [Duration; 3] =
    [Duration::from_millis(250), Duration::from_millis(750), Duration::from_millis(2000)];

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::http;

    #[tokio::test]
    async fn only_azures_metadata_service_is_taken_for_it() {
        let client = Client::direct(http::trust(None).unwrap());

        for (status, wanted) in [
            (400, true),
            (410, true),
            (429, true),
            (502, false),
            (200, false),
            (401, false),
            (403, false),
            (404, false),
        ] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let endpoint = format!("http://{}/metadata", listener.local_addr().unwrap());
            let service = tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(stream.read_u8().await.unwrap());
                }
                let answer = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
                String::from_utf8(request).unwrap()
            });

            assert_eq!(is_there(&client, &endpoint).await, wanted, "{status}");
            assert!(!service.await.unwrap().contains("metadata: true"));
        }
    }

    #[tokio::test]
    async fn silence_is_nobody_after_a_second() {
        let client = Client::direct(http::trust(None).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();

        let found = is_there(&client, &format!("http://{}/", listener.local_addr().unwrap())).await;

        assert!(!found);
    }
}
