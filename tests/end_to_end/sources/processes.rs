//! `credential_process`: a command of the user's that prints keys.

use std::{fs, os::unix::fs::PermissionsExt as _};

use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use super::{ALICE, assert_reason, get, keys, owner, stranger};
use crate::ECR;

#[test]
fn a_command_s_keys_are_used() {
    let cloud = Aws::start().unwrap();
    let bed = with_command(&cloud, &print_keys(&cloud));

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
}

#[test]
fn a_command_is_looked_up_in_the_caller_s_path() {
    let cloud = Aws::start().unwrap();
    let bed = with_command(&cloud, &print_keys(&cloud));
    bed.write("home/.aws/config", "[profile used]\ncredential_process = vault --token canary\n");
    let path = format!("{}:/usr/bin:/bin", bed.path("bin").display());

    // The broker is started by somebody who does not have the command.
    assert_eq!(bed.helper("get", "registry.example").code, 1);
    let said = bed.helper_in(&[("PATH", &path)], "get", ECR);

    assert_eq!(owner(&cloud, &said), ALICE);
}

#[test]
fn a_command_sees_the_forwarded_variables_and_no_others() {
    let cloud = Aws::start().unwrap();
    let script = format!("[ \"$VAULT\" = main ] && [ -z \"$OTHER\" ] || exit 9\n{}", print_keys(&cloud));
    let bed = with_command(&cloud, &script);
    let env = [("VAULT", "main"), ("OTHER", "canary")];

    let without = bed.helper_in(&env, "get", ECR);
    bed.configure(
        "[identity.vault]\ntype = \"aws\"\nprofile = \"used\"\nforward = [\"VAULT\"]\n\
         [[registry]]\nmatch = \"*.dkr.ecr.*.amazonaws.com\"\nidentity = \"vault\"\n",
    );
    let with = bed.helper_in(&env, "get", ECR);
    let with_another = bed.helper_in(&[("VAULT", "spare")], "get", ECR);

    assert_reason(&cloud, &without, &["ended with exit status 9"]);
    assert_eq!(owner(&cloud, &with), ALICE);
    assert_reason(&cloud, &with_another, &["ended with exit status 9"]);
}

#[test]
fn a_failing_command_is_named_and_nothing_of_what_it_says_is_shown() {
    let cloud = Aws::start().unwrap();
    let ended = r#"echo '{"Version":1,"AccessKeyId":"canary","SecretAccessKey":"canary","Expiration":"2020-01-01T00:00:00Z"}'"#;

    for (script, why) in [
        ("echo canary >&2; echo canary; exit 3", "ended with exit status 3"),
        ("echo canary", "did not write the JSON object that the AWS SDKs expect"),
        ("yes canary", "wrote too much"),
        (r#"echo '{"Version":2,"AccessKeyId":"canary","SecretAccessKey":"canary"}'"#, "wrote version 2"),
        (ended, "handed out credentials that ended at 2020-01-01T00:00:00Z"),
    ] {
        assert_reason(
            &cloud,
            &get(&with_command(&cloud, script)),
            &[
                "`credential_process` of the profile `used`",
                why,
                "`aws sts get-caller-identity --profile used`",
            ],
        );
    }
}

#[test]
fn a_command_that_is_not_there_is_named_without_its_arguments() {
    let cloud = Aws::start().unwrap();
    let mut bed = stranger(&cloud);
    bed.write("home/.aws/config", "[profile used]\ncredential_process = no-such-vault --token canary\n");
    bed.set("AWS_PROFILE", "used");

    assert_reason(&cloud, &get(&bed), &["`no-such-vault`, was not found"]);
}

/// Somebody whose profile runs a script with a secret argument.
fn with_command(cloud: &Aws, script: &str) -> Bed {
    let mut bed = stranger(cloud);
    let program = bed.write("bin/vault", &format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let command = format!("[profile used]\ncredential_process = {} --token canary\n", program.display());
    bed.write("home/.aws/config", &command);
    bed.set("AWS_PROFILE", "used");
    bed
}

fn print_keys(cloud: &Aws) -> String {
    let [id, secret] = keys(cloud);
    format!(r#"echo '{{"Version":1,"AccessKeyId":"{id}","SecretAccessKey":"{secret}"}}'"#)
}
