//! The pipeline's shell step, run as Jenkins runs it, with a docker that only looks.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::{Child, Command, ExitStatus},
};

use shorepass_tests::bed::{Bed, Said, wait_until};

use super::{CONFIGURATION, LOOK, SET_UP, bed_with_temporary_folder, is_empty, packaging, shell};

#[test]
fn a_build_is_signed_in_and_leaves_nothing() {
    let bed = bed_with_temporary_folder();
    bed.write("workspace/shorepass.toml", CONFIGURATION);

    let said = build(&bed, &format!("#!/bin/sh\n{LOOK}\necho \"$*\"\n"));

    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stdout.contains(&format!("docker: {SET_UP}\npodman: {SET_UP}")), "{}", said.stdout);
    assert!(said.stdout.contains("pull r.example/team/app:v1"), "{}", said.stdout);
    assert!(is_empty(&bed.path("tmp")) && !bed.path("home/.local/state/shorepass").exists());
}

#[test]
fn a_build_that_fails_leaves_nothing_and_keeps_its_code() {
    let bed = bed_with_temporary_folder();
    bed.write("workspace/shorepass.toml", CONFIGURATION);

    let said = build(&bed, "#!/bin/sh\nexit 7\n");

    assert_eq!(said.code, 7, "{said:?}");
    assert!(is_empty(&bed.path("tmp")));
}

#[test]
fn a_build_that_is_aborted_in_the_middle_leaves_neither_broker_nor_folder() {
    let bed = bed_with_temporary_folder();
    bed.write("workspace/shorepass.toml", CONFIGURATION);
    let env =
        furnish(&bed, "#!/bin/sh\nshorepass status --json >seen.new\nmv seen.new seen\nexec sleep 300\n");
    let mut command = bed.command("/bin/sh", &env.each_ref().map(|(name, value)| (*name, value.as_str())));
    command.args(["-e", "-c", &step()]).current_dir(bed.path("")).process_group(0);
    let mut running = command.spawn().unwrap();
    let began = wait_until(|| bed.path("seen").exists());

    let sent = Command::new("kill").args(["-TERM", "--", &format!("-{}", running.id())]).status();
    let ended = end(&mut running);

    assert!(began && sent.unwrap().success());
    assert!(ended.is_some_and(|status| !status.success()), "{ended:?}");
    let seen: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(bed.path("seen")).unwrap()).unwrap();
    let broker = format!("/proc/{}", seen["broker"]["pid"].as_u64().unwrap());
    assert!(wait_until(|| !Path::new(&broker).exists()), "the broker goes on");
    assert!(wait_until(|| is_empty(&bed.path("tmp")) && is_empty(&bed.path("run"))));
}

#[test]
fn a_build_that_does_not_find_the_programs_says_so_and_leaves_nothing() {
    let bed = bed_with_temporary_folder();
    bed.write("workspace/shorepass.toml", CONFIGURATION);
    let mut env = furnish(&bed, "#!/bin/sh\n");
    env[0].1 = "/usr/bin:/bin".into();

    let said = shell(&bed, "/bin/sh", &step(), &env.each_ref().map(|(name, value)| (*name, value.as_str())));

    assert!(said.code == 127 && said.stderr.contains("shorepass"), "{said:?}");
    assert!(is_empty(&bed.path("tmp")) && is_empty(&bed.path("run")));
}

fn build(bed: &Bed, docker: &str) -> Said {
    let env = furnish(bed, docker);
    shell(bed, "/bin/sh", &step(), &env.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// The script of the pipeline's step.
fn step() -> String {
    let pipeline = fs::read_to_string(packaging("jenkins/Jenkinsfile")).unwrap();
    pipeline.split("'''").nth(1).unwrap().to_owned()
}

/// Puts a docker onto the PATH; the variables of the step.
fn furnish(bed: &Bed, docker: &str) -> [(&'static str, String); 3] {
    let program = bed.write("stub/docker", docker);
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    [
        ("PATH", format!("{}:{}", bed.path("stub").display(), bed.variable("PATH").unwrap())),
        ("REGISTRY", "r.example".to_owned()),
        ("SHOREPASS_CONFIG", bed.path("workspace/shorepass.toml").display().to_string()),
    ]
}

/// `None` when it had to be killed.
fn end(running: &mut Child) -> Option<ExitStatus> {
    wait_until(|| running.try_wait().unwrap().is_some());
    let ended = running.try_wait().unwrap();
    if ended.is_none() {
        running.kill().unwrap();
        running.wait().unwrap();
    }
    ended
}
