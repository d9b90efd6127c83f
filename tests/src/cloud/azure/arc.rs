//! Managed identity of servers connected by Azure Arc: whoever can read a file of the agent is the server.
//!
//! Every refusal names a fresh key file; the key counts once, whether it was right to use it or not.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde_json::json;
use tempfile::TempDir;

use super::{answer::Answer, error, imds, managed, operation::Service, state::State};
use crate::cloud::{
    ApiError,
    http::{Reply, Request},
    random,
};

/// The keys that have been written and not been used.
pub(super) struct KeyFiles {
    folder: PathBuf,
    /// What the client is told.
    shown: PathBuf,
    keys: Mutex<HashMap<String, PathBuf>>,
    _own: Option<TempDir>,
}

impl KeyFiles {
    pub(super) fn new(folder: Option<PathBuf>, shown: Option<PathBuf>) -> io::Result<Self> {
        let own = if folder.is_some() { None } else { Some(tempfile::tempdir()?) };
        let folder = folder.or_else(|| own.as_ref().map(|own| own.path().into())).unwrap_or_default();
        let shown = shown.unwrap_or_else(|| folder.clone());
        Ok(Self { folder, shown, keys: Mutex::default(), _own: own })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn write(&self) -> io::Result<PathBuf> {
        let (name, key) = (format!("{}.key", random::request_id()), random::base64_text(64));
        let path = self.folder.join(&name);
        fs::write(&path, &key)?;
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(key, path);
        Ok(self.shown.join(name))
    }

    fn spend(&self, key: &str) -> bool {
        let path = self.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        path.map(fs::remove_file).is_some()
    }
}

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    grant(state, request).into()
}

fn grant(state: &State, request: &Request) -> Result<Answer, ApiError> {
    imds::check_metadata_header(request)?;
    if request.method != "GET" {
        return Err(ApiError::new(405, "method_not_allowed", "Method not allowed"));
    }
    let fields = request.fields();
    if ["client_id", "object_id", "msi_res_id"].iter().any(|name| fields.get(name).is_some()) {
        return Err(ApiError::new(400, "invalid_request", "User assigned identities are not supported"));
    }
    let asked = imds::resource_field(fields.get("resource"))?;
    let key = request.header("authorization").and_then(|header| header.strip_prefix("Basic "));
    if !key.is_some_and(|key| state.key_files.spend(key)) {
        return challenge(state);
    }

    let world = state.world();
    let resource = managed::resource(&world, asked).ok_or_else(|| imds::unknown_resource(asked))?;
    let identity = world.identities.iter().find(|identity| identity.is_system_assigned).cloned();
    drop(world);
    let identity = identity.ok_or_else(|| ApiError::new(400, "invalid_request", "Identity not found"))?;
    let token = managed::token(state, &identity, &resource);
    let life = (token.expires_at - token.begins_at).to_string();
    let body = json!({
        "access_token": token.text,
        "expires_in": life,
        "expires_on": token.expires_at.to_string(),
        "ext_expires_in": life,
        "not_before": token.begins_at.to_string(),
        "resource": asked,
        "token_type": "Bearer",
    });
    Ok(Answer::for_principal(Reply::json(200, &body), identity.name))
}

fn challenge(state: &State) -> Result<Answer, ApiError> {
    let unwritten = |error: io::Error| ApiError::new(500, "unknown", format!("no key file: {error}"));
    let path = state.key_files.write().map_err(unwritten)?;
    let refusal = ApiError::new(401, "unauthorized_client", "Missing Basic Authorization header");
    let reply = error::reply(&refusal, Service::Arc.protocol())
        .with_header("www-authenticate", format!("Basic realm={}", path.display()));
    Ok(Answer::nameless(Ok(reply)))
}
