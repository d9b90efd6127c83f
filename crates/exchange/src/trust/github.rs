//! What GitHub's subjects say, and which policies they no longer match.
//!
//! Repositories that were created, renamed or transferred after 2026-07-15 have the ids of owner and
//! repository in their subjects: `repo:OWNER@ID/REPO@ID:…`. Of environment, pull request and ref a subject
//! names only the first that there is.

use crate::jwt::Claim;

/// In parentheses, what whoever compares the subject with a policy should know; empty as a rule.
pub(crate) fn note(subject: &Claim) -> String {
    let Some((repository, rest)) =
        subject.as_str().strip_prefix("repo:").and_then(|rest| rest.split_once(':'))
    else {
        return String::new();
    };
    let old = without_ids(repository).map(|old| {
        let old = Claim::new(format!("repo:{old}:{rest}"));
        format!("a policy in GitHub's old form, `{old}`, does not match it")
    });
    let place = match rest {
        "pull_request" => Some("a pull request's subject names no branch"),
        rest if rest.starts_with("environment:") => {
            Some("a job with an environment has that in its subject, and no branch")
        }
        _ => None,
    };
    let notes: Vec<String> = old.into_iter().chain(place.map(str::to_owned)).collect();
    if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) }
}

/// `OWNER/REPO` of `OWNER@ID/REPO@ID`.
fn without_ids(repository: &str) -> Option<String> {
    let name = |part: &str| {
        let (name, id) = part.split_once('@')?;
        let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        (is_id && !name.is_empty()).then(|| name.to_owned())
    };
    let (owner, repository) = repository.split_once('/')?;
    Some(format!("{}/{}", name(owner)?, name(repository)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_with_ids_shows_its_old_form() {
        assert_eq!(
            note_on("repo:octo@12/app@34:ref:refs/heads/main"),
            " (a policy in GitHub's old form, `repo:octo/app:ref:refs/heads/main`, does not match it)"
        );
    }

    #[test]
    fn an_environment_or_a_pull_request_is_said_to_hide_the_branch() {
        assert!(note_on("repo:octo/app:environment:prod%3Aeu").contains("and no branch"));
        assert!(note_on("repo:octo/app:pull_request").contains("names no branch"));
        let both = note_on("repo:octo@1/app@2:environment:prod");
        assert!(
            both.contains("`repo:octo/app:environment:prod`") && both.contains("and no branch"),
            "{both}"
        );
    }

    #[test]
    fn nothing_is_said_about_other_subjects() {
        for subject in [
            "",
            "repo:octo/app",
            "repo:octo/app:ref:refs/heads/main",
            "repo:octo@1/app:ref:x",
            "repo:octo@/app@2:ref:x",
            "repo:octo@1x/app@2:ref:x",
            "repo:@1/app@2:ref:x",
            "project_path:octo/app:ref_type:branch:ref:main",
            "system:serviceaccount:default:puller",
        ] {
            assert_eq!(note_on(subject), "", "{subject}");
        }
    }

    fn note_on(subject: &str) -> String {
        note(&Claim::new(subject))
    }
}
