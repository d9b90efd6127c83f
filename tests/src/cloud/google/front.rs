//! The front door: finds the service that is meant, lets faults strike, and writes the audit list.

use std::sync::Arc;

use super::{
    answer::Answer,
    error, iam, metadata, oauth,
    operation::{Operation, Service},
    state::State,
    sts,
};
use crate::cloud::{
    audit::Entry,
    clock::http_date,
    fault::Speaks as _,
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
            None => {
                let Answer { outcome, principal } = self.dispatch(request, operation);
                let error = outcome.as_ref().err().map(|error| error.code.clone());
                (outcome.unwrap_or_else(|error| service.say(&error)), principal, error)
            }
        };
        let reply = if service == Service::Metadata { self.with_flavor(reply) } else { reply };
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

    fn dispatch(&self, request: &Request, operation: &Operation) -> Answer {
        let state = &*self.state;
        match operation.service {
            Service::Metadata => metadata::answer(state, request),
            Service::OAuth => oauth::answer(state, request),
            Service::Sts => sts::answer(state, request),
            Service::IamCredentials => iam::answer(state, request),
        }
    }

    /// The metadata server says who it is even when it refuses.
    fn with_flavor(&self, reply: Reply) -> Reply {
        if self.state.knobs.forgets_flavor() { reply } else { reply.with_header("metadata-flavor", "Google") }
    }
}

impl http::Service for Front {
    fn answer(&self, request: &Request) -> Reply {
        let operation = Operation::of(request, &self.state.world().universe);
        let reply = match operation {
            Some(operation) => self.serve(request, &operation),
            None => error::page(&error::not_found(&request.path)),
        };
        reply.with_header("date", http_date(self.state.now()))
    }
}
