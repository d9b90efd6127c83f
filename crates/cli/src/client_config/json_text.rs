//! Where the members of a JSON object stand in its text, so that one can be changed without the rest.
//!
//! The text has been parsed by `serde_json` before: this scanner finds places, it does not judge. On text
//! that is no JSON it returns `None` and never panics.

use std::ops::Range;

/// An object's braces and members as byte offsets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Object {
    /// Of `{`.
    pub open: usize,
    /// Of `}`.
    pub close: usize,
    pub members: Vec<Member>,
}

/// One `"key": value`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub name: String,
    /// With its quotes.
    pub key: Range<usize>,
    pub value: Range<usize>,
}

impl Object {
    /// Reads the object whose brace is the first letter at or after `at` that is no white space.
    pub(super) fn at(text: &str, at: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let open = skip_space(bytes, at);
        if bytes.get(open) != Some(&b'{') {
            return None;
        }
        let mut members = Vec::new();
        let mut next = skip_space(bytes, open + 1);
        while bytes.get(next) != Some(&b'}') {
            let key = next..end_of_string(bytes, next)?;
            let colon = skip_space(bytes, key.end);
            if bytes.get(colon) != Some(&b':') {
                return None;
            }
            let start = skip_space(bytes, colon + 1);
            let value = start..end_of_value(bytes, start)?;
            next = skip_space(bytes, value.end);
            if bytes.get(next) == Some(&b',') {
                next = skip_space(bytes, next + 1);
            }
            members.push(Member { name: serde_json::from_str(text.get(key.clone())?).ok()?, key, value });
        }
        Some(Self { open, close: next, members })
    }

    /// Where the member of that name is; of two equal names the last counts, as for every reader.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.members.iter().rposition(|member| member.name == name)
    }
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

fn end_of_string(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start) != Some(&b'"') {
        return None;
    }
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn end_of_value(bytes: &[u8], start: usize) -> Option<usize> {
    match bytes.get(start)? {
        b'"' => end_of_string(bytes, start),
        b'{' | b'[' => end_of_nest(bytes, start),
        _ => {
            let rest = &bytes[start..];
            let length = rest
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n'));
            length.filter(|length| *length > 0).map(|length| start + length)
        }
    }
}

fn end_of_nest(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = end_of_string(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_whatever_they_hold() {
        let text = r#" { "a" : {"x":"}\"]"} , "b\u0041":[1,{"y":2}],"c":-1.5e3 ,"d":null} "#;

        let object = Object::at(text, 0).unwrap();

        let found: Vec<(&str, &str)> =
            object.members.iter().map(|m| (m.name.as_str(), &text[m.value.clone()])).collect();
        assert_eq!(
            found,
            [("a", r#"{"x":"}\"]"}"#), ("bA", r#"[1,{"y":2}]"#), ("c", "-1.5e3"), ("d", "null")]
        );
        assert_eq!(&text[object.close..=object.close], "}");
    }

    #[test]
    fn what_is_no_object_has_no_places() {
        for text in ["", "[]", "{", r#"{"a"}"#, r#"{"a":}"#, r#"{"a":"x"#, r#"{"a":[1"#, r#"{"a\"#] {
            assert_eq!(Object::at(text, 0), None, "{text}");
        }
    }
}
