//! Requests to repositories and registries: what is allowed, limits, waiting when asked to, and reasons in words.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

use domain::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, StatusCode, Url, redirect};
use secrecy::ExposeSecret;

use crate::credentials::Credential;
use crate::error::{ChartsError, SourceKind};
use crate::options::ChartsOptions;

/// Most redirects that are followed.
const REDIRECTS_MAX: usize = 5;
/// Most times that one request waits and tries again.
const WAITS_MAX: u32 = 2;
/// How long a server is left alone that answers 429 without saying for how long.
const WAIT_DEFAULT: Duration = Duration::from_secs(30);
/// Longest that a server may ask to be left alone.
const WAIT_MAX: Duration = Duration::from_mins(15);
/// Most servers whose wish to be left alone is remembered.
const HOLDS_MAX: usize = 1_000;

/// What tells whether an index has changed (RFC 9110, section 8.8).
#[derive(Debug, Clone, Default)]
pub(crate) struct Validators {
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// Three clients: text may come compressed, an archive is compressed and must stay so whatever its headers say, and a
/// request for a token is never led elsewhere.
#[derive(Debug)]
pub(crate) struct Http {
    pub(crate) text: Client,
    pub(crate) archive: Client,
    pub(crate) token: Client,
    retry_after_max: Duration,
    /// Until when each host asked to be left alone.
    holds: Mutex<HashMap<String, (Instant, ChartsError)>>,
}

impl Http {
    pub(crate) fn new(options: &ChartsOptions) -> Result<Self, ChartsError> {
        static PROVIDER: Once = Once::new();
        // An error only says that somebody else was first, with the same provider.
        PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let client = |change: fn(ClientBuilder) -> ClientBuilder| {
            let builder = Client::builder()
                .user_agent(concat!("slipway/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(options.connect_timeout)
                .timeout(options.request_timeout)
                .referer(false)
                .redirect(redirect::Policy::custom(redirect_decide));
            change(builder).build().map_err(|error| ChartsError::Unreachable {
                kind: SourceKind::Repository,
                host: "any address".to_owned(),
                reason: reason(&error),
            })
        };
        Ok(Self {
            text: client(|builder| builder)?,
            archive: client(ClientBuilder::no_gzip)?,
            token: client(|builder| builder.redirect(redirect::Policy::none()))?,
            retry_after_max: options.retry_after_max,
            holds: Mutex::default(),
        })
    }

    /// Sends a request and answers whatever comes but “wait” (429, or 503 with a time): a short wait is waited here, a long
    /// one is an error, and holds for every request to that host.
    pub(crate) async fn send(&self, kind: SourceKind, url: &Url, request: impl Fn() -> RequestBuilder) -> Result<Response, ChartsError> {
        let mut waits = 0;
        loop {
            if let Some(error) = self.held(url) {
                return Err(error);
            }
            let response = request().send().await.map_err(|error| unreachable(kind, url, &error))?;
            let asked = retry_after(response.headers());
            let wait = match (response.status(), asked) {
                (StatusCode::TOO_MANY_REQUESTS, asked) => asked.unwrap_or(WAIT_DEFAULT),
                (StatusCode::SERVICE_UNAVAILABLE, Some(asked)) => asked,
                _ => return Ok(response),
            };
            if wait > self.retry_after_max || waits >= WAITS_MAX {
                return Err(self.hold(kind, url, response.status(), wait.min(WAIT_MAX)));
            }
            waits += 1;
            tokio::time::sleep(wait).await;
        }
    }

    fn held(&self, url: &Url) -> Option<ChartsError> {
        let holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        holds.get(&host(url)).filter(|(until, _)| Instant::now() < *until).map(|(_, error)| error.clone())
    }

    fn hold(&self, kind: SourceKind, url: &Url, status: StatusCode, wait: Duration) -> ChartsError {
        let until = Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX);
        let error = ChartsError::Throttled { kind, host: host(url), status: status.as_u16(), until, wait };
        let mut holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        holds.retain(|_, (until, _)| now < *until);
        if holds.len() < HOLDS_MAX {
            holds.insert(host(url), (now + wait, error.clone()));
        }
        error
    }
}

fn redirect_decide(attempt: redirect::Attempt<'_>) -> redirect::Action {
    if attempt.previous().len() > REDIRECTS_MAX {
        return attempt.error("it redirects more than 5 times");
    }
    if !is_web(attempt.url()) {
        return attempt.error("it redirects to something else than http or https");
    }
    if attempt.url().scheme() == "http" && attempt.previous().last().is_some_and(|from| from.scheme() == "https") {
        return attempt.error("it redirects from https to http");
    }
    attempt.follow() // reqwest takes credentials off where scheme, host or port change
}

/// Puts credentials on a request; both headers are marked as sensitive, so that nothing logs them.
pub(crate) fn authorize(request: RequestBuilder, credential: Option<&Credential>) -> RequestBuilder {
    match credential {
        Some(Credential::Basic { user, password }) => request.basic_auth(user, Some(password.expose_secret())),
        Some(Credential::Bearer(token)) => request.bearer_auth(token.expose_secret()),
        None => request,
    }
}

pub(crate) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Whether scheme, host and port are the same.
pub(crate) fn is_same_origin(left: &Url, right: &Url) -> bool {
    left.origin() == right.origin()
}

/// Host and port as a message names them.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or("nowhere");
    url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"))
}

/// Whether a host, with or without its port, is this machine by name or number.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(host, |(name, _)| name);
    let number = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    name == "localhost" || number.is_ok_and(|address| address.is_loopback())
}

/// Reads a whole body. `what` begins the message when it is too large.
pub(crate) async fn body_read(
    kind: SourceKind,
    url: &Url,
    mut response: Response,
    bytes_max: u64,
    what: impl Fn() -> String,
) -> Result<Vec<u8>, ChartsError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(kind, url, &error))? {
        if (bytes.len() + chunk.len()) as u64 > bytes_max {
            return Err(ChartsError::TooLarge { what: what(), bytes_max });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

pub(crate) fn unexpected(kind: SourceKind, url: &Url, status: StatusCode) -> ChartsError {
    ChartsError::Unreachable { kind, host: host(url), reason: format!("it answers {} for {}", status.as_u16(), url.path()) }
}

pub(crate) fn unreachable(kind: SourceKind, url: &Url, error: &reqwest::Error) -> ChartsError {
    ChartsError::Unreachable { kind, host: host(url), reason: reason(error) }
}

/// The innermost reason, which is the one that says something.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string().trim_end_matches('.').to_owned()
}

/// Seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_as_seconds_or_as_a_date() {
        let read = |text: &str| retry_after(&HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]));
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert!(read("Wed, 21 Oct 2065 07:28:00 GMT").is_some_and(|wait| wait > WAIT_MAX));
        assert_eq!((read("soon"), read("-1")), (None, None));
    }

    #[test]
    fn this_machine_is_known_by_name_and_by_number() {
        for host in ["localhost", "localhost:5000", "127.0.0.1", "127.8.9.1:5000", "[::1]", "[::1]:5000"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example.com", "10.0.0.1", "127.0.0.1.example.com:5000", "[fe80::1]:5000", ""] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
