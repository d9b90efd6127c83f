//! One suite that every registry kind passes, through the real helper against the kind's own fake cloud.
//!
//! A kind is a file in `subjects` and a line in the list below; a claim is a function in `cases` and a line
//! in a macro. Nothing here knows what is special about a kind: that is tested where the kind is. Which of
//! the claims make no sense for a kind, and why, stands in one place.

mod cases;
mod hand_out;
mod hearing;
mod subject;
mod subjects;
mod tinyproxy;

macro_rules! suite {
    ($($kind:ident,)*) => {$(
        mod $kind {
            use super::{cases, subjects};

            claims_about! { $kind }
        }
    )*};
}

/// Which claims are made about a kind: all of them, unless there is a reason.
macro_rules! claims_about {
    // They call nobody: there is nothing that can refuse them, fail, or say how long it is good.
    (gitlab) => {
        handed_out! { gitlab }
    };
    (nexus) => {
        handed_out! { nexus }
    };
    (stored) => {
        handed_out! { stored }
    };
    // No reply says when a refresh token ends, and most are opaque: there is no life to be taken from one.
    (oauth2_registry) => {
        exchanged! { oauth2_registry }
    };
    ($kind:ident) => {
        exchanged! { $kind }
        living! { $kind }
    };
}

/// What is made by a call.
macro_rules! exchanged {
    ($kind:ident) => {
        claims! { $kind:
            offline::explaining_asks_nobody,
            sharing::callers_share_with_themselves_and_with_nobody_else,
            sharing::a_crowd_of_one_identity_costs_one_exchange,
            refusals::a_refusal_says_what_why_and_what_next_and_is_remembered,
            patience::whoever_asks_for_patience_is_left_alone_for_so_long,
            bodies::an_answer_that_is_none_harms_nobody_else,
            bodies::silence_ends_in_time_and_holds_up_nobody_else,
            secrets::no_secret_comes_out_anywhere,
            proxies::a_call_goes_by_the_proxy,
            proxies::an_exempt_host_is_called_directly,
            proxies::a_proxy_that_refuses_is_named_and_its_password_is_not,
            proxies::a_certificate_of_a_stranger_is_named,
        }
    };
}

/// What is made by a call whose reply says when it ends.
macro_rules! living {
    ($kind:ident) => {
        claims! { $kind:
            lives::the_life_is_the_one_in_the_reply,
            lives::a_short_life_is_renewed_while_nobody_asks,
        }
    };
}

/// What is handed out as it is.
macro_rules! handed_out {
    ($kind:ident) => {
        claims! { $kind:
            handed_out::nobody_is_ever_called,
            handed_out::everybody_gets_their_own_and_strangers_go_on_anonymously,
            handed_out::a_login_counts_at_once_and_a_logout_ends_it_at_once,
            handed_out::look_alikes_get_nothing,
            handed_out::a_vault_that_does_not_open_is_an_error_in_words,
            handed_out::no_secret_comes_out_anywhere,
        }
    };
}

/// Each claim as a test of its own.
macro_rules! claims {
    ($kind:ident: $($case:ident::$claim:ident,)*) => {$(
        #[test]
        fn $claim() {
            cases::$case::$claim(subjects::$kind::start);
        }
    )*};
}

suite! {
    acr,
    artifact_registry,
    artifactory,
    docker_hub,
    ecr,
    ecr_public,
    ghcr,
    gitlab,
    harbor,
    nexus,
    oauth2_registry,
    quay,
    stored,
    token_exchange,
}
