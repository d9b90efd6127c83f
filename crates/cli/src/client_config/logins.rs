//! Edits of `auths` in a file's text: logins that are kept in the file itself. All else stays byte for byte.

use super::{
    json_text::Object,
    layout::{Layout, quoted, spliced, without},
};

const SECTION: &str = "auths";

/// The text with `auths.key = value`, which is JSON; `None` when the section is no object.
pub(crate) fn put_login(text: &str, key: &str, value: &str) -> Option<String> {
    let text = if text.trim().is_empty() { "{}\n" } else { text };
    let root = Object::at(text, 0)?;
    let layout = Layout::of(text, &root);
    let member = format!("{}{}{value}", quoted(key), layout.colon);
    let Some(at) = root.position(SECTION) else {
        let inner = layout.object(&member, 2);
        return Some(layout.appended(text, &root, 1, &format!("{}{}{inner}", quoted(SECTION), layout.colon)));
    };
    let logins = Object::at(text, root.members[at].value.start)?;
    match logins.position(key) {
        Some(at) => {
            let place = &logins.members[at].value;
            Some(spliced(text, place.start, place.end, value))
        }
        None => Some(layout.appended(text, &logins, 2, &member)),
    }
}

/// The text without `auths.key`.
pub(crate) fn take_login(text: &str, key: &str) -> Option<String> {
    let root = Object::at(text, 0)?;
    let logins = Object::at(text, root.members[root.position(SECTION)?].value.start)?;
    Some(without(text, &logins, logins.position(key)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str =
        "{\n\t\"auths\": {\n\t\t\"a\": {\n\t\t\t\"auth\": \"x\"\n\t\t},\n\t\t\"b\": {}\n\t},\n\t\"z\": 1\n}";

    #[test]
    fn a_login_becomes_the_mark_that_docker_leaves() {
        assert_eq!(
            put_login(FILE, "a", "{}").unwrap(),
            FILE.replace("{\n\t\t\t\"auth\": \"x\"\n\t\t}", "{}")
        );
    }

    #[test]
    fn a_login_goes_and_comes_back() {
        let gone = take_login(FILE, "b").unwrap();

        assert!(!gone.contains("\"b\""), "{gone}");
        assert_eq!(put_login(&gone, "b", "{}").unwrap(), FILE);
        assert_eq!(take_login(FILE, "c"), None);
    }

    #[test]
    fn a_file_without_logins_gets_its_section() {
        assert_eq!(put_login("{}", "a", "{}").unwrap(), "{\n\t\"auths\": {\n\t\t\"a\": {}\n\t}\n}");
        assert_eq!(put_login("{\"auths\":[]}", "a", "{}"), None);
    }
}
