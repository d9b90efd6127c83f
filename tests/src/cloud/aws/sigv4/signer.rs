//! Signs a request as a client does, for the tests of the services. What proves it right are the
//! published vectors: it shares every step with the verifier but the last.

use std::time::SystemTime;

use super::{ALGORITHM, authorization::Authorization, canonical, compact, hex, mac, signing_key};
use crate::cloud::http::Request;
use sha2::{Digest as _, Sha256};

pub(crate) struct Keys {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) session_token: Option<String>,
}

pub(crate) fn sign(request: &mut Request, keys: &Keys, region: &str, service: &str, now: SystemTime) {
    let date = compact(now);
    request.headers.push(("x-amz-date".into(), date.clone()));
    if let Some(token) = &keys.session_token {
        request.headers.push(("x-amz-security-token".into(), token.clone()));
    }
    let mut signed_headers: Vec<String> = request.headers.iter().map(|(name, _)| name.clone()).collect();
    signed_headers.sort();
    let mut authorization = Authorization {
        key_id: keys.id.clone(),
        date: date[..8].to_owned(),
        region: region.into(),
        service: service.into(),
        terminator: "aws4_request".into(),
        signed_headers,
        signature: String::new(),
    };

    let canonical = canonical::request(request, &authorization.signed_headers);
    let hash = hex(&Sha256::digest(canonical));
    let to_sign = format!("{ALGORITHM}\n{date}\n{}\n{hash}", authorization.scope());
    let mac = hmac::Mac::chain_update(mac(&signing_key(&keys.secret, &authorization)), to_sign);
    authorization.signature = hex(&hmac::Mac::finalize(mac).into_bytes());
    request.headers.push((
        "authorization".into(),
        format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders={}, Signature={}",
            authorization.key_id,
            authorization.scope(),
            authorization.signed_headers.join(";"),
            authorization.signature
        ),
    ));
}
