//! A token that somebody has stored: by `docker login`, or under a name.

use shorepass_core::{exchange::StoredLogin, identity::GithubSource as Source};

use super::{
    Token,
    chain::{Looked, Miss, absent},
};

pub(super) fn look(login: &StoredLogin) -> Looked {
    match login {
        StoredLogin::Read { found, .. } => {
            Ok(Token::lasting(Some(found.username.clone()), found.secret.clone(), Source::Stored))
        }
        StoredLogin::Unread { error, .. } => Err(Miss::Failed(error.clone())),
        StoredLogin::None | StoredLogin::At { .. } => absent("no login is stored for it"),
    }
}
