//! What makes an application take a federated token, ready to be pasted.

use serde_json::json;
use shorepass_core::token::TokenSource;

use super::Authority;
use crate::{
    jwt::Claims,
    trust::{
        self,
        paste::{plain, quoted},
    },
};

/// What to do about a token that no federated credential fits.
pub(super) fn hint(
    authority: &Authority,
    client_id: &str,
    source: Option<&TokenSource>,
    claims: &Claims,
    number: u64,
) -> String {
    let usual = usual_audience(authority);
    // Where only the subject does not fit, the audience has fitted already.
    if number != SUBJECT && !claims.is_for(usual) {
        return format!(
            "{}, the audience that federated credentials have as a rule",
            trust::ask_for(source, usual)
        );
    }
    let command = format!("az ad app federated-credential create --id {client_id}");
    match parameters(claims, usual) {
        Some(parameters) => format!(
            "add a federated credential, or correct the one that nearly fits (a managed identity's by `az identity \
             federated-credential`): `{command} --parameters {}`",
            quoted(&parameters)
        ),
        None => format!(
            "add a federated credential with the same issuer, audience (as a rule `{usual}`) and subject, letter by \
             letter: `{command}`"
        ),
    }
}

fn parameters(claims: &Claims, usual: &str) -> Option<String> {
    let issuer = plain(claims.issuer.as_ref()?.as_str())?;
    let subject = plain(claims.subject.as_ref()?.as_str())?;
    let audience = plain(claims.audience(usual)?.as_str())?;
    // By hand, for Entra's own pages have them in this order.
    let [name, issuer, subject, audience] =
        [name_of(subject).as_str(), issuer, subject, audience].map(|text| json!(text).to_string());
    Some(format!("{{\"name\":{name},\"issuer\":{issuer},\"subject\":{subject},\"audiences\":[{audience}]}}"))
}

/// Of letters, digits and dashes, and within Entra's 3 to 120 of them.
fn name_of(subject: &str) -> String {
    let words = subject.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-");
    format!("oidc-{}", name.get(..LONGEST_NAME).unwrap_or(&name))
}

/// Each national cloud has its own.
fn usual_audience(authority: &Authority) -> &'static str {
    let url = authority.to_string();
    if url.ends_with(".microsoftonline.us") {
        "api://AzureADTokenExchangeUSGov"
    } else if url.ends_with(".chinacloudapi.cn") || url.ends_with(".partner.microsoftonline.cn") {
        "api://AzureADTokenExchangeChina"
    } else {
        "api://AzureADTokenExchange"
    }
}

const SUBJECT: u64 = 700_213;
const LONGEST_NAME: usize = 110;

#[cfg(test)]
mod tests {
    use aws_types::os_shim_internal::Env;
    use shorepass_core::{identity::AzureIdentity, kind::AcrCloud};

    use super::*;
    use crate::jwt::Claim;

    #[test]
    fn the_command_is_whole() {
        let hint = hint(&authority(AcrCloud::Public), "id", None, &claims("repo:o/r:ref:x", PUBLIC), SUBJECT);

        assert!(
            hint.ends_with(
                "`az ad app federated-credential create --id id --parameters \
                 '{\"name\":\"oidc-repo-o-r-ref-x\",\"issuer\":\"https://idp\",\"subject\":\"repo:o/r:ref:x\",\
                 \"audiences\":[\"api://AzureADTokenExchange\"]}'`"
            ),
            "{hint}"
        );
    }

    #[test]
    fn another_audience_than_the_clouds_is_to_be_asked_for_anew() {
        let asked = |cloud, number| hint(&authority(cloud), "id", None, &claims("s", PUBLIC), number);

        assert!(asked(AcrCloud::UsGovernment, 700_212).contains("`api://AzureADTokenExchangeUSGov`, the"));
        assert!(asked(AcrCloud::China, 70_021).contains("`api://AzureADTokenExchangeChina`, the"));
        assert!(asked(AcrCloud::China, SUBJECT).contains("[\"api://AzureADTokenExchange\"]"));
    }

    #[test]
    fn a_claim_that_could_leave_its_quotes_gets_general_words() {
        for subject in ["x' --id other '", "x\"y", "$(id)", "x\ny"] {
            let hint = hint(&authority(AcrCloud::Public), "id", None, &claims(subject, PUBLIC), SUBJECT);

            assert!(
                hint.ends_with("letter by letter: `az ad app federated-credential create --id id`"),
                "{hint}"
            );
        }
    }

    #[test]
    fn a_name_is_within_entras_bounds() {
        assert_eq!(name_of("{a}:é"), "oidc-a");
        assert_eq!(name_of(&"x".repeat(300)).len(), 115);
    }

    fn authority(cloud: AcrCloud) -> Authority {
        Authority::choose(&AzureIdentity::default(), &Env::from_slice(&[]), cloud).unwrap()
    }

    fn claims(subject: &str, audience: &str) -> Claims {
        Claims {
            issuer: Some(Claim::new("https://idp")),
            audiences: vec![Claim::new(audience)],
            subject: Some(Claim::new(subject)),
            ..Claims::default()
        }
    }

    const PUBLIC: &str = "api://AzureADTokenExchange";
}
