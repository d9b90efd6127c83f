//! Session keys, as somebody else's tool puts them into variables: by an unsigned call of our own to STS.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use shorepass_tests::cloud::aws::{Aws, CI_AUDIENCE, CI_ISSUER};

/// New keys of a session of `ci-pull`.
pub(crate) fn session(cloud: &Aws, name: &str) -> [(&'static str, String); 3] {
    session_of(cloud, "arn:aws:iam::123456789012:role/ci-pull", name)
}

/// New keys of a session of a role that trusts the tokens of CI, as variables.
pub(crate) fn session_of(cloud: &Aws, role_arn: &str, name: &str) -> [(&'static str, String); 3] {
    let token = token(cloud);
    let form = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={role_arn}&RoleSessionName={name}&WebIdentityToken={token}"
    );
    let reply = post(cloud, &form);
    [
        ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
        ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
        ("AWS_SESSION_TOKEN", "SessionToken"),
    ]
    .map(|(variable, element)| (variable, between(&reply, element)))
}

/// For `helper_in`.
pub(crate) fn as_env<'a>(session: &'a [(&'static str, String); 3]) -> [(&'static str, &'a str); 3] {
    [0, 1, 2].map(|at| (session[at].0, session[at].1.as_str()))
}

/// A token of the CI system for a job that `ci-pull` trusts.
pub(crate) fn token(cloud: &Aws) -> String {
    let issuer = cloud.issuer(CI_ISSUER).unwrap();
    issuer.token("repo:shorepass/shorepass", CI_AUDIENCE, Duration::from_secs(300))
}

fn post(cloud: &Aws, form: &str) -> String {
    let (address, length) = (cloud.address(), form.len());
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\
         content-type: application/x-www-form-urlencoded\r\n\r\n"
    );
    stream.write_all(format!("{head}{form}").as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

fn between(text: &str, element: &str) -> String {
    let (_, rest) = text.split_once(&format!("<{element}>")).unwrap_or_else(|| panic!("no keys: {text}"));
    rest.split('<').next().unwrap_or_default().to_owned()
}
