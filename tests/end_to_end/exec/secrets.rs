//! No secret is in the private folder, neither the caller's nor one that was made.

use std::fs;

use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use super::{Running, get, tree};
use crate::broker_life::processes::read;

#[test]
fn no_file_of_the_private_folder_holds_a_secret() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    let login = format!(r#"{{"auths":{{"r.example":{{"auth":"{MARK}","identitytoken":"{MARK}"}}}}}}"#);
    bed.write("home/.docker/config.json", &login);
    bed.write("home/.docker/config.json.before-shorepass", &login);
    bed.write("home/auth.json", &login);
    bed.set("DOCKER_AUTH_CONFIG", &login);
    let running = Running::begin(&bed, &format!("{} >/dev/null", get()));

    let (_, secret) = running.helper(&bed).credential();
    let key = bed.variable("AWS_SECRET_ACCESS_KEY").unwrap();
    let files = tree(&bed);
    let inside: Vec<_> = files.iter().filter(|(path, _)| path.starts_with(&running.folder)).collect();
    let broker = read(running.broker(&bed).unwrap(), "environ");

    assert!(inside.len() > 8 && fs::metadata(running.folder.join("audit.log")).unwrap().len() > 0);
    for (path, bytes) in inside {
        let text = String::from_utf8_lossy(bytes);
        for kept in [MARK, &secret, &key] {
            assert!(!text.contains(kept), "{}", path.display());
        }
    }
    assert!(!broker.contains(MARK) && !broker.contains(&key));
    assert_eq!(running.end().code, 0);
}

const MARK: &str = "C4N4RY";
