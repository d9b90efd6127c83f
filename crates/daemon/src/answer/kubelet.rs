//! The kubelet's question for an image. With a service account's token the answer is the pod's own or none: what the
//! node is to a cloud is not asked for, and what is stored on the node is not handed out.

use std::{io, sync::Arc};

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, Surroundings},
    front_door::{
        image::Image,
        kubelet::{self, Answer, Request},
        pod,
    },
    identity::LoginUse,
    login::LoginKey,
    route::Route,
};
use shorepass_protocol::message::{Granted, Reply};
use shorepass_secret::Secret;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    bearer::is_nobody_s,
    credential::ask_surroundings,
    find_route,
    front_door::{fail, give},
    hand_on,
    obtain::{Wanted, obtain, settle},
};
use crate::{audit::Record, connection::Wire, house::House, peer::Peer, words};

pub(super) async fn answer<S>(
    house: &Arc<House>,
    wire: &mut Wire<S>,
    peer: Peer,
    input: &Secret,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let request = match Request::parse(input.expose()) {
        Ok(request) => request,
        Err(error) => {
            let failure = words::misconfigured("kubelet_request", error.to_string(), &error.hint());
            return wire.send(&Reply::<Granted>::Error(failure)).await;
        }
    };
    let Some(image) = Image::parse(&request.image) else { return give(wire, kubelet::nothing()).await };
    let server = image.registry().to_string();
    let mut record = Record::begin(house, peer, "kubelet", Some(&server));
    let mut route = match find_route(house, &server) {
        Ok(Some(route)) => route,
        Ok(None) => {
            record.end("not_found");
            return give(wire, kubelet::nothing()).await;
        }
        Err(failure) => {
            record.fails(&failure.code);
            record.end("error");
            return wire.send(&Reply::<Granted>::Error(failure)).await;
        }
    };
    record.follow(&route);
    let surroundings = surroundings(house, wire, peer, &route, &request).await?;
    match text(house, &mut route, &server, &surroundings, (&request, &image), &mut record).await {
        Ok(text) => give(wire, text).await,
        Err(error) => fail(wire, &mut record, &route, error, kubelet::nothing()).await,
    }
}

/// What stands on standard output.
async fn text(
    house: &Arc<House>,
    route: &mut Route,
    server: &str,
    surroundings: &Surroundings,
    (request, image): (&Request, &Image),
    record: &mut Record<'_>,
) -> Result<Secret, ExchangeError> {
    let obtained = if request.pod().is_some() && !pod::is_proven_by_pods(&route.identity) {
        // A registry that nobody has logged in to is not ours, whoever asks.
        match settle(house, route, surroundings).await {
            Ok(()) => Err(not_the_pods(route)),
            Err(error) => Err(error),
        }
    } else {
        obtain(house, route, server, surroundings, Wanted::AtHand).await
    };
    let credential = match obtained {
        Ok(found) => found.credential,
        Err(error) if is_nobody_s(&error, route) => {
            record.outcome("not_found");
            return Ok(kubelet::nothing());
        }
        Err(error) => return Err(error),
    };
    record.expires(credential.end());
    record.outcome("done");
    let left = credential.end().map(|_| credential.remaining(house.clock.now()));
    let login = Some((credential.username.as_str(), &credential.secret));
    Ok(Answer { image, login, is_for_image: is_divided(house, route, surroundings).await, left }.text())
}

/// The values that decide, of the pod or of the node, and never some of each.
async fn surroundings<S>(
    house: &House,
    wire: &mut Wire<S>,
    peer: Peer,
    route: &Route,
    request: &Request,
) -> io::Result<Surroundings>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Some(known_of_pod) = request.pod() else {
        let names = [route.variables(), hand_on::variables(house, route)].concat();
        return ask_surroundings(wire, peer, names).await;
    };
    let mut names = route.variables();
    names.retain(|name| pod::is_for_pods(name) && !known_of_pod.contains_key(name));
    let mut surroundings = ask_surroundings(wire, peer, names).await?;
    let known = route.variables();
    let of_pod = known_of_pod.iter().filter(|(name, _)| known.contains(name));
    surroundings.env.extend(of_pod.map(|(name, value)| ((*name).to_owned(), value.clone())));
    Ok(surroundings)
}

/// Whether another image of the same host could have another credential, which the kubelet must not take this one for.
async fn is_divided(house: &House, route: &Route, surroundings: &Surroundings) -> bool {
    if house.broker.config().divides(&route.registry) {
        return true;
    }
    if route.identity.login() != LoginUse::OfRegistry {
        return false;
    }
    let Ok(index) = house.vaults.index(surroundings).await else { return true };
    let inside = format!("{}/", route.registry.authority());
    index
        .keys()
        .filter_map(|key| LoginKey::parse(key).ok())
        .any(|key| key.text().starts_with(&inside) && !key.is_aside())
}

fn not_the_pods(route: &Route) -> ExchangeError {
    let (host, identity) = (words::bare(&route.registry), &route.identity_name);
    ExchangeError::new(
        ErrorKind::Misconfigured,
        "service_account_unused",
        format!(
            "the kubelet gives a service account's token, and the identity `{identity}` of `{host}` makes nothing of \
             it; what the node has is not given to its pods"
        ),
    )
    .with_hint(
        "give the rule an identity with a `token` that is `from = \"kubelet\"`, or take `tokenAttributes` out of \
         the kubelet's CredentialProviderConfig",
    )
}
