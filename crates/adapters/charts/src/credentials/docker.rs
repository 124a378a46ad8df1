//! Docker's `config.json`, which `helm registry login` writes too. Credential helpers are programs; they are not run.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;

use super::Credential;

/// What the file has for a registry.
#[derive(Debug, Clone)]
pub(crate) enum RegistrySecret {
    None,
    /// Only the name of a program that would know.
    Helper(String),
    /// For the registry, or its token server.
    Credential(Credential),
    /// To be changed for a token at the registry's token server (OAuth 2 `refresh_token`).
    Identity(SecretString),
}

#[derive(Debug, Default)]
pub(crate) struct DockerConfig {
    secrets: Vec<(String, RegistrySecret)>,
    helpers: HashMap<String, String>,
    helper_of_all: Option<String>,
}

impl DockerConfig {
    /// The entry with the longest key that names this repository or something above it.
    pub(super) fn secret(&self, host: &str, name: &str) -> RegistrySecret {
        let place = format!("{host}/{name}");
        let covers = |key: &str| place.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let found = self.secrets.iter().filter(|(key, _)| covers(key)).max_by_key(|(key, _)| key.len());
        match (found, self.helpers.get(host).or(self.helper_of_all.as_ref())) {
            (Some((_, secret)), _) => secret.clone(),
            (None, Some(helper)) => RegistrySecret::Helper(helper.clone()),
            (None, None) => RegistrySecret::None,
        }
    }
}

pub(super) fn parse(text: &[u8]) -> Result<DockerConfig, String> {
    // The error of serde may quote what it found, which may be a secret.
    let file: File =
        serde_json::from_slice(text).map_err(|error| format!("it is not Docker's JSON, at line {} column {}", error.line(), error.column()))?;
    let mut secrets = Vec::new();
    for (key, entry) in file.auths {
        if let Some(secret) = entry.secret().map_err(|why| format!("the entry for {} {why}", host_only(&key)))? {
            secrets.push((normal(&key), secret));
        }
    }
    let helpers = file.cred_helpers.into_iter().map(|(key, helper)| (normal(&key), helper)).collect();
    Ok(DockerConfig { secrets, helpers, helper_of_all: file.creds_store.filter(|helper| !helper.is_empty()) })
}

/// A key as host and path: without scheme, and without the version of the API that old keys end with.
fn normal(key: &str) -> String {
    let key = key.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    key.trim_end_matches("/v1").trim_end_matches("/v2").to_ascii_lowercase()
}

fn host_only(key: &str) -> String {
    normal(key).split('/').next().unwrap_or_default().to_owned()
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    #[serde(default)]
    auths: HashMap<String, Entry>,
    #[serde(default)]
    cred_helpers: HashMap<String, String>,
    creds_store: Option<String>,
}

#[derive(serde::Deserialize)]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
    registrytoken: Option<String>,
}

impl Entry {
    fn secret(self) -> Result<Option<RegistrySecret>, &'static str> {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        if let Some(token) = filled(self.registrytoken) {
            return Ok(Some(RegistrySecret::Credential(Credential::Bearer(token.into()))));
        }
        if let Some(token) = filled(self.identitytoken) {
            return Ok(Some(RegistrySecret::Identity(token.into())));
        }
        if let (Some(user), Some(password)) = (filled(self.username), filled(self.password)) {
            return Ok(Some(RegistrySecret::Credential(Credential::Basic { user, password: password.into() })));
        }
        let Some(auth) = filled(self.auth) else { return Ok(None) };
        let bytes = STANDARD.decode(auth.trim()).map_err(|_| "has an `auth` that is not base64")?;
        let text = String::from_utf8(bytes).map_err(|_| "has an `auth` that is not text")?;
        let (user, password) = text.split_once(':').ok_or("has an `auth` that is not user:password")?;
        // Docker pads the password with zero bytes.
        let password = password.trim_matches('\0').into();
        Ok(Some(RegistrySecret::Credential(Credential::Basic { user: user.to_owned(), password })))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn told(config: &DockerConfig, host: &str, name: &str) -> String {
        match config.secret(host, name) {
            RegistrySecret::None => "nothing".to_owned(),
            RegistrySecret::Helper(helper) => format!("helper {helper}"),
            RegistrySecret::Identity(token) => format!("identity {}", token.expose_secret()),
            RegistrySecret::Credential(Credential::Bearer(token)) => format!("bearer {}", token.expose_secret()),
            RegistrySecret::Credential(Credential::Basic { user, password }) => format!("{user} {}", password.expose_secret()),
        }
    }

    #[test]
    fn the_nearest_entry_is_taken_and_never_another_hosts() {
        let config = parse(
            br#"{"auths": {
                "registry.example.com:5000": {"auth": "YWRhOmh1bnRlcjI="},
                "registry.example.com:5000/team": {"username": "team", "password": "geheim"},
                "https://old.example.com/v1/": {"auth": "ZDpw"},
                "token.example.com": {"registrytoken": "rt"},
                "cloud.example.com": {"auth": "eDp5", "identitytoken": "it"},
                "empty.example.com": {}
            }, "credHelpers": {"empty.example.com": "cloud"}}"#,
        )
        .unwrap();
        for (host, name, secret) in [
            ("registry.example.com:5000", "charts/api", "ada hunter2"),
            ("registry.example.com:5000", "team/api", "team geheim"),
            ("registry.example.com:5000", "teams/api", "ada hunter2"),
            ("registry.example.com", "charts/api", "nothing"),
            ("registry.example.com:50001", "charts/api", "nothing"),
            ("old.example.com", "a/b", "d p"),
            ("token.example.com", "a", "bearer rt"),
            ("cloud.example.com", "a", "identity it"),
            ("empty.example.com", "a", "helper cloud"),
        ] {
            assert_eq!(told(&config, host, name), secret, "{host}/{name}");
        }
        assert!(!format!("{config:?}").contains("hunter2"));
        assert_eq!(told(&parse(br#"{"credsStore": "desktop"}"#).unwrap(), "x", "y"), "helper desktop");
    }

    #[test]
    fn a_file_that_can_not_be_read_is_told_without_what_it_holds() {
        for (text, why) in [
            (r#"{"auths": {"x": {"auth": ["hunter2"]}}}"#, "it is not Docker's JSON, at line 1 column 25"),
            (r#"{"auths": {"x": {"auth": "hunter2!"}}}"#, "the entry for x has an `auth` that is not base64"),
            (r#"{"auths": {"x": {"auth": "aHVudGVyMg=="}}}"#, "the entry for x has an `auth` that is not user:password"),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err(), why);
        }
    }
}
