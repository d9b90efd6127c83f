//! Reads the `Authorization` header of Signature Version 4.

/// The header's parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authorization {
    pub(super) key_id: String,
    pub(super) date: String,
    pub(super) region: String,
    pub(super) service: String,
    pub(super) terminator: String,
    pub(super) signed_headers: Vec<String>,
    pub(super) signature: String,
}

impl Authorization {
    /// The error is AWS's own sentence about the missing part; it does not repeat the header.
    pub(super) fn parse(header: &str) -> Result<Self, String> {
        let parameters = header
            .strip_prefix(super::ALGORITHM)
            .filter(|rest| rest.starts_with(' '))
            .ok_or("Unsupported AWS 'algorithm': only AWS4-HMAC-SHA256 is accepted.")?;
        let parameter = |name: &str| {
            parameters
                .split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
                .ok_or_else(|| format!("Authorization header requires '{name}' parameter."))
        };

        let credential = parameter("Credential")?;
        let [key_id, date, region, service, terminator] = credential.split('/').collect::<Vec<_>>()[..]
        else {
            return Err("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term".into());
        };
        let signed_headers: Vec<String> = parameter("SignedHeaders")?.split(';').map(str::to_owned).collect();
        let is_ordered = signed_headers.is_sorted()
            && signed_headers.iter().all(|name| name.to_ascii_lowercase() == *name);
        if !is_ordered {
            return Err("SignedHeaders must be in lower case and sorted.".into());
        }
        Ok(Self {
            key_id: key_id.into(),
            date: date.into(),
            region: region.into(),
            service: service.into(),
            terminator: terminator.into(),
            signed_headers,
            signature: parameter("Signature")?,
        })
    }

    pub(super) fn scope(&self) -> String {
        format!("{}/{}/{}/{}", self.date, self.region, self.service, self.terminator)
    }
}
