//! What an exchange asks for, from a form in snake case or from JSON in either case.

use serde_json::{Map, Value};

use super::{invalid_value, refused};
use crate::cloud::{
    ApiError,
    google::{error::invalid_argument, operation::form},
    http::{Request, form::decode},
};

/// The fields of one exchange; what is absent is empty.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) grant_type: String,
    pub(super) audience: String,
    pub(super) scope: String,
    pub(super) requested_token_type: String,
    pub(super) subject_token: String,
    pub(super) subject_token_type: String,
    options: String,
}

impl Asked {
    pub(super) fn read(request: &Request) -> Result<Self, ApiError> {
        let is_json = request.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        if is_json {
            return Self::of_json(&request.body);
        }
        let fields = form(request);
        let mut asked = Self::default();
        for name in NAMES {
            *asked.field(name) = fields.get(name).unwrap_or_default().to_owned();
        }
        if asked.grant_type.is_empty() {
            return Err(refused("invalid_request", "Required parameter is missing: grant_type"));
        }
        Ok(asked)
    }

    fn of_json(body: &[u8]) -> Result<Self, ApiError> {
        let body: Map<String, Value> = serde_json::from_slice(body)
            .map_err(|_| invalid_argument("Invalid JSON payload received. Unable to parse it."))?;
        let mut asked = Self::default();
        for (key, value) in body.iter().filter(|(_, value)| !value.is_null()) {
            let name =
                NAMES.into_iter().find(|name| key == name || *key == camel(name)).ok_or_else(|| {
                    let message =
                        format!("Invalid JSON payload received. Unknown name \"{key}\": Cannot find field.");
                    invalid_argument(message)
                })?;
            let text = value.as_str().ok_or_else(|| {
                invalid_argument(format!("Invalid value at '{name}' (TYPE_STRING), {value}"))
            })?;
            *asked.field(name) = text.to_owned();
        }
        Ok(asked)
    }

    /// `userProject` of the options, which are JSON, percent-encoded or not.
    pub(super) fn user_project(&self) -> Result<Option<String>, ApiError> {
        if self.options.is_empty() {
            return Ok(None);
        }
        let plain = serde_json::from_str(&self.options);
        let options: Value = plain
            .or_else(|_| serde_json::from_str(&decode(&self.options)))
            .map_err(|_| invalid_value("options"))?;
        Ok(options["userProject"].as_str().map(str::to_owned))
    }

    fn field(&mut self, name: &str) -> &mut String {
        match name {
            "grant_type" => &mut self.grant_type,
            "audience" => &mut self.audience,
            "scope" => &mut self.scope,
            "requested_token_type" => &mut self.requested_token_type,
            "subject_token" => &mut self.subject_token,
            "subject_token_type" => &mut self.subject_token_type,
            _ => &mut self.options,
        }
    }
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        camel + &head.to_ascii_uppercase() + tail
    })
}

const NAMES: [&str; 7] = [
    "grant_type",
    "audience",
    "scope",
    "requested_token_type",
    "subject_token",
    "subject_token_type",
    "options",
];
