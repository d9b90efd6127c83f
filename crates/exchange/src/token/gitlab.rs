//! A job of GitLab CI: nobody can ask for a token at run time, so the job must have been given one.

use shorepass_core::{exchange::ExchangeError, token::GitlabTokenSource};

use super::{missing, service::variable};

pub(super) fn fetch(source: &GitlabTokenSource) -> Result<String, ExchangeError> {
    let name = &source.variable;
    variable(name).ok_or_else(|| match variable("GITLAB_CI") {
        None => missing(format!("this is no job of GitLab CI: `{name}` is not set"))
            .with_hint(format!("run it in a job with {}", lines(name))),
        Some(_) => missing(format!("the job of GitLab CI has no ID token `{name}`"))
            .with_hint(format!("add to the job in `.gitlab-ci.yml`: {}", lines(name))),
    })
}

fn lines(name: &str) -> String {
    format!("`id_tokens: {{ {name}: {{ aud: AUDIENCE }} }}`")
}
