//! `completions`: a script for a shell, on stdout.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::{arguments::Arguments, exit::Exit, output::Screen, problem::Problem};

pub(super) fn run(shell: Shell, screen: &mut Screen) -> Result<Exit, Problem> {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "shorepass", &mut script);
    screen.raw(&script);
    Ok(Exit::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::screen_fake;

    #[test]
    fn every_shell_gets_a_script_that_knows_the_commands() {
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let (mut screen, out, _) = screen_fake();

            run(shell, &mut screen).unwrap();

            assert!(out.text().contains("doctor"), "{shell}");
        }
    }
}
