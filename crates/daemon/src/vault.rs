//! The users' vaults, each worked by a process of its own per operation.
//!
//! What a vault has is remembered for a minute without its secrets, so that a pull from a registry that
//! nobody has logged in to costs no process. One operation at a time works on one user's vault.

use std::{
    collections::{BTreeMap, HashMap},
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
use tokio::sync::Mutex as Turn;

use crate::worker::Program;

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
    seen: Mutex<Option<Seen>>,
    /// The store of the last answer.
    store: Mutex<Option<VaultKind>>,
}

/// Keys and user names.
pub(crate) type Index = Arc<BTreeMap<String, String>>;

#[derive(Clone)]
struct Seen {
    index: Result<Index, ExchangeError>,
    /// On the steady clock.
    at: Duration,
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
                *lock(&user.seen) = None;
            }
        }
    }

    /// The keys of all logins, with their user names.
    pub(crate) async fn index(&self, who: &Surroundings) -> Result<Index, ExchangeError> {
        let user = self.user(who);
        if let Some(index) = self.fresh(&user) {
            return index;
        }
        let _turn = user.turn.lock().await;
        // Whoever had the turn before may have looked.
        if let Some(index) = self.fresh(&user) {
            return index;
        }
        let index = match self.work(&user, VaultTask::List, who).await.map(|reply| reply.answer) {
            Ok(VaultAnswer::Listed { logins }) => Ok(Arc::new(logins)),
            other => Err(unexpected(other)),
        };
        *lock(&user.seen) = Some(Seen { index: index.clone(), at: self.clock.now().steady });
        index
    }

    /// One login; `None` when it is not there.
    pub(crate) async fn get(&self, key: &str, who: &Surroundings) -> Result<Option<Login>, ExchangeError> {
        let user = self.user(who);
        let _turn = user.turn.lock().await;
        match self.work(&user, VaultTask::Get { key: key.into() }, who).await.map(|reply| reply.answer) {
            Ok(VaultAnswer::Login(login)) => Ok(Some(login)),
            Ok(VaultAnswer::Absent) => Ok(None),
            other => Err(unexpected(other)),
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
        self.work(&user, VaultTask::Survey, who).await
    }

    /// What opens a user's encrypted file from now on; it is tried at once.
    pub(crate) async fn unlock(&self, passphrase: Secret, who: &Surroundings) -> Result<(), ExchangeError> {
        let user = self.user(who);
        let before = lock(&user.passphrase).replace(Passphrase(passphrase));
        *lock(&user.seen) = None;
        match self.index(who).await {
            Ok(_) => Ok(()),
            Err(error) => {
                *lock(&user.passphrase) = before;
                *lock(&user.seen) = None;
                Err(error)
            }
        }
    }

    /// What the last look at a user's vault told; nothing is looked at anew.
    pub(crate) fn known(
        &self,
        uid: Option<u32>,
    ) -> Option<(Option<VaultKind>, Result<Index, ExchangeError>)> {
        let user = Arc::clone(lock(&self.state).users.get(&uid)?);
        let index = lock(&user.seen).as_ref()?.index.clone();
        let store = *lock(&user.store);
        Some((store, index))
    }

    async fn change(&self, task: VaultTask, who: &Surroundings) -> Result<bool, ExchangeError> {
        let user = self.user(who);
        let _turn = user.turn.lock().await;
        let answer = self.work(&user, task, who).await.map(|reply| reply.answer);
        *lock(&user.seen) = None;
        match answer {
            Ok(VaultAnswer::Done) => Ok(true),
            Ok(VaultAnswer::Absent) => Ok(false),
            other => Err(unexpected(other)),
        }
    }

    async fn work(
        &self,
        user: &User,
        task: VaultTask,
        who: &Surroundings,
    ) -> Result<VaultReply, ExchangeError> {
        let path = self.program.clone().ok_or_else(no_program)?;
        let settings = lock(&self.state).settings.clone();
        let passphrase = lock(&user.passphrase).clone();
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

    fn fresh(&self, user: &User) -> Option<Result<Index, ExchangeError>> {
        let Seen { index, at } = lock(&user.seen).clone()?;
        let good_for = if index.is_ok() { INDEX_GOOD_FOR } else { FAILURE_GOOD_FOR };
        (self.clock.now().steady.saturating_sub(at) < good_for).then_some(index)
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

fn no_program() -> ExchangeError {
    let message = "the program `shorepass-vault` was not found";
    ExchangeError::new(ErrorKind::Misconfigured, "no_vault_program", message)
        .with_hint("install it beside `shorepassd` or in `../libexec/shorepass/`, or set `SHOREPASS_VAULT`")
}

/// A keyring may ask a person, but no client waits for one.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a login that was stored past the broker goes unseen.
const INDEX_GOOD_FOR: Duration = Duration::from_secs(60);
/// A keyring that hangs must not hold up a queue of pulls.
const FAILURE_GOOD_FOR: Duration = Duration::from_secs(5);
