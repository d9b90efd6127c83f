//! How long a job of a CI system takes from an empty machine to an image's manifest: with us, and by the usual steps.
//!
//! Everybody has the same proof, a web identity token in a file, the same fake cloud and registry, and ends with the same
//! `skopeo inspect --raw`. Nothing is installed on the way. The registry has a real name, in a mount namespace, because
//! Amazon's helper looks at names.

use std::{fs, io, time::Duration};

use super::{
    ECR, Plan,
    cold::stop,
    figures::{ms, ratio},
    stopwatch::{Runner, take_turns},
    table::Table,
};
use crate::{
    bed::Bed,
    cloud::aws::{Aws, CI_AUDIENCE, CI_ISSUER},
    registry::{Registry, admission},
};

pub(super) fn measure(plan: &Plan, table: &mut Table) -> io::Result<()> {
    let cloud = Aws::start()?;
    let registry = Registry::builder().start(admission::of_aws(&cloud))?;
    let bed = machine(&cloud, &registry)?;
    let image = format!("{ECR}:{}/{}", registry.address().port(), registry.image().name());
    let runner = |steps: &str, helper: &str| {
        let mut command = bed.command("/usr/bin/unshare", &[("HELPER", helper), ("IMAGE", &image)]);
        command.env("AWS", &plan.aws).env("ECR_LOGIN", &plan.ecr_login);
        command.args(["--map-root-user", "--mount", "sh", "-euc", &format!("{NAME_THE_REGISTRY}\n{steps}")]);
        Runner::new(command, &bed.path("nothing"))
    };
    let mut runners = [
        runner(WITH_A_HELPER, "shorepass"),
        runner(TWO_CALLS, ""),
        runner(ONE_CALL, ""),
        runner(WITH_A_HELPER, "ecr-login"),
    ];

    take_turns(1, &mut runners.each_mut(), |_| empty(&bed))?;
    runners.iter_mut().for_each(Runner::forget);
    take_turns(ROUNDS, &mut runners.each_mut(), |_| empty(&bed))?;
    let pulls = (ROUNDS + 1) * runners.len();
    if registry.pulls() != pulls {
        return Err(io::Error::other(format!("{} manifests for {pulls} jobs", registry.pulls())));
    }

    let [own, two_calls, one_call, ecr_login] = runners.each_mut().map(|runner| runner.times.median());
    for (beside, other) in [
        ("`aws sts`, `aws ecr` and `skopeo login`", two_calls),
        ("`aws ecr` and `skopeo login`", one_call),
        ("ecr-login", ecr_login),
    ] {
        let what = format!("empty machine to manifest / with {beside}");
        table.tell(&what, ratio(own, other), "×", format!("{} beside {}", ms(own), ms(other)));
    }
    Ok(())
}

/// A job's: a token in a file, a role, and nothing else.
fn machine(cloud: &Aws, registry: &Registry) -> io::Result<Bed> {
    let mut bed = Bed::new();
    let issuer = cloud.issuer(CI_ISSUER).ok_or_else(|| io::Error::other("the world has no issuer"))?;
    let token = issuer.token("repo:shorepass/images:ref:refs/heads/main", CI_AUDIENCE, LONG);
    let token = bed.write("token", &token);
    let hosts = bed.write("hosts", &format!("127.0.0.1 localhost {ECR}\n"));
    bed.write("nothing", "");
    // Of these two, Amazon's helper asks STS at the second only.
    bed.set("AWS_ENDPOINT_URL", &cloud.url()).set("AWS_ENDPOINT_URL_STS", &cloud.url());
    bed.set("AWS_REGION", "eu-west-1").set("AWS_DEFAULT_REGION", "eu-west-1");
    bed.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci-pull");
    bed.set("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap_or_default());
    bed.set("HOSTS", hosts.to_str().unwrap_or_default());
    bed.set("REGISTRY", &format!("{ECR}:{}", registry.address().port()));
    Ok(bed)
}

/// No broker, no cache and no login of the run before.
fn empty(bed: &Bed) -> io::Result<()> {
    if bed.broker().is_some() {
        stop(bed)?;
    }
    fs::remove_dir_all(bed.path("home"))?;
    let registry = bed.variable("REGISTRY").unwrap_or_default();
    bed.configure(&format!(
        "[[registry]]\nmatch = \"{registry}\"\nkind = \"ecr\"\naccount = \"123456789012\"\nregion = \"eu-west-1\"\n"
    ));
    Ok(())
}

const NAME_THE_REGISTRY: &str = "mount --bind \"$HOSTS\" /etc/hosts";
const WITH_A_HELPER: &str = r#"
mkdir "$HOME/bin"
ln -s "$ECR_LOGIN" "$HOME/bin/docker-credential-ecr-login"
echo "{\"credHelpers\": {\"$REGISTRY\": \"$HELPER\"}}" >"$REGISTRY_AUTH_FILE"
PATH=$PATH:$HOME/bin exec skopeo inspect --raw --tls-verify=false "docker://$IMAGE""#;
const TWO_CALLS: &str = r#"
set -- $("$AWS" sts assume-role-with-web-identity --role-arn "$AWS_ROLE_ARN" --role-session-name job \
    --web-identity-token "file://$AWS_WEB_IDENTITY_TOKEN_FILE" --output text \
    --query '[Credentials.AccessKeyId, Credentials.SecretAccessKey, Credentials.SessionToken]')
unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN
export AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$2" AWS_SESSION_TOKEN="$3"
"$AWS" ecr get-login-password | skopeo login --tls-verify=false --username AWS --password-stdin "$REGISTRY"
exec skopeo inspect --raw --tls-verify=false "docker://$IMAGE""#;
const ONE_CALL: &str = r#"
"$AWS" ecr get-login-password | skopeo login --tls-verify=false --username AWS --password-stdin "$REGISTRY"
exec skopeo inspect --raw --tls-verify=false "docker://$IMAGE""#;
const ROUNDS: usize = 5;
const LONG: Duration = Duration::from_secs(3600);
