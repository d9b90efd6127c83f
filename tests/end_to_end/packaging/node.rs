//! What the DaemonSet does on a node, and whether its parts name each other rightly.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use serde_json::Value;
use shorepass_tests::{
    bed::{Bed, Said},
    programs, yaml,
};

use super::{packaging, shell};

#[test]
fn the_programs_and_the_settings_are_put_onto_the_node() {
    let bed = Bed::new();

    let first = install(&bed);
    let again = install(&bed);

    assert_eq!((first.code, again.code), (0, 0), "{first:?} {again:?}");
    let provider = bed.path("node/opt/shorepass/kubelet/shorepass-credential-provider");
    let helper = bed.path("node/opt/shorepass/bin/docker-credential-shorepass");
    assert_eq!(provider.canonicalize().unwrap(), helper.canonicalize().unwrap());
    assert_eq!(fs::metadata(helper).unwrap().permissions().mode() & 0o777, 0o755);
    for (placed, sample) in
        [("config.toml", "config.toml"), ("credential-provider.yaml", "credential-provider.yaml")]
    {
        let placed = fs::read_to_string(bed.path("node/etc/shorepass").join(placed)).unwrap();
        assert_eq!(placed, fs::read_to_string(kubernetes(sample)).unwrap());
    }
    assert_eq!(names(&bed.path("node/opt/shorepass")), ["bin", "kubelet"]);
    assert_eq!(names(&bed.path("node/opt/shorepass/kubelet")), ["shorepass-credential-provider"]);
    assert_eq!(names(&bed.path("node/opt/shorepass/bin")), PROGRAMS);
}

#[test]
fn the_kubelet_s_link_answers_with_the_programs_beside_it() {
    let mut bed = Bed::new();
    let installed = install(&bed);
    let provider = bed.path("node/opt/shorepass/kubelet/shorepass-credential-provider");
    bed.set("PATH", "/usr/bin:/bin");

    let said = bed.run(provider.to_str().unwrap(), &[], REQUEST, &[]);

    assert_eq!((installed.code, said.code), (0, 0), "{said:?}");
    assert_eq!(said.json()["kind"], "CredentialProviderResponse");
}

#[test]
fn a_running_broker_keeps_its_program_until_the_command_that_the_installation_names() {
    let mut bed = Bed::new();
    bed.set("PATH", "/usr/bin:/bin").unset("XDG_CACHE_HOME");
    let run_of_root = bed.variable("XDG_RUNTIME_DIR").unwrap();
    bed.unset("XDG_RUNTIME_DIR");
    let provider = bed.path("node/opt/shorepass/kubelet/shorepass-credential-provider");
    let pull = || bed.run(provider.to_str().unwrap(), &[], REQUEST, &[]).code;
    let shorepass = bed.path("node/opt/shorepass/bin/shorepass");
    let first = (install(&bed).code, pull());

    let again = install(&bed);
    let kept = program_of_broker(&bed, &shorepass);
    let named = again.stdout.trim_end().rsplit(": ").next().unwrap();
    let node = bed.path("node");
    let command = named.replace("/opt/", &format!("{}/opt/", node.display()));
    let stopped = bed.run("/bin/sh", &["-c", &command], "", &[("XDG_RUNTIME_DIR", &run_of_root)]);
    let pulled = pull();
    let new = program_of_broker(&bed, &shorepass);
    let ended = bed.run("/bin/sh", &["-c", &command], "", &[]);

    assert_eq!((first, again.code, pulled), ((0, 0), 0, 0), "{again:?}");
    assert!(fs::read_to_string(kubernetes("README.md")).unwrap().contains(named), "{named}");
    assert!(kept.to_string_lossy().ends_with(" (deleted)"), "{}", kept.display());
    assert_eq!(new, bed.path("node/opt/shorepass/bin/shorepassd").canonicalize().unwrap());
    assert_eq!((stopped.code, ended.code), (0, 0), "{stopped:?} {ended:?}");
}

#[test]
fn the_rules_that_the_node_s_settings_offer_are_rules() {
    let mut bed = Bed::new();
    let text = fs::read_to_string(kubernetes("config.toml")).unwrap();
    let offered: String = text
        .lines()
        .skip_while(|line| !line.starts_with("# ["))
        .map(|line| format!("{}\n", line.trim_start_matches('#').trim_start()))
        .collect();
    let file = bed.write("offered.toml", &offered);
    bed.set("SHOREPASS_CONFIG", file.to_str().unwrap());

    let said = bed.shorepass(&["config", "check"]);

    assert!(offered.contains("[identity.pod]") && said.code == 0, "{said:?}");
}

#[test]
fn the_daemon_set_mounts_what_it_names_and_its_files_are_there() {
    let set = yaml::read(&kubernetes("daemonset.yaml")).swap_remove(0);
    let pod = &set["spec"]["template"]["spec"];
    let kustomization = yaml::read(&kubernetes("kustomization.yaml")).swap_remove(0);
    let generated = &kustomization["configMapGenerator"][0];

    let volumes = texts(&pod["volumes"], "name");
    assert_eq!(texts(&pod["initContainers"][0]["volumeMounts"], "name"), volumes);
    assert_eq!(pod["volumes"][0]["configMap"]["name"], generated["name"]);
    assert_eq!(kustomization["images"][0]["name"], pod["initContainers"][0]["image"]);
    assert_eq!(set["spec"]["selector"]["matchLabels"], set["spec"]["template"]["metadata"]["labels"]);
    for list in [&kustomization["resources"], &generated["files"]] {
        for file in list.as_array().unwrap() {
            assert!(kubernetes(file.as_str().unwrap()).is_file(), "{file}");
        }
    }
}

fn install(bed: &Bed) -> Said {
    let script = fs::read_to_string(kubernetes("install.sh")).unwrap();
    let (settings, node) = (kubernetes(""), bed.path("node"));
    let env = [
        ("PROGRAMS", programs::folder().display().to_string()),
        ("SETTINGS", settings.display().to_string()),
        ("NODE", node.display().to_string()),
    ];
    shell(bed, "/bin/sh", &script, &env.each_ref().map(|(name, value)| (*name, value.as_str())))
}

fn program_of_broker(bed: &Bed, shorepass: &Path) -> PathBuf {
    let said = bed.run(shorepass.to_str().unwrap(), &["status", "--json"], "", &[]);
    let pid = said.json()["broker"]["pid"].as_u64().expect("a running broker");
    fs::read_link(format!("/proc/{pid}/exe")).unwrap()
}

fn kubernetes(file: &str) -> PathBuf {
    packaging("kubernetes").join(file)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names: BTreeSet<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.into_iter().collect()
}

fn texts(list: &Value, key: &str) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|entry| entry[key].as_str().unwrap().to_owned()).collect()
}

const PROGRAMS: [&str; 5] =
    ["docker-credential-shorepass", "shorepass", "shorepass-exchange", "shorepass-vault", "shorepassd"];

const REQUEST: &str = r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","kind":"CredentialProviderRequest","image":"r.example/team/app:v1"}"#;
