//! Walks one TOML table key by key and collects every fault on the way.

use std::{cell::RefCell, collections::BTreeSet, path::Path, rc::Rc, time::Duration};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Fault, FilePlace};

/// One table being read. What nobody asks for by name is a fault at [`Reader::finish`].
pub(crate) struct Reader<'a> {
    source: Rc<Source<'a>>,
    table: &'a DeTable<'a>,
    line: usize,
    asked: BTreeSet<&'static str>,
}

struct Source<'a> {
    file: &'a Path,
    text: &'a str,
    faults: RefCell<&'a mut Vec<Fault>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        file: &'a Path,
        text: &'a str,
        table: &'a DeTable<'a>,
        faults: &'a mut Vec<Fault>,
    ) -> Self {
        let source = Rc::new(Source { file, text, faults: RefCell::new(faults) });
        Self { source, table, line: 0, asked: BTreeSet::new() }
    }

    /// Where this table starts.
    pub(crate) fn place(&self) -> FilePlace {
        FilePlace { file: self.source.file.to_owned(), line: self.line }
    }

    pub(crate) fn fault(&self, line: usize, message: impl Into<String>) {
        let place = FilePlace { file: self.source.file.to_owned(), line };
        self.source.faults.borrow_mut().push(Fault { place, message: message.into() });
    }

    /// A fault of the table as a whole, such as a key that is missing.
    pub(crate) fn fault_here(&self, message: impl Into<String>) {
        self.fault(self.line, message);
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A string that passes the check.
    pub(crate) fn text<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let (line, value) = self.value(key)?;
        let parsed = match value {
            DeValue::String(text) => parse(text),
            _ => Err("a string"),
        };
        parsed.map_err(|wanted| self.fault(line, format!("`{key}` must be {wanted}"))).ok()
    }

    pub(crate) fn string(&mut self, key: &'static str) -> Option<String> {
        self.text(key, |text| Ok(text.to_owned()))
    }

    /// The name of another table, and its line: whether there is one is for whoever knows the tables.
    pub(crate) fn reference(&mut self, key: &'static str) -> Option<(usize, String)> {
        let line = self.value(key)?.0;
        Some((line, self.string(key)?))
    }

    pub(crate) fn switch(&mut self, key: &'static str) -> Option<bool> {
        let (line, value) = self.value(key)?;
        if let DeValue::Boolean(on) = value {
            return Some(*on);
        }
        self.fault(line, format!("`{key}` must be `true` or `false`"));
        None
    }

    pub(crate) fn number(&mut self, key: &'static str, least: usize, most: usize) -> Option<usize> {
        let (line, value) = self.value(key)?;
        let number = match value {
            DeValue::Integer(digits) => usize::from_str_radix(digits.as_str(), digits.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.fault(line, format!("`{key}` must be a number from {least} to {most}"));
        }
        number
    }

    pub(crate) fn duration(
        &mut self,
        key: &'static str,
        least: Duration,
        most: Duration,
    ) -> Option<Duration> {
        let line = self.value(key)?.0;
        let parsed = self.text(key, |text| {
            humantime::parse_duration(text).map_err(|_| "a duration such as `90s`, `15m` or `8h`")
        })?;
        if (least..=most).contains(&parsed) {
            return Some(parsed);
        }
        let (least, most) = (humantime::format_duration(least), humantime::format_duration(most));
        self.fault(line, format!("`{key}` must be from {least} to {most}"));
        None
    }

    pub(crate) fn strings(&mut self, key: &'static str) -> Option<Vec<String>> {
        let (line, value) = self.value(key)?;
        let text = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        };
        let strings = match value {
            DeValue::Array(values) => values.iter().map(text).collect(),
            _ => None,
        };
        if strings.is_none() {
            self.fault(line, format!("`{key}` must be a list of strings"));
        }
        strings
    }

    pub(crate) fn table(&mut self, key: &'static str) -> Option<Self> {
        let (line, value) = self.value(key)?;
        let table = self.inner(line, value);
        if table.is_none() {
            self.fault(line, format!("`{key}` must be a table: `[{key}]`"));
        }
        table
    }

    /// The tables `[key.NAME]`.
    pub(crate) fn named_tables(&mut self, key: &'static str) -> Vec<(String, Self)> {
        let Some(outer) = self.table(key) else { return Vec::new() };
        let mut named = Vec::new();
        for (name, value) in outer.table {
            let line = line_of(self.source.text, value.span().start);
            match self.inner(line, value.get_ref()) {
                Some(table) => named.push((name.get_ref().to_string(), table)),
                None => self.fault(line, format!("`{key}` holds tables with a name: `[{key}.NAME]`")),
            }
        }
        named
    }

    /// The tables `[[key]]`, or a list of inline tables.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Self> {
        let Some((line, value)) = self.value(key) else { return Vec::new() };
        let DeValue::Array(values) = value else {
            self.fault(line, format!("`{key}` must be a list of tables: `[[{key}]]`"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in values {
            let line = line_of(self.source.text, value.span().start);
            match self.inner(line, value.get_ref()) {
                Some(table) => tables.push(table),
                None => self.fault(line, format!("`{key}` must be a list of tables: `[[{key}]]`")),
            }
        }
        tables
    }

    /// Nothing is known of what belongs here, so nothing is wrong with what does not.
    pub(crate) fn pass_over_rest(self) {}

    /// Whatever was not asked for is not known.
    pub(crate) fn finish(self) {
        for key in self.table.keys() {
            if !self.asked.contains(key.get_ref().as_ref()) {
                let line = line_of(self.source.text, key.span().start);
                self.fault(line, format!("the key `{}` is not known here", printable(key.get_ref())));
            }
        }
    }

    fn value(&mut self, key: &'static str) -> Option<(usize, &'a DeValue<'a>)> {
        self.asked.insert(key);
        let value = self.table.get(key)?;
        Some((line_of(self.source.text, value.span().start), value.get_ref()))
    }

    fn inner(&self, line: usize, value: &'a DeValue<'a>) -> Option<Self> {
        let DeValue::Table(table) = value else { return None };
        Some(Self { source: Rc::clone(&self.source), table, line, asked: BTreeSet::new() })
    }
}

/// Counted from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1
}

/// A name is shown, but a secret pasted where a name belongs is not.
pub(crate) fn printable(name: &str) -> &str {
    let is_plain =
        name.len() <= 32 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if is_plain { name } else { "…" }
}
