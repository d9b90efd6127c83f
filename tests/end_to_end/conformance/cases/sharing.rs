//! Who shares a credential with whom: as many as may, and never one who may not.

use std::{collections::BTreeSet, thread};

use shorepass_tests::bed::Said;

use super::super::subject::{Start, Who, bed, get, get_as, owner};

pub(in super::super) fn callers_share_with_themselves_and_with_nobody_else(start: Start) {
    let subject = start(None);
    let bed = bed(&*subject);
    let second = subject.identity(Who::Second, &bed);

    let first_owner = owner(&*subject, &get(&*subject, &bed));
    let second_owner = owner(&*subject, &get_as(&bed, &second));
    let asked = subject.cloud().counts();

    assert_ne!(first_owner, second_owner);
    assert_eq!(subject.cloud().count(subject.call()), 2);
    for _ in 0..2 {
        assert_eq!(owner(&*subject, &get(&*subject, &bed)), first_owner);
        assert_eq!(owner(&*subject, &get_as(&bed, &second)), second_owner);
    }
    assert_eq!(subject.cloud().counts(), asked);
}

pub(in super::super) fn a_crowd_of_one_identity_costs_one_exchange(start: Start) {
    let subject = start(None);
    let bed = bed(&*subject);
    let people = [Who::First, Who::Second].map(|who| subject.identity(who, &bed));

    let said: Vec<Said> = thread::scope(|scope| {
        let helpers: Vec<_> = (0..8)
            .map(|at| {
                let (bed, caller) = (&bed, &people[at % 2]);
                scope.spawn(move || get_as(bed, caller))
            })
            .collect();
        helpers.into_iter().map(|helper| helper.join().unwrap()).collect()
    });

    let passwords = |parity: usize| -> BTreeSet<_> {
        said.iter().skip(parity).step_by(2).map(|said| said.credential().1).collect()
    };
    assert_eq!((passwords(0).len(), passwords(1).len()), (1, 1));
    assert!(passwords(0).is_disjoint(&passwords(1)));
    assert_eq!(subject.cloud().count(subject.call()), 2);
}
