//! Managed identities of servers that Azure Arc has connected.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use shorepass_tests::{
    bed::{Bed, Said, finish},
    cloud::azure::Azure,
};

use super::{ACR, assert_reason, caller, cloud, get, owner};

#[test]
fn a_connected_server_proves_itself_by_the_agent_s_key() {
    let keys = tempfile::tempdir().unwrap();
    let cloud =
        Azure::builder().arc_folder(keys.path()).arc_folder_seen_at(Path::new(TOKENS)).start().unwrap();
    cloud.stand_in_for(ACR);
    let bed = caller(&cloud, cloud.environment_of_arc());

    let said = get_where_the_agent_is(&bed, keys.path());

    assert_eq!(owner(&cloud, &said), "machine");
    assert_eq!(cloud.count("arc:Token"), 2, "a challenge, and its answer");
}

#[test]
fn a_connected_server_reads_no_file_of_anybody_elses_choice() {
    let cloud = cloud();
    let bed = caller(&cloud, cloud.environment_of_arc());

    assert_reason(
        &get(&bed),
        &["names a key file that is not one of `/var/opt/azcmagent/tokens`", "`azcmagent show`"],
    );
    assert_eq!(cloud.count("arc:Token"), 1, "no key is sent");
}

#[test]
fn an_agent_on_another_machine_is_none() {
    let cloud = cloud();
    let mut bed = caller(&cloud, cloud.environment_of_arc());
    bed.set("IDENTITY_ENDPOINT", "http://arc.example/metadata/identity/oauth2/token");

    assert_reason(&get(&bed), &["`IDENTITY_ENDPOINT` is not on this machine"]);
}

#[test]
fn a_connected_server_has_no_assigned_identities() {
    let cloud = cloud();
    let mut bed = caller(&cloud, cloud.environment_of_arc());
    bed.set("AZURE_CLIENT_ID", "11111111-2222-3333-4444-555555555555");

    assert_reason(&get(&bed), &["user-assigned managed identities of Azure Arc are not supported"]);
}

/// In a place where the agent's folder holds these keys. It takes root, as the agent's own installation does.
fn get_where_the_agent_is(bed: &Bed, keys: &Path) -> Said {
    let helper = bed.command("docker-credential-shorepass", &[]);
    let script = format!(
        "mount -t tmpfs none /var/opt && mkdir -p {TOKENS} && mount --bind {} {TOKENS} && exec {} get",
        keys.display(),
        helper.get_program().display()
    );
    let mut alone = Command::new("unshare");
    alone.args(["--mount", "sh", "-c", &script]).env_clear();
    alone.envs(helper.get_envs().filter_map(|(name, value)| Some((name, value?))));
    alone.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    finish(alone.spawn().unwrap(), ACR.into(), "the helper beside an agent")
}

const TOKENS: &str = "/var/opt/azcmagent/tokens";
