//! The gcloud CLI's own account, and tokens that somebody gave it.

use shorepass_tests::{
    bed::Bed,
    cloud::google::{CLOUD_PLATFORM, Google, MIDDLE, USER},
};

use super::{assert_reason, configure, get, owner, script, stranger};

#[test]
fn gcloud_s_token_is_used_and_asked_for_afresh() {
    let cloud = Google::start().unwrap();
    let token = given(&cloud);
    let bed = with_gcloud(
        &cloud,
        &format!(
            "[ \"$*\" = \"config config-helper --force-auth-refresh --format=json\" ] || exit 3\n\
             echo '{{\"configuration\":{{}},\"credential\":{{\"access_token\":\"{token}\",\
             \"token_expiry\":\"2099-01-01T00:00:00Z\"}}}}'"
        ),
    );
    configure(&bed, &cloud, "source = \"gcloud\"");

    assert_eq!(owner(&cloud, &get(&bed)), format!("user:{USER}"));
}

#[test]
fn a_failing_gcloud_says_how_to_sign_in_and_nothing_of_what_it_says() {
    let cloud = Google::start().unwrap();

    for (text, why) in [
        ("echo canary; echo canary >&2; exit 1", "it ended with exit status 1"),
        ("echo canary", "it did not write a credential"),
    ] {
        let bed = with_gcloud(&cloud, text);
        configure(&bed, &cloud, "source = \"gcloud\"");

        assert_reason(
            &get(&bed),
            &["the gcloud CLI gave no token: ", why, "; sign in with `gcloud auth login`"],
        );
    }
}

#[test]
fn a_token_that_was_given_to_gcloud_is_used_without_gcloud() {
    let cloud = Google::start().unwrap();
    let mut bed = with_gcloud(&cloud, "exit 9");
    configure(&bed, &cloud, "source = \"gcloud\"");

    bed.set("CLOUDSDK_AUTH_ACCESS_TOKEN", &given(&cloud));
    assert_eq!(owner(&cloud, &get(&bed)), format!("user:{USER}"));

    bed.unset("CLOUDSDK_AUTH_ACCESS_TOKEN");
    let file = bed.write("token", &format!("{}\n", given(&cloud)));
    bed.set("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", file.to_str().unwrap());
    assert_eq!(owner(&cloud, &get(&bed)), format!("user:{USER}"));
}

#[test]
fn a_given_token_that_has_ended_cannot_impersonate() {
    let cloud = Google::start().unwrap();
    let mut bed = stranger(&cloud);
    bed.set("CLOUDSDK_AUTH_ACCESS_TOKEN", "canary");
    let keys =
        format!("source = \"gcloud\"\nservice_account = \"{MIDDLE}\"\niam_endpoint = \"{}\"", cloud.url());
    configure(&bed, &cloud, &keys);

    assert_reason(
        &get(&bed),
        &[&format!("the token to impersonate `{MIDDLE}` with is not or no longer good")],
    );
}

fn with_gcloud(cloud: &Google, text: &str) -> Bed {
    let mut bed = stranger(cloud);
    script(&bed, "bin/gcloud", text);
    let path = format!("{}:{}", bed.path("bin").display(), bed.variable("PATH").unwrap());
    bed.set("PATH", &path);
    bed
}

/// A token of the person's that came from somewhere.
fn given(cloud: &Google) -> String {
    let file = cloud.credential_files().authorized_user(USER);
    let bed = super::holder_of(cloud, &file);
    let said = get(&bed);
    assert!(super::scopes(cloud, &said).contains(&CLOUD_PLATFORM.to_owned()));
    said.credential().1
}
