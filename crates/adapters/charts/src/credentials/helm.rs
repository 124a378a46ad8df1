//! Helm's `repositories.yaml`, and a `token` of our own in it for servers that want a bearer token.

use reqwest::Url;
use secrecy::SecretString;

use super::Credential;
use crate::http::is_same_origin;

/// What the file has for a repository.
#[derive(Debug, Clone)]
pub(crate) struct RepositorySecret {
    pub(crate) credential: Credential,
    /// Whether archives on other hosts get it too (`helm repo add --pass-credentials`).
    pub(crate) everywhere: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Repositories(Vec<(Url, RepositorySecret)>);

impl Repositories {
    /// The entry with the longest path that this address lies at or below.
    pub(super) fn secret(&self, address: &Url) -> Option<RepositorySecret> {
        let covers = |url: &Url| is_same_origin(url, address) && address.path().starts_with(url.path());
        let found = self.0.iter().filter(|(url, _)| covers(url)).max_by_key(|(url, _)| url.path().len());
        found.map(|(_, secret)| secret.clone())
    }
}

pub(super) fn parse(text: &[u8]) -> Result<Repositories, String> {
    // The error of serde may quote what it found, which may be a secret.
    let place = |error: serde_norway::Error| error.location().map_or(String::new(), |at| format!(", at line {} column {}", at.line(), at.column()));
    let file: File = serde_norway::from_slice(text).map_err(|error| format!("it is not Helm's list of repositories{}", place(error)))?;
    let mut secrets = Vec::new();
    for (number, entry) in file.repositories.unwrap_or_default().into_iter().enumerate() {
        let Ok(mut url) = Url::parse(&entry.url) else {
            return Err(format!("entry {} has no address that can be read", number + 1));
        };
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let credential = match (filled(entry.token), filled(entry.username)) {
            (Some(token), _) => Credential::Bearer(token.into()),
            (None, Some(user)) => Credential::Basic { user, password: SecretString::from(entry.password.unwrap_or_default()) },
            (None, None) => continue,
        };
        secrets.push((url, RepositorySecret { credential, everywhere: entry.pass_credentials_all }));
    }
    Ok(Repositories(secrets))
}

#[derive(serde::Deserialize)]
struct File {
    repositories: Option<Vec<Entry>>,
}

#[derive(serde::Deserialize)]
struct Entry {
    url: String,
    username: Option<String>,
    password: Option<String>,
    token: Option<String>,
    #[serde(default)]
    pass_credentials_all: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_for_its_own_address_and_what_lies_below() {
        let file = parse(
            b"repositories:\n- {name: a, url: 'https://charts.example.com/a', username: ada, password: hunter2}\n- {name: b, url: 'https://charts.example.com/a/b', token: t, pass_credentials_all: true}\n- {name: c, url: 'https://open.example.com'}\n",
        )
        .unwrap();
        let found = |address: &str| file.secret(&Url::parse(address).unwrap());
        assert!(matches!(found("https://charts.example.com/a/").unwrap().credential, Credential::Basic { user, .. } if user == "ada"));
        assert!(found("https://charts.example.com/a/b/").is_some_and(|secret| secret.everywhere));
        for other in
            ["http://charts.example.com/a/", "https://charts.example.com:8443/a/", "https://charts.example.com/ab/", "https://open.example.com/"]
        {
            assert!(found(other).is_none(), "{other}");
        }
        assert!(!format!("{file:?}").contains("hunter2"));
    }

    #[test]
    fn a_file_that_can_not_be_read_is_told_without_what_it_holds() {
        assert_eq!(parse(b"repositories: [{url: 'x y'}]").unwrap_err(), "entry 1 has no address that can be read");
        let error = parse(b"repositories:\n- {url: 'https://x', password: [hunter2]}").unwrap_err();
        assert!(error.starts_with("it is not Helm's list of repositories, at line 2") && !error.contains("hunter2"), "{error}");
    }
}
