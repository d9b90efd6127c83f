//! From a file, as a whole or one field of it.

use std::path::Path;

use shorepass_core::{exchange::ExchangeError, token::FileSource};

use super::{missing, of_json};
use crate::file;

pub(super) fn fetch(source: &FileSource) -> Result<String, ExchangeError> {
    of_file(&source.path, source.field.as_deref())
}

/// What a file holds, read each time.
pub(crate) fn of_file(path: &Path, field: Option<&str>) -> Result<String, ExchangeError> {
    let bytes = file::bytes(path, LONGEST).map_err(|why| {
        missing(format!("the token file `{}` cannot be used: {why}", path.display()))
            .with_hint("check what writes it, and that whoever pulls may read it")
    })?;
    match field {
        None => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Some(field) => of_json(&bytes, field).ok_or_else(|| {
            missing(format!("the token file `{}` has no field `{field}`", path.display()))
                .with_hint("correct `field` of the token: `shorepass config path`")
        }),
    }
}

const LONGEST: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_a_file_is_the_token() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, r#"{"value": "a.b.c"}"#).unwrap();

        assert_eq!(of_file(&path, Some("value")).unwrap(), "a.b.c");
        assert_eq!(of_file(&path, Some("other")).unwrap_err().code, "token_missing");
        assert!(of_file(&folder.path().join("none"), None).unwrap_err().message.contains("not there"));
    }
}
