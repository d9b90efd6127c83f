//! What somebody with rights in the role's account has to do, ready to be pasted.
//!
//! A trust policy is never written whole: the command that replaces it would take everybody else's trust away.

use crate::{
    jwt::Claims,
    trust::paste::{plain, quoted, word},
};

/// A role, and a token that it should trust.
pub(super) struct Remedy<'a> {
    pub(super) role: &'a str,
    pub(super) claims: &'a Claims,
}

impl Remedy<'_> {
    /// The command that makes the issuer known.
    pub(super) fn create_provider(&self) -> String {
        let command = "aws iam create-open-id-connect-provider";
        let filled = || {
            let (issuer, audience) = (word(self.issuer()?)?, self.client_id()?);
            Some(format!("{command} --url {issuer} --client-id-list {audience}"))
        };
        filled().unwrap_or_else(|| command.into())
    }

    /// The command that makes the issuer's provider take the token's audience.
    pub(super) fn add_audience(&self) -> String {
        let command = "aws iam add-client-id-to-open-id-connect-provider";
        let filled = || {
            let (provider, audience) = (self.provider()?, self.client_id()?);
            Some(format!(
                "{command} --open-id-connect-provider-arn {} --client-id {audience}",
                quoted(&provider)
            ))
        };
        filled().unwrap_or_else(|| command.into())
    }

    /// The command that shows what the account knows of the issuer.
    pub(super) fn show_provider(&self) -> String {
        self.provider().map_or_else(
            || "aws iam list-open-id-connect-providers".into(),
            |provider| {
                format!(
                    "aws iam get-open-id-connect-provider --open-id-connect-provider-arn {}",
                    quoted(&provider)
                )
            },
        )
    }

    /// The lines of a trust policy, and the commands that get and write one.
    pub(super) fn trust_it(&self) -> String {
        self.lines().unwrap_or_else(|| {
            "allow issuer, audience and subject in the trust policy: `aws iam update-assume-role-policy`"
                .into()
        })
    }

    fn lines(&self) -> Option<String> {
        let (host, name) = (self.host()?, word(self.role_name()?)?);
        let subject = plain(self.claims.subject.as_ref()?.as_str())?;
        let audience = plain(self.audience()?)?;
        let (principal, key) = match host {
            // AWS knows Google by itself, and calls Google's `azp` the audience.
            GOOGLE => (GOOGLE.to_owned(), "oaud"),
            _ => (self.provider()?, "aud"),
        };
        Some(format!(
            "in the trust policy, let a statement whose `Federated` principal is `{principal}` have these lines \
             under `StringEquals`: `\"{host}:{key}\": \"{audience}\"` and `\"{host}:sub\": \"{subject}\"`; to \
             see it, run `aws iam get-role --role-name {name}`, and to write it back, run `aws iam \
             update-assume-role-policy --role-name {name} --policy-document file://trust.json`"
        ))
    }

    fn issuer(&self) -> Option<&str> {
        Some(self.claims.issuer.as_ref()?.as_str())
    }

    fn audience(&self) -> Option<&str> {
        Some(self.claims.audience(USUAL_AUDIENCE)?.as_str())
    }

    /// The audience as an argument. Version 1 of the AWS command line fetches what looks like an URL, except where
    /// an URL is expected.
    fn client_id(&self) -> Option<String> {
        let audience = self.audience()?;
        let is_url =
            ["http://", "https://"].iter().any(|scheme| audience.to_ascii_lowercase().starts_with(scheme));
        word(audience).filter(|_| !is_url)
    }

    /// The issuer as IAM names it.
    fn host(&self) -> Option<&str> {
        plain(self.issuer()?.strip_prefix("https://")?)
    }

    /// The ARN that the issuer has, or would have, in the role's account.
    fn provider(&self) -> Option<String> {
        let mut parts = plain(self.role)?.splitn(6, ':');
        let ("arn", partition, "iam", "", account, Some(_)) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next())
        else {
            return None;
        };
        Some(format!("arn:{partition}:iam::{account}:oidc-provider/{}", self.host()?))
    }

    /// Without the path that its ARN may have.
    fn role_name(&self) -> Option<&str> {
        self.role.split_once(":role/")?.1.rsplit('/').next()
    }
}

/// What the roles of nearly all guides ask for.
pub(super) const USUAL_AUDIENCE: &str = "sts.amazonaws.com";
const GOOGLE: &str = "accounts.google.com";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::Claim;

    #[test]
    fn the_lines_have_the_partition_the_account_and_the_bare_name_of_the_role() {
        let claims = claims("https://idp.example/path", "repo:o@1/r@2:ref:refs/heads/main");
        let remedy = Remedy { role: "arn:aws-cn:iam::123456789012:role/ci/deep/pull", claims: &claims };

        let hint = remedy.trust_it();

        assert!(hint.contains("`arn:aws-cn:iam::123456789012:oidc-provider/idp.example/path`"), "{hint}");
        assert!(hint.contains("`\"idp.example/path:aud\": \"sts.amazonaws.com\"`"), "{hint}");
        assert!(hint.contains("`\"idp.example/path:sub\": \"repo:o@1/r@2:ref:refs/heads/main\"`"), "{hint}");
        assert!(hint.contains("update-assume-role-policy --role-name 'pull' "), "{hint}");
    }

    #[test]
    fn google_is_no_provider_of_the_account() {
        let claims = claims("https://accounts.google.com", "1234");

        let hint = Remedy { role: ROLE, claims: &claims }.trust_it();

        assert!(hint.contains("principal is `accounts.google.com`"), "{hint}");
        assert!(hint.contains("`\"accounts.google.com:oaud\": \"sts.amazonaws.com\"`"), "{hint}");
    }

    #[test]
    fn a_claim_that_could_leave_its_quotes_gets_general_words() {
        let quote = claims("https://idp", "x\", \"evil:sub\": \"*");
        let shell = claims("https://idp/$(id)", "x");
        let remedy = |claims| Remedy { role: ROLE, claims };

        assert!(!remedy(&quote).trust_it().contains("evil"));
        assert_eq!(remedy(&shell).create_provider(), "aws iam create-open-id-connect-provider");
        assert_eq!(remedy(&shell).add_audience(), "aws iam add-client-id-to-open-id-connect-provider");
        assert_eq!(remedy(&shell).show_provider(), "aws iam list-open-id-connect-providers");
        let role = Remedy { role: "arn:aws:iam::1'2:role/x", claims: &claims("https://idp", "x") }.trust_it();
        assert!(role.ends_with("`aws iam update-assume-role-policy`"), "{role}");
    }

    fn claims(issuer: &str, subject: &str) -> Claims {
        Claims {
            issuer: Some(Claim::new(issuer)),
            audiences: vec![Claim::new(USUAL_AUDIENCE)],
            subject: Some(Claim::new(subject)),
            ..Claims::default()
        }
    }

    const ROLE: &str = "arn:aws:iam::123456789012:role/ci";
}
