//! The portal as commands see it: requests to `/api/v1` with the token, and what can go wrong in words.

use std::error::Error;
use std::time::Duration;

use domain::{AppError, ErrorKind, OperationId};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::config::{PortalOptions, TokenSource};

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an answer may take. The portal gives up after a minute.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(70);

/// Why a command could not get what it asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// What the person gave can't be used: arguments, files, the token.
    #[error("{0}")]
    Input(AppError),
    /// The portal refused, in its own words.
    #[error("{0}")]
    Refused(AppError),
    /// Nobody answers, or only something in between.
    #[error("The portal at {url} can't be reached: {reason}. {hint}")]
    Unreachable { url: String, reason: String, hint: String },
    /// Something answers that does not speak our language.
    #[error("What answers at {url} is not Slipway, or another version of it: {reason}. Check --url.")]
    Strange { url: String, reason: String },
}

impl ClientError {
    /// The exit code: 2 for what the person can put right, 4 for no portal, 1 for the rest.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::Refused(error) => match error.kind {
                ErrorKind::Conflict | ErrorKind::Unavailable | ErrorKind::Internal => 1,
                _ => 2,
            },
            Self::Unreachable { .. } | Self::Strange { .. } => 4,
        }
    }

    /// Whether asking again later may help.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused(error) => matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Internal),
            Self::Input(_) | Self::Strange { .. } => false,
        }
    }
}

/// Asks one portal.
pub(crate) struct PortalClient {
    http: Client,
    /// Without a slash at its end.
    url: String,
}

/// An error of the API (RFC 9457), as `rest::Problem` writes it.
#[derive(Deserialize)]
struct ProblemBody {
    detail: String,
    hint: Option<String>,
    operation_id: Option<OperationId>,
}

impl PortalClient {
    pub(crate) fn new(options: &PortalOptions) -> Result<Self, ClientError> {
        let url = url_read(&options.url).map_err(ClientError::Input)?;
        let token = token_read(options.token_source()).map_err(ClientError::Input)?;
        let wrong = |_| ClientError::Input(AppError::invalid("The token holds characters that no token has.").hint("Copy it again from the portal."));
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).map_err(wrong)?;
        authorization.set_sensitive(true);
        // An error only says that a provider was installed before.
        drop(rustls::crypto::ring::default_provider().install_default());
        let builder = Client::builder()
            .user_agent(concat!("slipway/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none()) // the token is for this address alone
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, authorization)]));
        let builder = if is_loopback(&url) { builder.no_proxy() } else { builder };
        let url = url.as_str().trim_end_matches('/').to_owned();
        match builder.build() {
            Ok(http) => Ok(Self { http, url }),
            Err(error) => Err(ClientError::Unreachable { url, reason: reason(&error), hint: "This machine lacks what it takes to ask.".to_owned() }),
        }
    }

    /// The address of a page, for a person to open.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Reads what is at this path below `/api/v1`.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let response = self.send(self.http.get(self.api(path)).timeout(REQUEST_TIMEOUT), "Is it running?").await?;
        self.body(response).await
    }

    /// Sends something. Not repeated: without an answer nobody knows whether it was taken.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl serde::Serialize, unknown: &str) -> Result<T, ClientError> {
        let response = self.send(self.http.post(self.api(path)).json(body).timeout(REQUEST_TIMEOUT), unknown).await?;
        self.body(response).await
    }

    /// The events of an operation after `seq`, as a stream that is still to be read.
    pub(crate) async fn operation_events(&self, id: OperationId, seq: i64) -> Result<Response, ClientError> {
        let mut request = self.http.get(self.api(&format!("/operations/{id}/events"))).header(ACCEPT, "text/event-stream");
        if seq > 0 {
            request = request.header("last-event-id", seq);
        }
        let late = |_| ClientError::Unreachable { url: self.url.clone(), reason: "no answer in time".to_owned(), hint: String::new() };
        tokio::time::timeout(REQUEST_TIMEOUT, self.send(request, "Is it running?")).await.map_err(late)?
    }

    fn api(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.url)
    }

    /// `hint` is for requests that were sent and not answered.
    async fn send(&self, request: RequestBuilder, hint: &str) -> Result<Response, ClientError> {
        let response = request.send().await.map_err(|error| ClientError::Unreachable {
            url: self.url.clone(),
            reason: reason(&error),
            hint: if error.is_connect() { "Is it running? --url or SLIPWAY_URL says where it is.".to_owned() } else { hint.to_owned() },
        })?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let problem = response.json::<ProblemBody>().await;
        Err(match (problem, status) {
            (Ok(problem), status) => ClientError::Refused(self.refused(problem, status)),
            (Err(_), StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT) => {
                ClientError::Unreachable { url: self.url.clone(), reason: format!("the answer is {}", status.as_u16()), hint: hint.to_owned() }
            }
            (Err(_), status) => ClientError::Strange { url: self.url.clone(), reason: format!("it answers {}", status.as_u16()) },
        })
    }

    fn refused(&self, problem: ProblemBody, status: StatusCode) -> AppError {
        let mut error = AppError::internal(problem.detail);
        error.kind = kind_of(status);
        error.operation_id = problem.operation_id;
        let page = problem.operation_id.map(|id| format!("See {}.", self.page(&format!("/operations/{id}"))));
        let token = (error.kind == ErrorKind::Unauthenticated).then(|| "--token-file, SLIPWAY_TOKEN or SLIPWAY_TOKEN_FILE names it.".to_owned());
        let hints: Vec<String> = [problem.hint, page, token].into_iter().flatten().collect();
        if hints.is_empty() { error } else { error.hint(hints.join(" ")) }
    }

    async fn body<T: DeserializeOwned>(&self, response: Response) -> Result<T, ClientError> {
        let cut = |error: reqwest::Error| ClientError::Unreachable { url: self.url.clone(), reason: reason(&error), hint: String::new() };
        let bytes = response.bytes().await.map_err(cut)?;
        serde_json::from_slice(&bytes).map_err(|error| ClientError::Strange { url: self.url.clone(), reason: error.to_string() })
    }
}

/// The kind that this status stands for; the inverse of [`ErrorKind::http_status`].
fn kind_of(status: StatusCode) -> ErrorKind {
    use ErrorKind::{Conflict, Forbidden, Internal, Invalid, NotFound, TooLarge, Unauthenticated, Unavailable};
    let kinds = [Invalid, Unauthenticated, Forbidden, NotFound, Conflict, TooLarge, Unavailable, Internal];
    let other = if status.is_client_error() { Invalid } else { Internal };
    kinds.into_iter().find(|kind| kind.http_status() == status.as_u16()).unwrap_or(other)
}

/// The portal's address. Plain http only to this machine: the token would be readable on the way.
fn url_read(text: &str) -> Result<Url, AppError> {
    let wrong = |why: &str| AppError::invalid(format!("--url can't be used: {why}.")).hint("Write for example http://127.0.0.1:4620.");
    let url = Url::parse(text.trim()).map_err(|_| wrong("it is no address"))?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it holds more than scheme, host, port and path"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(wrong("the token would be readable on the way to another machine; use https")),
        _ => Err(wrong("only http and https can be asked")),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn token_read(source: TokenSource) -> Result<SecretString, AppError> {
    let path = match source {
        TokenSource::Given(token) => return Ok(token),
        TokenSource::File(path) => path,
    };
    let hint = "`slipway serve` keeps it as `token` in its data folder: name it with --token-file or SLIPWAY_TOKEN_FILE.";
    let unusable = |why: String| AppError::invalid(format!("The token file {} can't be used: {why}.", path.display())).hint(hint);
    let text = std::fs::read_to_string(&path).map_err(|error| unusable(error.to_string()))?;
    if text.trim().is_empty() {
        return Err(unusable("it is empty".to_owned()));
    }
    Ok(SecretString::from(text.trim()))
}

/// The innermost reason, which is the one that says something.
pub(crate) fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_goes_in_the_clear_to_this_machine_only() {
        for good in ["http://127.0.0.1:4620", "http://localhost", "http://[::1]:1/", "https://slipway.example/portal"] {
            assert!(url_read(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "127.0.0.1:4620",
            "http://slipway.example",
            "http://u:p@127.0.0.1",
            "http://127.0.0.1/?a",
            "ftp://127.0.0.1",
            "http://localhost.example",
        ] {
            assert!(url_read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn each_kind_of_error_comes_back_from_its_status() {
        for kind in [ErrorKind::Invalid, ErrorKind::Unauthenticated, ErrorKind::Conflict, ErrorKind::Unavailable, ErrorKind::Internal] {
            assert_eq!(kind_of(StatusCode::from_u16(kind.http_status()).unwrap()), kind);
        }
        assert_eq!(kind_of(StatusCode::METHOD_NOT_ALLOWED), ErrorKind::Invalid);
    }
}
