//! `refresh_token`: a person's sign-in, and how it ends.

use super::*;

#[test]
fn a_sign_in_gets_a_token_for_its_scopes_or_fewer() {
    let bench = Bench::new();
    let fields = bench.sign_in();

    let all = json_of(&bench.refresh(&fields));
    let mut narrow = fields.clone();
    narrow.push(("scope", READ_ONLY.into()));
    let narrow = json_of(&bench.refresh(&narrow));

    let issued = &bench.state.issued;
    assert!(issued.allows(text_of(&all, "access_token"), "push"));
    assert!(!issued.allows(text_of(&narrow, "access_token"), "push"));
    assert_eq!((&all["expires_in"], &narrow["scope"]), (&3599.into(), &READ_ONLY.into()));
    assert_eq!(bench.state.audit.entries()[0].principal.as_deref(), Some("user:alice@shore.example"));
}

#[test]
fn a_scope_that_was_not_granted_is_refused() {
    let bench = Bench::new();
    let mut fields = bench.sign_in();
    fields.push(("scope", READ_WRITE.into()));

    assert_eq!(oauth_error(&bench.refresh(&fields)).1, "invalid_scope");
}

#[test]
fn client_secret_and_refresh_token_must_fit() {
    let bench = Bench::new();
    let outcome = |at: usize, value: &str| {
        let mut fields = bench.sign_in();
        fields[at].1 = value.into();
        let (status, error, _) = oauth_error(&bench.refresh(&fields));
        (status, error)
    };

    assert_eq!(outcome(1, "unknown"), (401, "invalid_client".into()));
    assert_eq!(outcome(2, "wrong"), (401, "invalid_client".into()));
    assert_eq!(outcome(3, "wrong"), (400, "invalid_grant".into()));
    for at in 1..=3 {
        assert_eq!(outcome(at, ""), (400, "invalid_request".into()), "{at}");
    }
}

#[test]
fn another_clients_refresh_token_does_not_count() {
    let bench = Bench::new();
    let other = AuthorizedUser::new("bob@shore.example", &[CLOUD_PLATFORM]);
    let mut fields = bench.sign_in();
    fields[3].1 = other.refresh_token().expose().to_owned();
    bench.state.world().users.push(other);

    assert_eq!(oauth_error(&bench.refresh(&fields)).1, "invalid_grant");
}

#[test]
fn a_sign_in_is_revoked_or_wants_reauthentication() {
    let bench = Bench::new();

    bench.state.world().user_mut(USER).unwrap().revoke();
    let revoked = bench.refresh(&bench.sign_in());
    bench.state.world().user_mut(USER).unwrap().want_reauthentication();
    let stale = bench.refresh(&bench.sign_in());

    let expected = (400, "invalid_grant".into(), "Token has been expired or revoked.".into());
    assert_eq!(oauth_error(&revoked), expected);
    assert!(json_of(&revoked).get("error_subtype").is_none());
    assert_eq!((stale.status, oauth_error(&stale).1), (400, "invalid_grant".into()));
    assert_eq!(json_of(&stale)["error_subtype"], "invalid_rapt");
    assert_eq!(bench.state.audit.entries()[1].error.as_deref(), Some("invalid_rapt"));
}

impl Bench {
    fn sign_in(&self) -> Vec<(&'static str, String)> {
        let world = self.state.world();
        let user = world.find_user(USER).unwrap();
        vec![
            ("grant_type", "refresh_token".into()),
            ("client_id", user.client_id.clone()),
            ("client_secret", user.client_secret.expose().into()),
            ("refresh_token", user.refresh_token.expose().into()),
        ]
    }

    fn refresh(&self, fields: &[(&str, String)]) -> Reply {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post_form("/token", &fields)
    }
}
