//! A server that Azure Arc has connected: whoever can read a file of its agent is the server.
//!
//! The agent answers only on this machine. Which file it names is checked, so that nobody who poses as
//! the agent gets another one to read.

use std::path::{Path, PathBuf};

use shorepass_core::exchange::{ErrorKind, ExchangeError};
use zeroize::Zeroizing;

use super::{AccessToken, Azure, Id, granted, unsupported};
use crate::{
    failure::io_words,
    file,
    http::{
        Client,
        call::{Call, encode},
        is_loopback,
    },
    identity::azure::{misconfigured, refusal::audience_unknown},
};

pub(super) async fn ask(
    azure: &Azure<'_>,
    endpoint: &str,
    id: &Id,
    resource: &str,
) -> Result<AccessToken, ExchangeError> {
    azure.progress.waits_for(WHAT);
    if *id != Id::System {
        return Err(unsupported("user-assigned managed identities of Azure Arc"));
    }
    if !is_loopback(endpoint) {
        return Err(misconfigured(
            "azure_arc_refused",
            "`IDENTITY_ENDPOINT` is not on this machine, so it is not the agent of Azure Arc",
        )
        .with_hint("set `IDENTITY_ENDPOINT` as the agent does: `http://localhost:40342/metadata/identity/oauth2/token`"));
    }
    prove(&azure.direct, endpoint, &folder(), resource).await
}

async fn prove(
    client: &Client,
    endpoint: &str,
    folder: &Path,
    resource: &str,
) -> Result<AccessToken, ExchangeError> {
    let url = format!("{endpoint}?api-version=2020-06-01&resource={}", encode(resource));
    let call = || Call::get(WHAT, &url).header("metadata", "true");
    let challenge = call().send(client).await?;
    if let Some(error) = challenge.general_fault() {
        return Err(error);
    }
    if challenge.status == 400 {
        return Err(audience_unknown(resource, "the server's tenant"));
    }
    let refused = |why: &str| {
        ExchangeError::new(ErrorKind::Denied, "azure_arc_refused", format!("the agent of Azure Arc {why}"))
            .with_hint("let the caller be of the group `himds`, and check the agent: `azcmagent show`")
    };
    let named = challenge.headers.get("www-authenticate").filter(|_| challenge.status == 401);
    let named = named.ok_or_else(|| refused("does not say how to prove who we are"))?;
    let key = key(named, folder).map_err(|why| refused(&why))?;
    let answer = call().header("authorization", format!("Basic {}", key.trim())).send(client).await?;
    if answer.is_success() {
        return granted(&answer, WHAT);
    }
    Err(answer
        .general_fault()
        .unwrap_or_else(|| refused(&format!("does not take its own key (HTTP {})", answer.status))))
}

/// What the file holds that the challenge names, when it is one of the agent's.
fn key(challenge: &str, folder: &Path) -> Result<Zeroizing<String>, String> {
    let path = challenge.strip_prefix("Basic realm=").map(|path| Path::new(path.trim().trim_matches('"')));
    let path = path.ok_or("asks for another proof than a key")?;
    if path.parent() != Some(folder) || path.extension().is_none_or(|extension| extension != "key") {
        return Err(format!("names a key file that is not one of `{}`", folder.display()));
    }
    let unreadable = |why: String| format!("names a key file that cannot be read: {why}");
    // A link could lead out of the folder.
    let found = std::fs::symlink_metadata(path).map_err(|error| unreadable(io_words(&error)))?;
    if !found.is_file() {
        return Err("names a key file that is no plain file".into());
    }
    let key = file::bytes(path, LONGEST_KEY).map_err(unreadable)?;
    Ok(Zeroizing::new(String::from_utf8_lossy(&key).into_owned()))
}

fn folder() -> PathBuf {
    if cfg!(windows) {
        let data = std::env::var_os("ProgramData").unwrap_or_else(|| r"C:\ProgramData".into());
        return PathBuf::from(data).join("AzureConnectedMachineAgent").join("Tokens");
    }
    PathBuf::from("/var/opt/azcmagent/tokens")
}

const WHAT: &str = "the agent of Azure Arc";
const LONGEST_KEY: u64 = 4096;

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::http;

    #[test]
    fn only_a_key_file_of_the_agent_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            format!("Basic realm={}", path.display())
        };
        let good = write("a.key", "the-key");
        let long = write("long.key", &"x".repeat(4097));
        let other = write("a.txt", "canary");
        let below = write("deeper/a.key", "canary");
        let outside = format!("Basic realm={}/../a.key", folder.path().display());
        let none = format!("Basic realm={}/none.key", folder.path().display());

        assert_eq!(*key(&good, folder.path()).unwrap(), "the-key");
        for (challenge, why) in [
            (long.as_str(), "longer than 4 KiB"),
            (&other, "not one of"),
            (&below, "not one of"),
            (&outside, "not one of"),
            ("Basic realm=/etc/shadow", "not one of"),
            (&none, "it is not there"),
            ("Bearer x", "another proof"),
        ] {
            let refused = key(challenge, folder.path()).unwrap_err();
            assert!(refused.contains(why) && !refused.contains("canary"), "{challenge}: {refused}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "canary").unwrap();
        let link = folder.path().join("a.key");
        std::os::unix::fs::symlink(&secret, &link).unwrap();

        let refused = key(&format!("Basic realm={}", link.display()), folder.path()).unwrap_err();

        assert_eq!(refused, "names a key file that is no plain file");
    }

    #[tokio::test]
    async fn the_key_is_shown_to_the_agent_and_the_token_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.key");
        std::fs::write(&file, "the-key\n").unwrap();
        let challenge = format!("401 Unauthorized\r\nwww-authenticate: Basic realm={}", file.display());
        let body = r#"{"access_token":"x","expires_in":"3600"}"#;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/metadata/identity/oauth2/token", listener.local_addr().unwrap());
        let agent = tokio::spawn(async move {
            let first = serve(&listener, &challenge, "").await;
            let second = serve(&listener, "200 OK", body).await;
            [first, second]
        });

        let client = Client::direct(http::trust(None).unwrap());
        let token =
            prove(&client, &endpoint, folder.path(), "https://containerregistry.azure.net").await.unwrap();

        let [first, second] = agent.await.unwrap();
        assert_eq!(token.life_ms, 3_600_000);
        assert!(first.contains("metadata: true") && !first.contains("authorization"), "{first}");
        assert!(second.contains("authorization: Basic the-key\r\n"), "{second}");
    }

    /// Answers one request, and tells what it was.
    async fn serve(listener: &TcpListener, status: &str, body: &str) -> String {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.unwrap());
        }
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    }
}
