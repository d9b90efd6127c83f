//! The elements of a header, one by one: schemes, parameters and bare tokens, with commas between them.

use super::ChallengeError;

/// What stands between two commas, or between a scheme and its first comma.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Element<'a> {
    Scheme(&'a str),
    /// RFC 9110's `token68`.
    Token(&'a str),
    Parameter(&'a str, String),
}

/// What is left of a header.
pub(super) struct Cursor<'a> {
    rest: &'a str,
    is_after_scheme: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(header: &'a str) -> Self {
        Self { rest: header, is_after_scheme: false }
    }

    /// The next; `None` at the end. `has_open`: a challenge stands before it that may have parameters.
    pub(super) fn element(&mut self, has_open: bool) -> Result<Option<Element<'a>>, ChallengeError> {
        if std::mem::take(&mut self.is_after_scheme) && !self.is_at_border() {
            return self.first_of_scheme().map(Some);
        }
        while self.is_at_border() {
            self.skip_spaces();
            if self.rest.is_empty() {
                return Ok(None);
            }
            self.take(',');
            self.skip_spaces();
        }
        if has_open && let Some(parameter) = self.parameter() {
            return self.at_border(parameter).map(Some);
        }
        let scheme = self.token().ok_or(ChallengeError("a scheme is missing"))?;
        if !self.is_at_border() && !self.rest.starts_with(' ') {
            return Err(ChallengeError("a scheme is followed by something else than a space"));
        }
        self.skip_spaces();
        self.is_after_scheme = true;
        Ok(Some(Element::Scheme(scheme)))
    }

    /// A parameter where there is one, because `realm=x` could begin a bare token, too.
    fn first_of_scheme(&mut self) -> Result<Element<'a>, ChallengeError> {
        let start = self.rest;
        if let Some(parameter) = self.parameter()
            && self.is_at_border()
        {
            return Ok(parameter);
        }
        self.rest = start;
        let length = self.rest.bytes().take_while(|b| is_of_bare_token(*b)).count();
        let padding = self.rest[length..].bytes().take_while(|b| *b == b'=').count();
        let (token, rest) = self.rest.split_at(length + padding);
        if length == 0 {
            return Err(ChallengeError("a scheme is followed by what is no parameter"));
        }
        self.rest = rest;
        self.at_border(Element::Token(token))
    }

    /// `name=value` or `name="value"`; nothing is taken when it is none.
    fn parameter(&mut self) -> Option<Element<'a>> {
        let start = self.rest;
        let parameter = self.try_parameter();
        if parameter.is_none() {
            self.rest = start;
        }
        parameter
    }

    fn try_parameter(&mut self) -> Option<Element<'a>> {
        let name = self.token()?;
        self.skip_spaces();
        if !self.take('=') {
            return None;
        }
        self.skip_spaces();
        let value = if self.take('"') { self.rest_of_quoted()? } else { self.token()?.to_owned() };
        Some(Element::Parameter(name, value))
    }

    fn token(&mut self) -> Option<&'a str> {
        let length = self.rest.bytes().take_while(|b| is_of_token(*b)).count();
        let (token, rest) = self.rest.split_at(length);
        self.rest = rest;
        (length > 0).then_some(token)
    }

    fn rest_of_quoted(&mut self) -> Option<String> {
        let mut value = String::new();
        let mut left = self.rest.chars();
        loop {
            let next = match left.next()? {
                '"' => break,
                '\\' => left.next()?,
                next => next,
            };
            if next.is_control() && next != '\t' {
                return None;
            }
            value.push(next);
        }
        self.rest = left.as_str();
        Some(value)
    }

    fn at_border(&self, element: Element<'a>) -> Result<Element<'a>, ChallengeError> {
        if self.is_at_border() { Ok(element) } else { Err(ChallengeError("a comma is missing")) }
    }

    fn is_at_border(&self) -> bool {
        let rest = self.rest.trim_start_matches(SPACES);
        rest.is_empty() || rest.starts_with(',')
    }

    fn take(&mut self, wanted: char) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start_matches(SPACES);
    }
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_of_bare_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte)
}

const SPACES: [char; 2] = [' ', '\t'];
