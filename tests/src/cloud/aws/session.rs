//! Temporary keys: who they were given to and until when.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use shorepass_secret::Secret;

use super::policy::Policy;
use crate::cloud::random;

/// One role session.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// The role.
    pub(crate) role_arn: String,
    /// The session's name.
    pub(crate) name: String,
    /// `ASIA…`
    pub(crate) access_key_id: String,
    /// The key.
    pub(crate) secret_access_key: Secret,
    /// What must come along with every request.
    pub(crate) token: Secret,
    /// When it began.
    pub(crate) began_at: SystemTime,
    /// When it ends.
    pub(crate) expires_at: SystemTime,
    pub(super) policy: Option<Policy>,
}

impl Session {
    pub(super) fn new(role_arn: &str, name: &str, began_at: SystemTime, expires_at: SystemTime) -> Self {
        Self {
            role_arn: role_arn.into(),
            name: name.into(),
            access_key_id: random::identifier("ASIA"),
            secret_access_key: Secret::new(random::base64_text(40)),
            token: Secret::new(random::base64_text(SESSION_TOKEN_LENGTH)),
            began_at,
            expires_at,
            policy: None,
        }
    }
}

/// All sessions, by key id.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    pub(super) fn begin(&self, session: Session) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(session.access_key_id.clone(), session);
    }

    pub(super) fn find(&self, access_key_id: &str) -> Option<Session> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(access_key_id).cloned()
    }

    /// Every session ends now.
    pub(super) fn expire_all(&self, now: SystemTime) {
        for session in self.0.lock().unwrap_or_else(PoisonError::into_inner).values_mut() {
            session.expires_at = session.expires_at.min(now);
        }
    }
}

/// About what STS hands out today; its documentation warns against assuming a maximum.
const SESSION_TOKEN_LENGTH: usize = 1000;
