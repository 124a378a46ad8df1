//! OCI registries as chart sources, after the OCI distribution specification 1.1 and Helm's rules for charts in them
//! (HIP 6): one repository for each chart, `+` of a version written as `_` in its tag.
//!
//! Here: requests with the credentials a registry asks for. `tags.rs` lists versions, `manifest.rs` reads what a tag
//! stands for, `token.rs` and `challenge.rs` know the token dance.

mod challenge;
mod manifest;
mod tags;
mod token;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use domain::chart_source::is_repository_name;
use reqwest::header::ACCEPT;
use reqwest::{Client, Response, StatusCode, Url};

use crate::credentials::{Credential, Credentials, RegistrySecret};
use crate::error::{ChartsError, SourceKind};
use crate::http::{Http, authorize, is_loopback, is_same_origin};
use crate::oci::challenge::{Challenge, challenge_read};
use crate::oci::manifest::DetailsKept;
use crate::oci::token::{Shown, token_get};
use crate::options::ChartsOptions;

/// Most repositories whose credentials are kept ready.
const SHOWN_MAX: usize = 1_000;

/// A chart's repository in a registry.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Scheme, host and port, with the path `/`.
    pub(crate) origin: Url,
    /// Host and port as written.
    pub(crate) host: String,
    /// The repository's name, the chart's included.
    pub(crate) name: String,
    /// The chart's name.
    pub(crate) chart: String,
}

impl Place {
    /// The address of something of this repository: `manifests/1.0.0`, `blobs/sha256:…`.
    fn url(&self, rest: &str) -> Result<Url, ChartsError> {
        let path = format!("v2/{}/{rest}", self.name);
        self.origin.join(&path).map_err(|_| ChartsError::NotARegistry { address: self.origin.to_string(), why: format!("{path} is no address") })
    }
}

/// All registries.
#[derive(Debug)]
pub(crate) struct Registries {
    http: Arc<Http>,
    credentials: Arc<Credentials>,
    options: ChartsOptions,
    /// What each repository last wanted to see, by origin and name.
    shown: Mutex<HashMap<(String, String), Shown>>,
    details: DetailsKept,
}

impl Registries {
    pub(crate) fn new(http: Arc<Http>, credentials: Arc<Credentials>, options: ChartsOptions) -> Self {
        Self { http, credentials, options, shown: Mutex::default(), details: DetailsKept::default() }
    }

    /// The repository of a chart. Plain http only on loopback, or where the configuration says so.
    pub(crate) fn place(&self, host: &str, path: &str, chart: &str) -> Result<Place, ChartsError> {
        let name = if path.is_empty() { chart.to_owned() } else { format!("{path}/{chart}") };
        let bad = |why: &str| ChartsError::BadAddress { address: format!("oci://{host}/{name}"), why: why.to_owned() };
        if !is_repository_name(&name) {
            return Err(bad("a chart in a registry has a name of lower-case letters and digits with . _ or - between them"));
        }
        let plain = is_loopback(host) || self.options.plain_http.iter().any(|known| known == host);
        let origin = Url::parse(&format!("{}://{host}/", if plain { "http" } else { "https" })).map_err(|_| bad("its host can't be read"))?;
        Ok(Place { origin, host: host.to_owned(), name, chart: chart.to_owned() })
    }

    /// Asks a registry, showing it what it wants to see. Answers every status but 401 and 403.
    async fn get(&self, place: &Place, client: &Client, url: &Url, accept: &str) -> Result<Response, ChartsError> {
        let kept = self.shown_kept(place);
        let send = async |credential: Option<Credential>| {
            let request = || authorize(client.get(url.clone()).header(ACCEPT, accept), credential.as_ref());
            self.http.send(SourceKind::Registry, url, request).await
        };
        let response = send(kept.clone()).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return self.allowed(place, response, kept.is_some());
        }
        // Another host that a redirect led to gets no credentials, whatever it asks for.
        if !is_same_origin(response.url(), &place.origin) {
            return Err(refused(place, response.url(), response.status(), &RegistrySecret::None));
        }
        let secret = self.credentials.registry(&place.host, &place.name);
        let shown = match (challenge_read(response.headers()), &secret) {
            (_, RegistrySecret::Credential(credential @ Credential::Bearer(_))) => Shown { credential: credential.clone(), until: None },
            (Some(Challenge::Bearer { realm, service, scope }), secret) => {
                token_get(&self.http, place, &realm, service.as_deref(), scope.as_deref(), secret).await?
            }
            (Some(Challenge::Basic), RegistrySecret::Credential(credential)) => Shown { credential: credential.clone(), until: None },
            (_, secret) => return Err(refused(place, response.url(), response.status(), secret)),
        };
        let response = send(Some(shown.credential.clone())).await?;
        let response = self.allowed(place, response, true)?;
        self.shown_keep(place, shown);
        Ok(response)
    }

    fn allowed(&self, place: &Place, response: Response, shown: bool) -> Result<Response, ChartsError> {
        match response.status() {
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                let secret = if shown { self.credentials.registry(&place.host, &place.name) } else { RegistrySecret::None };
                Err(refused(place, response.url(), status, &secret))
            }
            _ => Ok(response),
        }
    }

    fn shown_kept(&self, place: &Place) -> Option<Credential> {
        let all = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = all.get(&key(place))?;
        shown.until.is_none_or(|until| Instant::now() < until).then(|| shown.credential.clone())
    }

    fn shown_keep(&self, place: &Place, shown: Shown) {
        let mut all = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= SHOWN_MAX {
            all.clear();
        }
        all.insert(key(place), shown);
    }
}

fn key(place: &Place) -> (String, String) {
    (place.origin.to_string(), place.name.clone())
}

/// The error for a refusal, which says what to do about the credentials there are.
fn refused(place: &Place, url: &Url, status: StatusCode, secret: &RegistrySecret) -> ChartsError {
    ChartsError::CredentialsWanted {
        kind: SourceKind::Registry,
        host: place.host.clone(),
        path: url.path().to_owned(),
        status: status.as_u16(),
        shown: matches!(secret, RegistrySecret::Credential(_) | RegistrySecret::Identity(_)),
        helper: if let RegistrySecret::Helper(helper) = secret { Some(helper.clone()) } else { None },
    }
}
