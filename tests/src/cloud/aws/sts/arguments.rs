//! What both ways of assuming a role are given, checked as STS checks it.

use std::time::Duration;

use crate::cloud::aws::policy::Policy;
use crate::cloud::{ApiError, http::form::Fields};

/// The fields of one call.
pub(super) struct Arguments<'a>(&'a Fields);

impl<'a> Arguments<'a> {
    pub(super) fn new(fields: &'a Fields) -> Self {
        Self(fields)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name)
    }

    pub(super) fn has(&self, prefix: &str) -> bool {
        self.0.has_prefix(prefix)
    }

    pub(super) fn role_arn(&self) -> Result<&'a str, ApiError> {
        let arn = self.required("RoleArn", "roleArn")?;
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let is_role = matches!(parts[..], ["arn", partition, "iam", "", account, resource]
            if partition.starts_with("aws") && account.len() == 12 && resource.starts_with("role/"));
        if is_role { Ok(arn) } else { Err(invalid(&format!("{arn} is invalid"))) }
    }

    pub(super) fn session_name(&self) -> Result<&'a str, ApiError> {
        let name = self.required("RoleSessionName", "roleSessionName")?;
        let is_legal = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        if !(2..=64).contains(&name.len()) {
            let bound =
                if name.len() < 2 { "greater than or equal to 2" } else { "less than or equal to 64" };
            return Err(constraint(name, "roleSessionName", &format!("have length {bound}")));
        }
        if !name.chars().all(is_legal) {
            return Err(constraint(
                name,
                "roleSessionName",
                "satisfy regular expression pattern: [\\w+=,.@-]*",
            ));
        }
        Ok(name)
    }

    /// What was asked for, or an hour.
    pub(super) fn duration(&self) -> Result<Duration, ApiError> {
        let Some(text) = self.get("DurationSeconds") else { return Ok(DEFAULT_DURATION) };
        let seconds: u64 =
            text.parse().map_err(|_| ApiError::new(400, "MalformedInput", "DurationSeconds is no number"))?;
        match seconds {
            ..900 => Err(constraint(text, "durationSeconds", "have value greater than or equal to 900")),
            900..=43_200 => Ok(Duration::from_secs(seconds)),
            _ => Err(constraint(text, "durationSeconds", "have value less than or equal to 43200")),
        }
    }

    pub(super) fn check_duration(&self, longest: Duration) -> Result<(), ApiError> {
        if self.duration()? > longest.max(DEFAULT_DURATION) {
            return Err(invalid(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            ));
        }
        Ok(())
    }

    pub(super) fn policy(&self) -> Result<Option<Policy>, ApiError> {
        let Some(text) = self.get("Policy") else { return Ok(None) };
        if text.len() > 2048 {
            return Err(constraint("…", "policy", "have length less than or equal to 2048"));
        }
        Policy::parse(text).map(Some).ok_or_else(|| ApiError::of_code("MalformedPolicyDocument"))
    }

    pub(super) fn required(&self, name: &str, spelled: &str) -> Result<&'a str, ApiError> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            invalid(&format!("1 validation error detected: Value null at '{spelled}' failed to satisfy constraint: Member must not be null"))
        })
    }
}

pub(super) fn invalid(message: &str) -> ApiError {
    ApiError::new(400, "ValidationError", message)
}

fn constraint(value: &str, member: &str, must: &str) -> ApiError {
    invalid(&format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {must}"
    ))
}

/// STS's default, and the limit of a chained role.
pub(super) const DEFAULT_DURATION: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_fail_rather_than_clamp() {
        let outcome = |text: &str, hours: u64| {
            let fields = Fields::parse(text);
            Arguments::new(&fields)
                .check_duration(Duration::from_secs(hours * 3600))
                .map_err(|error| error.code)
        };

        assert_eq!(outcome("", 1), Ok(()));
        assert_eq!(outcome("DurationSeconds=900", 1), Ok(()));
        for (text, hours) in [("899", 1), ("3601", 1), ("43201", 12)] {
            assert_eq!(
                outcome(&format!("DurationSeconds={text}"), hours),
                Err("ValidationError".into()),
                "{text}"
            );
        }
    }

    #[test]
    fn names_follow_the_pattern() {
        for (name, is_good) in
            [("ab", true), ("a", false), ("a b", false), ("a+=,.@-_9", true), ("a/b", false)]
        {
            let fields =
                Fields::parse(&format!("RoleSessionName={}", crate::cloud::http::form::encode(name)));

            assert_eq!(Arguments::new(&fields).session_name().is_ok(), is_good, "{name}");
        }
    }
}
