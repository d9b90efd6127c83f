//! Robots made for one command by `shorepass exec`.

use std::{fs, path::Path};

use shorepass_tests::{
    bed::{Bed, finish, wait_until},
    cloud::harbor::Harbor,
};

use super::{HOST, LEDGERS, noted, puller, robots, start};
use crate::broker_life::{
    first_line,
    processes::{in_bed, read, signal},
};

#[test]
fn they_go_before_the_command_is_over() {
    let harbor = Harbor::start().unwrap();
    let bed = without_broker(&harbor);

    let script = format!("printf {HOST} | docker-credential-shorepass get");
    let said = bed.shorepass(&["exec", "--", "sh", "-c", &script]);

    let (user, _) = said.credential();
    assert!(user.contains("shorepass-"), "{user}");
    assert_eq!(robots(&harbor), Vec::<String>::new());
    assert!(!bed.path(LEDGERS).exists());
}

#[test]
fn those_of_a_broker_that_was_killed_are_the_next_ones_to_delete() {
    let harbor = Harbor::start().unwrap();
    harbor.knobs().robot_life(Some(super::SHORT));
    let bed = without_broker(&harbor);
    let script = format!(
        "printf {HOST} | docker-credential-shorepass get >/dev/null; echo $SHOREPASS_SOCKET; read line"
    );
    let mut exec = bed.start("shorepass", &["exec", "--", "sh", "-c", &script], &[]);
    let socket = first_line(&mut exec);
    let is_broker = |pid: &u32| read(*pid, "cmdline").contains("shorepassd");
    let broker = in_bed(&bed).into_iter().find(is_broker).unwrap();

    signal(broker, "KILL");
    let code = finish(exec, Vec::new(), "shorepass exec").code;
    let left = (robots(&harbor).len(), noted(&bed).len(), Path::new(&socket).parent().unwrap().exists());
    start(&bed);

    assert_eq!((code, left), (1, (1, 1, false)));
    assert!(wait_until(|| robots(&harbor).is_empty()));
    assert!(wait_until(|| noted(&bed).is_empty()));
}

/// The one that has stored the login has left.
fn without_broker(harbor: &Harbor) -> Bed {
    let bed = puller(harbor);
    super::stop(&bed);
    let _ = fs::remove_dir_all(bed.path(LEDGERS));
    bed
}
