//! A step of Bitbucket Pipelines: it has a token when it asks for one beforehand.

use shorepass_core::{exchange::ExchangeError, token::BitbucketSource};

use super::{missing, service::variable};

pub(super) fn fetch(_source: &BitbucketSource) -> Result<String, ExchangeError> {
    variable(TOKEN).ok_or_else(|| match variable("BITBUCKET_BUILD_NUMBER") {
        None => missing(format!("this is no step of Bitbucket Pipelines: `{TOKEN}` is not set"))
            .with_hint("run it in a step with `oidc: true`"),
        Some(_) => missing("the step of Bitbucket Pipelines has no token")
            .with_hint("add to the step in `bitbucket-pipelines.yml`: `oidc: true`"),
    })
}

const TOKEN: &str = "BITBUCKET_STEP_OIDC_TOKEN";
