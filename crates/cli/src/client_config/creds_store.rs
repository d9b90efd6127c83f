//! Edits of `credsStore` in a file's text: docker's helper for everything that `credHelpers` does not name.
//!
//! It is a member of the outermost object; everything else in the file stays byte for byte.

use super::{
    json_text::Object,
    layout::{Layout, quoted, spliced, without},
};

/// The member's name. No registry has it, since no host is without a dot, a colon and `localhost`.
pub(crate) const STORE: &str = "credsStore";

/// The text with `credsStore = helper`; `None` when it is no object.
pub(super) fn put(text: &str, helper: &str) -> Option<String> {
    if text.trim().is_empty() {
        return put("{}\n", helper);
    }
    let root = Object::at(text, 0)?;
    if let Some(at) = root.position(STORE) {
        let value = &root.members[at].value;
        return Some(spliced(text, value.start, value.end, &quoted(helper)));
    }
    let layout = Layout::of(text, &root);
    Some(layout.appended(text, &root, 1, &format!("{}{}{}", quoted(STORE), layout.colon, quoted(helper))))
}

/// The text without `credsStore`.
pub(super) fn take(text: &str) -> Option<String> {
    let root = Object::at(text, 0)?;
    Some(without(text, &root, root.position(STORE)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_can_be_taken_out_to_the_byte() {
        for text in
            ["{\n\t\"auths\": {}\n}", "{\"auths\":{}}", "{\r\n  \"a\": 1\r\n}\r\n", "{\n  \"a\": 1\n}\n"]
        {
            let edited = put(text, "shorepass").unwrap();

            assert!(edited.contains("credsStore"), "{edited}");
            assert_eq!(take(&edited).unwrap(), text);
        }
    }

    #[test]
    fn another_store_is_replaced_in_place() {
        let text = r#"{"credsStore":"desktop","auths":{}}"#;

        assert_eq!(put(text, "shorepass").unwrap(), r#"{"credsStore":"shorepass","auths":{}}"#);
        assert_eq!(put(r#"{"credsStore":""}"#, "shorepass").unwrap(), r#"{"credsStore":"shorepass"}"#);
    }

    #[test]
    fn nothing_becomes_a_file_as_docker_would_write_it() {
        assert_eq!(put("", "shorepass").unwrap(), "{\n\t\"credsStore\": \"shorepass\"\n}\n");
        assert_eq!(put("[]", "shorepass"), None);
    }
}
