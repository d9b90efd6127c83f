//! ECR Public, from which anybody may pull: only an access can be narrowed.

use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use super::{Login, ROLE};

#[test]
fn a_password_to_pull_does_not_push() {
    let cloud = Aws::start().unwrap();
    for (access, pushes) in [("pull", false), ("push", true), ("full", true)] {
        let bed = with_access(&cloud, &format!("access = \"{access}\""));

        let login = Login::of(&cloud, &bed.helper("get", PUBLIC));

        assert!(login.may("pull", "shoreteam/app"), "{access}");
        assert_eq!(login.may("push", "shoreteam/app"), pushes, "{access}");
    }
}

#[test]
fn only_full_access_deletes() {
    let cloud = Aws::start().unwrap();
    for (access, deletes) in [("push", false), ("full", true)] {
        let bed = with_access(&cloud, &format!("access = \"{access}\""));

        assert_eq!(Login::of(&cloud, &bed.helper("get", PUBLIC)).may("delete", "shoreteam/app"), deletes);
    }
}

#[test]
fn repositories_of_it_are_only_noted() {
    let cloud = Aws::start().unwrap();
    let bed = with_access(&cloud, "repositories = [\"shoreteam/*\"]");

    let notes = bed.shorepass(&["explain", "--json", PUBLIC]).json()["notes"].to_string();

    assert!(notes.contains("`repositories` is not enforced for ECR Public"), "{notes}");
    assert!(!notes.contains("unless"), "{notes}");
}

fn with_access(cloud: &Aws, rule: &str) -> Bed {
    let bed = Bed::of(cloud, "alice");
    bed.configure(&format!(
        "[identity.used]\ntype = \"aws\"\nrole_arn = \"{ROLE}ci-pull\"\n\
         [[registry]]\nmatch = \"{PUBLIC}\"\nidentity = \"used\"\nanonymous = \"never\"\n{rule}\n"
    ));
    bed
}

const PUBLIC: &str = "public.ecr.aws";
