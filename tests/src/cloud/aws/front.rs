//! The front door: finds the service that is meant, lets faults strike, and writes the audit list.

use std::{net::IpAddr, sync::Arc};

use super::{
    answer::Answer,
    container, control, ecr, imds,
    operation::{Operation, Service},
    sso,
    state::State,
    sts,
};
use crate::cloud::{
    ApiError,
    audit::Entry,
    clock::http_date,
    http::{self, Reply, Request},
};

/// Everything behind one address.
pub(super) struct Front {
    state: Arc<State>,
}

impl Front {
    pub(super) fn new(state: Arc<State>) -> Self {
        Self { state }
    }

    fn serve(&self, request: &Request, operation: &Operation) -> Reply {
        let service = operation.service;
        let (reply, answer_facts) = match self.state.knobs.strike(service) {
            Some(fault) => (fault.reply(service, self.state.now()), (None, None, Some(fault.name()))),
            None => {
                let answer = self.dispatch(request, operation);
                let facts = (
                    answer.principal.clone(),
                    answer.region.clone(),
                    answer.outcome.as_ref().err().map(|error| error.code.clone()),
                );
                (answer.into_reply(service.protocol()), facts)
            }
        };
        let (principal, region, error) = answer_facts;
        // Read before anybody can see that the call has come, and heal.
        let latency = self.state.knobs.current_latency(service);
        self.state.audit.note(Entry {
            at: self.state.now(),
            operation: operation.to_string(),
            principal,
            host: request.host(),
            region,
            user_agent: request.header("user-agent").map(str::to_owned),
            status: reply.status,
            error,
        });
        Reply { after: reply.after + latency, ..reply }
    }

    fn dispatch(&self, request: &Request, operation: &Operation) -> Answer {
        let (state, name) = (&*self.state, operation.name.as_str());
        match operation.service {
            Service::Sts => sts::answer(state, request, name),
            Service::Ecr | Service::EcrPublic => ecr::answer(state, request, operation.service, name),
            Service::Imds => imds::answer(state, request, name),
            Service::Container => container::answer(state, request),
            Service::Sso => sso::answer(state, request),
            Service::SsoOidc => sso::oidc::answer(state, request, name),
            Service::TokenService | Service::Registry => {
                Answer::refused(ApiError::new(404, "NotFound", "served at an address of its own"))
            }
        }
    }
}

impl http::Service for Front {
    fn answer(&self, request: &Request) -> Reply {
        if let Some(path) = request.path.strip_prefix("/_control/") {
            let is_local = matches!(request.peer.ip(), IpAddr::V4(ip) if ip.is_loopback())
                || matches!(request.peer.ip(), IpAddr::V6(ip) if ip.is_loopback());
            return if is_local { control::answer(&self.state, request, path) } else { Reply::text(403, "") };
        }
        let reply = match Operation::of(request) {
            Some(operation) => self.serve(request, &operation),
            None => ApiError::new(404, "UnknownOperationException", "no service here answers this")
                .reply(super::error::Protocol::Json),
        };
        reply.with_header("date", http_date(self.state.now()))
    }
}
