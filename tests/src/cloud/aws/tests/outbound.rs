//! `GetWebIdentityToken`, asked as a client would ask it.

use super::*;

#[test]
fn a_principal_is_proven_elsewhere_by_a_signed_token() {
    let bench = Bench::new();
    let issuer = Issuer::es256("https://account.tokens.example");
    bench.state.world().outbound = Some(issuer.clone());

    let reply = bench.sts(&bench.alice(), &asked("&DurationSeconds=60"));

    let text = String::from_utf8(reply.body).unwrap();
    let token = text.split("<WebIdentityToken>").nth(1).unwrap().split('<').next().unwrap();
    let claims = issuer.verified(token).unwrap();
    assert_eq!(claims["sub"], "arn:aws:iam::123456789012:user/alice");
    assert_eq!(claims["aud"], "registry.example");
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 60);
}

#[test]
fn what_is_off_forbidden_or_out_of_bounds_is_refused() {
    let bench = Bench::new();
    let outcome = |further: &str| code(&bench.sts(&bench.alice(), &asked(further)));
    assert_eq!(outcome(""), "OutboundWebIdentityFederationDisabledException");
    bench.state.world().outbound = Some(Issuer::es256("https://account.tokens.example"));

    assert_eq!(outcome("&DurationSeconds=59"), "ValidationError");
    assert_eq!(outcome("&DurationSeconds=3601"), "ValidationError");
    let bare = "Action=GetWebIdentityToken&Version=2011-06-15";
    for form in [format!("{bare}&Audience.member.1=a"), format!("{bare}&SigningAlgorithm=RS256")] {
        assert_eq!(code(&bench.sts(&bench.alice(), &form)), "ValidationError", "{form}");
    }
    bench.state.world().user_mut("alice").unwrap().deny("sts:GetWebIdentityToken");
    assert_eq!(outcome(""), "AccessDenied");
}

fn asked(further: &str) -> String {
    format!(
        "Action=GetWebIdentityToken&Version=2011-06-15&Audience.member.1=registry.example\
         &SigningAlgorithm=RS256{further}"
    )
}
