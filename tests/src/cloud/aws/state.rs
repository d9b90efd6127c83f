//! Everything the services share, and the one way to find out who signed a request.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use super::{
    answer::{Answer, Outcome, Signed},
    caller::Caller,
    hosts,
    imds::Imds,
    issued::Issued,
    knobs::Knobs,
    operation::Service,
    session::Sessions,
    sigv4::{self, Expected, KnownKey, Refusal},
    sso::{SignIn, SignIns},
    world::World,
};
use crate::cloud::{
    ApiError,
    audit::Audit,
    clock::{ServerClock, whole_seconds},
    http::Request,
};
use shorepass_secret::Secret;

/// The inside of one cloud.
pub(crate) struct State {
    pub(super) knobs: Knobs,
    pub(super) issued: Arc<Issued>,
    pub(super) sessions: Sessions,
    pub(super) audit: Audit,
    pub(super) imds: Imds,
    pub(super) sign_ins: SignIns,
    world: Mutex<World>,
}

impl State {
    pub(super) fn new(world: World) -> Self {
        let clock = ServerClock::default();
        Self {
            knobs: Knobs::new(clock.clone()),
            issued: Arc::new(Issued::new(clock)),
            sessions: Sessions::default(),
            audit: Audit::default(),
            imds: Imds::default(),
            sign_ins: SignIns::default(),
            world: Mutex::new(world),
        }
    }

    pub(super) fn now(&self) -> SystemTime {
        self.knobs.clock().now()
    }

    pub(super) fn now_seconds(&self) -> u64 {
        whole_seconds(self.now())
    }

    /// Locked until the guard goes; never held while a client waits.
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A sign-in as if a person had just been through the browser.
    pub(super) fn sign_in(&self) -> SignIn {
        let now = self.now();
        let expires_at = now + self.knobs.current_sign_in_life();
        let (client_id, client_secret, registration_expires_at) = self.sign_ins.register(now);
        let (access_token, refresh_token) = self.sign_ins.begin(&client_id, expires_at);
        let world = self.world();
        SignIn {
            start_url: world.portal.start_url.clone(),
            region: world.portal.region.clone(),
            access_token: Secret::new(access_token),
            expires_at,
            refresh_token: Secret::new(refresh_token),
            client_id,
            client_secret: Secret::new(client_secret),
            registration_expires_at,
        }
    }

    /// Verifies the signature for a signing name, then acts for the caller.
    pub(super) fn signed(
        &self,
        request: &Request,
        signing_name: &str,
        act: impl FnOnce(&Signed) -> Outcome,
    ) -> Answer {
        let protocol = Service::named(signing_name).map(Service::protocol);
        match self.who_signed(request, signing_name) {
            Ok(signed) => Answer {
                outcome: act(&signed),
                principal: Some(signed.caller.arn),
                region: Some(signed.region),
            },
            Err(refusal) => Answer::refused(ApiError::of_refusal(
                refusal,
                protocol.unwrap_or(super::error::Protocol::Json),
            )),
        }
    }

    fn who_signed(&self, request: &Request, signing_name: &str) -> Result<Signed, Refusal> {
        let place = hosts::parse(&request.host());
        let expected =
            Expected { service: signing_name, region: place.as_ref().map(|place| place.region.as_str()) };
        let verified = sigv4::verify(request, expected, self.now(), |key_id| self.key(key_id))?;
        let caller = self.caller(&verified.key_id).ok_or(Refusal::UnknownKey)?;
        Ok(Signed { caller, region: verified.region })
    }

    fn key(&self, key_id: &str) -> Option<KnownKey> {
        if let Some(user) = self.world().users.iter().find(|user| user.access_key_id == key_id) {
            let secret = user.secret_access_key.clone();
            return Some(KnownKey { secret, session_token: None, expires_at: None });
        }
        let session = self.sessions.find(key_id)?;
        Some(KnownKey {
            secret: session.secret_access_key,
            session_token: Some(session.token),
            expires_at: Some(session.expires_at),
        })
    }

    fn caller(&self, key_id: &str) -> Option<Caller> {
        let world = self.world();
        match world.users.iter().find(|user| user.access_key_id == key_id) {
            Some(user) => Some(Caller::of_user(user)),
            None => Caller::of_session(&self.sessions.find(key_id)?, &world),
        }
    }
}
