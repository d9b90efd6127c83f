//! What the errors of container clients and registries mean.
//!
//! Registries answer with a handful of phrases that each have several causes; the cause that Shorepass
//! can tell apart is named first.

use super::Finding;
use crate::client_config::Server;

/// Every known phrase in the text, in the order of the table: the telling ones first.
pub(super) fn explain(text: &str, host: Option<&str>) -> Vec<Finding> {
    let lower = text.to_lowercase();
    let host = host.map(str::to_owned).or_else(|| host_in(text)).unwrap_or_else(|| "HOST".into());
    let known = PHRASES.iter().filter(|phrase| phrase.texts.iter().any(|text| lower.contains(text)));
    let mut findings: Vec<Finding> = known
        .map(|phrase| {
            Finding::error(phrase.id, phrase.what).why(phrase.why).fix(phrase.fix.replace("HOST", &host))
        })
        .collect();
    if findings.is_empty() {
        findings.push(
            Finding::warning(UNKNOWN, "this error is not known here")
                .fix(format!("to look at the registry itself, run `shorepass doctor {host}`")),
        );
    }
    findings
}

/// The registry that a client was talking to: clients print the address they asked.
fn host_in(text: &str) -> Option<String> {
    let mut addresses = text.split("https://").skip(1).filter_map(|rest| rest.split_once("/v2/"));
    let host = addresses.find_map(|(host, _)| Server::parse(host).ok())?;
    Some(host.name().to_owned())
}

struct Phrase {
    id: &'static str,
    /// In lower case; one of them is enough.
    texts: &'static [&'static str],
    what: &'static str,
    why: &'static str,
    fix: &'static str,
}

/// The finding when nothing matches.
pub(super) const UNKNOWN: &str = "unknown_error";

const PHRASES: &[Phrase] = &[
    Phrase {
        id: "helper_not_found",
        texts: &[
            "docker-credential-shorepass\": executable file not found",
            "docker-credential-shorepass: executable file not found",
            "docker-credential-shorepass: command not found",
            "docker-credential-shorepass: no such file",
        ],
        what: "the client cannot find the helper",
        why: "`credHelpers` names `shorepass`, but `docker-credential-shorepass` is not on the PATH of the client; a \
              service or an editor may have another PATH than your shell",
        fix: "to see where it is, run `shorepass doctor`",
    },
    Phrase {
        id: "shorepass_refused",
        texts: &["shorepass: "],
        what: "the helper answered and says why it has no credential",
        why: "the text after `shorepass:` is the cause",
        fix: "to have it tried afresh with advice, run `shorepass doctor HOST`",
    },
    Phrase {
        id: "token_expired",
        texts: &["authorization token has expired"],
        what: "the registry was given a credential that has expired",
        why: "Amazon ECR ends a login after 12 hours; it came from a login that is kept in a file, since the helper \
              renews in time",
        fix: "remove that login with `docker logout HOST`, then run `shorepass setup HOST`",
    },
    Phrase {
        id: "no_credentials_sent",
        texts: &["no basic auth credentials"],
        what: "the client sent no credential at all",
        why: "`credHelpers` does not name this host letter by letter, or a client up to docker 28 swallowed the \
              helper's error and went on without one",
        fix: "to see which, run `shorepass doctor HOST`",
    },
    Phrase {
        id: "not_signed_in",
        texts: &[
            "unauthorized: authentication required",
            "401 unauthorized",
            "unauthorized: not authorized",
            "unauthenticated request",
        ],
        what: "the registry wants a credential and got none, or one that it does not accept",
        why: "the host is not set up, the credential is of another account, or it has expired",
        fix: "to try a fresh one, run `shorepass doctor HOST`",
    },
    Phrase {
        id: "not_allowed",
        texts: &[
            "requested access to the resource is denied",
            "pull access denied",
            "insufficient_scope",
            "not authorized to perform",
            "403 forbidden",
            "permission \"artifactregistry.",
            "is not allowed access",
        ],
        what: "the registry knows who you are and does not allow this, or the repository does not exist",
        why: "the identity lacks the permission to pull or push there, the name is misspelt, the route narrows the \
              access, or a firewall keeps this address out; registries answer nearly the same",
        fix: "to see the identity and its access, run `shorepass explain HOST`",
    },
    Phrase {
        id: "pull_limit_reached",
        texts: &["pull rate limit", "increase-rate-limit"],
        what: "Docker Hub grants no more pulls for now",
        why: "without a login it counts 100 pulls in 6 hours by address, which a whole office or cluster may share, \
              and 200 for a personal account; a login that it does not take counts as none, and an image of several \
              architectures counts once for each that is pulled",
        fix: "log in by `docker login` or wait; to see whose pulls are counted and how many are left, run `shorepass \
              doctor docker.io`",
    },
    Phrase {
        id: "throttled",
        texts: &["toomanyrequests", "too many requests", "rate exceeded", "throttlingexception"],
        what: "the registry was asked too often",
        why: "Docker Hub and others count pulls without a login by address; with a login the limit is higher or gone",
        fix: "wait, or sign in: to see whether this host is set up, run `shorepass doctor HOST`",
    },
    Phrase {
        id: "no_such_image",
        texts: &[
            "manifest unknown",
            "manifest_unknown",
            "name unknown",
            "name_unknown",
            "repository does not exist",
        ],
        what: "the registry accepted the credential and has no such image",
        why: "the tag or the repository is misspelt or was deleted, or it is in another region or account",
        fix: "to see which account and region this host stands for, run `shorepass explain HOST`",
    },
    Phrase {
        id: "clock",
        texts: &[
            "signature not yet current",
            "requesttimetooskewed",
            "signature expired",
            "token used before issued",
        ],
        what: "the machine's clock is wrong",
        why: "clouds refuse what was signed more than a few minutes ago or from now",
        fix: "set the clock, where systemd keeps it with `sudo timedatectl set-ntp true`",
    },
    Phrase {
        id: "certificate",
        texts: &["x509: certificate", "certificate signed by unknown authority", "tls: failed to verify"],
        what: "the client does not trust the registry's certificate",
        why: "a proxy or the company signs certificates that the client's machine does not know; this is before any \
              credential",
        fix: "install the authority for the client, for docker as `/etc/docker/certs.d/HOST/ca.crt`",
    },
    Phrase {
        id: "unreachable",
        texts: &["no such host", "i/o timeout", "connection refused", "network is unreachable"],
        what: "the registry was not reached",
        why: "the name, the network or the proxy; this is before any credential",
        fix: "to see the connection, run `curl -v https://HOST/v2/`",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_errors_people_search_for_are_known() {
        for (text, id) in [
            ("unauthorized: authentication required", "not_signed_in"),
            ("denied: requested access to the resource is denied", "not_allowed"),
            (
                "Error response from daemon: Head \"https://r.example/v2/x\": no basic auth credentials",
                "no_credentials_sent",
            ),
            ("toomanyrequests: You have reached your pull rate limit", "pull_limit_reached"),
            ("toomanyrequests: Rate exceeded", "throttled"),
            ("manifest unknown: Requested image not found", "no_such_image"),
            (
                "error getting credentials - err: exec: \"docker-credential-shorepass\": executable file not found in $PATH, out: ``",
                "helper_not_found",
            ),
            (
                "denied: Permission \"artifactregistry.repositories.downloadArtifacts\" denied on resource (or it may not exist)",
                "not_allowed",
            ),
            (
                "denied: Unauthenticated request. Unauthenticated requests do not have permission \"artifactregistry.repositories.downloadArtifacts\"",
                "not_signed_in",
            ),
            ("denied: client with IP '192.0.2.1' is not allowed access.", "not_allowed"),
            ("denied: Your authorization token has expired. Reauthenticate and try again.", "token_expired"),
        ] {
            assert_eq!(explain(text, None)[0].id, id, "{text}");
        }
    }

    #[test]
    fn the_host_comes_from_the_argument_else_from_the_text() {
        let text =
            "Head \"https://registry-1.docker.io/v2/library/x/manifests/1\": no basic auth credentials";

        assert_eq!(
            explain(text, None)[0].fix.as_deref(),
            Some("to see which, run `shorepass doctor docker.io`")
        );
        assert!(explain(text, Some("r.example"))[0].fix.as_ref().unwrap().contains("r.example"));
    }

    #[test]
    fn what_is_not_known_is_said_to_be_unknown() {
        assert_eq!(explain("out of memory", None)[0].id, UNKNOWN);
        assert_eq!(explain("", None)[0].id, UNKNOWN);
    }
}
