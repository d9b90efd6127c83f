//! A registry whose token endpoint takes the tokens of one issuer: where a source's token ends up.

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::{
        Issuer,
        token_exchange::{TokenExchange, World},
    },
};

/// A running endpoint that lets in what is signed by the issuer, for [`AUDIENCE`], about these subjects.
pub(super) struct Receiver(TokenExchange);

impl Receiver {
    pub(super) fn new(issuer: Issuer, subjects: &[&str]) -> Self {
        let world =
            World::default().issuer(issuer).subject_audience(AUDIENCE).subjects(subjects).scope("pull");
        Self(TokenExchange::builder().world(world).start().unwrap())
    }

    /// From now on the token comes from a source with these lines.
    pub(super) fn configure(&self, bed: &Bed, source: &str) {
        bed.configure(&format!(
            "[token.workload]\n{source}\n\n[identity.workload]\ntype = \"oidc\"\ntoken = \"workload\"\n\n\
             [[registry]]\nmatch = \"{HOST}\"\nkind = \"token-exchange\"\nidentity = \"workload\"\n\
             endpoint = \"{}\"\nusername = \"x\"\n",
            self.0.token_url()
        ));
    }

    /// Whom the password is about that a `get` has brought, which must be good at this moment.
    pub(super) fn subject(&self, said: &Said) -> String {
        self.0.issued().find_live(&said.credential().1).unwrap().subject
    }
}

pub(super) fn get(bed: &Bed) -> Said {
    bed.helper("get", HOST)
}

/// Forgets what was got and refused, and asks anew.
pub(super) fn get_anew(bed: &Bed) -> Said {
    let _ = bed.shorepass(&["forget", "--all"]);
    get(bed)
}

pub(super) const HOST: &str = "registry.example";
pub(super) const AUDIENCE: &str = "registry.example";
