//! What a job's variables bring, and to whom.

use shorepass_core::exchange::ErrorKind;

use super::*;

#[test]
fn a_jobs_login_goes_before_a_deploy_token() {
    let deploy =
        [("CI_REGISTRY", HOST), ("CI_DEPLOY_USER", "gitlab+deploy-token-1"), ("CI_DEPLOY_PASSWORD", "d")];
    let with = |more: &[(&'static str, &'static str)]| [&deploy[..], more].concat();

    let registry =
        [("CI_REGISTRY_USER", "gitlab-ci-token"), ("CI_REGISTRY_PASSWORD", "p"), ("CI_JOB_TOKEN", "j")];
    assert_eq!(found(&with(&registry), HOST), Ok(("gitlab-ci-token".into(), "p".into())));
    assert_eq!(found(&with(&registry[2..]), HOST), Ok(("gitlab-ci-token".into(), "j".into())));
    assert_eq!(found(&deploy, HOST), Ok(("gitlab+deploy-token-1".into(), "d".into())));
}

#[test]
fn a_jobs_login_goes_to_no_other_registry() {
    for host in [
        "registry.gitlab.com.evil.example",
        "evil-registry.gitlab.com",
        "registry.gitlab.com:5050",
        "gitlab.com",
        "registry.gitlab.example",
    ] {
        assert_eq!(found(&JOB_ON_GITLAB_COM, host), Err("no_login".into()), "{host}");
    }
    assert!(found(&JOB_ON_GITLAB_COM, HOST).is_ok());
}

#[test]
fn a_registry_that_only_looks_like_the_jobs_is_none() {
    for named in [
        "registry.gitlab.com@evil.example",
        "registry.gitlab.com/evil",
        "registry.gitlab.com:5050",
        "registry.gitlab.com.evil.example",
        "two words",
        "",
    ] {
        let env = [("CI_REGISTRY", named), ("CI_JOB_TOKEN", "canary")];
        assert_eq!(found(&env, HOST), Err("no_login".into()), "{named}");
    }
}

#[test]
fn the_port_and_the_case_of_a_registry_are_read_as_the_clients_are() {
    let at = |named| [("CI_REGISTRY", named), ("CI_JOB_TOKEN", "j")];

    assert!(found(&at("Registry.Corp.example:5050"), "registry.corp.example:5050").is_ok());
    assert!(found(&at("registry.corp.example:443"), "registry.corp.example").is_ok());
}

#[test]
fn a_stored_login_comes_last_and_its_trouble_is_said() {
    let login = Login { username: "dana".into(), secret: Secret::new("s") };
    let read = StoredLogin::Read { key: HOST.into(), found: login.clone() };
    let error = ExchangeError::new(ErrorKind::Denied, "vault_locked", "it is locked");
    let unread = StoredLogin::Unread { key: HOST.into(), error: error.clone() };
    let find = |stored: &StoredLogin, env: &[(&'static str, &'static str)]| {
        find(&GitlabIdentity::default(), stored, &Env::from_slice(env), HOST)
    };

    assert_eq!(find(&read, &[]), Ok(login));
    assert_eq!(find(&unread, &[]), Err(error));
    assert_eq!(find(&unread, &JOB_ON_GITLAB_COM).unwrap().username, "gitlab-ci-token");
}

#[test]
fn what_is_missing_is_said_once() {
    let error =
        find(&GitlabIdentity::default(), &StoredLogin::None, &Env::from_slice(&[]), HOST).unwrap_err();

    assert_eq!(
        error.message,
        "no login of GitLab was found: `CI_REGISTRY` is not set, so this is no job with a registry; no login is \
         stored for it"
    );
}

fn found(env: &[(&'static str, &'static str)], host: &str) -> Result<(String, String), String> {
    let found = find(&GitlabIdentity::default(), &StoredLogin::None, &Env::from_slice(env), host);
    found.map(|login| (login.username, login.secret.expose().to_owned())).map_err(|error| error.code)
}

const HOST: &str = "registry.gitlab.com";
const JOB_ON_GITLAB_COM: [(&str, &str); 2] = [("CI_REGISTRY", HOST), ("CI_JOB_TOKEN", "j")];
