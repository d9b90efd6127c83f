use std::{cell::RefCell, collections::BTreeMap};

use super::*;

#[test]
fn short_and_long_logins_survive_in_any_order() {
    let entries = Shelf::default();

    for length in [10, 2560, 2561, 30_000, 5000, 10, 70_000, 0] {
        let login = login(length, 'x');
        put(&entries, "r.example", &login).unwrap();

        assert_eq!(get(&entries, "r.example").unwrap(), Some(login), "{length}");
        assert_eq!(username(&entries, "r.example").unwrap().unwrap(), "alice");
    }
    assert_eq!(entries.names(), ["r.example login"]);
}

#[test]
fn no_entry_is_longer_than_the_store_takes() {
    let entries = Shelf::default();

    put(&entries, "r.example", &login(30_000, 'x')).unwrap();

    assert!(entries.kept.borrow().values().all(|bytes| bytes.len() <= LONGEST_ENTRY));
}

#[test]
fn erasing_leaves_nothing() {
    let entries = Shelf::default();
    put(&entries, "r.example", &login(30_000, 'x')).unwrap();

    assert!(erase(&entries, "r.example").unwrap());
    assert!(!erase(&entries, "r.example").unwrap());

    assert!(entries.names().is_empty());
    assert_eq!(get(&entries, "r.example").unwrap(), None);
}

#[test]
fn a_crash_at_any_write_leaves_the_old_login_or_the_new_one() {
    let lengths = [10, 6000, 9000];
    for (before, after) in lengths.into_iter().flat_map(|one| lengths.map(|other| (one, other))) {
        for writes in 0.. {
            let entries = Shelf::default();
            put(&entries, "r.example", &login(before, 'o')).unwrap();
            entries.crash_after(writes);

            let crashed = put(&entries, "r.example", &login(after, 'n')).is_err();
            entries.restart();

            let found = get(&entries, "r.example").unwrap().unwrap();
            assert!([login(before, 'o'), login(after, 'n')].contains(&found), "{before} {after} {writes}");
            put(&entries, "r.example", &login(7000, 'z')).unwrap();
            assert_eq!(get(&entries, "r.example").unwrap(), Some(login(7000, 'z')));
            erase(&entries, "r.example").unwrap();
            assert!(entries.names().is_empty(), "{before} {after} {writes}: {:?}", entries.names());
            if !crashed {
                assert!(writes > 0);
                break;
            }
        }
    }
}

#[test]
fn parts_of_two_logins_are_never_taken_for_one() {
    let entries = Shelf::default();
    put(&entries, "r.example", &login(6000, 'o')).unwrap();

    entries.write("r.example", "a1", &[b'n'; LONGEST_ENTRY]).unwrap();

    assert_eq!(get(&entries, "r.example").unwrap_err().code, "vault_garbled");
}

#[test]
fn a_missing_part_is_an_error_and_can_be_replaced() {
    let entries = Shelf::default();
    put(&entries, "r.example", &login(6000, 'o')).unwrap();
    entries.remove("r.example", "a0").unwrap();

    assert_eq!(get(&entries, "r.example").unwrap_err().code, "vault_garbled");
    put(&entries, "r.example", &login(6000, 'n')).unwrap();

    assert_eq!(get(&entries, "r.example").unwrap(), Some(login(6000, 'n')));
}

fn login(length: usize, of: char) -> Login {
    Login { username: "alice".into(), secret: Secret::new(of.to_string().repeat(length)) }
}

/// A store in memory that can stop in the middle.
#[derive(Default)]
struct Shelf {
    kept: RefCell<BTreeMap<String, Vec<u8>>>,
    changes_left: RefCell<Option<usize>>,
}

impl Shelf {
    fn crash_after(&self, changes: usize) {
        *self.changes_left.borrow_mut() = Some(changes);
    }

    fn restart(&self) {
        *self.changes_left.borrow_mut() = None;
    }

    fn names(&self) -> Vec<String> {
        self.kept.borrow().keys().cloned().collect()
    }

    fn change(&self) -> Result<(), ExchangeError> {
        match &mut *self.changes_left.borrow_mut() {
            None => Ok(()),
            Some(0) => Err(failure::unreachable("it crashed")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }
}

impl Entries for Shelf {
    fn read(&self, key: &str, part: &str) -> Result<Option<Zeroizing<Vec<u8>>>, ExchangeError> {
        Ok(self.kept.borrow().get(&format!("{key} {part}")).cloned().map(Zeroizing::new))
    }

    fn write(&self, key: &str, part: &str, bytes: &[u8]) -> Result<(), ExchangeError> {
        self.change()?;
        self.kept.borrow_mut().insert(format!("{key} {part}"), bytes.to_vec());
        Ok(())
    }

    fn remove(&self, key: &str, part: &str) -> Result<bool, ExchangeError> {
        self.change()?;
        Ok(self.kept.borrow_mut().remove(&format!("{key} {part}")).is_some())
    }
}
