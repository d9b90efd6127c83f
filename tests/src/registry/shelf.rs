//! The images of a registry, and the distribution API's answers to pulls.
//!
//! Who may ask is not judged here.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::image::{Blob, Image};
use crate::cloud::http::{Reply, Request};

pub(super) struct Shelf {
    images: Vec<Image>,
    pulls: AtomicUsize,
}

impl Shelf {
    /// With these images, or with `team/app:latest` when there are none.
    pub(super) fn new(mut images: Vec<Image>) -> Self {
        if images.is_empty() {
            images.push(Image::new("team/app", "latest", "hello from shorepass\n"));
        }
        Self { images, pulls: AtomicUsize::new(0) }
    }

    /// The first of them.
    pub(super) fn image(&self) -> &Image {
        &self.images[0]
    }

    /// How many manifests were handed out.
    pub(super) fn pulls(&self) -> usize {
        self.pulls.load(Ordering::Relaxed)
    }

    pub(super) fn serve(&self, request: &Request) -> Reply {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return error(405, "UNSUPPORTED", "this registry only serves pulls");
        }
        if matches!(request.path.as_str(), "/v2/" | "/v2") {
            return Reply::json(200, &json!({}));
        }
        let found = split(&request.path).and_then(|(repository, part)| {
            Some((self.images.iter().find(|image| image.repository == repository)?, part))
        });
        let Some((image, part)) = found else {
            return error(404, "NAME_UNKNOWN", "repository name not known to registry");
        };

        if part == "/tags/list" {
            return Reply::json(200, &json!({ "name": image.repository, "tags": [image.tag] }));
        }
        if let Some(reference) = part.strip_prefix("/manifests/") {
            return self.manifest(image, reference, request);
        }
        let blob = part
            .strip_prefix("/blobs/")
            .and_then(|digest| image.blobs.iter().find(|blob| blob.digest == digest));
        blob.map_or_else(
            || error(404, "BLOB_UNKNOWN", "blob unknown to registry"),
            |blob| content(blob, "application/octet-stream"),
        )
    }

    fn manifest(&self, image: &Image, reference: &str, request: &Request) -> Reply {
        if reference != image.tag && reference != image.manifest.digest {
            return error(404, "MANIFEST_UNKNOWN", "manifest unknown");
        }
        if request.method == "GET" {
            self.pulls.fetch_add(1, Ordering::Relaxed);
        }
        content(&image.manifest, image.manifest.media_type)
    }
}

/// Which repository a path is about.
pub(super) fn repository_of(path: &str) -> Option<&str> {
    split(path).map(|(repository, _)| repository)
}

pub(super) fn error(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, &json!({ "errors": [{ "code": code, "message": message }] }))
}

fn split(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix("/v2/")?;
    ["/manifests/", "/blobs/", "/tags/"].iter().find_map(|part| rest.find(part)).map(|at| rest.split_at(at))
}

fn content(blob: &Blob, content_type: &str) -> Reply {
    Reply::new(200, content_type, blob.bytes.clone())
        .with_header("docker-content-digest", blob.digest.clone())
        .with_header("content-length", blob.bytes.len().to_string())
}
