//! Services that speak RFC 8693: what they trust is theirs, so the words show what was shown to them.

use shorepass_tests::cloud::token_exchange::TokenExchange;

use super::{HOUR, NEW_SUBJECT, OLD_FORM, holder_of, reason};

#[test]
fn a_subject_that_is_not_known_is_shown_with_its_old_form() {
    let service = TokenExchange::start().unwrap();
    let issuer = service.with_world(|world| world.find_issuer("https://ci.example").cloned()).unwrap();
    let bed = holder_of(
        &issuer.token(NEW_SUBJECT, "exchange", HOUR),
        &format!(
            "[identity.ci]\ntype = \"oidc\"\ntoken = \"ci\"\n\n[[registry]]\nmatch = \"r.example\"\n\
             kind = \"token-exchange\"\nidentity = \"ci\"\nusername = \"ci\"\nendpoint = \"{}\"",
            service.token_url()
        ),
    );

    let words = format!(
        "its issuer is `https://ci.example`, its audience `exchange` and its subject `{NEW_SUBJECT}`"
    );
    let _ =
        reason(&bed, "r.example", &["did not take the OIDC token", &words, OLD_FORM, "`subject_token_type`"]);
}
