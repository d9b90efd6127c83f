//! Whom a credential file may make us talk to.
//!
//! A credential file is like a program: whoever wrote it decides where keys and tokens are sent. So its URLs
//! must be of the very service of Google's that is meant, a metadata service's, or of a host that the identity's
//! settings trust by name. Any other host of Google's may hold somebody's bucket. The file's own
//! `universe_domain` proves nothing.

use shorepass_core::exchange::ExchangeError;

use super::misconfigured;

/// The hosts that are trusted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hosts<'a> {
    /// As the identity or the caller says, not the file.
    pub(super) universe: &'a str,
    /// `host` at its default port, or `host:port`.
    pub(super) listed: &'a [String],
}

/// What a URL is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A key or a sign-in goes there: the OAuth token endpoint.
    Token,
    /// A subject token goes there: the Security Token Service.
    Sts,
    /// A token goes there: the IAM Credentials API.
    Iam,
    /// A subject token comes from there.
    SubjectToken,
    /// An instance's metadata of AWS.
    Imds,
    /// AWS would be asked there who has signed; nobody here does.
    AwsSts,
}

/// Where in a file a URL stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) field: &'a str,
}

impl Hosts<'_> {
    /// Whether this URL may be asked.
    ///
    /// # Errors
    /// It may not; the error names file, field and host.
    pub(super) fn check(&self, url: &str, purpose: Purpose, place: Place<'_>) -> Result<(), ExchangeError> {
        let Place { file, field } = place;
        let Some(address) = Address::parse(url) else {
            return Err(misconfigured(
                "credential_file_broken",
                format!("`{field}` of the credential file `{file}` is no URL"),
            )
            .with_hint("make the file anew where it came from"));
        };
        let is_listed = self.listed.iter().any(|entry| address.is_listed_as(entry));
        let is_known = address.is_default_port && self.is_known(&address, purpose);
        let shown = address.shown();
        if !(is_known || is_listed) {
            return Err(misconfigured(
                "untrusted_host",
                format!(
                    "`{field}` of the credential file `{file}` names the host `{shown}`, which is not trusted"
                ),
            )
            .with_hint(format!(
                "if the file is yours and the host is right, add `{shown}` to `trusted_hosts` of the identity"
            )));
        }
        if address.is_https || address.is_loopback() || (is_known && is_link_local(&address.host)) {
            return Ok(());
        }
        Err(misconfigured(
            "untrusted_host",
            format!("`{field}` of the credential file `{file}` names the host `{shown}` without TLS"),
        )
        .with_hint("write the URL with `https://`"))
    }

    fn is_known(&self, address: &Address, purpose: Purpose) -> bool {
        let host = address.host.as_str();
        let is_below = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        let is_google_s = |service: &str| {
            ["googleapis.com", self.universe].iter().any(|universe| is_service(host, service, universe))
        };
        match purpose {
            Purpose::Token => {
                is_google_s("oauth2")
                    || (host == "accounts.google.com" && address.path.starts_with("/o/oauth2/"))
                    || (host == "www.googleapis.com" && address.path.starts_with("/oauth2/"))
            }
            Purpose::Sts => is_google_s("sts"),
            Purpose::Iam => is_google_s("iamcredentials"),
            Purpose::SubjectToken => is_below("actions.githubusercontent.com") || is_link_local(host),
            Purpose::Imds => is_link_local(host),
            Purpose::AwsSts => {
                host.starts_with("sts.") && (is_below("amazonaws.com") || is_below("amazonaws.com.cn"))
            }
        }
    }
}

/// `SERVICE.UNIVERSE`, `SERVICE.REGION.rep.UNIVERSE` or `REGION-SERVICE.UNIVERSE`.
fn is_service(host: &str, service: &str, universe: &str) -> bool {
    let is_region = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let Some(name) = host.strip_suffix(universe).and_then(|rest| rest.strip_suffix('.')) else {
        return false;
    };
    let regional = || name.strip_prefix(service)?.strip_prefix('.')?.strip_suffix(".rep");
    let located = || name.strip_suffix(service)?.strip_suffix('-');
    name == service || regional().is_some_and(is_region) || located().is_some_and(is_region)
}

/// Whether a URL leads to the machine's own metadata, which no proxy can reach.
pub(super) fn is_metadata(url: &str) -> bool {
    Address::parse(url).is_some_and(|address| is_link_local(&address.host) || address.is_loopback())
}

fn is_link_local(host: &str) -> bool {
    matches!(host, "169.254.169.254" | "[fd00:ec2::254]")
}

struct Address {
    is_https: bool,
    host: String,
    port: u16,
    is_default_port: bool,
    /// With the query.
    path: String,
}

impl Address {
    /// Takes apart what the HTTP client takes apart in the same way; anything unusual is no URL.
    fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (is_https, default_port) = match scheme {
            "https" => (true, 443),
            "http" => (false, 80),
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next()?;
        if !url.bytes().all(|b| b.is_ascii_graphic()) || authority.contains(['@', '\\', '%']) {
            return None;
        }
        let path = rest[authority.len()..].to_owned();
        let end = if authority.starts_with('[') {
            authority.find(']')? + 1
        } else {
            authority.find(':').unwrap_or(authority.len())
        };
        let (host, port) = authority.split_at(end);
        let port = match port {
            "" => default_port,
            port => port.strip_prefix(':')?.parse().ok()?,
        };
        let host = host.to_ascii_lowercase();
        let is_plain =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
        let is_host = !host.is_empty() && host.bytes().all(is_plain);
        is_host.then_some(Self { is_https, host, port, is_default_port: port == default_port, path })
    }

    fn is_listed_as(&self, entry: &str) -> bool {
        entry.eq_ignore_ascii_case(&self.shown())
            || entry.eq_ignore_ascii_case(&format!("{}:{}", self.host, self.port))
    }

    fn is_loopback(&self) -> bool {
        let is_loopback = |ip: std::net::Ipv4Addr| ip.is_loopback();
        self.host == "localhost" || self.host == "[::1]" || self.host.parse().is_ok_and(is_loopback)
    }

    /// With the port where that says something.
    fn shown(&self) -> String {
        if self.is_default_port { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_of_google_s_is_trusted_with_what_is_its_own() {
        for (url, purpose) in [
            ("https://oauth2.googleapis.com/token", Purpose::Token),
            ("https://accounts.google.com/o/oauth2/token", Purpose::Token),
            ("https://www.googleapis.com/oauth2/v4/token", Purpose::Token),
            ("https://STS.googleapis.com/v1/token", Purpose::Sts),
            ("https://sts.googleapis.com:443/v1/token", Purpose::Sts),
            ("https://sts.eu.rep.googleapis.com/v1/token", Purpose::Sts),
            ("https://us-east1-sts.googleapis.com/v1/token", Purpose::Sts),
            ("https://sts.shore.example/v1/token", Purpose::Sts),
            ("https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a", Purpose::Iam),
        ] {
            assert_eq!(code(url, purpose), None, "{url}");
        }
    }

    #[test]
    fn look_alikes_are_not() {
        for url in [
            "https://googleapis.com/token",
            "https://storage.googleapis.com/upload/storage/v1/b/evil/o?uploadType=media&name=x",
            "https://www.googleapis.com/upload/storage/v1/b/evil/o",
            "https://iamcredentials.googleapis.com/v1/token",
            "https://oauth2.googleapis.com/token",
            "https://evil.sts.googleapis.com/v1/token",
            "https://evil-googleapis.com/token",
            "https://sts.googleapis.com.evil.example/v1/token",
            "https://sts.googleapis.com./v1/token",
            "https://evil.example/sts.googleapis.com",
            "https://evil.example?sts.googleapis.com",
            "https://evil.example#.googleapis.com",
            "https://sts.googleapis.com:8443/v1/token",
            "https://evil.google.com/token",
            "https://shore.example/v1/token",
            "https://169.254.169.254/token",
            "https://token.actions.githubusercontent.com/x",
            "https://127.0.0.1/token",
        ] {
            assert_eq!(code(url, Purpose::Sts).as_deref(), Some("untrusted_host"), "{url}");
        }
        let upload = "https://www.googleapis.com/upload/storage/v1/b/evil/o?x=/oauth2/";
        assert_eq!(code(upload, Purpose::Token).as_deref(), Some("untrusted_host"));
    }

    #[test]
    fn what_is_unusual_is_no_url() {
        for url in [
            "sts.googleapis.com",
            "ftp://sts.googleapis.com",
            "HTTPS://sts.googleapis.com",
            "https://user@sts.googleapis.com/",
            "https://sts.googleapis.com@evil.example/",
            r"https://evil.example\.googleapis.com/",
            "https://evil%2eexample.googleapis.com/",
            "https://evil.example .googleapis.com/",
            "https://evil.example\n.googleapis.com/",
            "https://:443/",
            "https://sts.googleapis.com:x/",
            "https:///token",
        ] {
            assert_eq!(code(url, Purpose::Sts).as_deref(), Some("credential_file_broken"), "{url:?}");
        }
    }

    #[test]
    fn subject_tokens_may_come_from_ci_and_metadata() {
        for (url, wanted) in [
            ("https://pipelines.actions.githubusercontent.com/idtoken?x=1", None),
            ("http://169.254.169.254/metadata/identity/oauth2/token", None),
            ("http://[fd00:ec2::254]/latest", None),
            ("https://actions.githubusercontent.com/idtoken", Some("untrusted_host")),
            ("http://pipelines.actions.githubusercontent.com/idtoken", Some("untrusted_host")),
            ("http://169.254.169.254:8080/metadata", Some("untrusted_host")),
            ("http://169.254.169.253/metadata", Some("untrusted_host")),
        ] {
            assert_eq!(code(url, Purpose::SubjectToken).as_deref(), wanted, "{url}");
        }
    }

    #[test]
    fn aws_is_known_by_its_own_names() {
        for (url, wanted) in [
            ("https://sts.eu-west-1.amazonaws.com?Action=GetCallerIdentity", None),
            ("https://sts.cn-north-1.amazonaws.com.cn/", None),
            ("https://s3.amazonaws.com/", Some("untrusted_host")),
            ("https://sts.evil.example/", Some("untrusted_host")),
        ] {
            assert_eq!(code(url, Purpose::AwsSts).as_deref(), wanted, "{url}");
        }
    }

    #[test]
    fn a_listed_host_is_trusted_at_its_port_and_without_tls_on_this_machine_only() {
        for (url, wanted) in [
            ("https://idp.corp.example/token", None),
            ("https://IDP.corp.example:8443/token", None),
            ("https://idp.corp.example:9443/token", Some("untrusted_host")),
            ("http://127.0.0.1:4040/token", None),
            ("http://127.0.0.1:4041/token", Some("untrusted_host")),
            ("http://plain.corp.example/token", Some("untrusted_host")),
        ] {
            assert_eq!(code(url, Purpose::Sts).as_deref(), wanted, "{url}");
        }
    }

    #[test]
    fn the_error_names_file_field_and_host_and_what_to_list() {
        let error = check("https://evil.example:8443/x?key=canary", Purpose::Sts).unwrap_err();

        assert_eq!(
            error.message,
            "`token_url` of the credential file `/c.json` names the host `evil.example:8443`, which is not \
             trusted"
        );
        assert!(error.hint.unwrap().contains("add `evil.example:8443` to `trusted_hosts`"));
    }

    fn code(url: &str, purpose: Purpose) -> Option<String> {
        check(url, purpose).err().map(|error| error.code)
    }

    fn check(url: &str, purpose: Purpose) -> Result<(), ExchangeError> {
        let listed = ["idp.corp.example", "idp.corp.example:8443", "127.0.0.1:4040", "plain.corp.example"];
        let hosts = Hosts { universe: "shore.example", listed: &listed.map(str::to_owned) };
        hosts.check(url, purpose, Place { file: "/c.json", field: "token_url" })
    }
}
