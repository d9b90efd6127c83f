//! Programs of a credential file that print the token to be exchanged (AIP-4117).

use serde_json::{Value, json};
use shorepass_tests::{
    bed::Bed,
    cloud::google::{CI_PROVIDER, Google, PULLER, SubjectSource},
};

use super::{assert_reason, get, owner, puller, script, stranger, subject_token};

#[test]
fn a_program_prints_the_token_and_knows_what_for() {
    let cloud = Google::start().unwrap();
    let print = format!(
        "[ \"$GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE\" = {CI_PROVIDER} ] || exit 3\n\
         [ \"$GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE\" = urn:ietf:params:oauth:token-type:jwt ] || exit 4\n\
         [ \"$GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE\" = 0 ] || exit 5\n\
         [ \"$GOOGLE_EXTERNAL_ACCOUNT_IMPERSONATED_EMAIL\" = {PULLER} ] || exit 6\n\
         [ \"$1 $2\" = \"--key canary\" ] || exit 7\n{}",
        print(&subject_token(&cloud))
    );
    let bed = with_program(&cloud, &print, &json!({}));

    assert_eq!(owner(&cloud, &get(&bed)), puller());
}

#[test]
fn no_program_is_run_unless_the_caller_allows_it() {
    let cloud = Google::start().unwrap();
    let mut bed = with_program(&cloud, "touch \"$0.was-here\"", &json!({}));

    for allowed in ["", "0", "true"] {
        bed.set(ALLOW, allowed);

        assert_reason(
            &get(&bed),
            &[
                "wants to run the program",
                "/bin/idp`; if the file is yours, allow it: `export",
                "EXECUTABLES=1`",
            ],
        );
    }
    assert!(!bed.path("bin/idp.was-here").exists());
}

#[test]
fn a_failing_program_is_named_and_nothing_of_what_it_says_is_shown() {
    let cloud = Google::start().unwrap();

    for (text, why) in [
        ("echo canary >&2; echo canary; exit 3", "ended with exit status 3"),
        ("echo canary", "did not write the JSON object of AIP-4117"),
        ("yes canary", "wrote too much"),
        (
            r#"echo '{"version":1,"success":false,"code":"401","message":"canary"}'"#,
            "says that it failed: `401`",
        ),
        ("echo '{\"version\":3,\"success\":true}'", "wrote version 3"),
    ] {
        let bed = with_program(&cloud, text, &json!({}));

        assert_reason(
            &get(&bed),
            &["the executable `", "/bin/idp` of the credential file ", why, "; run its command"],
        );
    }
}

#[test]
fn a_program_that_does_not_end_is_ended() {
    let cloud = Google::start().unwrap();
    let bed = with_program(&cloud, "exec sleep 50", &json!({ "timeout_millis": 5000 }));

    assert_reason(&get(&bed), &["/bin/idp` of the credential file did not end within 5 s"]);
}

#[test]
fn a_program_that_is_not_there_is_named_without_its_arguments() {
    let cloud = Google::start().unwrap();
    let bed = with_program(&cloud, "", &json!({ "command": "/nowhere/idp --key canary" }));

    assert_reason(&get(&bed), &["the executable `/nowhere/idp` of the credential file was not found"]);
}

#[test]
fn a_token_in_the_output_file_is_used_while_it_lasts() {
    let cloud = Google::start().unwrap();
    let bed = with_program(&cloud, "exit 9", &json!({}));
    let kept = bed.path("kept.json");
    let bed = with_keys(bed, &cloud, &json!({ "output_file": kept }));

    bed.write("kept.json", &response(&subject_token(&cloud), 99_999_999_999).to_string());
    assert_eq!(owner(&cloud, &get(&bed)), puller());

    bed.write("kept.json", &response("canary", 1_767_225_600).to_string());
    assert_eq!(bed.shorepass(&["refresh", super::GAR]).code, 4);
}

fn with_program(cloud: &Google, text: &str, keys: &Value) -> Bed {
    let mut bed = stranger(cloud);
    script(&bed, "bin/idp", text);
    bed.set(ALLOW, "1");
    let file = bed.path("home/credentials.json");
    bed.set("GOOGLE_APPLICATION_CREDENTIALS", file.to_str().unwrap());
    with_keys(bed, cloud, keys)
}

/// The same with other keys of the executable.
fn with_keys(bed: Bed, cloud: &Google, keys: &Value) -> Bed {
    let files = cloud.credential_files();
    let command = format!("{} --key canary", bed.path("bin/idp").display());
    let mut file = files.external_account(CI_PROVIDER, &SubjectSource::Executable(command));
    let executable = file["credential_source"]["executable"].as_object_mut().unwrap();
    executable.extend(keys.as_object().unwrap().clone());
    bed.write("home/credentials.json", &files.impersonating(file, PULLER, None).to_string());
    bed
}

fn print(token: &str) -> String {
    format!("cat <<END\n{}\nEND", response(token, 99_999_999_999))
}

fn response(token: &str, end: u64) -> Value {
    json!({
        "version": 1, "success": true, "token_type": "urn:ietf:params:oauth:token-type:jwt",
        "id_token": token, "expiration_time": end,
    })
}

const ALLOW: &str = "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES";
