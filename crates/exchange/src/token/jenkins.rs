//! A build of Jenkins: `withCredentials` puts a token into a variable, or into a file that one names.

use std::path::Path;

use shorepass_core::{
    exchange::ExchangeError,
    token::{JenkinsBinding, JenkinsSource},
};

use super::{file::of_file, missing, service::variable};

pub(super) fn fetch(source: &JenkinsSource) -> Result<String, ExchangeError> {
    match &source.binding {
        JenkinsBinding::Variable(name) => variable(name).ok_or_else(|| unbound(name, "string")),
        JenkinsBinding::FileVariable(name) => {
            let path = variable(name).ok_or_else(|| unbound(name, "file"))?;
            of_file(Path::new(&path), None).map_err(|error| error.with_hint(within(name, "file")))
        }
    }
}

fn unbound(name: &str, kind: &str) -> ExchangeError {
    let error = match variable("JENKINS_URL") {
        None => missing(format!("this is no build of Jenkins: `{name}` is not set")),
        Some(_) => missing(format!("the step of Jenkins has no credential bound to `{name}`")),
    };
    error.with_hint(within(name, kind))
}

fn within(name: &str, kind: &str) -> String {
    format!("run it within `withCredentials([{kind}(credentialsId: 'ID', variable: '{name}')]) {{ … }}`")
}
