//! What is ready to use in CI: the action, the templates, the plugin and the node's installation, run as their platforms run them.

mod buildkite;
mod github_action;
mod gitlab;
mod jenkins;
mod node;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use shorepass_tests::bed::{Bed, Said};

/// Runs a script and shows it to shellcheck first.
fn shell(bed: &Bed, shell: &str, script: &str, env: &[(&str, &str)]) -> Said {
    let file = bed.write("checked.sh", script);
    let dialect = shell.rsplit('/').next().unwrap_or(shell);
    let found = Command::new("shellcheck").args(["-s", dialect, "-e", "SC1091"]).arg(&file).output().unwrap();
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stdout));
    fs::remove_file(file).unwrap();
    bed.run(shell, &["-e", "-c", script], "", env)
}

/// A bed whose temporary folder is its own, so that it can be seen to be empty.
fn bed_with_temporary_folder() -> Bed {
    let mut bed = Bed::new();
    let temporary = bed.path("tmp");
    fs::create_dir(&temporary).unwrap();
    for name in ["DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_STATE_HOME"] {
        bed.unset(name);
    }
    bed.set("TMPDIR", temporary.to_str().unwrap());
    bed
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

fn packaging(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging").join(relative)
}

/// What a job says while it is signed in: the helper's list of docker's settings and of podman's, and who runs the broker.
const LOOK: &str = r#"
    echo "docker: $(tr -d '\n\t ' <"$DOCKER_CONFIG/config.json")"
    echo "podman: $(tr -d '\n\t ' <"$REGISTRY_AUTH_FILE")"
    shorepass status --json >/dev/null
    test -S "$SHOREPASS_SOCKET"
"#;

const SET_UP: &str = r#"{"credHelpers":{"r.example":"shorepass"}}"#;

const CONFIGURATION: &str = "[token.ci]\nfrom = \"env\"\nvariable = \"SHOREPASS_ID_TOKEN\"\n\n[identity.ci]\ntype = \
    \"oidc\"\ntoken = \"ci\"\n\n[[registry]]\nmatch = \"r.example\"\nkind = \"stored\"\n\n[vault]\nstore = \"none\"\n";
