//! A login as it stands in a file's `auths`: read, and written again for `--undo`.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use shorepass_secret::Secret;
use zeroize::Zeroizing;

/// How a login is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shape {
    /// `auth` with user and password.
    Basic,
    /// `identitytoken`, perhaps beside an `auth` with this user and no password.
    IdentityToken { user: Option<String> },
}

/// User name and secret; `None` for what is no login, such as the mark that docker leaves.
pub(super) fn read(fields: &Map<String, Value>) -> Result<Option<(String, Secret, Shape)>, &'static str> {
    let text = |name: &str| match fields.get(name) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err("a field of it is no text"),
    };
    let (auth, identity_token) = (text("auth")?, text("identitytoken")?);
    let basic = match (auth, text("username")?, text("password")?) {
        ("", "", "") => None,
        ("", user, password) => Some((user.to_owned(), Zeroizing::new(password.to_owned()))),
        (auth, ..) => Some(decode(auth)?),
    };
    if !identity_token.is_empty() {
        let user = basic.map(|(user, _)| user).filter(|user| !user.is_empty());
        return Ok(Some((TOKEN.into(), Secret::new(identity_token), Shape::IdentityToken { user })));
    }
    match basic {
        Some((user, password)) if user.is_empty() || password.is_empty() => {
            Err("it has no user or no password")
        }
        Some((user, password)) => Ok(Some((user, Secret::new(password.as_str()), Shape::Basic))),
        None if !text("registrytoken")?.is_empty() => {
            Err("it is a token for one registry, which no helper can hand out")
        }
        None => Ok(None),
    }
}

/// The fields as JSON.
pub(super) fn write(username: &str, secret: &Secret, shape: &Shape) -> Zeroizing<String> {
    let encoded =
        |user: &str, password: &str| STANDARD.encode(Zeroizing::new(format!("{user}:{password}")).as_bytes());
    let fields = match shape {
        // It may have been replaced since by a password.
        Shape::IdentityToken { .. } if username != TOKEN => return write(username, secret, &Shape::Basic),
        Shape::Basic => json!({ "auth": encoded(username, secret.expose()) }),
        Shape::IdentityToken { user: None } => json!({ "identitytoken": secret.expose() }),
        Shape::IdentityToken { user: Some(user) } => {
            json!({ "auth": encoded(user, ""), "identitytoken": secret.expose() })
        }
    };
    Zeroizing::new(fields.to_string())
}

fn decode(auth: &str) -> Result<(String, Zeroizing<String>), &'static str> {
    let bytes = STANDARD.decode(auth.trim()).map(Zeroizing::new).map_err(|_| "its `auth` is no base64")?;
    let text = std::str::from_utf8(&bytes).map_err(|_| "its `auth` is no text")?;
    let (user, password) = text.split_once(':').ok_or("its `auth` has no user and password")?;
    // As docker reads it.
    Ok((user.to_owned(), Zeroizing::new(password.trim_end_matches('\0').to_owned())))
}

/// The user name that says that the secret is an identity token.
const TOKEN: &str = "<token>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_login_is_read_and_written_again() {
        for fields in [
            json!({ "auth": STANDARD.encode("ann:p:w") }),
            json!({ "identitytoken": "canary" }),
            json!({ "auth": STANDARD.encode("ann:"), "identitytoken": "canary" }),
        ] {
            let (username, secret, shape) = read(fields.as_object().unwrap()).unwrap().unwrap();

            let written: Value = serde_json::from_str(&write(&username, &secret, &shape)).unwrap();

            assert_eq!(written, fields);
        }
        let old = json!({ "username": "ann", "password": "pw", "email": "a@x" });
        let (username, secret, _) = read(old.as_object().unwrap()).unwrap().unwrap();
        assert_eq!((username.as_str(), secret.expose()), ("ann", "pw"));
    }

    #[test]
    fn a_password_that_took_a_tokens_place_is_written_as_one() {
        let written = write("ann", &Secret::new("pw"), &Shape::IdentityToken { user: None });

        let written: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(written, json!({ "auth": STANDARD.encode("ann:pw") }));
    }

    #[test]
    fn what_is_no_login_or_a_broken_one_is_told_apart() {
        assert_eq!(read(json!({}).as_object().unwrap()), Ok(None));
        assert_eq!(read(json!({ "email": "a@x" }).as_object().unwrap()), Ok(None));
        for fields in [
            json!({ "auth": "canary!" }),
            json!({ "auth": STANDARD.encode("no colon") }),
            json!({ "auth": STANDARD.encode(":canary") }),
            json!({ "auth": 7 }),
            json!({ "registrytoken": "canary" }),
        ] {
            assert!(!read(fields.as_object().unwrap()).unwrap_err().contains("canary"));
        }
    }
}
