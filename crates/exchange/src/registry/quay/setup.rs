//! What makes a robot take somebody's tokens, ready to be pasted.

use serde_json::json;

use crate::{
    jwt::Claims,
    trust::paste::{plain, quoted, word},
};

/// The menu, and if all of it can stand in a command, the call behind it.
pub(super) fn words(root: &str, robot: &str, claims: &Claims) -> String {
    let menu = format!(
        "in Quay, open the menu of the robot `{robot}`, choose `Set robot federation` and enter this issuer and \
         this subject, letter by letter; an audience counts only where one is set"
    );
    match call(root, robot, claims) {
        Some(call) => format!("{menu}; or post it, in the place of all that is set there: `{call}`"),
        None => menu,
    }
}

/// A robot of an organization; one of a user is in the menu only.
fn call(root: &str, robot: &str, claims: &Claims) -> Option<String> {
    let (organization, short) = robot.split_once('+')?;
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if !is_name(organization) || !is_name(short) {
        return None;
    }
    let url = word(&format!("{root}/api/v1/organization/{organization}/robots/{short}/federation"))?;
    let issuer = plain(claims.issuer.as_ref()?.as_str())?;
    let subject = plain(claims.subject.as_ref()?.as_str())?;
    let audience = match claims.audiences.as_slice() {
        [only] => plain(only.as_str()),
        _ => None,
    };
    let [issuer, subject] = [issuer, subject].map(|text| json!(text).to_string());
    let audiences =
        audience.map(|audience| format!(",\"audiences\":[{}]", json!(audience))).unwrap_or_default();
    let body = quoted(&format!("[{{\"issuer\":{issuer},\"subject\":{subject}{audiences}}}]"));
    Some(format!(
        "curl -H \"Authorization: Bearer $QUAY_TOKEN\" -H 'Content-Type: application/json' -d {body} {url}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::Claim;

    #[test]
    fn the_call_holds_issuer_subject_and_the_one_audience() {
        let words = words("https://quay.example", "team+ci", &claims("repo:o/r:ref:x"));

        assert!(
            words.ends_with(
                "-d '[{\"issuer\":\"https://idp\",\"subject\":\"repo:o/r:ref:x\",\"audiences\":[\"quay.example\"]}]' \
                 'https://quay.example/api/v1/organization/team/robots/ci/federation'`"
            ),
            "{words}"
        );
    }

    #[test]
    fn what_cannot_stand_in_a_command_leaves_the_menu() {
        for (robot, subject) in [("team+ci", "x' --url evil '"), ("team+c/../i", "x"), ("nobody", "x")] {
            assert!(!words("https://quay.example", robot, &claims(subject)).contains("curl"), "{robot}");
        }
    }

    fn claims(subject: &str) -> Claims {
        Claims {
            issuer: Some(Claim::new("https://idp")),
            audiences: vec![Claim::new("quay.example")],
            subject: Some(Claim::new(subject)),
            ..Claims::default()
        }
    }
}
