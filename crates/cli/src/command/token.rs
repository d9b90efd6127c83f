//! `token`: what an HTTP request to a registry has to show. The token is the answer, so it is never hidden.

use serde_json::json;
use shorepass_protocol::message::{Authorization, Operation};

use crate::{
    arguments::Token,
    broker::{Reach, ask},
    exit::Exit,
    output::Screen,
    problem::Problem,
};

pub(super) fn run(token: &Token, screen: &mut Screen) -> Result<Exit, Problem> {
    let operation = Operation::Bearer {
        server: token.host.clone(),
        repository: token.repository.clone(),
        access: token.access.clone(),
    };
    let given: Authorization = ask(operation, Reach::Start)
        .map_err(|refusal| refusal.into_problem(format!("no token for `{}`", token.host)))?;
    print(token, &given, screen)
}

fn print(token: &Token, given: &Authorization, screen: &mut Screen) -> Result<Exit, Problem> {
    let header = [&given.scheme, " ", given.token.expose()].concat();
    if token.report.json {
        screen.json(&json!({
            "registry": token.host,
            "scheme": given.scheme,
            "token": given.token.expose(),
            "header": format!("Authorization: {header}"),
            "expires_at": given.expires_at,
        }));
    } else if token.header {
        screen.answer(format_args!("Authorization: {header}"));
    } else if given.scheme == BEARER {
        screen.answer(given.token.expose());
    } else {
        let host = &token.host;
        return Err(Problem::new(Exit::Misconfigured, format!("no token for `{host}`"))
            .because("it has no tokens and takes the login itself")
            .hint(format!("to print the header with it, run `shorepass token {host} --header`")));
    }
    Ok(Exit::Ok)
}

const BEARER: &str = "Bearer";

#[cfg(test)]
mod tests {
    use shorepass_secret::Secret;

    use super::*;
    use crate::{arguments::Report, output::screen_fake};

    #[test]
    fn the_token_stands_alone_or_in_its_header() {
        assert_eq!(printed("Bearer", false, false).0, "a.b.c\n");
        assert_eq!(printed("Bearer", true, false).0, "Authorization: Bearer a.b.c\n");
        assert_eq!(printed("Basic", true, false).0, "Authorization: Basic a.b.c\n");
        assert!(printed("Basic", false, true).0.contains("\"header\": \"Authorization: Basic a.b.c\""));
    }

    #[test]
    fn a_login_is_no_token() {
        let (out, result) = printed("Basic", false, false);

        let problem = result.unwrap_err();
        assert_eq!((out.as_str(), problem.exit), ("", Exit::Misconfigured));
        assert!(problem.hint.unwrap().ends_with("`shorepass token r.example --header`"));
    }

    fn printed(scheme: &str, header: bool, json: bool) -> (String, Result<Exit, Problem>) {
        let (mut screen, out, _) = screen_fake();
        let (host, report) = ("r.example".into(), Report { json });
        let token = Token { host, repository: None, access: None, header, report };
        let given = Authorization { scheme: scheme.into(), token: Secret::new("a.b.c"), expires_at: None };
        let result = print(&token, &given, &mut screen);
        (out.text(), result)
    }
}
