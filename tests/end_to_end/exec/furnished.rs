//! What the command finds: its own clients' files, the helper that belongs to us, a broker, and the caller's variables.

use serde_json::{Value, json};
use shorepass_tests::{
    bed::{Bed, Said},
    cloud::aws::Aws,
    programs,
};

use super::{assert_nothing_is_left, exec, exec_in, get, tree};
use crate::{ECR, broker_life::processes::in_bed};

#[test]
fn a_command_gets_its_credential_and_nothing_is_left() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let before = tree(&bed);

    let said = exec(&bed, &[], &format!("{0} >/dev/null; {0}", get()));
    let processes = in_bed(&bed);

    let (user, secret) = said.credential();
    assert!(cloud.issued().is_valid(&user, &secret));
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
    assert_eq!(processes, Vec::<u32>::new());
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn the_users_own_broker_knows_nothing_of_it() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let _ = bed.helper("get", ECR).credential();
    let (own, asked) = (bed.broker(), bed.counter("requests"));

    let said = exec(&bed, &[], &get());

    let _ = said.credential();
    assert_eq!((bed.broker(), bed.counter("requests")), (own, asked));
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 2);
}

#[test]
fn named_registries_stand_in_both_files_and_the_callers_logins_in_neither() {
    let mut bed = Bed::new();
    bed.set("DOCKER_AUTH_CONFIG", "{\"auths\":{}}");
    bed.write(
        "home/.docker/config.json",
        r#"{"auths":{"a.example":{"auth":"eA=="}},"credsStore":"desktop","currentContext":"far","detachKeys":"ctrl-q"}"#,
    );
    bed.write("home/.docker/cli-plugins/docker-x", "x");
    bed.write("home/auth.json", r#"{"auths":{"a.example":{"auth":"eA=="}}}"#);
    let before = tree(&bed);

    let script = "cat $DOCKER_CONFIG/config.json; echo ,; cat $REGISTRY_AUTH_FILE; \
                  echo ,\\\"$(cat $DOCKER_CONFIG/cli-plugins/docker-x)$DOCKER_AUTH_CONFIG$CONTAINERS_REGISTRIES_CONF\\\"";
    let said = exec(&bed, &["--registry", "R.example:5000", "docker.io"], script);

    assert_eq!(
        list(&said),
        json!([
            {
                "currentContext": "far",
                "detachKeys": "ctrl-q",
                "credHelpers": {"https://index.docker.io/v1/": "shorepass", "r.example:5000": "shorepass"},
            },
            {"credHelpers": {"docker.io": "shorepass", "r.example:5000": "shorepass"}},
            "x",
        ])
    );
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn without_names_docker_podman_and_buildah_ask_for_every_registry() {
    let mut bed = Bed::new();
    let own =
        bed.write("home/own.conf", "credential-helpers = [\"pass\"]\nshort-name-mode = \"enforcing\"\n");
    bed.set("CONTAINERS_REGISTRIES_CONF", own.to_str().unwrap());

    let docker = exec(&bed, &[], "cat $DOCKER_CONFIG/config.json");
    let podman = exec(&bed, &[], "cat $CONTAINERS_REGISTRIES_CONF");

    assert_eq!(docker.json()["credsStore"], "shorepass");
    assert_eq!(
        podman.stdout.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>(),
        ["credential-helpers = [\"shorepass\"]", "short-name-mode = \"enforcing\""]
    );
}

#[test]
fn logins_that_podman_buildah_and_skopeo_go_on_to_are_named_before_the_command_begins() {
    let bed = Bed::new();
    let script = "echo begun >&2";
    let without = exec(&bed, &["--registry", "r.example"], script);
    let file = bed.write("home/.config/containers/auth.json", "{}");
    let before = tree(&bed);

    let named = exec(&bed, &["--registry", "r.example"], script);
    let every = exec(&bed, &[], script);

    let file = file.display();
    assert_eq!(without.stderr, "begun\n");
    assert_eq!(
        named.stderr,
        format!("note: podman, buildah and skopeo look for logins in `{file}` too\nbegun\n")
    );
    assert_eq!(every.stderr, format!("note: skopeo looks for logins in `{file}` too\nbegun\n"));
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn the_helper_is_the_one_beside_us_whatever_else_is_on_the_path() {
    let mut bed = Bed::new();
    bed.write("other/docker-credential-shorepass", "#!/bin/sh\nexit 9\n");
    let path = format!("{}:/usr/bin:/bin", bed.path("other").display());
    bed.set("PATH", &path);

    let said = exec(&bed, &[], "readlink $(command -v docker-credential-shorepass); echo $PATH");

    let ours = programs::program("docker-credential-shorepass").canonicalize().unwrap();
    let mut lines = said.stdout.lines();
    assert_eq!(lines.next(), ours.to_str());
    assert!(lines.next().unwrap().ends_with(&format!("/bin:{path}")), "{said:?}");
}

#[test]
fn the_callers_configuration_counts_and_so_do_the_callers_variables() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let config =
        bed.write("own.toml", "[[registry]]\nmatch = \"private.example\"\nkind = \"ecr\"\naccount = \"123456789012\"\nregion = \"eu-west-1\"\n");

    let script = "printf private.example | docker-credential-shorepass get";
    let named = exec_in(&bed, &[("SHOREPASS_CONFIG", config.to_str().unwrap())], &[], script);
    let unnamed = exec(&bed, &[], script);
    let overridden = exec(&bed, &[], &get().replace("| ", "| AWS_ACCESS_KEY_ID=AKIA0 "));

    let (user, secret) = named.credential();
    assert!(cloud.issued().is_valid(&user, &secret));
    assert_eq!(unnamed.stdout.trim_end(), "credentials not found in native keychain");
    assert_eq!(overridden.code, 1, "the variables of the helper were not asked for");
}

#[test]
fn the_log_of_the_private_broker_is_shown_inside() {
    let bed = Bed::new();

    let said = exec(&bed, &[], "shorepass broker logs");

    assert!(said.stdout.contains("listening"), "{said:?}");
    assert!(said.stderr.contains("/shorepass-exec-"), "{said:?}");
}

fn list(said: &Said) -> Value {
    serde_json::from_str(&format!("[{}]", said.stdout)).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}
