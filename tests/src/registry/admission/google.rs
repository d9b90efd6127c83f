//! Artifact Registry's book: an access token is good for what its scopes allow, in every repository.

use std::sync::Arc;

use super::{Admission, Standing};
use crate::cloud::google::{Google, Issued, USERNAMES};

/// Lets in whom this cloud has given an access token.
#[must_use]
pub fn of_google(cloud: &Google) -> Arc<dyn Admission> {
    Arc::new(Book { issued: cloud.issued().clone() })
}

struct Book {
    issued: Arc<Issued>,
}

impl Admission for Book {
    fn standing(&self, username: &str, password: &str) -> Standing {
        if self.issued.is_valid(username, password) {
            Standing::Good
        } else if USERNAMES.contains(&username) && self.issued.find(password).is_some() {
            Standing::Expired
        } else {
            Standing::Unknown
        }
    }

    fn allows(&self, password: &str, _repository: &str, action: &str) -> bool {
        self.issued.allows(password, action)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cloud::google::READ_ONLY;

    #[test]
    fn a_token_is_good_for_what_its_scopes_allow_until_it_is_revoked() {
        let cloud = Google::start().unwrap();
        let end = cloud.knobs().clock().now() + Duration::from_secs(60);
        let token = cloud.issued().issue("user:a@b", &[READ_ONLY.to_owned()], end);
        let book = of_google(&cloud);

        assert_eq!(book.standing("oauth2accesstoken", &token), Standing::Good);
        assert_eq!(book.standing("AWS", &token), Standing::Unknown);
        assert!(book.allows(&token, "team/app", "pull") && !book.allows(&token, "team/app", "push"));
        cloud.issued().revoke_all();
        assert_eq!(book.standing("oauth2accesstoken", &token), Standing::Expired);
        assert!(!book.allows(&token, "team/app", "pull"));
    }
}
