//! A token of a registry's token service, for whoever speaks to the registry without a container client.
//!
//! The registry says who gives its tokens; the login goes there only when that host is the registry's own or named.
//! Nothing is kept.

mod challenge;
mod refusal;
mod rights;

use std::time::Duration;

use shorepass_core::{
    bearer::{BearerGiven, BearerRequest, Wanted},
    exchange::ExchangeError,
    vault::REFRESH_TOKEN,
};

use crate::{
    deadline::Progress,
    failure::garbled,
    http::{
        self, Client,
        call::{Answer, Call, encode},
    },
    jwt::Claims,
    registry::{acr::NOBODY, bearer::Bearer, token_service::TokenService},
};
use challenge::Challenged;

/// Asks the registry, then its token service.
pub(crate) async fn get(request: &BearerRequest, progress: &Progress) -> Result<BearerGiven, ExchangeError> {
    let client = Client::outward(http::trust(None)?);
    progress.waits_for(REGISTRY);
    let service = match challenge::ask(&client, request).await? {
        Challenged::Bearer(service) => service,
        Challenged::Basic => return Ok(BearerGiven::Basic),
        Challenged::Nobody => return Ok(BearerGiven::Anybody),
    };

    progress.waits_for(SERVICE);
    let answer = ask(&client, &service, request).await?;
    if !answer.is_success() {
        return Err(refusal::of_login(request, &service, &answer));
    }
    let bearer: Bearer = answer.json()?;
    let told = bearer.life();
    let token = bearer.token().ok_or_else(|| garbled(SERVICE))?;
    if let Some(wanted) = &request.wanted
        && let Some(missing) = rights::missing(&token, wanted)
    {
        return Err(refusal::of_rights(request, wanted, &missing));
    }
    // One that is over by what it says, and was given all the same, does not tell.
    let own = || Claims::peek(token.expose()).left(answer.clocks.there).filter(|left| !left.is_zero());
    let life = told.or_else(own).unwrap_or(UNSAID);
    let life_ms = u64::try_from(life.min(LONGEST).as_millis()).unwrap_or_default();
    Ok(BearerGiven::Bearer { token, life_ms })
}

/// A refresh token is shown in a form. Where that is not taken, and for a password, it is the header of a login.
async fn ask(
    client: &Client,
    service: &TokenService,
    request: &BearerRequest,
) -> Result<Answer, ExchangeError> {
    let username = request.login.username.as_str();
    if [REFRESH_TOKEN, NOBODY].contains(&username) {
        let answer = by_grant(service, request).send(client).await?;
        // What goes by Azure's name for nobody may be no refresh token but one for some repositories.
        let is_unlike = username == NOBODY && matches!(answer.status, 400 | 401);
        if !is_unlike && !matches!(answer.status, 404 | 405) {
            return Ok(answer);
        }
    }
    by_header(service, request).send(client).await
}

fn by_grant(service: &TokenService, request: &BearerRequest) -> Call {
    let scope = request.wanted.as_ref().map(Wanted::scope);
    let mut form = vec![
        ("grant_type", "refresh_token"),
        ("service", service.name.as_str()),
        ("client_id", CLIENT),
        ("refresh_token", request.login.secret.expose()),
    ];
    form.extend(scope.as_deref().map(|scope| ("scope", scope)));
    Call::post(SERVICE, service.realm.url()).form(&form)
}

fn by_header(service: &TokenService, request: &BearerRequest) -> Call {
    let call = Call::get(SERVICE, url(service, request));
    call.basic(&request.login.username, request.login.secret.expose())
}

fn url(service: &TokenService, request: &BearerRequest) -> String {
    let realm = service.realm.url();
    let joint = if realm.contains('?') { '&' } else { '?' };
    let mut url = format!("{realm}{joint}service={}&client_id={CLIENT}", encode(&service.name));
    if let Some(wanted) = &request.wanted {
        url.push_str("&scope=");
        url.push_str(&encode(&wanted.scope()));
    }
    url
}

const REGISTRY: &str = "the registry";
const SERVICE: &str = "the registry's token service";
const CLIENT: &str = "shorepass";

/// What the specification says of a token whose life is not told.
const UNSAID: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(24 * 3600);

#[cfg(test)]
mod tests {
    use shorepass_core::{bearer::Action, challenge::Challenge, vault::Login};
    use shorepass_secret::Secret;

    use super::*;

    #[test]
    fn the_query_of_a_realm_is_kept_and_the_login_stays_out_of_the_url() {
        let service = |realm: &str| {
            let challenges = Challenge::parse(&format!("Bearer realm=\"{realm}\",service=\"a b\"")).unwrap();
            TokenService::of_challenge(&challenges[0], "r.example", &["r.example"]).unwrap()
        };

        assert_eq!(
            url(&service("https://r.example/token?x=y"), &request()),
            "https://r.example/token?x=y&service=a%20b&client_id=shorepass&scope=repository%3Ateam%2Fapp%3Apull"
        );
        assert!(url(&service("https://r.example/token"), &request()).contains("/token?service="));
    }

    fn request() -> BearerRequest {
        BearerRequest {
            host: "r.example".into(),
            root: None,
            realm_hosts: Vec::new(),
            login: Login { username: "captain".into(), secret: Secret::new("canary") },
            wanted: Wanted::new("team/app", vec![Action::Pull]),
        }
    }
}
