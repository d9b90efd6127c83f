//! The main job on one machine: a fake AWS and a registry in this process, the real helper, broker and
//! exchange beside it, and whatever registry clients are installed.
//!
//! Everything happens in a temporary folder; `packaging/demo.sh` runs it and clears up after it.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use shorepass_tests::{
    bed::{Bed, Said, wait_until},
    cloud::{
        Fault, Times,
        aws::{Aws, Service},
    },
    registry::{Registry, admission},
};

fn main() -> std::io::Result<()> {
    let cloud = Aws::start()?;
    let registry = Registry::builder().start(admission::of_aws(&cloud))?;
    let bed = Bed::of(&cloud, "alice");
    let address = registry.address().to_string();
    bed.configure(&format!(
        "[[registry]]\nmatch = \"{address}\"\nkind = \"ecr\"\naccount = \"123456789012\"\nregion = \"eu-west-1\"\n"
    ));
    let demo = Demo { cloud, registry, bed };

    demo.exchange_and_cache();
    demo.renewal();
    demo.outage();
    demo.words();
    demo.pulls(&address);
    demo.status();
    Ok(())
}

struct Demo {
    cloud: Aws,
    registry: Registry,
    bed: Bed,
}

impl Demo {
    fn exchange_and_cache(&self) {
        title("A client asks for a credential; no broker is running yet");
        show(&format!("printf {ECR} | docker-credential-shorepass get"));
        let (first, cold) = timed(|| self.get());
        println!("  user {}, a password of {} characters; hidden here", first.0, first.1.len());
        println!("  {cold:.1?}: the broker was started, a worker signed in to AWS and asked ECR");

        title("The next clients are answered from the cache");
        let mut times: Vec<Duration> = (0..21).map(|_| timed(|| assert_eq!(self.get(), first)).1).collect();
        times.sort_unstable();
        println!("  {:.1?} each (the middle one of {})", times[times.len() / 2], times.len());
        println!("  AWS has been asked {} time(s)", self.cloud.count(TOKEN));
    }

    fn renewal(&self) {
        title("Tokens now live 6 seconds instead of 12 hours: each is renewed before it ends");
        self.cloud.knobs().registry_token_life(Duration::from_secs(6));
        let _ = self.bed.shorepass(&["forget", "--all"]);
        let mut seen = vec![self.get().1];
        let mut answers = 0;
        let done = wait_until(|| {
            let (user, password) = self.get();
            assert!(self.cloud.issued().is_valid(&user, &password), "a password that the registry refuses");
            answers += 1;
            if !seen.contains(&password) {
                seen.push(password);
            }
            seen.len() == 4
        });
        assert!(done, "the token was not renewed");
        println!("  {answers} answers, {} tokens one after the other, every one of them good", seen.len());
    }

    fn outage(&self) {
        title("AWS goes down: what is at hand is served until it really ends");
        self.cloud.knobs().registry_token_life(Duration::from_secs(12 * 3600));
        let _ = self.bed.shorepass(&["refresh", ECR]);
        let before = self.get();
        self.cloud.knobs().fail(Service::Ecr, Fault::HangUp, Times::UntilHealed);
        show(&format!("shorepass refresh {ECR}"));
        indent(&self.bed.shorepass(&["refresh", ECR]).stderr);
        assert_eq!(self.get(), before, "the token at hand should have been served");
        println!("  and yet a client's `get` still gets its password");
        self.cloud.knobs().heal(Service::Ecr);
    }

    fn words(&self) {
        title("A configured registry that fails says why, and what to do");
        show("AWS_PROFILE=nobody docker-credential-shorepass get");
        let env = [("AWS_PROFILE", "nobody"), ("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", "")];
        let said = self.bed.helper_in(&env, "get", ECR);
        assert_eq!(said.code, 1);
        indent(&said.stdout);
    }

    fn pulls(&self, address: &str) {
        title("Real clients pull an image through the helper");
        println!("  (a registry in this process that takes only passwords which the fake ECR gave)");
        indent(&self.bed.shorepass(&["setup", address, "--docker", "--containers"]).stdout);
        let image = format!("{address}/{}", self.registry.image().name());
        let copy = self.bed.path("copy");
        let copy = copy.to_str().unwrap_or("copy");
        let storage = [
            "--storage-driver",
            "vfs",
            "--root",
            &format!("{copy}-root"),
            "--runroot",
            &format!("{copy}-run"),
        ];
        let from = format!("docker://{image}");
        let mut tried = 0;
        for (client, words) in [
            ("skopeo", ["copy", "--quiet", "--src-tls-verify=false", &from, &format!("dir:{copy}")].to_vec()),
            ("buildah", [&storage[..], &["pull", "--quiet", "--tls-verify=false", &image]].concat()),
            ("docker", vec!["pull", "--quiet", &image]),
        ] {
            if !is_usable(client) {
                println!("  {client}: not installed, or without what it needs");
                continue;
            }
            tried += 1;
            let pulls = self.registry.pulls();
            let said = self.client(client, &words);
            assert_eq!(said.code, 0, "{client} failed: {said:?}");
            assert!(self.registry.pulls() > pulls, "{client} did not pull");
            println!("  {client}: pulled {image}");
        }
        if tried == 0 {
            println!("  none of them is here; install skopeo, buildah or docker to see it");
        }
    }

    fn status(&self) {
        title("What the broker has done");
        show("shorepass status");
        indent(&self.bed.shorepass(&["status"]).stdout);
    }

    fn get(&self) -> (String, String) {
        self.bed.helper("get", ECR).credential()
    }

    /// Somebody else's program in the bed's surroundings, for a minute at most.
    fn client(&self, client: &str, words: &[&str]) -> Said {
        let found = which(client).unwrap_or_default();
        let found = found.to_str().unwrap_or_default().to_owned();
        self.bed.run(
            "/usr/bin/timeout",
            &[&["60", found.as_str()], words].concat(),
            "",
            &[("BUILDAH_ISOLATION", "chroot")],
        )
    }
}

/// Docker is more than its program: without an engine it cannot pull.
fn is_usable(client: &str) -> bool {
    let Some(found) = which(client) else { return false };
    let mut command = Command::new("timeout");
    command.arg("10").arg(found).arg(if client == "docker" { "info" } else { "--version" });
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn which(client: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(client)).find(|path| path.is_file())
}

fn title(text: &str) {
    println!("\n{text}");
}

fn show(command: &str) {
    println!("  $ {command}");
}

fn indent(text: &str) {
    for line in text.lines() {
        println!("  {line}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let result = work();
    (result, begun.elapsed())
}

const ECR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const TOKEN: &str = "ecr:GetAuthorizationToken";
