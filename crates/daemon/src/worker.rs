//! Makes a credential in a process of its own, which is killed when it takes too long.

mod process;

use std::{path::PathBuf, sync::Arc, time::Duration};

use serde::de::DeserializeOwned;
use shorepass_core::{
    access::Access,
    exchange::{
        ErrorKind, ExchangeError, ExchangeRequest, Exchanged, Exchanger, Exchanging, LONGEST_WORKER_LINE,
        Made, StoredLogin, Surroundings, WorkerReply, WorkerRequest,
    },
    identity::Identity,
    kind::{HarborTarget, Target},
};
use shorepass_protocol::program;
use tokio::{sync::Semaphore, time::timeout};

use crate::{
    robots::{Robots, Wanted},
    vault::Vaults,
};
pub(crate) use process::Program;

/// Runs `shorepass-exchange`, and reads for it what the vault has.
#[derive(Clone)]
pub(crate) struct WorkerExchanger {
    program: Option<PathBuf>,
    seats: Arc<Semaphore>,
    limit: Duration,
    vaults: Arc<Vaults>,
    robots: Arc<Robots>,
}

impl WorkerExchanger {
    /// At most `workers` at once; each gets a little less time than the request that waits for it.
    pub(crate) fn new(
        workers: usize,
        request_timeout: Duration,
        vaults: Arc<Vaults>,
        robots: Arc<Robots>,
    ) -> Self {
        Self {
            program: program::find("shorepass-exchange", "SHOREPASS_EXCHANGE"),
            seats: Arc::new(Semaphore::new(workers)),
            limit: LONGEST_EXCHANGE.min(request_timeout.mul_f64(0.9)),
            vaults,
            robots,
        }
    }

    pub(crate) fn vaults(&self) -> &Vaults {
        &self.vaults
    }

    /// Has a worker do something.
    ///
    /// # Errors
    /// It cannot be done, or it was not done in time.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        request: &WorkerRequest,
        surroundings: &Surroundings,
    ) -> Result<T, ExchangeError> {
        let Ok(Ok(_seat)) = timeout(self.limit, self.seats.acquire()).await else {
            return Err(unavailable("busy", "all exchange workers are busy")
                .with_hint("try again, or allow more with `workers` under `[broker]` in the configuration"));
        };
        self.ask_aside(request, surroundings).await
    }

    /// The same beside those that somebody waits for: it takes nobody's seat. Whoever asks sees to it that it is
    /// one at a time.
    pub(crate) async fn ask_aside<T: DeserializeOwned>(
        &self,
        request: &WorkerRequest,
        surroundings: &Surroundings,
    ) -> Result<T, ExchangeError> {
        let path = self.program.clone().ok_or_else(no_program)?;
        let program = Program { name: "exchange worker", path, longest_line: LONGEST_WORKER_LINE };
        match program.ask::<WorkerReply<T>>(request, surroundings, self.limit).await? {
            Some(reply) => reply.into(),
            None => {
                let seconds = self.limit.as_secs();
                let message = format!("the exchange was not done within {seconds} s and was ended");
                Err(unavailable("timeout", message)
                    .with_hint("to find out what does not answer, run `shorepass doctor HOST`"))
            }
        }
    }

    async fn make(
        &self,
        mut request: ExchangeRequest,
        surroundings: &Surroundings,
    ) -> Result<Exchanged, ExchangeError> {
        let is_all = matches!(request.identity, Identity::Stored(_)) && request.target.takes_logins();
        if let StoredLogin::At { key } = request.login {
            request.login = match self.vaults.get(&key, surroundings).await {
                Ok(Some(found)) if is_all => {
                    return Ok(Exchanged::Credential(Made::lasting(found.username, found.secret)));
                }
                Ok(Some(found)) => StoredLogin::Read { key, found },
                Ok(None) => StoredLogin::None,
                Err(error) if is_all => return Err(error),
                Err(error) => StoredLogin::Unread { key, error },
            };
        }
        if let Some(order) = request.hand_on {
            return self.ask(&WorkerRequest::HandOn(*order), surroundings).await;
        }
        if is_all {
            return Err(ExchangeError::no_login());
        }
        if let Target::Harbor(target) = &request.target {
            return self.make_robot(target, request.access, request.login, surroundings).await;
        }
        self.ask(&WorkerRequest::Exchange(Box::new(request)), surroundings).await
    }
}

impl WorkerExchanger {
    async fn make_robot(
        &self,
        target: &HarborTarget,
        access: Access,
        login: StoredLogin,
        surroundings: &Surroundings,
    ) -> Result<Exchanged, ExchangeError> {
        match login {
            StoredLogin::Read { key, found: login } => {
                self.robots.make(self, Wanted { target, access, key, login }, surroundings).await
            }
            StoredLogin::Unread { error, .. } => Err(error),
            StoredLogin::None | StoredLogin::At { .. } => Err(ExchangeError::no_login().with_hint(
                "store the login that is to make robots, under the name that the identity's `login` says: \
                 `shorepass vault put NAME`",
            )),
        }
    }
}

impl Exchanger for WorkerExchanger {
    fn exchange(&self, request: ExchangeRequest, surroundings: Surroundings) -> Exchanging {
        let exchanger = self.clone();
        Box::pin(async move { exchanger.make(request, &surroundings).await })
    }
}

fn no_program() -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Misconfigured,
        "no_exchange_program",
        "the program `shorepass-exchange` was not found",
    )
    .with_hint("install it beside `shorepassd` or in `../libexec/shorepass/`, or set `SHOREPASS_EXCHANGE`")
}

fn unavailable(code: &str, message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Unavailable, code, message)
}

const LONGEST_EXCHANGE: Duration = Duration::from_secs(30);
