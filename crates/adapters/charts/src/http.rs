//! Requests to repositories: addresses that are allowed, limits, and reasons in words.

use std::error::Error;
use std::sync::Once;

use reqwest::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Client, ClientBuilder, Response, StatusCode, Url};

use crate::error::ChartsError;
use crate::options::ChartsOptions;

/// Most redirects that are followed.
const REDIRECTS_MAX: usize = 5;

/// What tells whether an index has changed (RFC 9110, section 8.8).
#[derive(Debug, Clone, Default)]
pub(crate) struct Validators {
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// The answer to a request for an index.
pub(crate) enum IndexAnswer {
    Unchanged,
    Body { bytes: Vec<u8>, validators: Validators },
}

/// Two clients: an index may come compressed, an archive is compressed and must stay so whatever its headers say.
#[derive(Debug)]
pub(crate) struct Http {
    index: Client,
    archive: Client,
    index_bytes_max: u64,
}

/// The address of a repository with a slash at its end, so that others can be resolved against it.
pub(crate) fn repository_url(address: &str) -> Result<Url, ChartsError> {
    // An address that can't be read may hold a password all the same, so only its beginning is repeated.
    let mut url = Url::parse(address.trim()).map_err(|_| ChartsError::BadAddress {
        address: address.split('@').next_back().unwrap_or_default().chars().take(100).collect(),
        why: "it can't be read",
    })?;
    let refuse = |url: &Url, why| {
        let shown = format!("{}://{}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path());
        Err(ChartsError::BadAddress { address: shown, why })
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse(&url, "it holds credentials");
    }
    if !is_web(&url) {
        return refuse(&url, "only http and https can be read");
    }
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

pub(crate) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Host and port as a message names them.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or("nowhere");
    url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"))
}

impl Http {
    pub(crate) fn new(options: &ChartsOptions) -> Result<Self, ChartsError> {
        static PROVIDER: Once = Once::new();
        // An error only says that somebody else was first, with the same provider.
        PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let client = |change: fn(ClientBuilder) -> ClientBuilder| {
            let redirects = reqwest::redirect::Policy::custom(|attempt| {
                if attempt.previous().len() > REDIRECTS_MAX {
                    return attempt.error("it redirects more than 5 times");
                }
                if is_web(attempt.url()) { attempt.follow() } else { attempt.error("it redirects to something else than http or https") }
            });
            let builder = Client::builder()
                .user_agent(concat!("slipway/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(options.connect_timeout)
                .timeout(options.request_timeout)
                .redirect(redirects);
            change(builder).build().map_err(|error| ChartsError::Unreachable { host: "any address".to_owned(), reason: reason(&error) })
        };
        Ok(Self { index: client(|builder| builder)?, archive: client(ClientBuilder::no_gzip)?, index_bytes_max: options.index_bytes_max })
    }

    /// Asks for the index of a repository, unless it is as the validators say.
    pub(crate) async fn index_get(&self, repository: &Url, validators: &Validators) -> Result<IndexAnswer, ChartsError> {
        let url = repository.join("index.yaml").map_err(|_| ChartsError::BadAddress { address: repository.to_string(), why: "it can't be read" })?;
        let mut request = self.index.get(url.clone());
        if let Some(etag) = &validators.etag {
            request = request.header(IF_NONE_MATCH, etag);
        } else if let Some(date) = &validators.last_modified {
            request = request.header(IF_MODIFIED_SINCE, date);
        }
        let mut response = request.send().await.map_err(|error| unreachable(&url, &error))?;
        match response.status() {
            StatusCode::NOT_MODIFIED => return Ok(IndexAnswer::Unchanged),
            StatusCode::NOT_FOUND => return Err(ChartsError::NoRepository { address: repository.to_string() }),
            status => expect_success(&url, status)?,
        }
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let validators = Validators { etag: header(ETAG), last_modified: header(LAST_MODIFIED) };
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&url, &error))? {
            if (bytes.len() + chunk.len()) as u64 > self.index_bytes_max {
                return Err(ChartsError::TooLarge { what: format!("The index of {repository}"), bytes_max: self.index_bytes_max });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(IndexAnswer::Body { bytes, validators })
    }

    /// Asks for an archive; its body is still to be read.
    pub(crate) async fn archive_get(&self, url: &Url) -> Result<Response, ChartsError> {
        let response = self.archive.get(url.clone()).send().await.map_err(|error| unreachable(url, &error))?;
        expect_success(url, response.status())?;
        Ok(response)
    }
}

fn expect_success(url: &Url, status: StatusCode) -> Result<(), ChartsError> {
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(ChartsError::Unreachable { host: host(url), reason: format!("it asks for credentials for {} ({})", url.path(), status.as_u16()) })
        }
        status => Err(ChartsError::Unreachable { host: host(url), reason: format!("it answers {} for {}", status.as_u16(), url.path()) }),
    }
}

pub(crate) fn unreachable(url: &Url, error: &reqwest::Error) -> ChartsError {
    ChartsError::Unreachable { host: host(url), reason: reason(error) }
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
