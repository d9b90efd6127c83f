//! The action's inputs: what they become, and that none of them is ever more than a value.

use std::fs;

use shorepass_core::{config::Config, token::TokenSource};

use super::{
    super::is_empty,
    CONFIGURATION, ECR, ROLE,
    runner::{PERMITTED, Runner},
};

#[test]
fn the_simple_inputs_of_each_cloud_become_a_sound_configuration() {
    for (inputs, audience) in [
        (&[("aws-role-arn", ROLE)][..], "sts.amazonaws.com"),
        (
            &[("google-provider", PROVIDER), ("google-service-account", "ci@shore.iam.gserviceaccount.com")],
            "https://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/g",
        ),
        (&[("azure-client-id", "a-b"), ("azure-tenant-id", "c-d")], "api://AzureADTokenExchange"),
        (&[("azure-client-id", "a-b"), ("azure-tenant-id", "c-d"), ("audience", "own")], "own"),
    ] {
        let mut runner = Runner::new();
        runner.set(PERMITTED);
        let host = match inputs[0].0 {
            "aws-role-arn" => "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            "google-provider" => "europe-docker.pkg.dev",
            _ => "shore1.azurecr.io",
        };
        let repositories = "team/app\n  team/web\n";
        let more = [("registry", host), ("access", "pull"), ("repositories", repositories)];

        let main = runner.main(&[inputs, &more].concat());

        assert_eq!(main.code, 0, "{main:?}");
        let config = configuration(&runner);
        assert_eq!(audience_of(&config), audience);
        assert_eq!((config.identities.len(), config.rules.len()), (1, 1));
        assert_eq!(config.rules[0].repositories, ["team/app", "team/web"]);
        assert!(main.stdout.contains("::add-mask::canary"), "{}", main.stdout);
        assert_eq!(runner.post().code, 0);
    }
}

#[test]
fn what_an_input_holds_stays_a_value() {
    let mut runner = Runner::new();
    runner.set(PERMITTED);
    let audience = r##"x"]\"#[vault]store="none"\u0041\'''"""##;
    let inputs = [("registry", ECR), ("aws-role-arn", ROLE), ("audience", audience)];

    let main = runner.main(&inputs);

    assert_eq!(main.code, 0, "{main:?}");
    assert_eq!(audience_of(&configuration(&runner)), audience);
    assert_eq!(runner.post().code, 0);
}

#[test]
fn an_input_is_neither_a_table_nor_a_command_nor_a_variable_nor_an_option() {
    for hostile in [
        "x\"\n[vault]\nstore = \"none\"\n",
        "x\n::add-path::/evil\n::set-env name=EVIL::1",
        "x\nEVIL<<END\n1\nEND\n",
        "%0A::add-path::/evil",
        "--undo",
        "\u{7f}\u{1}\r\n::warning::evil",
    ] {
        for name in ["aws-role-arn", "audience", "access", "repositories", "narrow", "registry"] {
            let mut runner = Runner::new();
            runner.set(PERMITTED);
            let mut inputs = vec![("registry", ECR), ("aws-role-arn", ROLE)];
            inputs.retain(|(known, _)| *known != name);
            inputs.push((name, hostile));

            let main = runner.main(&inputs);

            let commands: Vec<&str> = main.commands();
            assert!(commands.iter().all(|name| ["add-mask", "error"].contains(name)), "{commands:?}");
            if main.code != 0 {
                assert_eq!(runner.file("env"), "", "{name} {hostile:?}");
                assert!(commands.contains(&"error"), "{name} {hostile:?} {main:?}");
            }
            let names: Vec<String> = runner.exported().into_keys().collect();
            assert!(!names.contains(&"EVIL".to_owned()));
            assert_eq!(runner.post().code, 0);
            assert!(is_empty(&runner.temporary()), "{name} {hostile:?}");
        }
    }
}

#[test]
fn a_job_without_the_permission_is_told_the_lines_to_add() {
    let runner = Runner::new();

    let main = runner.main(&[("registry", ECR), ("aws-role-arn", ROLE)]);

    assert_eq!(main.code, 1);
    assert!(
        main.stdout.contains("%0A    permissions:%0A      contents: read%0A      id-token: write"),
        "{main:?}"
    );
    assert_eq!((runner.post().code, is_empty(&runner.temporary())), (0, true));
}

#[test]
fn inputs_that_contradict_each_other_are_refused_in_words() {
    for (inputs, words) in [
        (&[][..], "`registry` is empty"),
        (&[("registry", "r.example\n--undo")], "every line of `registry` must be a host"),
        (&[("registry", "r.example"), ("azure-client-id", "a")], "belong together"),
        (&[("registry", "r.example"), ("google-service-account", "a@b")], "needs `google-provider`"),
        (
            &[("registry", "r.example"), ("config", CONFIGURATION), ("access", "pull")],
            "`config` stands alone",
        ),
        (&[("registry", "r.example"), ("url", "https://h.example/x")], "`url` and `sha256` belong together"),
        (&[("registry", "r.example"), ("path", "/nowhere")], "`path` holds no `shorepass`"),
        (&[("registry", "r.example"), ("aws-role-arn", "a"), ("google-provider", "b")], "two clouds are set"),
    ] {
        let main = Runner::new().main(inputs);

        assert!(main.code == 1 && main.stdout.contains(words), "{main:?}");
    }
}

fn configuration(runner: &Runner) -> Config {
    let file = &runner.exported()["SHOREPASS_CONFIG"];
    Config::parse(file, &fs::read_to_string(file).unwrap()).unwrap()
}

fn audience_of(config: &Config) -> String {
    match &config.tokens["ci"] {
        Some(TokenSource::GithubActions(source)) => source.audience.clone().unwrap_or_default(),
        other => panic!("a token from {other:?}"),
    }
}

const PROVIDER: &str = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/g";
