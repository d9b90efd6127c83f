//! `get`, `refresh` and `forget`: what they print, and what they cost upstream.

use serde_json::{Value, json};
use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use crate::ECR;

#[test]
fn get_hides_the_secret_unless_told_to_show_it() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let (_, secret) = bed.helper("get", ECR).credential();

    let text = bed.shorepass(&["get", ECR]);
    let json = bed.shorepass(&["get", ECR, "--json"]);
    let shown = bed.shorepass(&["get", ECR, "--json", "--show-secret"]);

    for hidden in [&text, &json] {
        assert_eq!(hidden.code, 0);
        assert!(!format!("{hidden:?}").contains(&secret));
    }
    assert_eq!(json.json()["secret"], Value::Null);
    assert_eq!(shown.json()["secret"], secret.as_str());
    assert_eq!((&shown.json()["username"], &shown.json()["registry"]), (&json!("AWS"), &json!(ECR)));
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
}

#[test]
fn refresh_makes_a_new_one_and_get_hands_it_out() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let (_, first) = bed.helper("get", ECR).credential();

    let said = bed.shorepass(&["refresh", ECR]);
    let (_, second) = bed.helper("get", ECR).credential();

    assert_eq!((said.code, said.stdout.as_str()), (0, "refreshed 1 credential\n"));
    assert_ne!(first, second);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 2);
    assert_eq!((bed.counter("exchanges"), bed.counter("refreshes"), bed.counter("hits")), (2, 0, 1));
}

#[test]
fn refresh_all_renews_every_registry_once() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let _ = (bed.helper("get", ECR).credential(), bed.helper("get", ELSEWHERE).credential());

    let said = bed.shorepass(&["refresh", "--all", "--json"]);

    assert_eq!((said.code, said.json()), (0, json!({ "count": 2 })));
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 4);
}

#[test]
fn a_refused_refresh_says_why_and_leaves_what_there_is() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let (_, first) = bed.helper("get", ECR).credential();
    super::deny(&cloud, "ecr:GetAuthorizationToken");

    let one = bed.shorepass(&["refresh", ECR]);
    let all = bed.shorepass(&["refresh", "--all"]);

    for said in [one, all] {
        assert_eq!(said.code, 4, "{said:?}");
        assert!(
            said.stderr.contains("not authorized to perform") && said.stderr.contains("\nhint:  "),
            "{said:?}"
        );
    }
    assert_eq!(bed.helper("get", ECR).credential().1, first);
}

#[test]
fn forget_drops_one_or_all_and_the_next_get_asks_again() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let get_both = || (bed.helper("get", ECR).credential(), bed.helper("get", ELSEWHERE).credential());
    let first = get_both();

    let one = bed.shorepass(&["forget", ECR]);
    let second = get_both();
    let all = bed.shorepass(&["forget", "--all", "--json"]);
    let nothing = bed.shorepass(&["forget", "--all"]);
    let third = get_both();

    assert_eq!(one.stdout, "forgot 1 credential\n");
    assert_eq!((first.0 == second.0, first.1 == second.1), (false, true));
    assert_eq!(all.json(), json!({ "count": 2 }));
    assert_eq!(nothing.stdout, "forgot 0 credentials\n");
    assert_eq!((second.0 == third.0, second.1 == third.1), (false, false));
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 5);
}

#[test]
fn without_a_broker_there_is_nothing_to_renew_or_to_forget() {
    let bed = Bed::new();

    let refreshed = bed.shorepass(&["refresh", "--all"]);
    let forgot = bed.shorepass(&["forget", "--all"]);

    assert_eq!((refreshed.code, refreshed.stdout.as_str()), (0, "refreshed 0 credentials\n"));
    assert_eq!((forgot.code, forgot.stdout.as_str()), (0, "forgot 0 credentials\n"));
    assert_eq!(bed.broker(), None);
}

const ELSEWHERE: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
