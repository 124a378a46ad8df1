//! Masking of what looks like a secret in text that people will read. Better a word too many than one too few.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands in a secret's place.
const MASK: &str = "•••";
/// Shortest value that is masked wherever it occurs; a shorter one would mask parts of ordinary words.
const KNOWN_LENGTH_MIN: usize = 6;
/// Words in a key that make its value a secret.
const SECRET_WORDS: &str = "pass(?:word|wd|phrase)?|token|secret|api[_-]?key|access[_-]?key|private[_-]?key|credentials?";

#[allow(clippy::expect_used, reason = "constant expressions, compiled by the tests below")]
fn expression(text: &str) -> Regex {
    Regex::new(text).expect("a valid expression")
}

/// `key: value` and `key=value` with a secret word in the key: key, its closing quote, separator, value.
static PAIR: LazyLock<Regex> =
    LazyLock::new(|| expression(&format!(r#"(?i)([\w.\-]*(?:{SECRET_WORDS})[\w.\-]*)(["']?)(\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;}}\])]+)"#)));
/// A line of YAML with a secret word in the key.
static YAML_LINE: LazyLock<Regex> =
    LazyLock::new(|| expression(&format!(r#"(?im)^[\s\-]*["']?[\w.\-]*(?:{SECRET_WORDS})[\w.\-]*["']?\s*:[ \t]+(.+?)[ \t]*$"#)));
/// A run of characters that base64 or hexadecimal is made of, with what may say that it is a digest.
static BLOB: LazyLock<Regex> = LazyLock::new(|| expression(r"(sha256:)?[A-Za-z0-9+/_\-]{41,}={0,2}"));

/// Values that were given to Helm under keys that look secret: masked wherever they occur.
#[derive(Debug, Default)]
pub(crate) struct Mask {
    known: Vec<String>,
}

impl Mask {
    /// Learns the secrets of values files.
    pub(crate) fn of_values(values: &[String]) -> Self {
        let mut known: Vec<String> = values
            .iter()
            .flat_map(|text| YAML_LINE.captures_iter(text))
            .map(|found| found[1].trim_matches(['"', '\'']).to_owned())
            .filter(|value| value.len() >= KNOWN_LENGTH_MIN)
            .collect();
        // The longest first, so that one that contains another goes as a whole.
        known.sort_by_key(|value| std::cmp::Reverse(value.len()));
        known.dedup();
        Self { known }
    }

    /// The text without secrets.
    pub(crate) fn apply(&self, text: &str) -> String {
        let known = self.known.iter().fold(text.to_owned(), |text, value| text.replace(value, MASK));
        let pairs = PAIR.replace_all(&known, |found: &Captures<'_>| {
            let quoted = found[4].starts_with(['"', '\'']);
            // `Secret: illegal base64 data`, `at '/token': got string`: Kubernetes' kind and a schema's pointer, no value.
            if !quoted && (matches!(&found[1], "Secret" | "Secrets") || &found[2] == "'") {
                return found[0].to_owned();
            }
            format!("{}{}{}{MASK}", &found[1], &found[2], &found[3])
        });
        BLOB.replace_all(
            &pairs,
            |found: &Captures<'_>| if found.get(1).is_some() || !is_blob(&found[0]) { found[0].to_owned() } else { MASK.to_owned() },
        )
        .into_owned()
    }
}

/// A path or a long name is no blob: those lack one of the three kinds of character, or are not all hexadecimal.
fn is_blob(text: &str) -> bool {
    let has = |test: fn(&char) -> bool| text.chars().any(|c| test(&c));
    text.chars().all(|c| c.is_ascii_hexdigit()) || (has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        Mask::default().apply(text)
    }

    #[test]
    fn values_of_secret_keys_are_masked() {
        assert_eq!(masked("password: hunter2"), "password: •••");
        assert_eq!(masked(r#"{"dbPassword": "hunter two", "host": "db"}"#), r#"{"dbPassword": •••, "host": "db"}"#);
        assert_eq!(masked("API_KEY=abc TOKEN = def"), "API_KEY=••• TOKEN = •••");
        assert_eq!(
            masked("- at '/password': 'HUNTER2' does not match pattern '^[a-z]+$'"),
            "- at '/password': ••• does not match pattern '^[a-z]+$'"
        );
    }

    #[test]
    fn long_blobs_are_masked() {
        assert_eq!(masked("data c2xpcHdheSBpcyBhIHdlYiBwb3J0YWwgZm9yIEhlbG0gMTIz== end"), "data ••• end");
        assert_eq!(masked(&"0f".repeat(32)), MASK);
    }

    #[test]
    fn ordinary_words_stay() {
        for text in [
            "secrets is forbidden: User \"nobody\" cannot list resource \"secrets\"",
            "- at '/token': got string, want integer",
            "cannot be handled as a Secret: illegal base64 data at input byte 3",
            "image acme/api@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "/var/lib/slipway/charts/candidates-service-with-a-long-name/templates/deployment.yaml",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn a_secret_in_the_values_is_masked_wherever_helm_repeats_it() {
        let mask = Mask::of_values(&["db:\n  password: \"correct horse\"\n  port: 5432\nauth:\n  - token: abc\n".to_owned()]);
        assert_eq!(mask.apply("Log in with correct horse at 5432, abc"), "Log in with ••• at 5432, abc");
    }
}
