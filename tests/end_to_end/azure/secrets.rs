//! Secrets of Azure stay where they are needed: no file, log or report holds one.

use std::{fs, path::Path};

use super::{ACR, builder, cloud, get};

#[test]
fn no_secret_is_left_in_files_or_reports() {
    let cloud = cloud();
    let bed = builder(&cloud);
    let secret = bed.variable("AZURE_CLIENT_SECRET").unwrap();
    let (_, password) = get(&bed).credential();
    let wrong = bed.helper_in(&[("AZURE_CLIENT_SECRET", "canary")], "get", ACR);
    let marks = [secret.as_str(), password.as_str(), "canary", "eyJ"];

    let said = [&["status", "--json"][..], &["explain", ACR], &["doctor", ACR], &["broker", "logs"]]
        .map(|words| bed.shorepass(words));

    for said in said.iter().chain([&wrong]) {
        for mark in marks {
            assert!(!said.stdout.contains(mark) && !said.stderr.contains(mark), "{}", mark.len());
        }
    }
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
