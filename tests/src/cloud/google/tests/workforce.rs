//! STS for people: a workforce pool wants a project to charge, or an OAuth client.

use super::*;

#[test]
fn a_workforce_pool_wants_the_users_project() {
    let bench = Bench::new();
    let token = bench.staff_token();
    let outcome = |options: &str| {
        let fields = exchange(STAFF_PROVIDER, JWT, &token);
        bench.post_form("/v1/token", &with(&fields, "options", options))
    };

    for bad in ["", "{}", "no json", r#"{"userProject":"none"}"#] {
        let (status, error, _) = oauth_error(&outcome(bad));
        assert_eq!((status, error.as_str()), (400, "invalid_request"), "{bad}");
    }
    let plain = r#"{"userProject":"123456789"}"#;
    for good in [plain, &encode(plain)] {
        let body = json_of(&outcome(good));
        let facts = bench.state.issued.find(text_of(&body, "access_token")).unwrap();
        assert_eq!(
            facts.principal,
            "principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/alice"
        );
    }
}

#[test]
fn an_oauth_client_takes_the_projects_place() {
    let bench = Bench::new();
    let body = form(&exchange(STAFF_PROVIDER, JWT, &bench.staff_token()));
    let outcome = |login: &str| {
        let headers = [("host", "h"), ("content-type", FORM), ("authorization", login)];
        bench.front.answer(&request("POST", "/v1/token", &headers, &body))
    };

    assert_eq!(outcome("Basic c3RhZmYtY2xpZW50OnN0YWZmLWNsaWVudC1zZWNyZXQ=").status, 200);
    for bad in ["Basic c3RhZmYtY2xpZW50Ondyb25n", "Basic !", "Bearer ya29.x"] {
        assert_eq!(
            (outcome(bad).status, oauth_error(&outcome(bad)).1),
            (401, "invalid_client".into()),
            "{bad}"
        );
    }
}

impl Bench {
    fn staff_token(&self) -> String {
        let audience = format!("https:{STAFF_PROVIDER}");
        self.issuer(STAFF_ISSUER).token("alice", &audience, Duration::from_secs(600))
    }
}
