use super::*;

#[test]
fn a_request_is_read_and_what_it_has_besides_is_passed_over() {
    let request = Request::parse(&asked(r#""image":"r.example/app:1","podName":{"x":[1]}"#)).unwrap();

    assert_eq!((request.image.as_str(), request.pod()), ("r.example/app:1", None));
}

#[test]
fn what_is_known_of_the_service_account_becomes_variables() {
    let annotations = r#"{"eks.amazonaws.com/ecr-role-arn":"arn:aws:iam::123456789012:role/pull",
        "kubernetes.azure.com/acr-client-id":"client","kubernetes.azure.com/acr-tenant-id":"tenant",
        "other":"canary"}"#;
    let body = format!(
        r#""image":"r.example/app","serviceAccountToken":"a.b.c","serviceAccountAnnotations":{annotations}"#
    );

    let request = Request::parse(&asked(&body)).unwrap();

    let pod: Vec<_> = request.pod().unwrap().iter().map(|(name, value)| (*name, value.expose())).collect();
    assert_eq!(
        pod,
        [
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pull"),
            ("AZURE_CLIENT_ID", "client"),
            ("AZURE_TENANT_ID", "tenant"),
            (SERVICE_ACCOUNT_TOKEN, "a.b.c"),
        ]
    );
}

#[test]
fn annotations_without_a_token_mean_nothing() {
    let body = r#""image":"a","serviceAccountAnnotations":{"eks.amazonaws.com/ecr-role-arn":"x"}"#;

    assert_eq!(Request::parse(&asked(body)).unwrap().pod(), None);
}

#[test]
fn a_blank_token_is_no_question_of_the_node() {
    for token in ["", " ", "\\n", "a b", "a.b.c\\n", "a\\u001bb"] {
        let body = format!(r#""image":"a","serviceAccountToken":"{token}""#);

        assert_eq!(Request::parse(&asked(&body)), Err(RequestError::Unreadable), "{token:?}");
    }
}

#[test]
fn an_annotation_that_is_not_what_it_stands_for_is_named_and_never_repeated() {
    for (name, value) in [
        ("eks.amazonaws.com/ecr-role-arn", "arn:aws:iam::123456789012:role/x` canary"),
        ("eks.amazonaws.com/ecr-role-arn", "arn:aws:iam::123456789012:role/x\\n\\u001b[31mcanary"),
        ("eks.amazonaws.com/ecr-role-arn", "arn:aws`canary:iam::123456789012:role/x"),
        ("eks.amazonaws.com/ecr-role-arn", "canary"),
        ("kubernetes.azure.com/acr-client-id", "canary` x"),
        ("kubernetes.azure.com/acr-tenant-id", "canary\\u001b"),
    ] {
        let body = format!(
            r#""image":"a","serviceAccountToken":"a.b.c","serviceAccountAnnotations":{{"{name}":"{value}"}}"#
        );

        let error = Request::parse(&asked(&body)).unwrap_err();

        let said = format!("{error} {}", error.hint());
        assert!(said.contains(&format!("the annotation `{name}`")), "{said}");
        assert!(!said.contains("canary") && !said.contains(char::is_control), "{said}");
    }
}

#[test]
fn another_version_or_object_is_refused_before_anything_else_is_read() {
    for (text, error) in [
        ("", RequestError::Unreadable),
        ("{}", RequestError::Unknown),
        (
            r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1beta1","kind":"CredentialProviderRequest","image":7}"#,
            RequestError::Unknown,
        ),
        (
            r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","kind":"CredentialProviderResponse"}"#,
            RequestError::Unknown,
        ),
        (&asked(r#""image":" ""#), RequestError::NoImage),
        (&asked(r#""x":1"#), RequestError::NoImage),
        (&asked(r#""image":7"#), RequestError::Unreadable),
    ] {
        assert_eq!(Request::parse(text), Err(error), "{text}");
    }
}

#[test]
fn a_duration_is_written_as_go_does() {
    for (seconds, text) in [
        (0, "0s"),
        (1, "1s"),
        (59, "59s"),
        (60, "1m0s"),
        (61, "1m1s"),
        (3599, "59m59s"),
        (3600, "1h0m0s"),
        (21_599, "5h59m59s"),
        (360_000, "100h0m0s"),
    ] {
        assert_eq!(go_duration(Duration::from_secs(seconds)), text);
    }
    assert_eq!(go_duration(Duration::from_millis(59_900)), "59s");
}

#[test]
fn a_login_is_for_the_image_s_own_host_for_half_of_what_is_left() {
    let image = Image::parse("r.example:5000/team/app:1").unwrap();
    let secret = Secret::new("pass");
    let login = Some(("AWS", &secret));
    let left = Some(Duration::from_secs(7201));

    let registry = Answer { image: &image, login, is_for_image: false, left }.text();
    let alone = Answer { image: &image, login, is_for_image: true, left: None }.text();

    assert_eq!(
        registry.expose(),
        r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","kind":"CredentialProviderResponse","cacheKeyType":"Registry","cacheDuration":"1h0m0s","auth":{"r.example:5000":{"username":"AWS","password":"pass"}}}"#
    );
    assert!(
        alone
            .expose()
            .contains(r#""cacheKeyType":"Image","cacheDuration":"0s","auth":{"r.example:5000/team/app":"#)
    );
}

#[test]
fn a_registry_that_is_not_ours_has_no_login() {
    let image = Image::parse("r.example/app").unwrap();
    let answer = Answer { image: &image, login: None, is_for_image: true, left: None };

    assert_eq!(answer.text(), nothing());
    assert_eq!(
        nothing().expose(),
        r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","kind":"CredentialProviderResponse","cacheKeyType":"Registry","cacheDuration":"0s"}"#
    );
}

fn asked(body: &str) -> String {
    format!(r#"{{"apiVersion":"{VERSION}","kind":"CredentialProviderRequest",{body}}}"#)
}
