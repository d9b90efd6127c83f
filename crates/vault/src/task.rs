//! The one operation: which store, what it is asked, and the answer.

use shorepass_core::{
    exchange::ExchangeError,
    vault::{VaultAnswer, VaultKind, VaultReply, VaultRequest, VaultTask},
};

use crate::{
    choose::{self, Choice},
    deadline::Progress,
    entry,
    open::Opener,
    vault::Vault,
};

/// Does it.
pub(crate) fn perform(request: VaultRequest, progress: &Progress) -> VaultReply {
    let VaultRequest { settings, passphrase, task } = request;
    let named = settings.store;
    let opener = Opener::new(settings, passphrase, progress.clone());
    let choice = match choose::choose(named, &choose::HERE, |store| opener.look(store)) {
        Ok(choice) => choice,
        Err(error) => {
            let store = named.unwrap_or(VaultKind::None);
            return VaultReply { store, answer: VaultAnswer::Error(error) };
        }
    };
    progress.uses(choice.store);
    let store = choice.store;
    let answer = answer(&task, choice, &opener).unwrap_or_else(VaultAnswer::Error);
    VaultReply { store, answer }
}

fn answer(task: &VaultTask, choice: Choice, opener: &Opener) -> Result<VaultAnswer, ExchangeError> {
    if *task == VaultTask::Survey {
        return Ok(VaultAnswer::Surveyed { because: choice.because, passed_over: choice.passed_over });
    }
    if let Some(obstacle) = choice.obstacle {
        return Err(obstacle);
    }
    work(task, opener.open(choice.store)?.as_ref())
}

fn work(task: &VaultTask, vault: &dyn Vault) -> Result<VaultAnswer, ExchangeError> {
    Ok(match task {
        VaultTask::Get { key } => {
            entry::check(key, None)?;
            vault.get(key)?.map_or(VaultAnswer::Absent, VaultAnswer::Login)
        }
        VaultTask::Put { key, login } => {
            entry::check(key, Some(login))?;
            vault.put(key, login)?;
            VaultAnswer::Done
        }
        VaultTask::Erase { key } => {
            entry::check(key, None)?;
            if vault.erase(key)? { VaultAnswer::Done } else { VaultAnswer::Absent }
        }
        VaultTask::List | VaultTask::Survey => VaultAnswer::Listed { logins: vault.list()? },
    })
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeMap};

    use shorepass_core::{
        exchange::ErrorKind,
        vault::{Login, VaultSettings},
    };
    use shorepass_secret::Secret;

    use super::*;
    use crate::nothing::Nothing;

    #[test]
    fn each_task_has_its_answer() {
        let shelf = Shelf::default();
        let login = Login { username: "alice".into(), secret: Secret::new("canary") };
        let key = || "r.example".to_owned();
        let work = |task| work(&task, &shelf).unwrap();

        assert_eq!(work(VaultTask::Get { key: key() }), VaultAnswer::Absent);
        assert_eq!(work(VaultTask::Put { key: key(), login: login.clone() }), VaultAnswer::Done);
        assert_eq!(work(VaultTask::Get { key: key() }), VaultAnswer::Login(login));
        let logins = BTreeMap::from([(key(), "alice".to_owned())]);
        assert_eq!(work(VaultTask::List), VaultAnswer::Listed { logins });
        assert_eq!(work(VaultTask::Erase { key: key() }), VaultAnswer::Done);
        assert_eq!(work(VaultTask::Erase { key: key() }), VaultAnswer::Absent);
    }

    #[test]
    fn a_bad_key_reaches_no_store() {
        let task = VaultTask::Get { key: "a\nb".into() };

        assert_eq!(work(&task, &Nothing { is_wanted: true }).unwrap_err().code, "vault_refused");
    }

    #[test]
    fn where_the_choice_met_an_obstacle_nothing_is_done_and_a_survey_says_so() {
        let obstacle = ExchangeError::new(ErrorKind::Unavailable, "vault_timeout", "the bus does not answer");
        let choice = Choice {
            store: VaultKind::None,
            because: "it would be this one".into(),
            passed_over: Vec::new(),
            obstacle: Some(obstacle.clone()),
        };
        let opener = Opener::new(VaultSettings::default(), None, Progress::default());
        let login = Login { username: "alice".into(), secret: Secret::new("canary") };
        let key = || "r.example".to_owned();

        for task in [
            VaultTask::Get { key: key() },
            VaultTask::Put { key: key(), login },
            VaultTask::List,
            VaultTask::Erase { key: key() },
        ] {
            assert_eq!(answer(&task, choice.clone(), &opener).unwrap_err(), obstacle);
        }
        let surveyed = answer(&VaultTask::Survey, choice, &opener).unwrap();
        let because = "it would be this one".to_owned();
        assert_eq!(surveyed, VaultAnswer::Surveyed { because, passed_over: Vec::new() });
    }

    #[test]
    fn a_store_of_another_system_is_refused_by_its_name() {
        let foreign = if cfg!(windows) { VaultKind::Keychain } else { VaultKind::CredentialManager };
        let settings = VaultSettings { store: Some(foreign), ..VaultSettings::default() };
        let request = VaultRequest { settings, passphrase: None, task: VaultTask::List };

        let reply = perform(request, &Progress::default());

        let VaultAnswer::Error(error) = reply.answer else { panic!("{reply:?}") };
        assert_eq!((reply.store, error.code.as_str()), (foreign, "vault_unsupported"));
        assert!(error.message.contains(foreign.name()), "{error}");
    }

    /// A vault in memory.
    #[derive(Default)]
    struct Shelf(RefCell<BTreeMap<String, Login>>);

    impl Vault for Shelf {
        fn get(&self, key: &str) -> Result<Option<Login>, ExchangeError> {
            Ok(self.0.borrow().get(key).cloned())
        }

        fn put(&self, key: &str, login: &Login) -> Result<(), ExchangeError> {
            self.0.borrow_mut().insert(key.into(), login.clone());
            Ok(())
        }

        fn erase(&self, key: &str) -> Result<bool, ExchangeError> {
            Ok(self.0.borrow_mut().remove(key).is_some())
        }

        fn list(&self) -> Result<BTreeMap<String, String>, ExchangeError> {
            let names = |(key, login): (&String, &Login)| (key.clone(), login.username.clone());
            Ok(self.0.borrow().iter().map(names).collect())
        }
    }
}
