//! One suite that every registry kind passes, through the real helper against the kind's own fake cloud.
//!
//! A kind is a file in `subjects` and a line in the list below; a claim is a function in `cases` and a line
//! in the macro. Nothing here knows what is special about a kind: that is tested where the kind is.

mod cases;
mod hearing;
mod subject;
mod subjects;
mod tinyproxy;

/// Every claim about every kind, each a test of its own.
macro_rules! suite {
    ($($kind:ident,)*) => {$(
        claims! { $kind:
            offline::explaining_asks_nobody,
            sharing::callers_share_with_themselves_and_with_nobody_else,
            sharing::a_crowd_of_one_identity_costs_one_exchange,
            lives::the_life_is_the_one_in_the_reply,
            lives::a_short_life_is_renewed_while_nobody_asks,
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
    )*};
}

macro_rules! claims {
    ($kind:ident: $($case:ident::$claim:ident,)*) => {
        mod $kind {
            use super::{cases, subjects};
            $(
                #[test]
                fn $claim() {
                    cases::$case::$claim(subjects::$kind::start);
                }
            )*
        }
    };
}

suite! {
    ecr,
    ecr_public,
    artifact_registry,
    acr,
}
