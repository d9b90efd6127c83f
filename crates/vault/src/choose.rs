//! Which store: the one that the settings name, else the first that is there.
//!
//! A plain function of what a look at each store says, so that every order can be tested. A look never
//! asks a person anything. A store that may be there ends the choice: were the next one taken instead, a
//! login would go where it is not looked for later.

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    vault::{PassedOver, VaultKind},
};

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The store.
    pub(crate) store: VaultKind,
    /// Why it.
    pub(crate) because: String,
    /// Those before it, and why not them.
    pub(crate) passed_over: Vec<PassedOver>,
    /// Why it is not known whether it is there. It must not be used then, nor any other.
    pub(crate) obstacle: Option<ExchangeError>,
}

/// What a look at a store says: why it can be used, or why not.
pub(crate) type Look = Result<String, WhyNot>;

/// Why a store cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WhyNot {
    /// It is not there: the next one may be taken.
    Absent(String),
    /// It may be there and did not answer.
    #[cfg_attr(not(any(target_os = "linux", test)), expect(dead_code, reason = "only a bus can hang so"))]
    Unclear(ExchangeError),
}

impl WhyNot {
    fn words(&self) -> &str {
        match self {
            Self::Absent(why) => why,
            Self::Unclear(error) => &error.message,
        }
    }
}

/// Chooses among the stores of a system, the best first.
///
/// # Errors
/// When the settings name a store that this system does not have.
pub(crate) fn choose(
    named: Option<VaultKind>,
    candidates: &[VaultKind],
    look: impl Fn(VaultKind) -> Look,
) -> Result<Choice, ExchangeError> {
    if let Some(store) = named {
        return choose_named(store, candidates, look);
    }
    let mut passed_over = Vec::new();
    for &store in candidates {
        match look(store) {
            Ok(because) => return Ok(Choice { store, because, passed_over, obstacle: None }),
            Err(WhyNot::Absent(why)) => passed_over.push(PassedOver { store, why }),
            Err(WhyNot::Unclear(error)) => {
                let because = format!("it would be this one, but {}", error.message);
                let obstacle = Some(error.with_hint(NO_OTHER));
                return Ok(Choice { store, because, passed_over, obstacle });
            }
        }
    }
    let because = "no other store can be used here".into();
    Ok(Choice { store: VaultKind::None, because, passed_over, obstacle: None })
}

fn choose_named(
    store: VaultKind,
    candidates: &[VaultKind],
    look: impl Fn(VaultKind) -> Look,
) -> Result<Choice, ExchangeError> {
    if store != VaultKind::None && !candidates.contains(&store) {
        let names: Vec<_> = candidates.iter().map(|store| format!("`{}`", store.name())).collect();
        let error = ExchangeError::new(
            ErrorKind::Misconfigured,
            "vault_unsupported",
            format!("this system has no store `{}`", store.name()),
        );
        return Err(
            error.with_hint(format!("set `store` in `[vault]` to one of {}, `none`", names.join(", ")))
        );
    }
    // It is used in any case: its own error says more than a look.
    let because = match look(store) {
        Ok(_) => "the configuration names it".into(),
        Err(why) => format!("the configuration names it, although {}", why.words()),
    };
    Ok(Choice { store, because, passed_over: Vec::new(), obstacle: None })
}

const NO_OTHER: &str = "no other store is taken instead, so that no login goes astray; to choose one, set \
                        `store` in `[vault]`, such as `store = \"file\"`";

/// The stores of this system, the best first.
#[cfg(target_os = "linux")]
pub(crate) const HERE: [VaultKind; 3] = [VaultKind::SecretService, VaultKind::File, VaultKind::Keyutils];
/// The stores of this system, the best first.
#[cfg(target_os = "macos")]
pub(crate) const HERE: [VaultKind; 2] = [VaultKind::Keychain, VaultKind::File];
/// The stores of this system, the best first.
#[cfg(windows)]
pub(crate) const HERE: [VaultKind; 2] = [VaultKind::CredentialManager, VaultKind::File];
/// The stores of this system, the best first.
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
pub(crate) const HERE: [VaultKind; 1] = [VaultKind::File];

#[cfg(test)]
mod tests {
    use super::*;

    const LINUX: [VaultKind; 3] = [VaultKind::SecretService, VaultKind::File, VaultKind::Keyutils];

    #[test]
    fn the_first_store_that_is_there_is_taken_and_the_ones_before_it_say_why_not() {
        let look = |store| match store {
            VaultKind::SecretService => Err(absent("there is no session bus")),
            VaultKind::File => Ok("a passphrase came along".into()),
            _ => panic!("nobody needs to look further"),
        };

        let choice = choose(None, &LINUX, look).unwrap();

        let why = "there is no session bus".to_owned();
        assert_eq!((choice.store, choice.because.as_str()), (VaultKind::File, "a passphrase came along"));
        assert_eq!(choice.passed_over, [PassedOver { store: VaultKind::SecretService, why }]);
        assert_eq!(choice.obstacle, None);
    }

    #[test]
    fn a_store_that_does_not_answer_ends_the_choice_although_a_later_one_could_be_used() {
        let look = |store| match store {
            VaultKind::SecretService => Err(unclear("the bus does not answer")),
            _ => panic!("no other may be taken"),
        };

        let choice = choose(None, &LINUX, look).unwrap();

        assert_eq!(choice.store, VaultKind::SecretService);
        assert_eq!(choice.because, "it would be this one, but the bus does not answer");
        assert_eq!(choice.passed_over, []);
        let obstacle = choice.obstacle.unwrap();
        assert_eq!((obstacle.code.as_str(), obstacle.kind), ("vault_timeout", ErrorKind::Unavailable));
        assert_eq!(obstacle.message, "the bus does not answer");
        assert!(obstacle.hint.unwrap().ends_with("set `store` in `[vault]`, such as `store = \"file\"`"));
    }

    #[test]
    fn where_no_store_is_there_nothing_is_kept() {
        let choice = choose(None, &LINUX, |store| Err(absent(store.name()))).unwrap();

        assert_eq!(choice.store, VaultKind::None);
        let passed_over: Vec<_> = choice.passed_over.iter().map(|passed| passed.store).collect();
        assert_eq!(passed_over, LINUX);
    }

    #[test]
    fn the_store_that_is_named_is_taken_even_if_it_cannot_be_used() {
        let look = |_| Err(unclear("the bus does not answer"));

        let choice = choose(Some(VaultKind::SecretService), &LINUX, look).unwrap();
        let none = choose(Some(VaultKind::None), &LINUX, |_| Ok(String::new())).unwrap();

        assert_eq!(choice.store, VaultKind::SecretService);
        assert_eq!(choice.because, "the configuration names it, although the bus does not answer");
        assert_eq!(choice.obstacle, None);
        assert_eq!(none.store, VaultKind::None);
    }

    #[test]
    fn a_store_of_another_system_is_an_error() {
        let error = choose(Some(VaultKind::Keychain), &LINUX, |_| panic!("not asked")).unwrap_err();

        assert_eq!((error.code.as_str(), error.kind), ("vault_unsupported", ErrorKind::Misconfigured));
    }

    fn absent(why: &str) -> WhyNot {
        WhyNot::Absent(why.into())
    }

    fn unclear(message: &str) -> WhyNot {
        WhyNot::Unclear(ExchangeError::new(ErrorKind::Unavailable, "vault_timeout", message))
    }
}
