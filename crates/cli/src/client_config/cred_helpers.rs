//! Edits of the `credHelpers` section in a file's text; everything outside of it stays byte for byte.
//!
//! New members go to the end of their object in the layout of the file, so that taking them out again
//! gives back the very bytes that were there.

use super::{
    json_text::Object,
    layout::{Layout, quoted, spliced, without},
};

/// The section's name in both families' files.
pub(super) const SECTION: &str = "credHelpers";

/// The text with `credHelpers.key = helper`; `None` when the section is no object.
pub(super) fn put(text: &str, key: &str, helper: &str) -> Option<String> {
    if text.trim().is_empty() {
        return put("{}\n", key, helper);
    }
    let root = Object::at(text, 0)?;
    let layout = Layout::of(text, &root);
    let member = |depth: usize| (quoted(key), quoted(helper), depth);

    let Some(section) = root.position(SECTION).map(|at| &root.members[at].value) else {
        let (key, helper, depth) = member(2);
        let inner = layout.object(&format!("{key}{}{helper}", layout.colon), depth);
        return Some(layout.appended(text, &root, 1, &format!("{}{}{inner}", quoted(SECTION), layout.colon)));
    };
    if &text[section.clone()] == "null" {
        let (key, helper, depth) = member(2);
        let inner = layout.object(&format!("{key}{}{helper}", layout.colon), depth);
        return Some(spliced(text, section.start, section.end, &inner));
    }
    let helpers = Object::at(text, section.start)?;
    if let Some(at) = helpers.position(key) {
        let value = &helpers.members[at].value;
        return Some(spliced(text, value.start, value.end, &quoted(helper)));
    }
    let (key, helper, depth) = member(2);
    Some(layout.appended(text, &helpers, depth, &format!("{key}{}{helper}", layout.colon)))
}

/// The text without `credHelpers.key`.
pub(super) fn take(text: &str, key: &str) -> Option<String> {
    let root = Object::at(text, 0)?;
    let section = &root.members[root.position(SECTION)?].value;
    let helpers = Object::at(text, section.start)?;
    Some(without(text, &helpers, helpers.position(key)?))
}

/// The text without `credHelpers` if there is nothing in it.
pub(super) fn take_empty_section(text: &str) -> Option<String> {
    let root = Object::at(text, 0)?;
    let at = root.position(SECTION)?;
    let helpers = Object::at(text, root.members[at].value.start)?;
    helpers.members.is_empty().then(|| without(text, &root, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCKERS: &str = "{\n\t\"auths\": {\n\t\t\"z.example\": {},\n\t\t\"a.example\": {}\n\t},\n\t\"psFormat\": \
                           \"{{.ID}}\\u003c\",\n\t\"big\": 12345678901234567890123\n}";

    #[test]
    fn order_tabs_escapes_and_numbers_stay() {
        let edited = put(DOCKERS, "r.example", "shorepass").unwrap();

        let expected = DOCKERS
            .replace("90123\n}", "90123,\n\t\"credHelpers\": {\n\t\t\"r.example\": \"shorepass\"\n\t}\n}");
        assert_eq!(edited, expected);
    }

    #[test]
    fn an_existing_section_grows_at_its_end() {
        let text = "{\n  \"credHelpers\": {\n    \"a\": \"x\"\n  },\n  \"other\": 1\n}\n";

        assert_eq!(
            put(text, "r", "shorepass").unwrap(),
            "{\n  \"credHelpers\": {\n    \"a\": \"x\",\n    \"r\": \"shorepass\"\n  },\n  \"other\": 1\n}\n"
        );
    }

    #[test]
    fn another_helper_is_replaced_in_place() {
        let text = r#"{"credHelpers":{"a":"x","r":"ecr-login","b":"y"}}"#;

        assert_eq!(
            put(text, "r", "shorepass").unwrap(),
            r#"{"credHelpers":{"a":"x","r":"shorepass","b":"y"}}"#
        );
    }

    #[test]
    fn one_line_stays_one_line() {
        assert_eq!(put(r#"{"auths":{}}"#, "r", "s").unwrap(), r#"{"auths":{},"credHelpers":{"r":"s"}}"#);
        assert_eq!(
            put(r#"{"credHelpers": {"a": "x"}}"#, "r", "s").unwrap(),
            r#"{"credHelpers": {"a": "x", "r": "s"}}"#
        );
    }

    #[test]
    fn windows_line_breaks_stay() {
        assert_eq!(
            put("{\r\n  \"a\": 1\r\n}\r\n", "r", "s").unwrap(),
            "{\r\n  \"a\": 1,\r\n  \"credHelpers\": {\r\n    \"r\": \"s\"\r\n  }\r\n}\r\n"
        );
    }

    #[test]
    fn nothing_becomes_a_file_as_docker_would_write_it() {
        for text in ["", " \n", "{}\n"] {
            assert_eq!(put(text, "r", "s").unwrap(), "{\n\t\"credHelpers\": {\n\t\t\"r\": \"s\"\n\t}\n}\n");
        }
    }

    #[test]
    fn a_null_section_becomes_one_and_another_type_is_refused() {
        assert_eq!(put(r#"{"credHelpers":null}"#, "r", "s").unwrap(), r#"{"credHelpers":{"r":"s"}}"#);
        assert_eq!(put(r#"{"credHelpers":["r"]}"#, "r", "s"), None);
        assert_eq!(put("[]", "r", "s"), None);
    }

    #[test]
    fn taking_out_what_was_put_in_gives_back_every_byte() {
        let texts = [
            DOCKERS,
            "{\n  \"credHelpers\": {\n    \"a\": \"x\"\n  },\n  \"other\": 1\n}\n",
            r#"{"auths":{}}"#,
            r#"{ "credHelpers": { "a": "x" }, "b": [1, 2] }"#,
            "{\r\n  \"a\": 1\r\n}\r\n",
        ];
        for text in texts {
            let edited = put(&put(text, "one.example", "s").unwrap(), "two.example", "s").unwrap();

            let back = take(&take(&edited, "one.example").unwrap(), "two.example").unwrap();

            let back = if text.contains(SECTION) { back } else { take_empty_section(&back).unwrap() };
            assert_eq!(back, text);
        }
    }

    #[test]
    fn a_section_with_members_is_not_taken() {
        assert_eq!(take_empty_section(r#"{"credHelpers":{"a":"x"}}"#), None);
        assert_eq!(take(r#"{"credHelpers":{"a":"x"}}"#, "r"), None);
    }
}
