//! Tokens of registries: asked of the realm that the registry names, kept until shortly before they expire.
//! See “Token Authentication Specification” and “Authentication by `OAuth2`” of the distribution project.

use std::time::{Duration, Instant};

use reqwest::header::CONTENT_TYPE;
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};

use crate::credentials::{Credential, RegistrySecret};
use crate::error::{ChartsError, SourceKind};
use crate::http::{Http, authorize, body_read, host, is_loopback, is_same_origin, unexpected};
use crate::oci::Place;

/// How long a token lasts that doesn't say (the specification's default).
const LIFETIME_DEFAULT: Duration = Duration::from_mins(1);
/// Longest that a token is kept.
const LIFETIME_MAX: Duration = Duration::from_hours(1);
/// A token is not shown so shortly before its end.
const MARGIN: Duration = Duration::from_secs(10);
/// Largest answer of a token server.
const ANSWER_BYTES_MAX: u64 = 256 << 10;
/// What the token server is told who asks.
const CLIENT: &str = "slipway";

/// What is shown to a registry, and until when.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) credential: Credential,
    pub(crate) until: Option<Instant>,
}

#[derive(serde::Deserialize)]
struct Answer {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u64>,
}

/// Asks the realm for a token to pull from the place.
pub(crate) async fn token_get(
    http: &Http,
    place: &Place,
    realm: &str,
    service: Option<&str>,
    scope: Option<&str>,
    secret: &RegistrySecret,
) -> Result<Shown, ChartsError> {
    let wrong = |why: &str| ChartsError::NotARegistry { address: place.origin.to_string(), why: format!("its token server {why}") };
    let realm = Url::parse(realm).map_err(|_| wrong("has no address that can be read"))?;
    let near = (is_loopback(&host(&realm)) && is_loopback(&place.host)) || is_same_origin(&realm, &place.origin);
    if realm.scheme() != "https" && !(realm.scheme() == "http" && near) {
        return Err(wrong("is not reached by https"));
    }
    let default_scope = format!("repository:{}:pull", place.name);
    let mut pairs = vec![("scope", scope.unwrap_or(&default_scope))];
    pairs.extend(service.map(|service| ("service", service)));
    let response = match secret {
        RegistrySecret::Identity(token) => {
            pairs.extend([("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token.expose_secret())]);
            let body = with_pairs(&realm, &pairs).query().unwrap_or_default().to_owned();
            let request = || http.token.post(realm.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.clone());
            http.send(SourceKind::Registry, &realm, request).await?
        }
        secret => {
            let credential = match secret {
                RegistrySecret::Credential(credential @ Credential::Basic { .. }) => Some(credential),
                _ => None,
            };
            let url = with_pairs(&realm, &pairs);
            http.send(SourceKind::Registry, &realm, || authorize(http.token.get(url.clone()), credential)).await?
        }
    };
    match response.status() {
        status if status.is_success() => {}
        status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST) => {
            return Err(super::refused(place, &realm, status, secret));
        }
        status => return Err(unexpected(SourceKind::Registry, &realm, status)),
    }
    let bytes = body_read(SourceKind::Registry, &realm, response, ANSWER_BYTES_MAX, || format!("The answer of {}", host(&realm))).await?;
    let answer: Answer = serde_json::from_slice(&bytes).map_err(|_| wrong("answers something else than a token"))?;
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let token = filled(answer.token).or(filled(answer.access_token)).ok_or_else(|| wrong("answers something else than a token"))?;
    let lifetime = answer.expires_in.map_or(LIFETIME_DEFAULT, Duration::from_secs).min(LIFETIME_MAX);
    let until = Some(Instant::now() + lifetime.saturating_sub(MARGIN));
    Ok(Shown { credential: Credential::Bearer(SecretString::from(token)), until })
}

/// The address with these pairs in its query, beside what it has already, as a form would send them.
fn with_pairs(address: &Url, pairs: &[(&str, &str)]) -> Url {
    let mut url = address.clone();
    url.query_pairs_mut().extend_pairs(pairs);
    url
}
