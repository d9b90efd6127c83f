//! `token-exchange`: two jobs whose tokens an RFC 8693 endpoint takes.

use std::time::Duration;

use shorepass_tests::{
    authority::ServerCertificate,
    bed::Bed,
    cloud::{
        Fault, Running, Times,
        token_exchange::{Service, TokenExchange},
    },
};

use super::{
    super::subject::{Caller, Subject, Who},
    tokens::{IDENTITY, Tokens},
};

struct Exchange {
    cloud: TokenExchange,
    tokens: Tokens,
}

pub(in super::super) fn start(certificate: Option<&ServerCertificate>) -> Box<dyn Subject> {
    let builder = TokenExchange::builder();
    let builder = match certificate {
        Some(certificate) => builder.tls(certificate),
        None => builder,
    };
    let cloud = builder.start().unwrap();
    let issuer = cloud.issuer("https://ci.example").unwrap();
    let token = |subject: &str| issuer.token(subject, "exchange", Duration::from_secs(3600));
    let tokens = Tokens::new(token(FIRST), token("repo:shore/other"));
    Box::new(Exchange { cloud, tokens })
}

impl Subject for Exchange {
    fn host(&self) -> &'static str {
        HOST
    }

    fn call(&self) -> &'static str {
        "token-exchange:Exchange"
    }

    fn cloud(&self) -> &Running {
        &self.cloud
    }

    fn rules(&self) -> String {
        format!(
            "{IDENTITY}[[registry]]\nmatch = \"{HOST}\"\nkind = \"token-exchange\"\nidentity = \"ci\"\n\
             username = \"{USER}\"\nendpoint = \"{}\"\n",
            self.cloud.token_url()
        )
    }

    fn identity(&self, who: Who, _bed: &Bed) -> Caller {
        self.tokens.caller(who, HOST)
    }

    fn marked(&self, _bed: &Bed) -> Vec<Caller> {
        self.tokens.marked(HOST)
    }

    fn secrets(&self, _bed: &Bed) -> Vec<String> {
        self.tokens.secrets()
    }

    fn fail(&self, trouble: Option<(Fault, Times)>) {
        match trouble {
            Some((fault, times)) => self.cloud.knobs().fail(Service::Token, fault, times),
            None => self.cloud.knobs().heal(Service::Token),
        }
    }

    fn last(&self, life: Duration) {
        self.cloud.knobs().token_life(life);
    }

    fn refuse(&self) {
        self.cloud.with_world(|world| world.refuse_subject(FIRST));
    }

    fn owner(&self, username: &str, password: &str) -> Option<String> {
        let issued = self.cloud.issued().find_live(password);
        issued.filter(|_| username == USER).map(|issued| issued.subject)
    }
}

const HOST: &str = "registry.example";
const USER: &str = "oauth2accesstoken";
const FIRST: &str = "repo:shore/app";
