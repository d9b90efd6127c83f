//! Who is let in, and that what is served is what its digest says.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::cloud::{
    aws::sigv4::hex,
    clock::ServerClock,
    http::{Service as _, request},
};

#[test]
fn a_good_password_pulls_and_an_expired_one_is_told_so() {
    let (shelf, clock) = shelf();
    let password = shelf.issued.issue("123456789012", "eu-west-1", "arn", Duration::from_secs(60)).0;
    let pull = || shelf.answer(&asked("GET", "/v2/team/app/manifests/latest", Some(&password)));

    let good = pull();
    clock.set_ahead_ms(61_000);
    let expired = pull();

    assert_eq!((good.status, expired.status), (200, 403));
    assert!(String::from_utf8_lossy(&expired.body).contains("authorization token has expired"));
    assert_eq!(shelf.pulls.load(Ordering::Relaxed), 1);
    assert_eq!(shelf.refusals.load(Ordering::Relaxed), 1);
}

#[test]
fn strangers_are_challenged() {
    let (shelf, _) = shelf();

    for password in [None, Some("never issued")] {
        let reply = shelf.answer(&asked("GET", "/v2/", password));

        assert_eq!(reply.status, 401);
        let challenge = reply.headers.iter().find(|(name, _)| *name == "www-authenticate").unwrap();
        assert!(challenge.1.starts_with("Basic realm=\"https://r.example/\""), "{}", challenge.1);
    }
}

#[test]
fn everything_is_found_under_its_digest() {
    let (shelf, _) = shelf();
    let password = shelf.issued.issue("123456789012", "eu-west-1", "arn", Duration::from_secs(60)).0;
    let image = shelf.image.clone();

    let wanted = image.blobs.iter().map(|blob| ("blobs", blob)).chain([("manifests", &image.manifest)]);
    for (family, blob) in wanted {
        let path = format!("/v2/team/app/{family}/{}", blob.digest);
        let reply = shelf.answer(&asked("GET", &path, Some(&password)));

        assert_eq!(format!("sha256:{}", hex(&Sha256::digest(&reply.body))), blob.digest, "{path}");
    }
    for path in ["/v2/team/app/manifests/other", "/v2/team/app/blobs/sha256:00", "/v2/other/manifests/latest"]
    {
        assert_eq!(shelf.answer(&asked("GET", path, Some(&password))).status, 404, "{path}");
    }
}

fn shelf() -> (Shelf, ServerClock) {
    let cloud = Aws::start().unwrap();
    let shelf = Shelf {
        image: Image::new("team/app", "latest", "hello"),
        issued: cloud.issued().clone(),
        knobs: cloud.knobs().clone(),
        pulls: AtomicUsize::new(0),
        refusals: AtomicUsize::new(0),
    };
    let clock = shelf.knobs.clock().clone();
    (shelf, clock)
}

fn asked(method: &str, path: &str, password: Option<&str>) -> Request {
    let login =
        password.map(|password| format!("Basic {}", BASE64_STANDARD.encode(format!("AWS:{password}"))));
    let mut headers = vec![("host", "r.example")];
    if let Some(login) = &login {
        headers.push(("authorization", login));
    }
    request(method, path, &headers, "")
}
