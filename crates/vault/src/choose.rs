//! Which store: the one that the settings name, else the first that is there.
//!
//! A plain function of what a look at each store says, so that every order can be tested. A look never
//! asks a person anything.

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
}

/// What a look at a store says: why it can be used, or why not.
pub(crate) type Look = Result<String, String>;

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
            Ok(because) => return Ok(Choice { store, because, passed_over }),
            Err(why) => passed_over.push(PassedOver { store, why }),
        }
    }
    Ok(Choice { store: VaultKind::None, because: "no other store can be used here".into(), passed_over })
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
        Err(why) => format!("the configuration names it, although {why}"),
    };
    Ok(Choice { store, because, passed_over: Vec::new() })
}

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
            VaultKind::SecretService => Err("there is no session bus".into()),
            VaultKind::File => Ok("a passphrase came along".into()),
            _ => panic!("nobody needs to look further"),
        };

        let choice = choose(None, &LINUX, look).unwrap();

        let why = "there is no session bus".to_owned();
        assert_eq!((choice.store, choice.because.as_str()), (VaultKind::File, "a passphrase came along"));
        assert_eq!(choice.passed_over, [PassedOver { store: VaultKind::SecretService, why }]);
    }

    #[test]
    fn where_no_store_is_there_nothing_is_kept() {
        let choice = choose(None, &LINUX, |store| Err(store.name().into())).unwrap();

        assert_eq!(choice.store, VaultKind::None);
        let passed_over: Vec<_> = choice.passed_over.iter().map(|passed| passed.store).collect();
        assert_eq!(passed_over, LINUX);
    }

    #[test]
    fn the_store_that_is_named_is_taken_even_if_it_cannot_be_used() {
        let look = |_| Err("the bus does not answer".into());

        let choice = choose(Some(VaultKind::SecretService), &LINUX, look).unwrap();
        let none = choose(Some(VaultKind::None), &LINUX, |_| Ok(String::new())).unwrap();

        assert_eq!(choice.store, VaultKind::SecretService);
        assert_eq!(choice.because, "the configuration names it, although the bus does not answer");
        assert_eq!(none.store, VaultKind::None);
    }

    #[test]
    fn a_store_of_another_system_is_an_error() {
        let error = choose(Some(VaultKind::Keychain), &LINUX, |_| panic!("not asked")).unwrap_err();

        assert_eq!((error.code.as_str(), error.kind), ("vault_unsupported", ErrorKind::Misconfigured));
    }
}
