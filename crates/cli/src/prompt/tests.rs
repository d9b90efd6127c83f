//! What a person types or pipes, and what is said when there is none.

use super::{fake::Person, *};

#[test]
fn the_newline_of_a_pipe_is_no_part_of_a_password() {
    for piped in ["p w", "p w\n", "p w\r\n"] {
        let mut person = Person { piped, ..Person::default() };

        assert_eq!(secret(&mut person, "", true, "w").unwrap().expose(), "p w");
    }
}

#[test]
fn where_nobody_can_be_asked_it_is_said_how_to_pass_it() {
    let problem = secret(&mut Person::default(), "", false, "w").unwrap_err();

    assert_eq!(problem.exit, Exit::Usage);
    assert!(problem.hint.unwrap().contains("--password-stdin"));
    assert!(secret(&mut Person::default(), "", true, "w").is_err());
    assert!(secret(&mut Person { typed: Some(""), ..Person::default() }, "", false, "w").is_err());
    let problem = text(&mut Person::default(), "", "--username NAME", "w").unwrap_err();
    assert!(problem.hint.unwrap().contains("--username NAME"));
}

#[test]
fn a_line_is_taken_without_what_ends_it_and_never_empty() {
    let typed = |says| text(&mut Person { says: Some(says), ..Person::default() }, "", "-u", "w");

    assert_eq!(typed("ann\r\n").unwrap(), "ann");
    assert_eq!(typed(" \n").unwrap_err().exit, Exit::Usage);
}

#[test]
fn a_new_secret_counts_when_it_is_typed_twice_alike() {
    let mut sure = Person { typed: Some("pw"), ..Person::default() };
    let mut unsure = Unsure { next: vec!["pw", "pv"] };

    assert_eq!(new_secret(&mut sure, "", "w").unwrap().expose(), "pw");
    assert_eq!(new_secret(&mut unsure, "", "w").unwrap_err().exit, Exit::Usage);
}

struct Unsure {
    next: Vec<&'static str>,
}

impl Prompt for Unsure {
    fn hidden(&mut self, _: &str) -> io::Result<Zeroizing<String>> {
        Ok(Zeroizing::new(self.next.pop().unwrap_or_default().to_owned()))
    }

    fn shown(&mut self, _: &str) -> Option<String> {
        None
    }

    fn stdin(&mut self) -> io::Result<Zeroizing<Vec<u8>>> {
        Ok(Zeroizing::default())
    }
}
