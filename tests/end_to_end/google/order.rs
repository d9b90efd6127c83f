//! Which place is asked first, and that a place that fails ends the search.

use shorepass_tests::{
    bed::Bed,
    cloud::google::{Google, INSTANCE_ACCOUNT, PULLER, USER},
};

use super::{assert_reason, get, member, owner, puller, script, stranger};

#[test]
fn each_place_wins_over_those_behind_it() {
    let cloud = Google::start().unwrap();
    let mut bed = everywhere(&cloud);

    assert_eq!(owner(&cloud, &get(&bed)), puller());

    bed.unset("GOOGLE_APPLICATION_CREDENTIALS");
    assert_eq!(owner(&cloud, &get(&bed)), format!("user:{USER}"));

    std::fs::remove_file(bed.path(WELL_KNOWN)).unwrap();
    assert_eq!(owner(&cloud, &get(&bed)), member(INSTANCE_ACCOUNT));

    bed.set("NO_GCE_CHECK", "true");
    assert_reason(&get(&bed), &["the gcloud CLI gave no token: it ended with exit status 7"]);
}

#[test]
fn a_place_that_is_there_but_fails_ends_the_search() {
    let cloud = Google::start().unwrap();
    let mut bed = everywhere(&cloud);

    bed.write("key.json", "{}");
    assert_reason(&get(&bed), &["/key.json` lacks `type`"]);

    bed.unset("GOOGLE_APPLICATION_CREDENTIALS");
    cloud.with_world(|world| world.user_mut(USER).unwrap().revoke());
    assert_reason(&get(&bed), &["the Google sign-in has expired or was revoked"]);
    assert_eq!(cloud.count("metadata:GetToken"), 0);
}

#[test]
fn nothing_anywhere_lists_the_places_and_says_what_to_do() {
    let cloud = Google::start().unwrap();

    assert_reason(
        &get(&stranger(&cloud)),
        &[
            "no Google credentials found: `GOOGLE_APPLICATION_CREDENTIALS` is not set, nobody has signed in \
             for applications or with gcloud, and `NO_GCE_CHECK` keeps away from the metadata server",
            "; sign in with `gcloud auth application-default login`",
        ],
    );
}

#[test]
fn a_token_for_gcloud_does_not_go_before_a_file() {
    let cloud = Google::start().unwrap();
    let mut bed = everywhere(&cloud);
    bed.set("CLOUDSDK_AUTH_ACCESS_TOKEN", "canary");

    assert_eq!(owner(&cloud, &get(&bed)), puller());
}

/// Somebody who has an identity at every place.
fn everywhere(cloud: &Google) -> Bed {
    let mut bed = stranger(cloud);
    let files = cloud.credential_files();
    let key = bed.write("key.json", &files.service_account(PULLER).to_string());
    bed.write(WELL_KNOWN, &files.authorized_user(USER).to_string());
    bed.write("home/.config/gcloud/credentials.db", "");
    script(&bed, "bin/gcloud", "exit 7");
    let path = format!("{}:{}", bed.path("bin").display(), bed.variable("PATH").unwrap());
    bed.set("GOOGLE_APPLICATION_CREDENTIALS", key.to_str().unwrap()).set("PATH", &path);
    bed.set("GCE_METADATA_HOST", &cloud.address().to_string()).unset("NO_GCE_CHECK");
    bed
}

const WELL_KNOWN: &str = "home/.config/gcloud/application_default_credentials.json";
