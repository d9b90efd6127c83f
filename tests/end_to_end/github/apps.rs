//! Apps: from a key to a token of an installation, for no more than is asked, and never one that is good for
//! nothing.

use std::time::Duration;

use shorepass_core::clock::{Clock, SystemClock};
use shorepass_tests::{
    bed::Bed,
    cloud::github::{GitHub, Package, permissions},
};

use super::{assert_reason, cloud, get, identify, owner, stranger};

#[test]
fn an_app_gets_a_token_of_its_installation_to_read_packages() {
    let cloud = cloud();
    let bed = puller(&cloud, "access = \"pull\"", "installation_id = \"2001\"");

    let said = get(&bed);

    assert_eq!(owner(&cloud, &said), "installation/2001");
    let installed = cloud.installed().find(&said.credential().1).unwrap().facts;
    assert_eq!((installed.permissions, installed.repositories), (permissions(&[("packages", "read")]), None));
}

#[test]
fn an_installation_is_found_by_its_owner_or_by_a_repository() {
    for place in ["owner = \"shoreteam\"", "repository = \"shoreteam/images\""] {
        let cloud = cloud();

        assert_eq!(owner(&cloud, &get(&puller(&cloud, "", place))), "installation/2001", "{place}");
    }
}

#[test]
fn a_token_is_for_the_repositories_of_the_rules_images() {
    let cloud = cloud();
    cloud.knobs().app_tokens_open_packages(true);
    cloud.with_world(|world| {
        world.package_mut("shoreteam/app").unwrap().name = "shoreteam/images".into();
    });
    let rule = "access = \"pull\"\nrepositories = [\"shoreteam/images\", \"shoreteam/images/web\"]";

    let said = get(&puller(&cloud, rule, "owner = \"shoreteam\""));

    let installed = cloud.installed().find(&said.credential().1).unwrap().facts;
    assert_eq!(installed.repositories, Some(vec!["shoreteam/images".to_owned()]));
    assert_eq!(cloud.count("ghcr:Manifest"), 1, "it was tried");
}

#[test]
fn a_token_that_cannot_pull_is_not_handed_out() {
    for denies_at_token_service in [false, true] {
        let cloud = cloud();
        cloud.knobs().deny_at_token_service(denies_at_token_service);
        let bed = puller(&cloud, "access = \"pull\"", "owner = \"shoreteam\"");

        let said = bed.helper("get", "ghcr.io/shoreteam/app");

        assert_reason(
            &said,
            &[
                "`ghcr.io` refuses the app's token the pull of `shoreteam/app`, so it is not handed out",
                "in a workflow use the job's own `GITHUB_TOKEN`",
                "a classic token that has `read:packages`",
            ],
        );
    }
}

#[test]
fn a_token_that_can_pull_what_is_asked_for_is_handed_out() {
    let cloud = cloud();
    let bed = puller(&cloud, "", "owner = \"shoreteam\"");

    let public = bed.helper("get", "ghcr.io/shoreteam/base");
    cloud.knobs().app_tokens_open_packages(true);
    let private = bed.helper("get", "ghcr.io/shoreteam/app");
    let new = bed.helper("get", "ghcr.io/shoreteam/base/unborn");

    assert_eq!(owner(&cloud, &public), "installation/2001");
    assert_eq!(owner(&cloud, &private), "installation/2001");
    assert!(new.code == 1 && new.stdout.contains("so it is not handed out"), "{new:?}");
}

#[test]
fn a_tag_that_is_not_there_is_no_refusal() {
    let cloud = cloud();
    cloud.with_world(|world| *world = world.clone().package(Package::public("shoreteam/other")));
    let bed = puller(&cloud, "", "owner = \"shoreteam\"");

    assert_eq!(owner(&cloud, &bed.helper("get", "ghcr.io/shoreteam/other")), "installation/2001");
}

#[test]
fn all_that_an_app_may_do_is_to_read_when_it_may_not_write() {
    let cloud = cloud();

    let said = get(&puller(&cloud, "", "installation_id = \"2001\""));
    let level = |token: &str| cloud.installed().find(token).unwrap().facts.permissions["packages"].clone();

    assert_eq!(level(&said.credential().1), "read");
    assert_eq!(cloud.count("api:CreateToken"), 2);
    let writer = app(&cloud, "narrow", "", "installation_id = \"2002\"");
    assert_eq!(level(&get(&writer).credential().1), "write");
}

#[test]
fn a_token_ends_when_github_says_so_whatever_the_clock() {
    for ahead_ms in [0, 3 * 3600 * 1000, -3 * 3600 * 1000] {
        let cloud = cloud();
        cloud.knobs().clock_ahead_ms(ahead_ms);
        let bed = puller(&cloud, "", "installation_id = \"2001\"");

        let said = bed.shorepass(&["get", "--json", "ghcr.io"]).json();

        let ends = humantime::parse_rfc3339(said["expires_at"].as_str().unwrap()).unwrap();
        let life = ends.duration_since(SystemClock::new().now().wall).unwrap();
        assert!((3540..=3602).contains(&life.as_secs()), "{ahead_ms}: {life:?}");
    }
}

#[test]
fn a_short_token_is_renewed_behind_the_scenes() {
    let cloud = cloud();
    cloud.knobs().installation_token_life(Duration::from_secs(8));
    let bed = puller(&cloud, "access = \"pull\"", "installation_id = \"2001\"");
    let first = get(&bed).credential().1;

    assert!(cloud.wait_for("api:CreateToken", 2, super::super::LONG));

    assert_eq!(owner(&cloud, &get(&bed)), "installation/2001");
    assert!(cloud.installed().count() >= 2 && !first.is_empty());
}

#[test]
fn a_key_may_be_in_the_vault() {
    let cloud = cloud();
    let bed = stranger(&cloud);
    let key = cloud.with_world(|world| world.find_app("puller").unwrap().private_key().clone());
    let keys = "app_id = \"Iv23liShorepassPull\"\nprivate_key_login = \"app-key\"\nowner = \"shoreteam\"";
    identify(&bed, &cloud, "", keys);

    assert_reason(&get(&bed), &["nothing is stored as `app-key`", "`shorepass vault put app-key"]);
    let put = ["vault", "put", "app-key", "--username", "app", "--password-stdin"];
    let said = bed.run("shorepass", &put, key.expose(), &[]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(owner(&cloud, &get(&bed)), "installation/2001");
}

/// The app `puller`, which may read.
pub(super) fn puller(cloud: &GitHub, rule: &str, installation: &str) -> Bed {
    app(cloud, "puller", rule, installation)
}

pub(super) fn app(cloud: &GitHub, name: &str, rule: &str, installation: &str) -> Bed {
    let bed = stranger(cloud);
    let (id, key) = cloud.with_world(|world| {
        let app = world.find_app(name).unwrap();
        (app.id, app.private_key().clone())
    });
    let file = bed.write("secrets/app.pem", key.expose());
    let keys = format!("app_id = \"{id}\"\nprivate_key_file = \"{}\"\n{installation}", file.display());
    identify(&bed, cloud, rule, &keys);
    bed
}
