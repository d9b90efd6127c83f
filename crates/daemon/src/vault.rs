//! The users' vaults, each worked by a process of its own per operation.
//!
//! What a vault has is remembered for a minute without its secrets, so that a pull from a registry that
//! nobody has logged in to costs no process. One user's changes and looks take turns; reading one login does not wait.

mod looks;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use shorepass_core::{
    clock::Clock,
    exchange::{ErrorKind, ExchangeError, Surroundings},
    vault::{
        LONGEST_VAULT_LINE, Login, Passphrase, VaultAnswer, VaultKind, VaultReply, VaultRequest,
        VaultSettings, VaultTask,
    },
};
use shorepass_protocol::program;
use shorepass_secret::Secret;
use tokio::{
    sync::{Mutex as Turn, MutexGuard as TurnGuard},
    time::timeout,
};

use crate::worker::Program;
pub(crate) use looks::Index;
use looks::{Looks, place};

/// Everybody's vault.
pub(crate) struct Vaults {
    program: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    settings: VaultSettings,
    users: HashMap<Option<u32>, Arc<User>>,
}

/// What is known of one user's vault.
#[derive(Default)]
struct User {
    /// Whose turn it is to work on it.
    turn: Turn<()>,
    passphrase: Mutex<Option<Passphrase>>,
    looks: Mutex<Looks>,
    /// The store of the last answer.
    store: Mutex<Option<VaultKind>>,
}

impl Vaults {
    pub(crate) fn new(settings: VaultSettings, clock: Arc<dyn Clock>) -> Self {
        let state = Mutex::new(State { settings, ..State::default() });
        Self { program: program::find("shorepass-vault", "SHOREPASS_VAULT"), clock, state }
    }

    /// Other settings are in force: another store may have other logins.
    pub(crate) fn reconfigure(&self, settings: VaultSettings) {
        let mut state = lock(&self.state);
        if state.settings != settings {
            state.settings = settings;
            for user in state.users.values() {
                lock(&user.looks).forget();
            }
        }
    }

    /// What was seen before is not believed any more.
    pub(crate) fn look_again(&self, who: &Surroundings) {
        lock(&self.user(who).looks).forget();
    }

    /// The keys of all logins, with their user names.
    pub(crate) async fn index(&self, who: &Surroundings) -> Result<Index, ExchangeError> {
        let (user, place) = (self.user(who), place(who));
        let fresh = || lock(&user.looks).fresh(&place, self.clock.now().steady);
        if let Some(index) = fresh() {
            return index;
        }
        let _turn = turn(&user).await?;
        // Whoever had the turn before may have looked.
        if let Some(index) = fresh() {
            return index;
        }
        let generation = lock(&user.looks).generation();
        let passphrase = lock(&user.passphrase).clone();
        let index = listed(self.work(&user, passphrase, VaultTask::List, who).await).map(|(_, index)| index);
        lock(&user.looks).note(generation, place.clone(), index.clone(), self.clock.now().steady);
        index
    }

    /// One login; `None` when it is not there.
    pub(crate) async fn get(&self, key: &str, who: &Surroundings) -> Result<Option<Login>, ExchangeError> {
        let user = self.user(who);
        let generation = lock(&user.looks).generation();
        let passphrase = lock(&user.passphrase).clone();
        let reply = self.work(&user, passphrase, VaultTask::Get { key: key.into() }, who).await;
        match reply.map(|reply| reply.answer) {
            Ok(VaultAnswer::Login(login)) => Ok(Some(login)),
            Ok(VaultAnswer::Absent) => Ok(None),
            other => {
                let error = unexpected(other);
                if error.kind == ErrorKind::Unavailable {
                    let now = self.clock.now().steady;
                    lock(&user.looks).note(generation, place(who), Err(error.clone()), now);
                }
                Err(error)
            }
        }
    }

    /// Adds or replaces a login.
    pub(crate) async fn put(&self, key: &str, login: Login, who: &Surroundings) -> Result<(), ExchangeError> {
        self.change(VaultTask::Put { key: key.into(), login }, who).await.map(|_| ())
    }

    /// Takes a login away; whether it was there.
    pub(crate) async fn erase(&self, key: &str, who: &Surroundings) -> Result<bool, ExchangeError> {
        self.change(VaultTask::Erase { key: key.into() }, who).await
    }

    /// Which store it is and why; opens nothing.
    pub(crate) async fn survey(&self, who: &Surroundings) -> Result<VaultReply, ExchangeError> {
        let user = self.user(who);
        let passphrase = lock(&user.passphrase).clone();
        self.work(&user, passphrase, VaultTask::Survey, who).await
    }

    /// What opens a user's encrypted file from now on. It is tried first, and kept only if it does.
    pub(crate) async fn unlock(&self, passphrase: Secret, who: &Surroundings) -> Result<(), ExchangeError> {
        let user = self.user(who);
        let _turn = turn(&user).await?;
        let passphrase = Passphrase(passphrase);
        match listed(self.work(&user, Some(passphrase.clone()), VaultTask::List, who).await)? {
            (VaultKind::File, _) => {
                *lock(&user.passphrase) = Some(passphrase);
                lock(&user.looks).forget();
                Ok(())
            }
            (other, _) => Err(no_passphrase(other)),
        }
    }

    /// What the last look at a user's vault told; nothing is looked at anew.
    pub(crate) fn known(
        &self,
        uid: Option<u32>,
    ) -> Option<(Option<VaultKind>, Result<Index, ExchangeError>)> {
        let user = Arc::clone(lock(&self.state).users.get(&uid)?);
        let index = lock(&user.looks).latest()?;
        let store = *lock(&user.store);
        Some((store, index))
    }

    async fn change(&self, task: VaultTask, who: &Surroundings) -> Result<bool, ExchangeError> {
        let user = self.user(who);
        let _turn = turn(&user).await?;
        let passphrase = lock(&user.passphrase).clone();
        let answer = self.work(&user, passphrase, task, who).await.map(|reply| reply.answer);
        lock(&user.looks).forget();
        match answer {
            Ok(VaultAnswer::Done) => Ok(true),
            Ok(VaultAnswer::Absent) => Ok(false),
            other => Err(unexpected(other)),
        }
    }

    async fn work(
        &self,
        user: &User,
        passphrase: Option<Passphrase>,
        task: VaultTask,
        who: &Surroundings,
    ) -> Result<VaultReply, ExchangeError> {
        let path = self.program.clone().ok_or_else(no_program)?;
        let settings = lock(&self.state).settings.clone();
        let request = VaultRequest { settings, passphrase, task };
        let program = Program { name: "vault worker", path, longest_line: LONGEST_VAULT_LINE };
        let reply: Option<VaultReply> = program.ask(&request, who, PATIENCE).await?;
        let reply = reply.ok_or_else(|| {
            let message = format!("the keyring did not answer within {} s", PATIENCE.as_secs());
            ExchangeError::new(ErrorKind::Unavailable, "vault_timeout", message)
                .with_hint("to see which keyring it is, run `shorepass vault`")
        })?;
        *lock(&user.store) = Some(reply.store);
        Ok(reply)
    }

    fn user(&self, who: &Surroundings) -> Arc<User> {
        Arc::clone(lock(&self.state).users.entry(who.uid).or_default())
    }
}

/// Whoever is before us works on a keyring that may hang.
async fn turn(user: &User) -> Result<TurnGuard<'_, ()>, ExchangeError> {
    timeout(2 * PATIENCE, user.turn.lock()).await.map_err(|_| {
        let message = format!("others have worked on the vault for {} s", 2 * PATIENCE.as_secs());
        ExchangeError::new(ErrorKind::Unavailable, "vault_timeout", message)
            .with_hint("to see which keyring it is, run `shorepass vault`")
    })
}

fn listed(reply: Result<VaultReply, ExchangeError>) -> Result<(VaultKind, Index), ExchangeError> {
    match reply {
        Ok(VaultReply { store, answer: VaultAnswer::Listed { logins } }) => Ok((store, Arc::new(logins))),
        other => Err(unexpected(other.map(|reply| reply.answer))),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unexpected(answer: Result<VaultAnswer, ExchangeError>) -> ExchangeError {
    match answer {
        Ok(VaultAnswer::Error(error)) | Err(error) => error,
        Ok(_) => {
            ExchangeError::new(ErrorKind::Unexpected, "garbled", "the vault worker's answer makes no sense")
        }
    }
}

fn no_passphrase(store: VaultKind) -> ExchangeError {
    let message = format!("logins are kept in `{}`, which takes no passphrase", store.name());
    ExchangeError::new(ErrorKind::Misconfigured, "vault_no_passphrase", message)
        .with_hint("to keep them in an encrypted file, set `store = \"file\"` in `[vault]`")
}

fn no_program() -> ExchangeError {
    let message = "the program `shorepass-vault` was not found";
    ExchangeError::new(ErrorKind::Misconfigured, "no_vault_program", message)
        .with_hint("install it beside `shorepassd` or in `../libexec/shorepass/`, or set `SHOREPASS_VAULT`")
}

/// A keyring may ask a person, but no client waits for one.
const PATIENCE: Duration = Duration::from_secs(10);
