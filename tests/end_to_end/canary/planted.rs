//! The files in which secrets rightly stand: profiles, keys, a credential command, sign-ins.

use std::{fs, os::unix::fs::PermissionsExt};

use shorepass_tests::cloud::aws::SignIn;

use super::{KEY_ID, MARK, SECRET_KEY, Stage};

impl Stage<'_> {
    pub(super) fn plant_files(&mut self) {
        let command = self.bed.path("home/credentials-command");
        let config = format!(
            "[profile process]\ncredential_process = '{0}' --token {MARK}\n\
             [profile process-garbage]\ncredential_process = '{0}' --token {MARK} garbage\n\
             [profile sso]\nsso_session = good\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n\
             [profile sso-refused]\nsso_session = refused\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n\
             [sso-session good]\nsso_start_url = {1}\nsso_region = {2}\n\
             [sso-session refused]\nsso_start_url = {1}\nsso_region = {2}\n",
            command.display(),
            self.sign_in.start_url,
            self.sign_in.region,
        );
        let credentials = format!(
            "[keys]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET_KEY}\n\
             [keys-refused]\naws_access_key_id = AKIA{MARK}OTHER\naws_secret_access_key = {SECRET_KEY}\n\
             aws_session_token = {MARK}\n\
             [keys-broken]\naws_secret_access_key = {SECRET_KEY}\n"
        );
        let process = format!(
            "#!/bin/sh\necho {MARK} >&2\n[ \"$3\" = garbage ] && echo {MARK} && exit 3\n\
             echo '{{\"Version\":1,\"AccessKeyId\":\"{KEY_ID}\",\"SecretAccessKey\":\"{SECRET_KEY}\"}}'\n"
        );
        let mut refused = self.sign_in.cache_json();
        for field in ["accessToken", "refreshToken", "clientSecret"] {
            refused[field] = MARK.into();
        }
        for (place, text) in [
            ("home/.aws/config".to_owned(), config),
            ("home/.aws/credentials".to_owned(), credentials),
            ("home/credentials-command".to_owned(), process),
            (sign_in_file("good"), self.sign_in.cache_json().to_string()),
            (sign_in_file("refused"), refused.to_string()),
        ] {
            self.planted.push(self.bed.write(&place, &text));
        }
        fs::set_permissions(command, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn sign_in_file(session: &str) -> String {
    format!("home/.aws/sso/cache/{}", SignIn::cache_file_name(session))
}
