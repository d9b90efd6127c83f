//! What a robot is to be allowed.
//!
//! Pulling and pushing are all that a registry's client needs. Two rights to look at things come along where
//! Harbor knows them and the login may give them: its list of rights is only for people, and a robot may give
//! no more than it has.

use serde::{Deserialize, Serialize};
use shorepass_core::{access::Access, exchange::ExchangeError};

use super::{office::Office, refusal};

/// One right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Right {
    resource: String,
    action: String,
}

impl Right {
    fn new(resource: &str, action: &str) -> Self {
        Self { resource: resource.into(), action: action.into() }
    }
}

#[derive(Deserialize)]
struct Catalogue {
    project: Vec<Right>,
}

/// Those that are wanted and known.
pub(super) async fn wanted(office: &Office<'_>) -> Result<Vec<Right>, ExchangeError> {
    let answer = office.permissions().await?;
    let known = match answer.status {
        200 => answer.json::<Catalogue>()?.project,
        // Not for robots, and unknown to older Harbors.
        403..=405 => Vec::new(),
        _ => return Err(refusal::of_making(office, &answer)),
    };
    Ok(chosen(office.order.access, &known))
}

fn chosen(access: Access, known: &[Right]) -> Vec<Right> {
    let push = (access != Access::Pull).then(|| Right::new("repository", "push"));
    let looks = EXTRAS.map(|(resource, action)| Right::new(resource, action));
    [Right::new("repository", "pull")]
        .into_iter()
        .chain(push)
        .chain(looks.into_iter().filter(|right| known.contains(right)))
        .collect()
}

/// `repository:pull`, `repository:push`: for a person who must give them.
pub(super) fn needed(access: Access) -> &'static str {
    if access == Access::Pull { "`repository:pull`" } else { "`repository:pull` and `repository:push`" }
}

const EXTRAS: [(&str, &str); 2] = [("artifact", "read"), ("tag", "list")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_only_pull_gets_no_right_to_push() {
        let rights = |access| chosen(access, &[]);

        assert_eq!(rights(Access::Pull), [Right::new("repository", "pull")]);
        for access in [Access::Push, Access::Full] {
            assert_eq!(rights(access), [Right::new("repository", "pull"), Right::new("repository", "push")]);
        }
    }

    #[test]
    fn only_what_harbor_knows_is_asked_for_beside_them() {
        let known = [Right::new("tag", "list"), Right::new("tag", "delete"), Right::new("robot", "create")];

        let rights = chosen(Access::Pull, &known);

        assert_eq!(rights, [Right::new("repository", "pull"), Right::new("tag", "list")]);
    }
}
