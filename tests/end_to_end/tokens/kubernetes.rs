//! A service account of Kubernetes: its projected file, and the API server that makes tokens on request.

use std::{fs, time::Duration};

use shorepass_tests::{
    authority::Authority,
    bed::Bed,
    cloud::{
        ApiError, Fault, Times,
        kubernetes::{Kubernetes, Service, World},
    },
};

use super::receiver::{AUDIENCE, HOST, Receiver, get, get_anew};
use crate::ruled::assert_reason;

#[test]
fn a_projected_file_is_read_for_each_exchange() {
    let cluster = Cluster::start();
    let receiver = Receiver::new(cluster.server.issuer(), &[BUILDER, RUNNER]);
    let bed = Bed::new();
    let path = bed.write("token", &format!("{}\n", projected(&cluster, BUILDER)));
    receiver.configure(&bed, &format!("from = \"kubernetes\"\npath = \"{}\"", path.display()));
    assert_eq!(receiver.subject(&get(&bed)), BUILDER);

    bed.write("token", &projected(&cluster, RUNNER));
    assert_eq!(bed.shorepass(&["refresh", HOST]).code, 0);

    assert_eq!(receiver.subject(&get(&bed)), RUNNER);
}

#[test]
fn a_file_that_is_not_there_names_the_volume_that_brings_it() {
    let cluster = Cluster::start();
    let bed = Bed::new();
    cluster.receiver().configure(&bed, "from = \"kubernetes\"\npath = \"/nowhere/token\"");

    assert_reason(&get(&bed), &["`/nowhere/token` cannot be used: it is not there", "`serviceAccountToken`"]);
}

#[test]
fn the_api_server_makes_a_token_and_no_proxy_is_asked() {
    let cluster = Cluster::start();
    let receiver = cluster.receiver();
    let mut bed = cluster.pod();
    for proxy in ["HTTPS_PROXY", "ALL_PROXY"] {
        bed.set(proxy, "http://127.0.0.1:9");
    }
    bed.set("NO_PROXY", "127.0.0.2");
    receiver.configure(&bed, &cluster.source(&bed));

    assert_eq!(receiver.subject(&get(&bed)), BUILDER);
    assert_eq!(cluster.server.count("kubernetes:TokenRequest"), 1);
    assert_eq!(cluster.server.audit()[0].principal.as_deref(), Some(RUNNER));
}

#[test]
fn the_settings_name_another_server_and_namespace() {
    let cluster = Cluster::start();
    let receiver = cluster.receiver();
    let mut bed = cluster.pod();
    bed.unset("KUBERNETES_SERVICE_HOST");
    bed.write("pod/namespace", "elsewhere");
    let further =
        format!("endpoint = \"{}/\"\nnamespace = \"shore\"\nlifetime = \"15m\"", cluster.server.url());
    receiver.configure(&bed, &format!("{}\n{further}", cluster.source(&bed)));

    assert_eq!(receiver.subject(&get(&bed)), BUILDER);
}

#[test]
fn what_is_forbidden_comes_with_the_commands_that_allow_it() {
    let cluster = Cluster::start();
    let bed = cluster.pod();
    cluster.receiver().configure(&bed, &cluster.source(&bed));
    cluster.server.with_world(World::forbid);

    assert_reason(
        &get(&bed),
        &[
            "`system:serviceaccount:ci:runner` must not create tokens of the service account `builder` in the \
             namespace `shore`",
            "`kubectl --namespace=shore create role shorepass-builder --verb=create \
             --resource=serviceaccounts/token --resource-name=builder",
            "create rolebinding shorepass-builder --role=shorepass-builder --serviceaccount=ci:runner`",
        ],
    );
}

#[test]
fn an_account_that_is_not_there_and_a_pod_that_is_not_known_are_named() {
    let cluster = Cluster::start();
    let bed = cluster.pod();
    let source = cluster.source(&bed);
    cluster.receiver().configure(&bed, &source.replace("builder", "none"));
    cluster.server.with_world(|world| *world = world.clone().allow(("ci", "runner"), ("shore", "none")));
    assert_reason(
        &get(&bed),
        &["the namespace `shore` has no service account `none`", "create serviceaccount none"],
    );

    cluster.server.with_world(World::rotate_key);
    assert_reason(&get_anew(&bed), &["does not take the pod's own token", "`mounted_at`"]);
}

#[test]
fn another_clusters_certificate_is_not_trusted() {
    let cluster = Cluster::start();
    let bed = cluster.pod();
    let other = Authority::new(&bed.path("other")).unwrap();
    fs::copy(other.ca_file(), bed.path("pod/ca.crt")).unwrap();
    cluster.receiver().configure(&bed, &cluster.source(&bed));

    assert_reason(&get(&bed), &["its TLS certificate is not trusted", "ca.crt` is the same cluster's"]);
    assert_eq!(cluster.server.count("kubernetes:TokenRequest"), 0);
}

#[test]
fn whoever_is_in_no_pod_is_told_so() {
    let cluster = Cluster::start();
    let mut bed = cluster.pod();
    cluster.receiver().configure(&bed, &cluster.source(&bed));

    fs::remove_file(bed.path("pod/token")).unwrap();
    assert_reason(&get(&bed), &["pod/token` cannot be used", "`automountServiceAccountToken`"]);
    fs::remove_file(bed.path("pod/ca.crt")).unwrap();
    assert_reason(&get_anew(&bed), &["pod/ca.crt` cannot be used: it is not there", "`mounted_at`"]);
    fs::remove_file(bed.path("pod/namespace")).unwrap();
    assert_reason(&get_anew(&bed), &["pod/namespace` cannot be used", "by `namespace`"]);
    bed.unset("KUBERNETES_SERVICE_HOST");
    assert_reason(&get_anew(&bed), &["no pod of Kubernetes: `KUBERNETES_SERVICE_HOST` is not set"]);
}

#[test]
fn the_servers_troubles_have_their_words() {
    let refused = |status| Fault::Error(ApiError::new(status, "Canary", "canary"));
    for (fault, words) in [
        (refused(422), "makes no token for this audience and lifetime (HTTP 422)"),
        (refused(302), "answered with HTTP 302"),
        (Fault::Throttle(Duration::from_secs(60)), "the Kubernetes API server has had too many requests"),
        (Fault::Busy(Duration::from_secs(60)), "has a fault of its own (HTTP 503)"),
        (Fault::Garbage, "the answer of the Kubernetes API server makes no sense"),
        (Fault::Huge(2_000_000), "the answer of the Kubernetes API server makes no sense"),
    ] {
        let cluster = Cluster::start();
        cluster.server.knobs().fail(Service::Api, fault, Times::UntilHealed);
        let bed = cluster.pod();
        cluster.receiver().configure(&bed, &cluster.source(&bed));

        assert_reason(&get(&bed), &[words]);
    }
}

#[test]
fn a_source_that_contradicts_itself_is_a_fault_of_the_file() {
    let asked = format!("service_account = \"builder\"\naudience = \"{AUDIENCE}\"");
    for (lines, fault) in [
        (String::new(), "needs one of the keys `path` and `service_account`"),
        (format!("path = \"/token\"\n{asked}"), "needs one of the keys `path` and `service_account`"),
        ("service_account = \"builder\"".into(), "needs the key `audience`"),
        (format!("{asked}\nendpoint = \"http://127.0.0.1:8001\""), "an `https://` URL"),
        (format!("{asked}\nlifetime = \"5m\""), "`lifetime`"),
        (asked.replace("builder", "Not A Name"), "`service_account`"),
    ] {
        let cluster = Cluster::start();
        let bed = Bed::new();
        cluster.receiver().configure(&bed, &format!("from = \"kubernetes\"\n{lines}"));

        let said = bed.shorepass(&["config", "check"]);

        assert_ne!(said.code, 0, "{lines}");
        assert!(format!("{}{}", said.stdout, said.stderr).contains(fault), "{fault}: {said:?}");
    }
}

/// An API server with an authority of its own, as every cluster has one.
struct Cluster {
    server: Kubernetes,
    folder: tempfile::TempDir,
}

impl Cluster {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new(folder.path()).unwrap();
        let certificate = authority.issue(&["kubernetes.default.svc"]).unwrap();
        Self { server: Kubernetes::builder().tls(&certificate).start().unwrap(), folder }
    }

    fn receiver(&self) -> Receiver {
        Receiver::new(self.server.issuer(), &[BUILDER])
    }

    /// A pod of the account `ci/runner`, whose files say that it is in the namespace `shore`.
    fn pod(&self) -> Bed {
        let mut bed = Bed::new();
        bed.write("pod/token", &self.server.pod_token("ci", "runner"));
        bed.write("pod/namespace", "shore");
        fs::copy(self.folder.path().join("ca.pem"), bed.path("pod/ca.crt")).unwrap();
        let port = self.server.address().port().to_string();
        bed.set("KUBERNETES_SERVICE_HOST", "127.0.0.1").set("KUBERNETES_SERVICE_PORT", &port);
        bed
    }

    fn source(&self, bed: &Bed) -> String {
        format!(
            "from = \"kubernetes\"\nservice_account = \"builder\"\naudience = \"{AUDIENCE}\"\nmounted_at = \"{}\"",
            bed.path("pod").display()
        )
    }
}

fn projected(cluster: &Cluster, subject: &str) -> String {
    cluster.server.issuer().token(subject, AUDIENCE, Duration::from_secs(3600))
}

const BUILDER: &str = "system:serviceaccount:shore:builder";
const RUNNER: &str = "system:serviceaccount:ci:runner";
