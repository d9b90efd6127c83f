//! A registry's no, as kinds by what to do.

use std::net::IpAddr;

use shorepass_core::exchange::{
    ErrorKind::{Denied, Unexpected},
    ExchangeError,
};

use super::{Audience, Bearer, REGISTRY, challenge::TokenService};
use crate::http::call::Answer;

/// Entra's token was not taken.
pub(super) fn of_login(service: &TokenService, bearer: &Bearer, answer: &Answer) -> ExchangeError {
    if let Some(error) = answer.general_fault() {
        return error;
    }
    let host = &service.host;
    match answer.status {
        403 if client_address(answer).is_some() => of_firewall(host, answer),
        401 | 403 => {
            let tenant =
                bearer.tenant.as_deref().map(|id| format!(" of the tenant `{id}`")).unwrap_or_default();
            let error = ExchangeError::new(
                Denied,
                "access_denied",
                format!("`{host}` does not know this identity{tenant} (HTTP {})", answer.status),
            );
            match bearer.audience {
                Audience::Registries => error.with_hint(format!(
                    "give the identity the role `AcrPull` or `AcrPush`, in a registry with permissions by \
                     repository `Container Registry Repository Reader` or `Container Registry Repository \
                     Writer`, and check that the registry's tenant is this one: {}",
                    create_role(host, bearer, "AcrPull")
                )),
                Audience::ResourceManager => error.with_hint(format!(
                    "the tenant knows only tokens for Azure Resource Manager, which the registry may have \
                     switched off; let it take them, or give the identity a role: `az acr config \
                     authentication-as-arm show --registry {}`",
                    name(host)
                )),
            }
        }
        status => refused(status),
    }
}

/// The scopes were not taken.
pub(super) fn of_scope(service: &TokenService, bearer: &Bearer, answer: &Answer) -> ExchangeError {
    if let Some(error) = answer.general_fault() {
        return error;
    }
    match answer.status {
        403 if client_address(answer).is_some() => of_firewall(&service.host, answer),
        401 | 403 => of_what_is_missing(&service.host, bearer, "access to the `repositories` of the rule"),
        status => refused(status),
    }
}

/// The token holds less than what was asked for.
pub(super) fn of_what_is_missing(host: &str, bearer: &Bearer, missing: &str) -> ExchangeError {
    let role = if missing.contains("push in") { "AcrPush" } else { "AcrPull" };
    ExchangeError::new(Denied, "access_denied", format!("`{host}` does not allow this identity {missing}"))
        .with_hint(format!(
            "give the identity the role `AcrPull` or `AcrPush`, in a registry with permissions by repository \
             `Container Registry Repository Reader` or `Container Registry Repository Writer`, or ask for less \
             in the rule: {}",
            create_role(host, bearer, role)
        ))
}

/// The registry's network rules keep this machine out.
pub(super) fn of_firewall(host: &str, answer: &Answer) -> ExchangeError {
    let seen = client_address(answer);
    let seen_as = seen.map(|address| format!(", which it sees as `{address}`")).unwrap_or_default();
    ExchangeError::new(
        Denied,
        "acr_firewall",
        format!("the firewall of `{host}` keeps this machine out{seen_as}"),
    )
    .with_hint(format!(
        "use the registry's private endpoint, or allow the address: `az acr network-rule add --name {} \
         --ip-address {}`",
        name(host),
        seen.map_or_else(|| "ADDRESS".into(), |address| address.to_string())
    ))
}

/// Of all that is said, only an address is shown.
fn client_address(answer: &Answer) -> Option<IpAddr> {
    address_in(&String::from_utf8_lossy(&answer.body))
}

fn address_in(text: &str) -> Option<IpAddr> {
    let (_, rest) = text.split_once("client with IP")?;
    rest.split(|c: char| !c.is_ascii_hexdigit() && c != '.' && c != ':')
        .find(|word| !word.is_empty())?
        .parse()
        .ok()
}

fn refused(status: u16) -> ExchangeError {
    ExchangeError::new(Unexpected, "refused", format!("{REGISTRY} answered with HTTP {status}"))
        .with_hint("check the `endpoint` of the rule, and what a proxy answers: `HTTPS_PROXY`")
}

fn create_role(host: &str, bearer: &Bearer, role: &str) -> String {
    let (who, name) = (bearer.object_id.as_deref().unwrap_or("WHO"), name(host));
    format!(
        "`az role assignment create --assignee {who} --role {role} --scope \"$(az acr show --name {name} --query \
         id --output tsv)\"`"
    )
}

/// The registry's name as the Azure CLI knows it: without the label that its host may have.
fn name(host: &str) -> &str {
    host.split(['.', '-']).next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_firewalls_words_hold_an_address() {
        for (text, address) in [
            ("client with IP '203.0.113.7' is not allowed access.", Some("203.0.113.7")),
            ("client with IP '2001:db8::7' is not allowed access.", Some("2001:db8::7")),
            ("client with IP 'canary'", None),
            ("denied", None),
        ] {
            assert_eq!(address_in(text).map(|ip| ip.to_string()).as_deref(), address, "{text}");
        }
    }

    #[test]
    fn the_cli_knows_a_registry_by_its_bare_name() {
        for host in ["shore.azurecr.io", "shore-abc123.azurecr.io", "shore.westeurope.geo.azurecr.io"] {
            assert_eq!(name(host), "shore");
        }
    }
}
