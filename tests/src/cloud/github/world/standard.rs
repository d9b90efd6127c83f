//! The world that a test gets when it does not ask for another.

use std::sync::OnceLock;

use super::{App, Installation, Job, Organisation, Package, Person, World, permissions};
use crate::cloud::stand::Standard;

impl Standard for World {
    /// The organisation `shoreteam` with the repositories `images` and `tools`, the private packages `app`
    /// (linked to `images`) and `notes` (linked to nothing) and the public `base`; the person `alice`, its
    /// member, with a classic token to write packages and a fine-grained one; `bob`, who is nowhere a
    /// member, with one to read; the apps `puller` (id 1001, installation 2001 in the whole organisation, may
    /// read packages) and `narrow` (id 1002, installation 2002 in `tools` only, may write); a job in `images`
    /// that may write; and the client `Ov23liShorepassTests`.
    fn standard() -> Self {
        let (puller, narrow) = apps().clone();
        let read = permissions(&[("packages", "read"), ("metadata", "read")]);
        let write = permissions(&[("packages", "write"), ("metadata", "read")]);
        Self::default()
            .app(puller)
            .app(narrow)
            .installation(Installation::new(2001, 1001, "shoreteam", read))
            .installation(Installation::new(2002, 1002, "shoreteam", write).selected(&["shoreteam/tools"]))
            .repository("shoreteam/images")
            .repository("shoreteam/tools")
            .package(Package::private("shoreteam/app").linked("shoreteam/images"))
            .package(Package::private("shoreteam/notes"))
            .package(Package::public("shoreteam/base"))
            .person(Person::new("alice").classic(&["write:packages"]).fine_grained())
            .person(Person::new("bob").classic(&["read:packages"]))
            .organisation(Organisation::new("shoreteam", &["alice"]))
            .job(Job::new("shoreteam/images", Some("write")))
            .client("Ov23liShorepassTests")
    }
}

/// RSA keys are slow to make, and nothing depends on every world having its own.
fn apps() -> &'static (App, App) {
    static APPS: OnceLock<(App, App)> = OnceLock::new();
    APPS.get_or_init(|| {
        (App::new("puller", 1001, "Iv23liShorepassPull"), App::new("narrow", 1002, "Iv23liShorepassWrit"))
    })
}
