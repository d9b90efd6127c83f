//! Shows a token to the registry before a client does: does it log in, does it open an image?
//!
//! The registry's tokens cannot be read, so only a manifest tells what one opens. What has no clear answer is
//! no refusal: a server of one's own may keep its token service elsewhere.

use shorepass_core::{exchange::ExchangeError, kind::GhcrTarget as Target};
use shorepass_secret::Secret;

use crate::{
    failure::garbled,
    http::{
        Client,
        call::{Answer, Call, encode},
    },
    identity::github::Token,
    registry::{self, bearer::Bearer},
};

pub(super) struct Trial<'a> {
    pub(super) client: &'a Client,
    pub(super) target: &'a Target,
    pub(super) token: &'a Token,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Good,
    Refused,
    Unknown,
}

impl Trial<'_> {
    pub(super) async fn login(&self) -> Result<Verdict, ExchangeError> {
        Ok(self.bearer(None).await?.err().unwrap_or(Verdict::Good))
    }

    pub(super) async fn pull(&self, image: &str) -> Result<Verdict, ExchangeError> {
        let bearer = match self.bearer(Some(image)).await? {
            Ok(bearer) => bearer,
            Err(verdict) => return Ok(verdict),
        };
        let call = Call::head(REGISTRY, format!("{}/v2/{image}/manifests/latest", self.root()))
            .header("accept", registry::MANIFESTS)
            .header("authorization", format!("Bearer {}", bearer.expose()));
        // Whoever hears that there is no such tag was let in.
        verdict(&call.send(self.client).await?)
    }

    /// What the registry's token service gives for the login.
    async fn bearer(&self, image: Option<&str>) -> Result<Result<Secret, Verdict>, ExchangeError> {
        let mut url = format!("{}/token?service={}", self.root(), encode(&self.target.host));
        if let Some(image) = image {
            url.push_str("&scope=");
            url.push_str(&encode(&format!("repository:{image}:pull")));
        }
        let Token { username, secret, .. } = self.token;
        let call = Call::get(REGISTRY, url).basic(username, secret.expose());
        let answer = call.send(self.client).await?;
        match verdict(&answer)? {
            Verdict::Good => answer.json::<Bearer>()?.token().map(Ok).ok_or_else(|| garbled(REGISTRY)),
            verdict => Ok(Err(verdict)),
        }
    }

    fn root(&self) -> String {
        match &self.target.endpoint {
            Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
            None => format!("https://{}", self.target.host),
        }
    }
}

fn verdict(answer: &Answer) -> Result<Verdict, ExchangeError> {
    match answer.general_fault() {
        Some(error) => Err(error),
        None => Ok(of_status(answer.status)),
    }
}

fn of_status(status: u16) -> Verdict {
    match status {
        200..300 => Verdict::Good,
        401 | 403 => Verdict::Refused,
        _ => Verdict::Unknown,
    }
}

const REGISTRY: &str = "the registry";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_is_one() {
        assert_eq!(of_status(200), Verdict::Good);
        assert_eq!((of_status(401), of_status(403)), (Verdict::Refused, Verdict::Refused));
        for status in [302, 400, 404, 405] {
            assert_eq!(of_status(status), Verdict::Unknown, "{status}");
        }
    }
}
