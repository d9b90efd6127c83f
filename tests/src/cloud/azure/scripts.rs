//! Stand-ins for `az` and `azd`: shell scripts that print what the real ones print for one token.
//!
//! They refuse what they were not made for, so that a wrong scope or tenant is seen.

use std::time::{Duration, UNIX_EPOCH};

use super::{Azure, access_token};
use crate::cloud::clock::iso;

impl Azure {
    /// An `az` that is signed in as a principal and knows one resource.
    ///
    /// # Panics
    /// When there is no such principal.
    #[must_use]
    pub fn az_script(&self, principal: &str, resource: &str) -> String {
        let (token, expires_at, tenant) = self.signed_in(principal, resource);
        let local =
            iso(UNIX_EPOCH + Duration::from_secs(expires_at)).replace('T', " ").replace('Z', ".000000");
        format!(
            r#"#!/bin/sh
case "$*" in
"account get-access-token"*) ;;
*) echo "ERROR: '$*' is misspelled or not recognized by the system." >&2; exit 2 ;;
esac
shift 2
{ARGUMENTS}
[ "$scope" = "{resource}/.default" ] || [ "${{resource%/}}" = "{resource}" ] || {{
  echo "ERROR: AADSTS500011: The resource principal named $scope$resource was not found in the tenant named {tenant}." >&2
  exit 1
}}
[ -z "$tenant" ] || [ "$tenant" = "{tenant}" ] || {{
  echo "ERROR: AADSTS90002: Tenant '$tenant' not found. Check to make sure you have the correct tenant ID." >&2
  exit 1
}}
cat <<'END'
{{
  "accessToken": "{token}",
  "expiresOn": "{local}",
  "expires_on": {expires_at},
  "subscription": "5f6d1c9a-6d6b-4a5e-9f0e-0b1d2c3e4f50",
  "tenant": "{tenant}",
  "tokenType": "Bearer"
}}
END
"#
        )
    }

    /// An `azd` that is signed in as a principal and knows one resource.
    ///
    /// # Panics
    /// When there is no such principal.
    #[must_use]
    pub fn azd_script(&self, principal: &str, resource: &str) -> String {
        let (token, expires_at, tenant) = self.signed_in(principal, resource);
        let expires_on = iso(UNIX_EPOCH + Duration::from_secs(expires_at));
        format!(
            r#"#!/bin/sh
case "$*" in
"auth token"*) ;;
*) echo "ERROR: unknown command" >&2; exit 1 ;;
esac
shift 2
{ARGUMENTS}
[ "$scope" = "{resource}/.default" ] || {{
  echo '{{"type":"consoleMessage","timestamp":"{expires_on}","data":{{"message":"\nERROR: fetching token: AADSTS500011\n"}}}}' >&2
  exit 1
}}
[ -z "$tenant" ] || [ "$tenant" = "{tenant}" ] || {{ echo "ERROR: fetching token: AADSTS90002" >&2; exit 1; }}
echo '{{"token":"{token}","expiresOn":"{expires_on}"}}'
"#
        )
    }

    /// An `az` that nobody is signed in to.
    #[must_use]
    pub fn signed_out_az_script() -> &'static str {
        "#!/bin/sh\necho \"ERROR: Please run 'az login' to setup account.\" >&2\nexit 1\n"
    }

    /// An `azd` that nobody is signed in to.
    #[must_use]
    pub fn signed_out_azd_script() -> &'static str {
        "#!/bin/sh\necho \"ERROR: not logged in, run \\`azd auth login\\` to login\" >&2\nexit 1\n"
    }

    fn signed_in(&self, principal: &str, resource: &str) -> (String, u64, String) {
        let found = self.state.world().principal(principal).expect("the principal is part of the world");
        let life = self.state.knobs.current().access_token_life;
        let token = access_token::issue(&self.state, &found, resource, life);
        let tenant = self.state.world().tenant().to_owned();
        (token.text, token.expires_at, tenant)
    }
}

const ARGUMENTS: &str = r#"while [ $# -gt 0 ]; do
  case "$1" in
  --scope) scope=$2; shift 2 ;;
  --resource) resource=$2; shift 2 ;;
  --tenant | --tenant-id) tenant=$2; shift 2 ;;
  -o | --output | --subscription) shift 2 ;;
  *) shift ;;
  esac
done"#;

#[cfg(test)]
mod tests {
    use std::{fs, process::Command};

    use serde_json::Value;

    use super::*;
    use crate::cloud::azure::ACR_AUDIENCE;

    const SCOPE: &str = "https://containerregistry.azure.net/.default";

    #[test]
    fn az_prints_a_token_that_a_registry_takes() {
        let azure = Azure::start().unwrap();
        let script = azure.az_script("alice@shorepass.example", ACR_AUDIENCE);

        let printed = run(&script, &["account", "get-access-token", "-o", "json", "--scope", SCOPE]);

        let body: Value = serde_json::from_slice(&printed.stdout).unwrap();
        assert!(access_token::verify(&azure.state, body["accessToken"].as_str().unwrap()).is_some());
        assert!(body["expires_on"].as_u64().unwrap() > azure.state.now_seconds());
    }

    #[test]
    fn az_refuses_other_resources_tenants_and_commands() {
        let azure = Azure::start().unwrap();
        let script = azure.az_script("alice@shorepass.example", ACR_AUDIENCE);
        let token = ["account", "get-access-token", "--scope"];

        for further in [&["https://vault.azure.net/.default"][..], &[SCOPE, "--tenant", "other"]] {
            assert!(!run(&script, &[&token[..], further].concat()).status.success(), "{further:?}");
        }
        assert!(!run(&script, &["acr", "login"]).status.success());
        assert!(!run(Azure::signed_out_az_script(), &[&token[..], &[SCOPE]].concat()).status.success());
    }

    #[test]
    fn azd_prints_a_token_and_refuses_other_resources() {
        let azure = Azure::start().unwrap();
        let script = azure.azd_script("alice@shorepass.example", ACR_AUDIENCE);

        let printed = run(&script, &["auth", "token", "-o", "json", "--scope", SCOPE]);
        let refused = run(&script, &["auth", "token", "-o", "json", "--scope", "https://x/.default"]);

        let body: Value = serde_json::from_slice(&printed.stdout).unwrap();
        assert!(access_token::verify(&azure.state, body["token"].as_str().unwrap()).is_some());
        assert!(!refused.status.success());
    }

    fn run(script: &str, arguments: &[&str]) -> std::process::Output {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("script");
        fs::write(&file, script).unwrap();
        Command::new("/bin/sh").arg(&file).args(arguments).output().unwrap()
    }
}
