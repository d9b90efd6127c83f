//! A job of GitHub Actions: it asks the service that its variables name, with the right that its permissions give.

use shorepass_core::{exchange::ExchangeError, token::GithubActionsSource};

use super::{
    fetched::Fetched,
    missing,
    service::{Service, job_has_ended, no_token, secure, variable},
};
use crate::{
    deadline::Progress,
    http::{
        self,
        call::{Call, encode},
    },
};

pub(super) async fn fetch(
    source: &GithubActionsSource,
    progress: &Progress,
) -> Result<Fetched, ExchangeError> {
    let (Some(url), Some(token)) = (variable(URL), variable(TOKEN)) else {
        return Err(no_right(variable("GITHUB_ACTIONS").is_some(), variable("GITHUB_EVENT_NAME").as_deref()));
    };
    let url = with_audience(&secure(URL, url)?, source.audience.as_deref());
    progress.waits_for(SERVICE.name);
    let client = http::Client::outward(http::trust(None)?);
    let call = || {
        Call::get(SERVICE.name, url.as_str())
            .header("authorization", format!("Bearer {token}"))
            .header("user-agent", "actions/oidc-client")
    };
    SERVICE.ask(&client, call).await
}

/// The query has parameters already, and may have another audience.
fn with_audience(url: &str, audience: Option<&str>) -> String {
    let Some(audience) = audience else { return url.to_owned() };
    let whole = url.split('#').next().unwrap_or_default();
    let (place, query) = whole.split_once('?').unwrap_or((whole, ""));
    let others = query.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !name.is_empty() && !name.eq_ignore_ascii_case("audience")
    });
    let audience = format!("audience={}", encode(audience));
    let query: Vec<&str> = others.chain([audience.as_str()]).collect();
    format!("{place}?{}", query.join("&"))
}

fn no_right(is_job: bool, event: Option<&str>) -> ExchangeError {
    if !is_job {
        return missing(format!("this is no job of GitHub Actions: `{URL}` and `{TOKEN}` are not set"))
            .with_hint(
                "run it in a job with `permissions: id-token: write`, where no `sudo` or container takes the \
                 variables away",
            );
    }
    let error = |why: &str| missing(format!("GitHub Actions has given this job no right to a token: {why}"));
    match event {
        Some("pull_request") => error(
            "the job lacks `permissions: id-token: write`, or its pull request comes from a fork, which gets none",
        )
        .with_hint("for a branch of the repository itself, add to the job, beside what else it needs: `permissions: { contents: read, id-token: write }`"),
        _ => error("the job lacks `permissions: id-token: write`").with_hint(
            "add to the job, beside what else it needs: `permissions: { contents: read, id-token: write }`",
        ),
    }
}

fn refused(status: u16) -> ExchangeError {
    match status {
        400 => no_token(SERVICE.name, status, "check the `audience` of the token: `shorepass explain HOST`"),
        _ => job_has_ended(SERVICE.name, status),
    }
}

const SERVICE: Service = Service { name: "GitHub Actions", field: "value", refused, has_sign_in_page: false };
const URL: &str = "ACTIONS_ID_TOKEN_REQUEST_URL";
const TOKEN: &str = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audience_is_set_and_not_added_to_another() {
        for (url, wanted) in [
            (
                "https://t.example/id?api-version=2.0",
                "https://t.example/id?api-version=2.0&audience=a%26b%3Dc",
            ),
            ("https://t.example/id?audience=x&v=1&Audience=y", "https://t.example/id?v=1&audience=a%26b%3Dc"),
            ("https://t.example/id", "https://t.example/id?audience=a%26b%3Dc"),
            ("https://t.example/id?#part", "https://t.example/id?audience=a%26b%3Dc"),
        ] {
            assert_eq!(with_audience(url, Some("a&b=c")), wanted);
            assert_eq!(with_audience(url, None), url);
        }
    }

    #[test]
    fn what_is_missing_depends_on_the_job() {
        let message = |is_job, event| no_right(is_job, event).message;

        assert!(message(false, Some("pull_request")).contains("no job of GitHub Actions"));
        assert!(message(true, Some("pull_request")).contains("comes from a fork"));
        for event in [None, Some("push")] {
            let error = no_right(true, event);
            assert!(error.message.ends_with("lacks `permissions: id-token: write`"), "{}", error.message);
        }
    }
}
