//! The commands that change a pool's provider, ready to be pasted.

use crate::{
    jwt::Claims,
    trust::paste::{plain, quoted, word},
};

/// A provider by its full name, and a token that it should take.
pub(super) struct Remedy<'a> {
    pub(super) audience: &'a str,
    pub(super) claims: &'a Claims,
}

impl Remedy<'_> {
    /// Takes the place of whatever the provider has listed, and of its own name.
    pub(super) fn allow_audience(&self) -> String {
        let usual = format!("https:{}", self.audience);
        let audience = self.claims.audience(&usual).and_then(|audience| word(audience.as_str()));
        self.update("--allowed-audiences", audience.as_deref())
    }

    pub(super) fn set_issuer(&self) -> String {
        let issuer = self.claims.issuer.as_ref().and_then(|issuer| word(issuer.as_str()));
        self.update("--issuer-uri", issuer.as_deref())
    }

    /// As narrow as can be.
    pub(super) fn set_condition(&self) -> String {
        let subject = self.claims.subject.as_ref().and_then(|subject| plain(subject.as_str()));
        let condition = subject.map(|subject| format!("\"assertion.sub=='{subject}'\""));
        self.update("--attribute-condition", condition.as_deref())
    }

    pub(super) fn describe(&self) -> String {
        self.command("describe")
    }

    fn update(&self, option: &str, value: Option<&str>) -> String {
        format!("{} {option}={}", self.command("update-oidc"), value.unwrap_or("…"))
    }

    fn command(&self, verb: &str) -> String {
        let part = |after: &str| {
            let (_, rest) = self.audience.split_once(after)?;
            plain(rest.split('/').next()?).map(|part| if is_bare(part) { part.into() } else { quoted(part) })
        };
        let shown = |after: &str| part(after).unwrap_or_else(|| "…".into());
        let (provider, location) = (shown("/providers/"), shown("/locations/"));
        if self.audience.contains("/workforcePools/") {
            let pool = shown("/workforcePools/");
            return format!(
                "gcloud iam workforce-pools providers {verb} {provider} --location={location} --workforce-pool={pool}"
            );
        }
        let pool = shown("/workloadIdentityPools/");
        let project = part("/projects/").map(|number| format!(" --project={number}")).unwrap_or_default();
        format!(
            "gcloud iam workload-identity-pools providers {verb} {provider} --location={location} \
             --workload-identity-pool={pool}{project}"
        )
    }
}

fn is_bare(part: &str) -> bool {
    part.starts_with(|first: char| first.is_ascii_alphanumeric())
        && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::Claim;

    #[test]
    fn the_command_names_provider_pool_and_project() {
        let staff = "//iam.googleapis.com/locations/global/workforcePools/staff/providers/okta";
        let claims = claims("aud", "sub");

        assert_eq!(
            Remedy { audience: PROVIDER, claims: &claims }.allow_audience(),
            "gcloud iam workload-identity-pools providers update-oidc gitlab --location=global \
             --workload-identity-pool=ci --project=1 --allowed-audiences='aud'"
        );
        assert_eq!(
            Remedy { audience: staff, claims: &claims }.set_issuer(),
            "gcloud iam workforce-pools providers update-oidc okta --location=global --workforce-pool=staff \
             --issuer-uri='https://idp'"
        );
    }

    #[test]
    fn a_condition_is_about_the_one_subject() {
        let claims = claims("aud", "repo:o@1/r@2:ref:refs/heads/main");

        assert!(
            Remedy { audience: PROVIDER, claims: &claims }
                .set_condition()
                .ends_with("--attribute-condition=\"assertion.sub=='repo:o@1/r@2:ref:refs/heads/main'\"")
        );
    }

    #[test]
    fn a_claim_that_could_leave_its_quotes_is_left_open() {
        let claims = claims("a,b", "x'||true||'");
        let remedy = Remedy { audience: PROVIDER, claims: &claims };
        let evil = Remedy { audience: "//x/projects/1;id/providers/$(id)", claims: &claims };

        assert!(remedy.allow_audience().ends_with("--allowed-audiences=…"));
        assert!(remedy.set_condition().ends_with("--attribute-condition=…"));
        assert!(evil.describe().contains("providers describe … "), "{}", evil.describe());
        assert!(evil.describe().ends_with("--project='1;id'"), "{}", evil.describe());
    }

    fn claims(audience: &str, subject: &str) -> Claims {
        Claims {
            issuer: Some(Claim::new("https://idp")),
            audiences: vec![Claim::new(audience)],
            subject: Some(Claim::new(subject)),
            ..Claims::default()
        }
    }

    const PROVIDER: &str =
        "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/gitlab";
}
