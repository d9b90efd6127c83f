//! Token sources: where the OIDC token comes from that an identity is proven by, through the helper to a
//! credential that a token service gives for it.
//!
//! A source's good case stands beside the ways in which it fails.

mod aws_web_identity;
mod google_metadata;
mod jobs;
mod kubelet;
mod kubernetes;
mod lives;
mod receiver;
mod services;
mod spiffe;
mod variables;

use std::time::Duration;

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::{
        Issuer,
        ci::{self, Ci},
        token_exchange::{self, TokenExchange},
    },
};

/// CI systems, and a token service that takes their tokens for one audience.
struct Town {
    ci: Ci,
    exchange: TokenExchange,
}

impl Town {
    fn taking(audience: &str) -> Self {
        let issuer = Issuer::es256("https://ci.example");
        let world = token_exchange::World::default()
            .issuer(issuer.clone())
            .subject_audience(audience)
            .subjects(&["repo:shore/app", "repo:shore/other", "pipeline_id:018f-app"]);
        let ci = Ci::builder().world(ci::World::of(issuer).with_standard_jobs()).start().unwrap();
        Self { ci, exchange: TokenExchange::builder().world(world).start().unwrap() }
    }

    /// Somebody whose rule needs a token, which comes from where this says.
    fn bed(&self, token: &str) -> Bed {
        let bed = Bed::new();
        bed.configure(&format!(
            "[token.ci]\n{token}\n\n[identity.ci]\ntype = \"oidc\"\ntoken = \"ci\"\n\n\
             [[registry]]\nmatch = \"{HOST}\"\nkind = \"token-exchange\"\nidentity = \"ci\"\n\
             endpoint = \"{}\"\nusername = \"x\"\n",
            self.exchange.token_url()
        ));
        bed
    }

    /// Whom the token of a `get` was about.
    fn subject(&self, said: &Said) -> String {
        self.exchange.issued().find_live(&said.credential().1).unwrap().subject
    }
}

fn get(bed: &Bed) -> Said {
    bed.helper("get", HOST)
}

const HOST: &str = "registry.example";
const AUDIENCE: &str = "exchange";
const FIVE_MINUTES: Duration = Duration::from_secs(300);
