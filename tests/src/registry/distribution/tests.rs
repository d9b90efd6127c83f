//! Who is let in, and that what is served is what its digest says.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::{
    cloud::{
        aws::{Aws, sigv4::hex},
        http::{Service as _, request},
    },
    registry::admission::of_aws,
};

#[test]
fn a_good_password_pulls_and_an_expired_one_is_told_so() {
    let (counter, cloud) = counter();
    let password = cloud.issued().issue("123456789012", "eu-west-1", "arn", Duration::from_secs(60)).0;
    let pull = || counter.answer(&asked("GET", "/v2/team/app/manifests/latest", Some(&password)));

    let good = pull();
    cloud.knobs().clock_ahead_ms(61_000);
    let expired = pull();

    assert_eq!((good.status, expired.status), (200, 403));
    assert!(String::from_utf8_lossy(&expired.body).contains("authorization token has expired"));
    assert_eq!(counter.shelf.pulls(), 1);
    assert_eq!(counter.refusals.load(Ordering::Relaxed), 1);
}

#[test]
fn strangers_are_challenged() {
    let (counter, _cloud) = counter();

    for password in [None, Some("never issued")] {
        let reply = counter.answer(&asked("GET", "/v2/", password));

        assert_eq!(reply.status, 401);
        let challenge = reply.headers.iter().find(|(name, _)| *name == "www-authenticate").unwrap();
        assert!(challenge.1.starts_with("Basic realm=\"https://r.example/\""), "{}", challenge.1);
    }
}

#[test]
fn a_login_is_judged_by_repository_and_action() {
    let (counter, _cloud) = counter();
    let narrow = Counter { admission: Arc::new(TeamPuller), ..counter };
    let status = |method: &str, path: &str| narrow.answer(&asked(method, path, Some("any"))).status;

    assert_eq!(status("GET", "/v2/"), 200);
    assert_eq!(status("GET", "/v2/team/app/manifests/latest"), 200);
    assert_eq!(status("PUT", "/v2/team/app/manifests/latest"), 403);
    assert_eq!(status("GET", "/v2/other/manifests/latest"), 403);
}

#[test]
fn everything_is_found_under_its_digest() {
    let (counter, cloud) = counter();
    let password = cloud.issued().issue("123456789012", "eu-west-1", "arn", Duration::from_secs(60)).0;
    let image = counter.shelf.image().clone();

    let wanted = image.blobs.iter().map(|blob| ("blobs", blob)).chain([("manifests", &image.manifest)]);
    for (family, blob) in wanted {
        let path = format!("/v2/team/app/{family}/{}", blob.digest);
        let reply = counter.answer(&asked("GET", &path, Some(&password)));

        assert_eq!(format!("sha256:{}", hex(&Sha256::digest(&reply.body))), blob.digest, "{path}");
    }
    for path in ["/v2/team/app/manifests/other", "/v2/team/app/blobs/sha256:00", "/v2/other/manifests/latest"]
    {
        assert_eq!(counter.answer(&asked("GET", path, Some(&password))).status, 404, "{path}");
    }
}

fn counter() -> (Counter, Aws) {
    let cloud = Aws::start().unwrap();
    let image = Image::new("team/app", "latest", "hello");
    let counter =
        Counter { shelf: Shelf::new(vec![image]), admission: of_aws(&cloud), refusals: AtomicUsize::new(0) };
    (counter, cloud)
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

/// Whoever comes may pull from the team.
struct TeamPuller;

impl Admission for TeamPuller {
    fn standing(&self, _username: &str, _password: &str) -> Standing {
        Standing::Good
    }

    fn allows(&self, _password: &str, repository: &str, action: &str) -> bool {
        repository.starts_with("team/") && action == "pull"
    }
}
