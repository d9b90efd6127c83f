//! The arguments of `exec`.

use std::ffi::OsString;

use clap::Args;

#[derive(Debug, Args)]
#[command(
    after_help = "The command gets a DOCKER_CONFIG and a REGISTRY_AUTH_FILE of its own, without the logins of yours, and a broker \
                  that ends with it. Without --registry, docker, buildx, podman and buildah ask for every registry; skopeo \
                  asks for named ones only. Where Shorepass is not asked or knows no login, skopeo looks for yours in \
                  containers/auth.json of the configuration folder and in ~/.dockercfg; with --registry, podman and \
                  buildah do so too.\n\nExit code: that of the command, 128+N when signal N ended it, 126 when \
                  it cannot be run, 127 when there is none of that name; before that, as for every command of shorepass."
)]
pub(crate) struct Exec {
    /// Only for these registries
    #[arg(long = "registry", value_name = "HOST", num_args = 1..)]
    pub registries: Vec<String>,
    /// The command and its arguments
    #[arg(value_name = "COMMAND", required = true, last = true)]
    pub command: Vec<OsString>,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::arguments::{Arguments, Command};

    #[test]
    fn hosts_come_before_the_dashes_and_the_command_after_them() {
        let words =
            ["shorepass", "exec", "--registry", "a.example", "b.example", "--", "sh", "-c", "x", "--", "y"];
        let parsed = Arguments::try_parse_from(words).unwrap();

        let Command::Exec(exec) = parsed.command else { panic!("{parsed:?}") };
        assert_eq!(exec.registries, ["a.example", "b.example"]);
        assert_eq!(exec.command, ["sh", "-c", "x", "--", "y"]);
    }

    #[test]
    fn without_a_command_there_is_nothing_to_do() {
        for words in
            [&["shorepass", "exec"][..], &["shorepass", "exec", "--"], &["shorepass", "exec", "true"]]
        {
            assert!(Arguments::try_parse_from(words).is_err(), "{words:?}");
        }
    }
}
