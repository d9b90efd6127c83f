//! Tokens of a real OpenID provider at every cloud that takes some: discovery, key sets and signatures are
//! nobody's here, and the clouds fetch the keys over HTTP.
//!
//! A cloud is a file: how somebody whose only proof is a token gets in, and what is said when they do not.

mod aws;
mod azure;
mod google;
mod quay;
mod token_exchange;

use serde_json::json;
use shorepass_tests::{
    bed::{Bed, Said},
    openid_provider::{OpenIdProvider, SignedBy},
};

use crate::ruled::assert_reason;

#[test]
fn a_token_of_the_provider_gets_in_everywhere() {
    let provider = OpenIdProvider::start();

    for caller in callers(&provider) {
        assert!(caller.gets_in(&provider), "{}", caller.host);
    }
}

#[test]
fn a_new_key_is_found_without_a_restart_and_the_old_one_counts_while_it_is_published() {
    let provider = OpenIdProvider::start();

    for caller in callers(&provider) {
        assert!(caller.gets_in(&provider), "{}", caller.host);
        let old = caller.token(&provider);

        provider.add_key();
        assert!(caller.gets_in(&provider), "{}", caller.host);
        assert!((caller.is_good)(&caller.get(&old)), "{}", caller.host);

        provider.replace_keys();
        assert!(caller.gets_in(&provider), "{}", caller.host);
        assert_reason(&caller.get(&old), caller.words.unknown_key);
    }
}

#[test]
fn a_provider_that_cannot_be_reached_vouches_for_nobody() {
    let provider = OpenIdProvider::start();
    let callers = callers(&provider).map(|caller| (caller.token(&provider), caller));
    drop(provider);

    for (token, caller) in callers {
        assert_reason(&caller.get(&token), caller.words.unknown_key);
    }
}

#[test]
fn a_token_for_somebody_else_is_shown_by_its_claims() {
    let provider = OpenIdProvider::start();

    for caller in callers(&provider) {
        let said = caller.get(&provider.token(caller.subject, "elsewhere"));

        assert_reason(&said, caller.words.wrong_audience);
        assert_reason(&said, &[&format!("its issuer is `{}`, its audience `elsewhere`", provider.url())]);
    }
}

#[test]
fn an_ended_token_is_said_to_have_ended() {
    let provider = OpenIdProvider::start();

    for caller in callers(&provider) {
        assert_reason(&caller.get_signed(&provider, -5, SignedBy::Key), caller.words.ended);
    }
}

#[test]
fn a_forged_token_an_unsigned_one_and_one_signed_with_the_published_key_get_nothing() {
    let provider = OpenIdProvider::start();

    for caller in callers(&provider) {
        for (by, words) in [
            (SignedBy::Stranger, caller.words.forged),
            (SignedBy::Nobody, caller.words.unsigned),
            (SignedBy::Secret, caller.words.confused),
        ] {
            assert_reason(&caller.get_signed(&provider, 300, by), words);
        }
        assert!(caller.gets_in(&provider), "{}", caller.host);
    }
}

/// Somebody at one cloud whose only proof is the token in a file.
struct Caller {
    bed: Bed,
    host: &'static str,
    subject: &'static str,
    audience: &'static str,
    /// Whether a `get` has brought a password that counts, for the one who should have it.
    is_good: Box<dyn Fn(&Said) -> bool>,
    words: Words,
}

/// What our line says of a token, by what is wrong with it.
struct Words {
    wrong_audience: &'static [&'static str],
    ended: &'static [&'static str],
    unknown_key: &'static [&'static str],
    forged: &'static [&'static str],
    unsigned: &'static [&'static str],
    confused: &'static [&'static str],
}

impl Caller {
    fn gets_in(&self, provider: &OpenIdProvider) -> bool {
        (self.is_good)(&self.get(&self.token(provider)))
    }

    fn token(&self, provider: &OpenIdProvider) -> String {
        provider.token(self.subject, self.audience)
    }

    fn get_signed(&self, provider: &OpenIdProvider, life: i64, by: SignedBy) -> Said {
        let claims = json!({ "sub": self.subject, "aud": self.audience });
        self.get(&provider.sign(&claims, life, by))
    }

    /// A `get` with this token and nothing from before.
    fn get(&self, token: &str) -> Said {
        self.bed.write(TOKEN, token);
        let _ = self.bed.shorepass(&["forget", "--all"]);
        let said = self.bed.helper("get", self.host);
        assert!(!said.stdout.contains(token), "it repeats the token");
        said
    }
}

fn callers(provider: &OpenIdProvider) -> [Caller; 5] {
    [
        aws::caller(provider),
        google::caller(provider),
        azure::caller(provider),
        quay::caller(provider),
        token_exchange::caller(provider),
    ]
}

/// Somebody with these tables, and the token `job` in a file.
fn bed(tables: &str) -> Bed {
    let bed = Bed::new();
    let path = bed.path(TOKEN);
    bed.configure(&format!("[token.job]\nfrom = \"file\"\npath = \"{}\"\n\n{tables}\n", path.display()));
    bed
}

const TOKEN: &str = "home/token";
const SUBJECT: &str = "repo:shore/app:ref:refs/heads/main";
