//! Hides in a TOML text the strings that look like secrets.
//!
//! A configuration has no place for a secret; this is for the one that was put there by mistake. It reads
//! letters, not TOML, so that it also works on a file with faults, and hides rather too much.

/// The text with `"…"` in the place of every string under a telling name or with a telling beginning.
pub(super) fn secrets(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut name = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => string_length(rest, letter),
            _ if is_bare(letter) => rest.find(|c| !is_bare(c)).unwrap_or(rest.len()),
            _ => letter.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        let is_key = after.trim_start_matches([' ', '\t']).starts_with(['=', '.']);
        if letter == '"' || letter == '\'' || is_bare(letter) {
            if is_key {
                token.trim_matches(['"', '\'']).clone_into(&mut name);
                masked.push_str(token);
            } else if letter != '#' && (is_telling_name(&name) || is_telling_value(token)) {
                masked.push_str("\"…\"");
            } else {
                masked.push_str(token);
            }
        } else {
            masked.push_str(token);
        }
        if letter == '\n' && !after.trim_start().starts_with(['"', '\'', ']']) {
            name.clear();
        }
        rest = after;
    }
    masked
}

fn is_bare(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '+' | ':' | '/')
}

/// With its quotes; an unclosed one ends with its line, or with the text when it may have several.
fn string_length(text: &str, quote: char) -> usize {
    let triple: String = [quote; 3].iter().collect();
    if let Some(inside) = text.strip_prefix(&triple) {
        return inside.find(&triple).map_or(text.len(), |at| at + 6);
    }
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '\n' => return at,
            _ if is_escaped => is_escaped = false,
            '\\' if quote == '"' => is_escaped = true,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `token` alone names a token source, and `…_file` says where a secret is.
fn is_telling_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let says_where = ["_file", "_path", "_url", "_env", "_command"].iter().any(|end| name.ends_with(end));
    !says_where && TELLING_NAMES.iter().any(|part| name.contains(part))
}

fn is_telling_value(token: &str) -> bool {
    let value = token.trim_matches(['"', '\'']);
    TELLING_BEGINNINGS.iter().any(|beginning| value.starts_with(beginning))
}

const TELLING_NAMES: [&str; 9] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "private_key",
    "api_key",
    "access_key",
    "access_token",
    "refresh_token",
];

/// As GitHub, GitLab, Docker, AWS, JWTs and PEM begin.
const TELLING_BEGINNINGS: [&str; 13] = [
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "dckr_pat_",
    "AKIA",
    "ASIA",
    "eyJ",
    "-----BEGIN",
    "Basic ",
    "Bearer ",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telling_names_hide_their_values() {
        for (text, expected) in [
            ("password = \"canary\"", "password = \"…\""),
            ("client_secret='canary' # why", "client_secret=\"…\" # why"),
            ("x = { secret = \"canary\", region = \"eu\" }", "x = { secret = \"…\", region = \"eu\" }"),
            ("\"api_key\" = \"a\\\"canary\"", "\"api_key\" = \"…\""),
            ("secret = \"\"\"\ncanary\n\"\"\"\nregion = \"eu\"", "secret = \"…\"\nregion = \"eu\""),
            ("secret = [\n  \"canary\",\n]\nregion = \"eu\"", "secret = [\n  \"…\",\n]\nregion = \"eu\""),
            ("identity.secret = \"canary\"", "identity.secret = \"…\""),
            ("pin.password = 1234", "pin.password = \"…\""),
        ] {
            assert_eq!(secrets(text), expected);
        }
    }

    #[test]
    fn telling_beginnings_are_hidden_wherever_they_stand() {
        assert_eq!(secrets("user = \"ghp_canary\""), "user = \"…\"");
        assert_eq!(secrets("list = [\"eyJcanary\"]"), "list = [\"…\"]");
    }

    #[test]
    fn names_of_things_and_places_stay() {
        let text = "[identity.prod]\ntoken = \"ci\"\nsecret_file = \"/run/secret\"\nrole_arn = \
                    \"arn:aws:iam::123456789012:role/x\"\n# password: \"none\"\n[[registry]]\nmatch = \"*.example\"\n";

        assert_eq!(secrets(text), text);
    }

    #[test]
    fn a_broken_file_does_not_give_its_secret_away() {
        assert_eq!(secrets("password = \"canary\nregion = \"eu\""), "password = \"…\"\nregion = \"eu\"");
        assert_eq!(secrets("secret = '''canary"), "secret = \"…\"");
    }
}
