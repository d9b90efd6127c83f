//! The front door: finds the service that is meant, lets faults strike, and writes the audit list.

use std::sync::Arc;

use super::{
    acr,
    answer::Answer,
    app_service, arc, entra, error, imds,
    operation::{Operation, Service},
    pipelines,
    state::State,
};
use crate::cloud::{
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
        let (reply, principal, error) = match self.state.knobs.strike(service) {
            Some(fault) => (fault.reply(service, self.state.now()), None, Some(fault.name())),
            None => self.dispatch(request, operation),
        };
        // Read before anybody can see that the call has come, and heal.
        let latency = self.state.knobs.current_latency(service);
        self.state.audit.note(Entry {
            at: self.state.now(),
            operation: operation.to_string(),
            principal,
            host: request.host(),
            region: None,
            user_agent: request.header("user-agent").map(str::to_owned),
            status: reply.status,
            error,
        });
        Reply { after: reply.after + latency, ..reply }
    }

    fn dispatch(&self, request: &Request, operation: &Operation) -> (Reply, Option<String>, Option<String>) {
        let (state, name) = (&*self.state, operation.name);
        let Answer { outcome, principal } = match operation.service {
            Service::Entra => entra::answer(state, request, name),
            Service::Imds => imds::answer(state, request),
            Service::AppService => app_service::answer(state, request),
            Service::Arc => arc::answer(state, request),
            Service::Acr => acr::answer(state, request, name),
            Service::Pipelines => pipelines::answer(state, request),
        };
        match outcome {
            Ok(reply) => (reply, principal, None),
            Err(error) => {
                (error::reply(&error, operation.service.protocol()), principal, Some(error.code.clone()))
            }
        }
    }
}

impl http::Service for Front {
    fn answer(&self, request: &Request) -> Reply {
        let operation = Operation::of(request, &self.state.world());
        let reply = match operation {
            Some(operation) => self.serve(request, &operation),
            None => Reply::text(404, "no service here answers this"),
        };
        reply.with_header("date", http_date(self.state.now()))
    }
}
