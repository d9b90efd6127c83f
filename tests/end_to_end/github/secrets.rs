//! Secrets of GitHub stay where they are needed: no file, log or report holds one.

use std::{fs, path::Path};

use super::{apps::puller, cloud, get};

#[test]
fn no_secret_is_left_in_files_or_reports() {
    let cloud = cloud();
    let bed = puller(&cloud, "", "installation_id = \"2001\"");
    let token = get(&bed).credential().1;
    let refused = bed.helper("get", "ghcr.io/shoreteam/app");
    let shown = bed.helper_in(&[("GITHUB_TOKEN", "canary canary")], "get", "ghcr.io");
    let key = fs::read_to_string(bed.path("secrets/app.pem")).unwrap();
    let line_of_key = key.lines().nth(3).unwrap();
    let marks = [token.as_str(), line_of_key, "canary", "eyJ"];

    let said =
        [&["status", "--json"][..], &["explain", "ghcr.io"], &["doctor", "ghcr.io"], &["broker", "logs"]]
            .map(|words| bed.shorepass(words));

    assert_eq!(shown.credential().1, token, "the environment is not this identity's");
    for said in said.iter().chain([&refused]) {
        for mark in marks {
            assert!(!said.stdout.contains(mark) && !said.stderr.contains(mark), "{}", mark.len());
        }
    }
    fs::remove_file(bed.path("secrets/app.pem")).unwrap();
    let mut files = 0;
    visit(&bed.path(""), &mut |path| {
        let text = String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
        files += 1;
        for mark in marks {
            assert!(!text.contains(mark), "{}", path.display());
        }
    });
    assert!(files > 1, "the audit log is among them");
}

fn visit(folder: &Path, look: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap().filter_map(Result::ok) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            visit(&entry.path(), look);
        } else if kind.is_file() {
            look(&entry.path());
        }
    }
}
