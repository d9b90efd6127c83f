//! The words between the broker and the worker that makes and deletes Harbor's robot accounts.
//!
//! The broker chooses a robot's name before it is made, so that it can be found and deleted even when
//! nobody has heard of its making.

use serde::{Deserialize, Serialize};

use crate::{
    access::Access,
    exchange::{ExchangeError, Made},
    kind::HarborTarget,
    vault::Login,
};

/// A robot, to be made or to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobotOrder {
    /// At which Harbor, in which projects, for how long.
    pub target: HarborTarget,
    /// What it may do there.
    pub access: Access,
    /// Its name, without what Harbor puts before it; nobody else's is like it.
    pub name: String,
    /// Harbor's number of it, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// The key of the login, for a hint.
    pub login_key: String,
    /// Who makes or deletes it.
    pub login: Login,
}

/// What came of a making. An error instead leaves open whether there is a robot now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RobotMade {
    /// There is one.
    Made {
        /// Harbor's number of it.
        id: u64,
        /// What it logs in with.
        credential: Made,
    },
    /// There is none for sure.
    NotMade {
        /// Why.
        error: ExchangeError,
    },
}

/// What came of a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RobotRemoved {
    /// It was there and is no more.
    Removed,
    /// Nothing of that name was there.
    Absent,
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::de::DeserializeOwned;
    use shorepass_secret::Secret;

    use super::*;
    use crate::exchange::{ErrorKind, WorkerReply};

    #[test]
    fn replies_about_robots_survive_the_line_between_worker_and_broker() {
        let credential = Made::new("robot$team+x", Secret::new("canary"), 28_800_000);
        let refused = ExchangeError::new(ErrorKind::Denied, "harbor_login_refused", "Harbor refused");

        assert_survives(&Ok(RobotMade::Made { id: 7, credential }));
        assert_survives(&Ok(RobotMade::NotMade { error: refused.clone() }));
        assert_survives::<RobotMade>(&Err(refused.clone()));
        assert_survives(&Ok(RobotRemoved::Removed));
        assert_survives(&Ok(RobotRemoved::Absent));
        assert_survives::<RobotRemoved>(&Err(refused));
    }

    fn assert_survives<T>(result: &Result<T, ExchangeError>)
    where
        T: Debug + Clone + PartialEq + Serialize + DeserializeOwned,
    {
        let line = serde_json::to_string(&WorkerReply::from(result.clone())).unwrap();
        let back: WorkerReply<T> = serde_json::from_str(&line).unwrap();

        assert_eq!(Result::from(back), *result, "{line}");
    }
}
