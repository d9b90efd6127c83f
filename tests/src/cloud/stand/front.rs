//! The front door: finds the operation that is meant, lets faults strike, and writes the audit list.

use std::sync::Arc;

use super::{Answer, Fake, Operation, Site};
use crate::cloud::{
    audit::Entry,
    clock::http_date,
    fault::Speaks,
    http::{self, Reply, Request},
};

/// Everything behind one address.
pub(crate) struct Front<F: Fake> {
    site: Arc<Site<F>>,
}

impl<F: Fake> Front<F> {
    pub(crate) fn new(site: Arc<Site<F>>) -> Self {
        Self { site }
    }

    fn serve(&self, request: &Request, operation: &Operation<F::Service>) -> Reply {
        let (site, service) = (&*self.site, operation.service);
        let (reply, principal, error) = match site.knobs.strike(service) {
            Some(fault) => (fault.reply(service, site.now()), None, Some(fault.name())),
            None => said(service, F::answer(site, request, operation)),
        };
        // Read before anybody can see that the call has come, and heal.
        let latency = site.knobs.current_latency(service);
        site.audit.note(Entry {
            at: site.now(),
            operation: operation.name.to_owned(),
            principal,
            host: request.host(),
            region: None,
            user_agent: request.header("user-agent").map(str::to_owned),
            status: reply.status,
            error,
        });
        Reply { after: reply.after + latency, ..reply }
    }
}

impl<F: Fake> http::Service for Front<F> {
    fn answer(&self, request: &Request) -> Reply {
        let reply = match F::operation(&self.site, request) {
            Some(operation) => self.serve(request, &operation),
            None => Reply::text(404, "no service here answers this"),
        };
        reply.with_header("date", http_date(self.site.now()))
    }
}

/// In the service's words, with what the audit list needs.
fn said(service: impl Speaks, answer: Answer) -> (Reply, Option<String>, Option<String>) {
    let Answer { outcome, principal, challenge } = answer;
    match outcome {
        Ok(reply) => (reply, principal, None),
        Err(error) => {
            let reply = challenge.into_iter().fold(service.say(&error), |reply, challenge| {
                reply.with_header("www-authenticate", challenge)
            });
            (reply, principal, Some(error.code))
        }
    }
}
