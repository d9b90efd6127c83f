//! How a JSON file is laid out, so that a new member looks like its neighbours.
//!
//! New members go to the end of their object; taking them out again gives back the very bytes that were there.

use super::json_text::Object;

/// How a file is laid out.
pub(super) struct Layout<'a> {
    /// One step of indentation with the line break before it; `None` for a file on one line.
    step: Option<(&'a str, &'a str)>,
    pub(super) colon: &'a str,
}

impl<'a> Layout<'a> {
    pub(super) fn of(text: &'a str, root: &Object) -> Self {
        let Some(first) = root.members.first() else {
            return Self { step: Some(("\n", "\t")), colon: ": " };
        };
        let lead = &text[root.open + 1..first.key.start];
        let step = lead.rfind('\n').map(|at| {
            let line_break = if lead[..at].ends_with('\r') { "\r\n" } else { "\n" };
            (line_break, &lead[at + 1..])
        });
        Self { step, colon: if text[first.key.end..first.value.start].ends_with(':') { ":" } else { ": " } }
    }

    /// An object with one member that stands `depth` steps deep.
    pub(super) fn object(&self, member: &str, depth: usize) -> String {
        format!("{{{}{member}{}}}", self.lead(depth), self.lead(depth - 1))
    }

    fn lead(&self, depth: usize) -> String {
        self.step.map_or_else(String::new, |(line_break, step)| format!("{line_break}{}", step.repeat(depth)))
    }

    /// `text` with one more member at the end of an object whose members stand `depth` steps deep.
    pub(super) fn appended(&self, text: &str, object: &Object, depth: usize, member: &str) -> String {
        let (Some(first), Some(last)) = (object.members.first(), object.members.last()) else {
            return spliced(text, object.open, object.close + 1, &self.object(member, depth));
        };
        let lead = &text[object.open + 1..first.key.start];
        let gap = match (lead.contains('\n'), self.colon) {
            (true, _) => lead,
            (false, ":") => "",
            (false, _) => " ",
        };
        spliced(text, last.value.end, last.value.end, &format!(",{gap}{member}"))
    }
}

/// `text` without the member at that place of an object.
pub(super) fn without(text: &str, object: &Object, at: usize) -> String {
    let members = &object.members;
    match (at.checked_sub(1), members.get(at + 1)) {
        (None, None) => spliced(text, object.open + 1, object.close, ""),
        (Some(before), None) => spliced(text, members[before].value.end, members[at].value.end, ""),
        (_, Some(after)) => spliced(text, members[at].key.start, after.key.start, ""),
    }
}

pub(super) fn spliced(text: &str, start: usize, end: usize, with: &str) -> String {
    format!("{}{with}{}", &text[..start], &text[end..])
}

pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
