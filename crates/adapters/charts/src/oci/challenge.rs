//! `WWW-Authenticate`: what a registry wants to see (RFC 9110, section 11.6.1; distribution's “Token Authentication”).

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// Longest header that is read, in bytes.
const BYTES_MAX: usize = 4_096;

/// One challenge that can be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    Basic,
    Bearer { realm: String, service: Option<String>, scope: Option<String> },
}

/// The challenge to meet: a token before a password.
pub(crate) fn challenge_read(headers: &HeaderMap) -> Option<Challenge> {
    let all = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok()).filter(|text| text.len() <= BYTES_MAX);
    let read: Vec<Challenge> = all.flat_map(challenges).collect();
    read.iter().find(|challenge| **challenge != Challenge::Basic).or(read.first()).cloned()
}

fn challenges(text: &str) -> Vec<Challenge> {
    let mut read: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for part in outside_quotes(text) {
        // `Scheme name=value` begins a challenge, `name=value` goes on with it.
        let head = part.split(['=', '"']).next().unwrap_or_default().trim();
        let parameter = match head.split_once(' ') {
            Some((scheme, _)) => {
                read.push((scheme.to_ascii_lowercase(), Vec::new()));
                part[scheme.len()..].trim()
            }
            None if !part.contains('=') => {
                read.push((head.to_ascii_lowercase(), Vec::new()));
                continue;
            }
            None => part,
        };
        if let (Some((name, value)), Some((_, parameters))) = (parameter.split_once('='), read.last_mut()) {
            parameters.push((name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').replace("\\\"", "\"")));
        }
    }
    read.into_iter().filter_map(|(scheme, parameters)| challenge(&scheme, &parameters)).collect()
}

fn challenge(scheme: &str, parameters: &[(String, String)]) -> Option<Challenge> {
    let parameter = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    match scheme {
        "basic" => Some(Challenge::Basic),
        "bearer" => Some(Challenge::Bearer { realm: parameter("realm")?, service: parameter("service"), scope: parameter("scope") }),
        _ => None,
    }
}

/// The parts between commas, where a comma within quotes is none.
fn outside_quotes(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Option<Challenge> {
        challenge_read(&lines.iter().map(|line| (WWW_AUTHENTICATE, line.parse().unwrap())).collect())
    }

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Option<Challenge> {
        Some(Challenge::Bearer { realm: realm.to_owned(), service: service.map(str::to_owned), scope: scope.map(str::to_owned) })
    }

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        let whole = r#"Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:a/b:pull,push""#;
        assert_eq!(read(&[whole]), bearer("https://auth.example.com/token", Some("registry.example.com"), Some("repository:a/b:pull,push")));
        assert_eq!(read(&["bearer realm=https://x/t , service = \"s\""]), bearer("https://x/t", Some("s"), None));
        assert_eq!(read(&[r#"Basic realm="a, b""#]), Some(Challenge::Basic));
        assert_eq!(read(&["Basic"]), Some(Challenge::Basic));
        assert_eq!(read(&[r#"Basic realm="a", Bearer realm="https://x/t""#]), bearer("https://x/t", None, None));
        assert_eq!(read(&[r#"Basic realm="a""#, r#"Bearer realm="https://x/t""#]), bearer("https://x/t", None, None));
        for nothing in ["", "Negotiate", "Bearer", "Bearer service=\"x\"", "=", "\"", ",,,"] {
            assert_eq!(read(&[nothing]), None, "{nothing}");
        }
    }
}
