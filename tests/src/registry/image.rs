//! One image of one layer with one small file in it, in Docker's schema 2.

mod archive;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::cloud::aws::sigv4::hex;

/// A prepared image.
#[derive(Debug, Clone)]
pub struct Image {
    pub(super) repository: String,
    pub(super) tag: String,
    pub(super) manifest: Blob,
    pub(super) blobs: [Blob; 2],
}

/// Bytes under their digest.
#[derive(Debug, Clone)]
pub(super) struct Blob {
    pub(super) digest: String,
    pub(super) media_type: &'static str,
    pub(super) bytes: Vec<u8>,
}

impl Image {
    /// An image whose only file, `hello.txt`, holds this text.
    #[must_use]
    pub fn new(repository: &str, tag: &str, text: &str) -> Self {
        let tar = archive::tar("hello.txt", text.as_bytes());
        let layer = Blob::new(LAYER, archive::gzip(&tar));
        let config = json!({
            "architecture": "amd64",
            "os": "linux",
            "created": "2026-01-01T00:00:00Z",
            "config": { "Cmd": ["/hello.txt"] },
            "rootfs": { "type": "layers", "diff_ids": [digest(&tar)] },
            "history": [{ "created": "2026-01-01T00:00:00Z", "created_by": "shorepass" }],
        });
        let config = Blob::new(CONFIG, config.to_string().into_bytes());
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": config.descriptor(),
            "layers": [layer.descriptor()],
        });
        Self {
            repository: repository.into(),
            tag: tag.into(),
            manifest: Blob::new(MANIFEST, manifest.to_string().into_bytes()),
            blobs: [config, layer],
        }
    }

    /// `REPOSITORY:TAG`, to be put behind a registry's address.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.repository, self.tag)
    }

    /// The manifest's digest.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.manifest.digest
    }
}

impl Blob {
    fn new(media_type: &'static str, bytes: Vec<u8>) -> Self {
        Self { digest: digest(&bytes), media_type, bytes }
    }

    fn descriptor(&self) -> serde_json::Value {
        json!({ "mediaType": self.media_type, "size": self.bytes.len(), "digest": self.digest })
    }
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
