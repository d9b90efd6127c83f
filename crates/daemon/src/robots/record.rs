//! What is noted of a robot, and when it is to be deleted.
//!
//! Pure functions of the instants handed in. A record holds no secret: the login is read anew when the robot is
//! deleted, and of the caller's variables only those are kept by which the vault and Harbor are reached.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use shorepass_core::{
    access::Access,
    exchange::Surroundings,
    identity::{REACHING, VAULT},
    kind::HarborTarget,
    robot::RobotOrder,
    vault::Login,
};
use shorepass_secret::Secret;

/// One robot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) target: HarborTarget,
    pub(super) access: Access,
    /// The key of the login that makes and deletes it.
    pub(super) login: String,
    /// For whom it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) uid: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gid: Option<u32>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) env: BTreeMap<String, String>,
    /// When it was to be made, in seconds since 1970.
    pub(super) begun: u64,
    /// When it is planned to end.
    pub(super) end: u64,
    /// Harbor's number of it; without one, nobody knows whether it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<u64>,
}

impl Record {
    /// How long from now until it is to be deleted; zero when it is.
    pub(super) fn until_due(&self, now: SystemTime) -> Duration {
        match self.id {
            None => Duration::ZERO,
            Some(_) => (at(self.end) + self.grace()).duration_since(now).unwrap_or_default(),
        }
    }

    /// Whether a robot that nobody has heard of would be there by now: a request that was under way when its
    /// sender died may still be carried out. By whichever way the clock was set.
    pub(super) fn is_settled(&self, now: SystemTime) -> bool {
        let apart = now.duration_since(at(self.begun)).unwrap_or_else(|ahead| ahead.duration());
        self.id.is_some() || apart >= SETTLED_AFTER
    }

    /// Whether it has ended long ago by Harbor's own rule, so that it lets nobody in.
    pub(super) fn is_past_hope(&self, now: SystemTime) -> bool {
        now >= at(self.end) + GIVEN_UP_AFTER
    }

    /// A pull that has begun goes on for a while after the end of what it began with.
    fn grace(&self) -> Duration {
        let life = Duration::from_secs(self.end.saturating_sub(self.begun));
        LONGEST_GRACE.min(life / 10)
    }

    pub(super) fn order(&self, login: Login) -> RobotOrder {
        RobotOrder {
            target: self.target.clone(),
            access: self.access,
            name: self.name.clone(),
            id: self.id,
            login_key: self.login.clone(),
            login,
        }
    }

    /// As far as they were kept.
    pub(super) fn surroundings(&self) -> Surroundings {
        let env = self.env.iter().map(|(name, value)| (name.clone(), Secret::new(value.as_str()))).collect();
        Surroundings { uid: self.uid, gid: self.gid, env }
    }
}

/// The variables that are kept. What has an `@` in it may be a proxy's URL with a password.
pub(super) fn kept(env: &BTreeMap<String, Secret>) -> BTreeMap<String, String> {
    VAULT
        .iter()
        .chain(REACHING)
        .filter_map(|name| Some((*name, env.get(*name)?.expose())))
        .filter(|(_, value)| !value.contains('@'))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Whole seconds since 1970.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// What no calendar holds is as good as the start of time: due.
fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.min(LATEST))
}

/// The pause before the next try, after so many: 5 s, doubled each time, an hour at most.
pub(super) fn pause(failures: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(12)).min(LONGEST_PAUSE)
}

/// Twice what a worker may take, and Harbor's own time.
const SETTLED_AFTER: Duration = Duration::from_secs(60);
const LONGEST_GRACE: Duration = Duration::from_secs(5 * 60);
/// Harbor's end lies a day behind ours at most.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(30 * 86_400);
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// The end of the year 9999.
const LATEST: u64 = 253_402_300_799;

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    #[test]
    fn a_robot_is_deleted_a_little_after_its_end() {
        let made = Record { id: Some(7), ..record() };

        assert_eq!(made.until_due(at(made.end)), Duration::from_secs(300));
        assert_eq!(made.until_due(at(made.end + 300)), Duration::ZERO);
        let short = Record { end: made.begun + 10, ..made };
        assert_eq!(short.until_due(at(short.end)), Duration::from_secs(1));
    }

    #[test]
    fn one_that_nobody_has_heard_of_is_looked_for_at_once_and_until_it_would_be_there() {
        let intended = record();

        assert_eq!(intended.until_due(at(intended.begun)), Duration::ZERO);
        assert!(!intended.is_settled(at(intended.begun + 59)));
        assert!(intended.is_settled(at(intended.begun + 60)));
        assert!(intended.is_settled(at(intended.begun - 3600)), "the clock was set back");
    }

    #[test]
    fn pauses_grow_to_an_hour() {
        let pauses = [1, 2, 3, 20].map(|failures| pause(failures).as_secs());

        assert_eq!(pauses, [5, 10, 20, 3600]);
    }

    #[test]
    fn no_password_of_a_proxy_is_kept() {
        let env = [
            ("HOME", "/home/alice"),
            ("HTTPS_PROXY", "http://user:canary@proxy.example:3128"),
            ("NO_PROXY", "localhost"),
            ("AWS_SECRET_ACCESS_KEY", "canary"),
        ];
        let env = env.map(|(name, value)| (name.to_owned(), Secret::new(value))).into();

        let kept = kept(&env);

        assert_eq!(kept.keys().collect::<Vec<_>>(), ["HOME", "NO_PROXY"]);
    }

    pub(in crate::robots) fn record() -> Record {
        let target = serde_json::from_value(serde_json::json!({
            "host": "harbor.example",
            "robots": { "projects": ["team"], "life_s": 28800 },
        }));
        Record {
            name: "shorepass-0".into(),
            target: target.unwrap(),
            access: Access::Pull,
            login: "name:harbor-admin".into(),
            uid: Some(1000),
            gid: Some(1000),
            env: BTreeMap::new(),
            begun: 1_767_225_600,
            end: 1_767_225_600 + 28_800,
            id: None,
        }
    }
}
