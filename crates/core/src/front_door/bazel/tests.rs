use super::*;

#[test]
fn an_url_of_the_api_names_its_repository() {
    for (uri, host, repository) in [
        ("https://r.example/v2/team/app/manifests/1.2", "r.example", Some("team/app")),
        ("https://r.example/v2/team/app/blobs/sha256:0a", "r.example", Some("team/app")),
        ("https://r.example/v2/team/app/tags/list?n=1", "r.example", Some("team/app")),
        ("https://r.example/v2/team/app/referrers/sha256:0a", "r.example", Some("team/app")),
        ("https://r.example/v2/team/manifests/manifests/1", "r.example", Some("team/manifests")),
        ("HTTPS://R.example:8443/v2/app/manifests/1", "r.example:8443", Some("app")),
        ("https://registry-1.docker.io/v2/library/nginx/manifests/1", "docker.io", Some("library/nginx")),
        ("https://r.example/v2/", "r.example", None),
        ("https://r.example/v2", "r.example", None),
        ("http://127.0.0.1:5000/v2/", "127.0.0.1:5000", None),
        ("http://localhost:5000/v2/", "localhost:5000", None),
    ] {
        let repository = repository.map(str::to_owned);
        assert_eq!(Asked::of_uri(uri), Ok(Asked::Registry { host: host.into(), repository }), "{uri}");
    }
}

#[test]
fn a_host_without_a_dot_is_a_host_and_no_repository_of_docker_hub() {
    let asked = Asked::of_uri("https://registry/v2/team/app/manifests/1").unwrap();

    assert_eq!(asked.server().as_deref(), Some("registry/team/app"));
    assert_eq!(Asked::Nothing.server(), None);
}

#[test]
fn a_realm_is_known_by_its_whole_host_and_path() {
    for (uri, host, repository) in [
        ("https://auth.docker.io/token?service=registry.docker.io", "docker.io", None),
        (
            "https://auth.docker.io/token?scope=repository%3Alibrary%2Fnginx%3Apull",
            "docker.io",
            Some("library/nginx"),
        ),
        (
            "https://gitlab.com/jwt/auth?scope=repository:team/app:pull",
            "registry.gitlab.com",
            Some("team/app"),
        ),
        ("https://ghcr.io/token?service=ghcr.io&scope=repository:a/b:pull,push", "ghcr.io", Some("a/b")),
        ("https://shore.azurecr.io/oauth2/token", "shore.azurecr.io", None),
        ("https://public.ecr.aws/token/", "public.ecr.aws", None),
        ("https://h.example/artifactory/api/docker/images/v2/token", "h.example", None),
    ] {
        let repository = repository.map(str::to_owned);
        assert_eq!(Asked::of_uri(uri), Ok(Asked::Realm { host: host.into(), repository }), "{uri}");
    }
    for uri in [
        "https://auth.docker.io.evil.example/token",
        "https://evil-auth.docker.io/token",
        "https://gitlab.com.evil.example/jwt/auth",
        "https://auth.docker.io:8443/token",
    ] {
        let Ok(Asked::Realm { host, .. }) = Asked::of_uri(uri) else { panic!("{uri}") };
        assert!(!["docker.io", "registry.gitlab.com"].contains(&host.as_str()), "{uri}");
    }
}

#[test]
fn what_is_nothing_of_a_registry_wants_nothing() {
    for uri in [
        "https://r.example",
        "https://r.example/",
        "https://r.example/v1/",
        "https://r.example/v20/team/app/manifests/1",
        "https://r.example/v2/_catalog",
        "https://r.example/v2/manifests/1",
        "https://r.example/v2/../x/manifests/1",
        "https://r.example/x/token",
        "https://auth.docker.io/token/x",
        "https://gitlab.com/team/app.git",
        "https://shore.blob.core.windows.net/layer?sig=x",
        "https://h.example/artifactory/api/docker/a/b/v2/token",
    ] {
        assert_eq!(Asked::of_uri(uri), Ok(Asked::Nothing), "{uri}");
    }
}

#[test]
fn where_no_secret_may_go_is_an_error() {
    for uri in
        ["http://r.example/v2/", "http://127.0.0.1.evil.example/v2/", "ftp://r.example/", "r.example", ""]
    {
        assert_eq!(Asked::of_uri(uri), Err(RequestError::Insecure), "{uri}");
    }
    for uri in ["https://", "https:///v2/", "https://user:canary@r.example/v2/", "https://r.example\\@x/v2/"]
    {
        assert_eq!(Asked::of_uri(uri), Err(RequestError::NoHost), "{uri}");
    }
    for text in ["", "[]", "{}", r#"{"uri":7}"#] {
        assert_eq!(Asked::parse(text), Err(RequestError::Unreadable), "{text}");
    }
}

#[test]
fn the_answer_is_one_header_and_its_end() {
    let answer = headers(&Secret::new("Bearer a.b.c"), "2026-01-01T00:00:00Z");

    assert_eq!(
        answer.expose(),
        r#"{"headers":{"Authorization":["Bearer a.b.c"]},"expires":"2026-01-01T00:00:00Z"}"#
    );
    assert!(Asked::parse(r#"{"uri":"https://r.example/v2/","new":true}"#).is_ok());
}
