//! Secrets with a recognisable mark go in everywhere; the mark comes out only where a credential is asked for.

mod planted;
mod search;

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use shorepass_tests::{
    bed::{Bed, Said, finish, wait_until},
    cloud::aws::{Aws, Service, SignIn, User, World},
};

use crate::{ECR, LONG, broker_life::processes};

#[test]
fn no_secret_is_left_anywhere() {
    let cloud = Aws::builder().world(World::standard().user(marked_user())).start().unwrap();
    let mut stage = Stage::new(&cloud);

    stage.gets_and_failures();
    stage.look_while_a_worker_runs();
    stage.commands();
    stage.broken_configuration();

    assert_eq!(stage.leaks(), Vec::<String>::new());
    assert!(stage.passwords.len() == 8, "{} passwords", stage.passwords.len());
}

#[test]
fn the_search_finds_what_is_there() {
    let cloud = Aws::start().unwrap();
    let mut stage = Stage::new(&cloud);
    for (name, value) in cloud.environment("alice") {
        stage.bed.set(name, &value);
    }
    let (_, password) = stage.bed.helper("get", ECR).credential();
    stage.passwords.push(password.clone());
    stage.outputs.push(("an output".into(), format!("x{password}y")));
    stage.bed.write("home/.local/state/shorepass/forgotten.log", MARK);
    fs::write(stage.bed.path("tmp").join(MARK), "").unwrap();
    let mut careless = Command::new("sh");
    // Not the mark itself, which another test looks for in all command lines at the same time.
    careless
        .args(["-c", "read line", &password])
        .env("HOME", "/")
        .env("TOKEN", &password)
        .stdin(Stdio::piped());
    let mut careless = careless.spawn().unwrap();
    assert!(wait_until(|| processes::read(careless.id(), "cmdline").contains(&password)));

    stage.look_at_processes("careless", &[careless.id()]);
    drop(careless.stdin.take());
    let _ = careless.wait();

    let leaks = stage.leaks().join("\n");
    for place in ["an output", "forgotten.log", "tmp/", "command line", "environment of careless"] {
        assert!(leaks.contains(place), "`{place}` is not in:\n{leaks}");
    }
    assert_eq!(leaks.lines().count(), 5, "{leaks}");
}

/// Where it all happens, and what came out.
struct Stage<'a> {
    cloud: &'a Aws,
    bed: Bed,
    sign_in: SignIn,
    /// What was said or seen, by where.
    outputs: Vec<(String, String)>,
    passwords: Vec<String>,
    /// The files in which a mark stands rightly.
    planted: Vec<PathBuf>,
}

impl<'a> Stage<'a> {
    fn new(cloud: &'a Aws) -> Self {
        let mut bed = Bed::new();
        fs::create_dir(bed.path("tmp")).unwrap();
        bed.set("TMPDIR", bed.path("tmp").to_str().unwrap());
        bed.set("AWS_ENDPOINT_URL", &cloud.url()).set("AWS_REGION", "eu-west-1");
        let sign_in = cloud.sign_in();
        let mut stage =
            Self { cloud, bed, sign_in, outputs: Vec::new(), passwords: Vec::new(), planted: Vec::new() };
        stage.plant_files();
        stage
    }

    fn gets_and_failures(&mut self) {
        for profile in ["keys", "process", "sso"] {
            self.get_as(&[("AWS_PROFILE", profile)], true);
        }
        for profile in ["keys-refused", "keys-broken", "process-garbage", "sso-refused"] {
            self.get_as(&[("AWS_PROFILE", profile)], false);
        }
        let keys = [("AWS_ACCESS_KEY_ID", KEY_ID), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)];
        self.get_as(&keys, true);
        self.get_as(&[keys[0], keys[1], ("AWS_SESSION_TOKEN", MARK)], false);
        self.get_as(&[keys[0], ("AWS_SECRET_ACCESS_KEY", MARK)], false);
        self.get_as(&keys[..1], false);
        self.get_as(&[keys[0], keys[1], ("AWS_ENDPOINT_URL", &format!("http://{MARK}@127.0.0.1:1"))], false);
        let proxy = format!("http://user:{MARK}@127.0.0.1:1");
        let elsewhere = ("AWS_ENDPOINT_URL", "https://ecr.invalid");
        self.get_as(&[keys[0], keys[1], elsewhere, ("HTTPS_PROXY", &proxy), ("CANARY", MARK)], false);
        let login = format!(r#"{{"ServerURL":"{ECR}","Username":"me","Secret":"{MARK}"}}"#);
        for input in [login.as_str(), MARK, &login.replace(ECR, "ghcr.io")] {
            let said = self.bed.helper("store", input);
            self.heard("store", &said);
        }
    }

    fn get_as(&mut self, env: &[(&str, &str)], works: bool) {
        let said = self.bed.helper_in(env, "get", ECR);
        let names: Vec<_> =
            env.iter().map(|(name, value)| if *value == MARK { *name } else { *value }).collect();
        assert_eq!(said.code == 0, works, "{names:?}: {}", said.stderr);
        if works {
            self.passwords.push(said.credential().1);
        } else {
            self.heard(&format!("get as {names:?}"), &said);
        }
        for words in [&["get", ECR][..], &["refresh", ECR], &["doctor", ECR], &["get", ECR, "--json"]] {
            let said = self.bed.run("shorepass", words, "", env);
            self.heard(&format!("{words:?} as {names:?}"), &said);
        }
        if works {
            self.passwords.push(self.bed.helper_in(env, "get", ECR).credential().1);
        }
    }

    /// A worker held by a slow cloud, with keys of the caller's in its environment.
    fn look_while_a_worker_runs(&mut self) {
        self.cloud.knobs().latency(Service::Ecr, LONG);
        let asked = self.cloud.count("ecr:GetAuthorizationToken");
        let env = [("AWS_PROFILE", "process"), ("AWS_MAX_ATTEMPTS", "1")];
        let _ = self.bed.shorepass(&["forget", "--all"]);
        let helper = self.bed.start("docker-credential-shorepass", &["get"], &env);
        let helper = std::thread::spawn(move || finish(helper, ECR.into(), "the waiting helper"));
        assert!(self.cloud.wait_for("ecr:GetAuthorizationToken", asked + 1, LONG));

        let broker = self.bed.broker().unwrap();
        assert!(!processes::children(broker).is_empty());
        self.look_at_processes("the broker", &[broker]);
        self.cloud.knobs().heal(Service::Ecr);
        processes::children(broker).into_iter().for_each(|worker| processes::signal(worker, "KILL"));
        let said = helper.join().unwrap();
        self.heard("get with a killed worker", &said);
    }

    fn commands(&mut self) {
        for words in [
            &["status"][..],
            &["status", "--json"],
            &["explain", ECR],
            &["explain", "--json", ECR],
            &["refresh", "--all"],
            &["doctor"],
            &["doctor", "--json"],
            &["config", "show"],
            &["broker", "logs", "-n", "10000"],
            &["broker", "logs", "--audit", "-n", "10000"],
            &["forget", ECR],
            &["broker", "restart"],
        ] {
            let said = self.bed.shorepass(words);
            self.heard(&words.join(" "), &said);
        }
        let said = self.bed.helper("list", "");
        self.heard("list", &said);
    }

    fn broken_configuration(&mut self) {
        for (at, toml) in [
            format!("[identity.x]\ntype = \"aws\"\nsecret_access_key = \"{MARK}\"\n"),
            format!("[broker]\nworkers = \"{MARK}\"\nidle_exit = \"{MARK}\"\n"),
            format!("[[registry]]\nmatch = \"{ECR}\"\nkind = \"ecr\"\naccount = \"{MARK}\"\n"),
            format!("[broker]\naudit = {MARK} {MARK}\n\"{MARK} {MARK} {MARK} {MARK}\" = 1\n"),
            format!(
                "[identity.x]\ntype = \"aws\"\nrole_arn = \"{MARK}\"\nsts_endpoint = \"https://u:{MARK}@h\"\n"
            ),
        ]
        .iter()
        .enumerate()
        {
            let file = self.bed.configure(toml);
            self.planted.push(file);
            for words in [&["config", "check"][..], &["config", "check", "--json"], &["status"], &["doctor"]]
            {
                let said = self.bed.shorepass(words);
                self.heard(&format!("{words:?} with broken file {at}"), &said);
            }
            let _ = self.bed.shorepass(&["broker", "restart"]);
            let said = self.bed.helper("get", ECR);
            assert_eq!(said.code, 1);
            self.heard(&format!("get with broken file {at}"), &said);
        }
    }

    fn heard(&mut self, what: &str, said: &Said) {
        self.outputs.push((what.into(), format!("{}\n{}", said.stdout, said.stderr)));
    }
}

/// A user of the cloud whose very keys are marked.
fn marked_user() -> User {
    User::new("arn:aws:iam::123456789012:user/marked").keys(KEY_ID, SECRET_KEY)
}

const MARK: &str = "C4N4RY";
const KEY_ID: &str = "AKIAC4N4RY0123456789";
const SECRET_KEY: &str = "C4N4RY/wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMP";
