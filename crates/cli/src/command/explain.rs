//! `explain`: where a registry would be routed.

use std::time::Duration;

use serde_json::Value;
use shorepass_protocol::message::Explained;

use crate::{
    arguments::OneHost,
    broker::NO_ROUTE_HINT,
    command::route,
    exit::Exit,
    output::{Screen, facts, list, one_line},
    problem::Problem,
};

pub(super) fn run(explain: &OneHost, screen: &mut Screen) -> Result<Exit, Problem> {
    let explained = route(&explain.host)
        .map_err(|refusal| refusal.into_problem(format!("cannot explain `{}`", explain.host)))?;
    print(&explained, explain.report.json, screen)
}

fn print(explained: &Explained, as_json: bool, screen: &mut Screen) -> Result<Exit, Problem> {
    let has_route = explained.kind.is_some();
    if as_json {
        screen.json(explained);
        return Ok(if has_route { Exit::Ok } else { Exit::NotFound });
    }
    if !has_route {
        return Err(Problem::new(Exit::NotFound, format!("no route for `{}`", explained.registry))
            .because("no rule of the configuration and no built-in host table covers it")
            .hint(NO_ROUTE_HINT));
    }
    screen.answer(text(explained));
    Ok(Exit::Ok)
}

pub(crate) fn text(explained: &Explained) -> String {
    let dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
    let mut lines = vec![
        ("registry", explained.registry.clone()),
        ("kind", dash(&explained.kind)),
        ("target", target(&explained.target)),
        ("identity", dash(&explained.identity)),
        ("access", dash(&explained.access)),
        ("source", dash(&explained.source)),
        ("variables", list(&explained.variables)),
    ];
    if !explained.repositories.is_empty() {
        lines.insert(5, ("repositories", list(&explained.repositories)));
    }
    if !explained.roles.is_empty() {
        lines.insert(4, ("roles", list(&explained.roles)));
    }
    if let Some(token) = &explained.token {
        lines.insert(4, ("token", token.clone()));
    }
    if let Some(login) = &explained.login {
        lines.push(("login", login.clone()));
    }
    if let Some(rule) = &explained.rule {
        lines.push(("rule", rule.clone()));
    }
    let notes = explained.notes.iter().map(|note| format!("\nnote: {}", one_line(note)));
    format!("{}{}", facts(&lines), notes.collect::<String>())
}

/// `account 123456789012, region eu-west-1, fips`: a claim that holds is its name, one that does not is left out.
fn target(target: &Value) -> String {
    let Value::Object(fields) = target else { return "-".into() };
    list(&fields.iter().flat_map(|(name, value)| facts_of(name, value)).collect::<Vec<_>>())
}

/// What one field says, in words; what is not there says nothing.
fn facts_of(name: &str, value: &Value) -> Vec<String> {
    let words = |name: &str| name.replace('_', " ");
    match value {
        Value::Null | Value::Bool(false) => Vec::new(),
        Value::Bool(true) => vec![words(name)],
        Value::String(text) => vec![format!("{} {text}", words(name))],
        Value::Array(values) => {
            let texts: Vec<_> = values.iter().filter_map(Value::as_str).collect();
            vec![format!("{} {}", words(name), texts.join(" and "))]
        }
        Value::Object(fields) => match seconds(name, value) {
            Some((name, seconds)) => vec![span(name, seconds)],
            None => fields.iter().flat_map(|(name, value)| facts_of(name, value)).collect(),
        },
        Value::Number(number) => match seconds(name, value) {
            Some((name, seconds)) => vec![span(name, seconds)],
            None => vec![format!("{} {number}", words(name))],
        },
    }
}

/// A span of time, as the broker writes it: seconds under a name that says so, or seconds and nanoseconds.
fn seconds<'a>(name: &'a str, value: &Value) -> Option<(&'a str, u64)> {
    match value.as_u64() {
        Some(seconds) => Some((name.strip_suffix("_s")?, seconds)),
        None => Some((name, value.get("nanos").and(value.get("secs"))?.as_u64()?)),
    }
}

fn span(name: &str, seconds: u64) -> String {
    format!("{} {}", name.replace('_', " "), humantime::format_duration(Duration::from_secs(seconds)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::output::screen_fake;

    #[test]
    fn a_route_is_readable() {
        let (mut screen, out, _) = screen_fake();

        assert_eq!(print(&ecr(), false, &mut screen).unwrap(), Exit::Ok);

        assert_eq!(
            out.text(),
            "\
registry   123456789012.dkr.ecr.eu-west-1.amazonaws.com
kind       ecr
target     account 123456789012, region eu-west-1, partition aws, fips
identity   prod
access     pull
source     config
variables  AWS_PROFILE, AWS_REGION
rule       /etc/shorepass/config.toml:12
note: ecr cannot narrow a credential to pull
"
        );
    }

    #[test]
    fn json_is_the_brokers_answer_field_by_field() {
        let (mut screen, out, _) = screen_fake();
        let explained = Explained { rule: None, notes: Vec::new(), ..ecr() };

        print(&explained, true, &mut screen).unwrap();

        let names: Vec<String> = serde_json::from_str::<serde_json::Map<String, Value>>(&out.text())
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(names, ["registry", "kind", "target", "identity", "access", "source", "variables"]);
    }

    #[test]
    fn a_target_is_told_in_words() {
        let told = target(&json!({
            "host": "harbor.example",
            "robots": { "projects": ["base", "team"], "life_s": 28_800, "endpoint": null },
            "life": { "secs": 3600, "nanos": 0 },
            "port": 7,
        }));

        assert_eq!(told, "host harbor.example, projects base and team, life 8h, life 1h, port 7");
    }

    #[test]
    fn no_route_is_an_exit_code_of_its_own_in_both_forms() {
        let unrouted = Explained { kind: None, ..ecr() };
        let (mut screen, out, _) = screen_fake();

        assert_eq!(print(&unrouted, true, &mut screen).unwrap(), Exit::NotFound);
        assert!(out.text().contains("\"kind\": null"));
        assert_eq!(print(&unrouted, false, &mut screen).unwrap_err().exit, Exit::NotFound);
    }

    fn ecr() -> Explained {
        Explained {
            registry: "123456789012.dkr.ecr.eu-west-1.amazonaws.com".into(),
            kind: Some("ecr".into()),
            target: json!({
                "account": "123456789012", "region": "eu-west-1", "partition": "aws", "fips": true, "dual_stack": false
            }),
            identity: Some("prod".into()),
            access: Some("pull".into()),
            source: Some("config".into()),
            variables: vec!["AWS_PROFILE".into(), "AWS_REGION".into()],
            rule: Some("/etc/shorepass/config.toml:12".into()),
            notes: vec!["ecr cannot narrow a credential to pull".into()],
            ..Explained::default()
        }
    }
}
