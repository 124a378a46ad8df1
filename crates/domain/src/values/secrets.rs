//! [`looks_secret`]: values that belong in a Kubernetes Secret, not in a values text that many people read.
//!
//! A guess from the name and the form of a value; nothing here is logged or kept, and no reason repeats the value.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::path::{Path, Segment};

/// Why a value looks secret. Shown, it recommends what to do instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The name says so: `password`, `apiKey`.
    Name,
    /// A private key in PEM.
    PrivateKey,
    /// An address with a user and a password in it.
    ConnectionString,
    /// The id or the secret of an AWS access key.
    AwsKey,
    /// A JSON web token, or a token of a well-known service.
    Token,
    /// Long and without any pattern, below a name that fits.
    Random,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Name => "By its name, this is a secret.",
            Self::PrivateKey => "This is a private key.",
            Self::ConnectionString => "This address holds a password.",
            Self::AwsKey => "This is an AWS access key.",
            Self::Token => "This is an access token.",
            Self::Random => "This looks like a key or a token.",
        };
        write!(f, "{what} Keep it in a Kubernetes Secret and refer to that here, as with existingSecret.")
    }
}

/// Why the value of a setting looks secret, if it does.
pub fn looks_secret(path: &Path, value: &Value) -> Option<Reason> {
    let name = path.last_key().unwrap_or("");
    if value.is_number() {
        return (is_secret_name(name) && words(name).iter().any(|word| word.starts_with("pass")) && !is_reference_path(path)).then_some(Reason::Name);
    }
    let text = value.as_str().map(str::trim).filter(|text| !text.is_empty() && !is_reference(text))?;
    if let Some(reason) = by_form(text) {
        return Some(reason);
    }
    if is_reference_path(path) {
        return None;
    }
    if is_secret_name(name) {
        return Some(Reason::Name);
    }
    (hints_secret(name) && is_random(text)).then_some(Reason::Random)
}

/// All values of a map that look secret; the value of an `env` entry is judged by the name beside it.
pub fn find_secrets(values: &Value) -> Vec<(Path, Reason)> {
    let mut found = Vec::new();
    find_below(values, &Path::root(), &mut found);
    found
}

fn find_below(value: &Value, here: &Path, found: &mut Vec<(Path, Reason)>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let variable = map.get("name").and_then(Value::as_str).filter(|_| key == "value");
                let reason = variable.and_then(|name| looks_secret(&here.key(name), inner)).filter(|_| inner.is_string());
                match reason {
                    Some(reason) => found.push((here.key(key), reason)),
                    None => find_below(inner, &here.key(key), found),
                }
            }
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(index, inner)| find_below(inner, &here.index(index), found)),
        single => found.extend(looks_secret(here, single).map(|reason| (here.clone(), reason))),
    }
}

/// What is secret whatever its name.
fn by_form(text: &str) -> Option<Reason> {
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----") {
        return Some(Reason::PrivateKey);
    }
    if has_password(text) {
        return Some(Reason::ConnectionString);
    }
    let is_aws = |id: &str| id.len() == 20 && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if (text.starts_with("AKIA") || text.starts_with("ASIA")) && is_aws(text) {
        return Some(Reason::AwsKey);
    }
    let is_service_token = ["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "sk_live_", "hvs.", "npm_"]
        .iter()
        .any(|prefix| text.strip_prefix(prefix).is_some_and(|rest| rest.len() >= 16 && !rest.contains(char::is_whitespace)));
    (is_service_token || is_web_token(text)).then_some(Reason::Token)
}

/// `scheme://user:password@host`, or `Password=…;` as in ADO.NET.
fn has_password(text: &str) -> bool {
    let authority = text.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    let password =
        authority.and_then(|authority| authority.rsplit_once('@')).and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
    if password.is_some_and(|password| !password.is_empty() && !is_reference(password)) {
        return true;
    }
    text.contains(';')
        && text.split(';').filter_map(|part| part.split_once('=')).any(|(name, value)| {
            let name = name.trim().to_ascii_lowercase();
            matches!(name.as_str(), "password" | "pwd" | "accountkey" | "sharedaccesskey") && !value.trim().is_empty() && !is_reference(value.trim())
        })
}

/// Three parts in base64url, of which the first is a JSON object.
fn is_web_token(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_base64 = |part: &&str| part.len() >= 10 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    parts.len() == 3 && text.starts_with("eyJ") && parts.iter().all(is_base64)
}

/// `$(VAR)`, `${VAR}`, `{{ … }}`, and the references of secret tools.
fn is_reference(text: &str) -> bool {
    let is_variable = text.starts_with('$') || (text.contains("{{") && text.contains("}}"));
    is_variable || ["vault:", "ref+", "secretref:", "arn:", "env:", "file:", "op://", "projects/"].iter().any(|prefix| text.starts_with(prefix))
}

/// A name within something that only points at a secret.
fn is_reference_path(path: &Path) -> bool {
    path.segments().iter().any(|segment| match segment {
        Segment::Key(key) => {
            let words = words(key);
            words.last().is_some_and(|last| last == "ref" || last == "refs")
                || key == "valueFrom"
                || key == "imagePullSecrets"
                || words.first().is_some_and(|first| first == "existing")
        }
        Segment::Index(_) => false,
    })
}

/// The words of a name in lower case: `dbPassword`, `DB_PASSWORD` and `db-password` are `db` and `password`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut was_lower = false;
    for character in name.chars() {
        if !character.is_alphanumeric() || (character.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            last.push(character.to_ascii_lowercase());
        }
        was_lower = character.is_lowercase() || character.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Names whose value is the secret itself: the last words say so.
fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    let joined = words.join(" ");
    let is_existing = words.iter().any(|word| matches!(word.as_str(), "existing" | "name" | "ref" | "enabled" | "create"));
    let last = words.last().map_or("", String::as_str);
    let ends = [
        "api key",
        "secret key",
        "private key",
        "access key",
        "encryption key",
        "signing key",
        "master key",
        "account key",
        "client secret",
        "connection string",
    ];
    let single =
        ["password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "secretkey", "privatekey", "accesskey", "authtoken", "accesstoken"];
    !is_existing && (single.contains(&last) || ends.iter().any(|end| joined.ends_with(end)))
}

/// Names below which a random text is likely a secret.
fn hints_secret(name: &str) -> bool {
    let words = words(name);
    let hints = [
        "key",
        "auth",
        "credential",
        "credentials",
        "secret",
        "secrets",
        "token",
        "tokens",
        "password",
        "passwords",
        "cookie",
        "salt",
        "bearer",
        "dsn",
    ];
    let is_other =
        words.iter().any(|word| matches!(word.as_str(), "public" | "name" | "ref" | "ttl" | "path" | "url" | "file" | "host" | "existing"));
    !is_other && words.iter().any(|word| hints.contains(&word.as_str()))
}

/// Long, of one piece, and with nearly as many different characters as chance would give.
fn is_random(text: &str) -> bool {
    const LENGTH_MIN: usize = 20;
    const BITS_MIN: f64 = 3.5;
    let is_token = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_'));
    let has_digits = text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    if text.len() < LENGTH_MIN || !is_token || !has_digits {
        return false;
    }
    let total = text.len() as f64;
    let bits: f64 = (0..=127u8)
        .map(|byte| text.bytes().filter(|other| *other == byte).count() as f64 / total)
        .filter(|share| *share > 0.0)
        .map(|share| -share * share.log2())
        .sum();
    bits >= BITS_MIN
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reason(path: &str, value: Value) -> Option<Reason> {
        looks_secret(&path.parse().unwrap(), &value)
    }

    #[test]
    fn secrets_are_known_by_their_names() {
        for path in [
            "password",
            "db.password",
            "auth.rootPassword",
            "API_KEY",
            "apiKey",
            "aws.secretKey",
            "tls.privateKey",
            "token",
            "github-token",
            "oauth.clientSecret",
        ] {
            assert_eq!(reason(path, json!("hunter2")), Some(Reason::Name), "{path}");
        }
        assert_eq!(reason("password", json!(12345)), Some(Reason::Name));
    }

    #[test]
    fn secrets_are_known_by_their_form() {
        assert_eq!(reason("a", json!("-----BEGIN RSA PRIVATE KEY-----\nMII")), Some(Reason::PrivateKey));
        assert_eq!(reason("database.url", json!("postgres://app:s3cret@db:5432/app")), Some(Reason::ConnectionString));
        assert_eq!(reason("conn", json!("Server=db;User Id=a;Password=x;")), Some(Reason::ConnectionString));
        assert_eq!(reason("id", json!("AKIAIOSFODNN7EXAMPLE")), Some(Reason::AwsKey));
        assert_eq!(reason("a", json!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N")), Some(Reason::Token));
        assert_eq!(reason("a", json!("ghp_0123456789abcdefghij")), Some(Reason::Token));
        assert_eq!(reason("cookieKeys", json!("x")), None);
        assert_eq!(reason("signing.key", json!("f3Jq9sLm2Xc8Vb5Nz1Qw7Er4Ty6")), Some(Reason::Random));
    }

    #[test]
    fn references_and_settings_about_secrets_are_none() {
        for (path, value) in [
            ("existingSecret", json!("db")),
            ("secretName", json!("db-credentials")),
            ("auth.existingSecretPasswordKey", json!("password")),
            ("env[0].valueFrom.secretKeyRef.key", json!("f3Jq9sLm2Xc8Vb5Nz1Qw7Er4Ty6")),
            ("passwordSecretRef", json!("db")),
            ("passwordSecretRef.token", json!("db")),
            ("tokenTTL", json!("15m")),
            ("tokenTTL", json!(900)),
            ("password", json!("")),
            ("password", json!(null)),
            ("createSecret", json!("x")),
            ("token", json!(true)),
            ("password", json!("$(DB_PASSWORD)")),
            ("password", json!("{{ .Values.global.password }}")),
            ("imagePullSecrets[0].name", json!("registry")),
            ("url", json!("https://example.com/a:b@c")),
            ("url", json!("postgres://app@db/app")),
            ("url", json!("postgres://app:$(PASSWORD)@db/app")),
            ("publicKey", json!("f3Jq9sLm2Xc8Vb5Nz1Qw7Er4Ty6")),
            ("nodeSelector.key", json!("kubernetes.io/hostname")),
            ("image.tag", json!("f3Jq9sLm2Xc8Vb5Nz1Qw7Er4Ty6")),
        ] {
            assert_eq!(reason(path, value), None, "{path}");
        }
    }

    #[test]
    fn an_environment_variable_is_judged_by_its_name() {
        let values = json!({"env": [{"name": "DB_PASSWORD", "value": "x"}, {"name": "LEVEL", "value": "info"}], "token": "t"});
        let found: Vec<String> = find_secrets(&values).iter().map(|(path, _)| path.to_string()).collect();
        assert_eq!(found, ["env[0].value", "token"]);
    }

    #[test]
    fn a_reason_recommends_a_reference() {
        assert_eq!(
            Reason::Name.to_string(),
            "By its name, this is a secret. Keep it in a Kubernetes Secret and refer to that here, as with existingSecret."
        );
    }
}
