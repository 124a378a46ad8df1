//! HTTP chart repositories: the index, asked for only if it has changed, and archives wherever it says they are.

use std::sync::Arc;

use reqwest::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Response, StatusCode, Url};

use crate::credentials::{Credential, Credentials};
use crate::error::{ChartsError, SourceKind};
use crate::http::{Http, Validators, authorize, body_read, host, is_same_origin, unexpected};

/// The answer to a request for an index.
pub(crate) enum IndexAnswer {
    Unchanged,
    Body { bytes: Vec<u8>, validators: Validators },
}

/// All HTTP repositories.
#[derive(Debug)]
pub(crate) struct Web {
    http: Arc<Http>,
    credentials: Arc<Credentials>,
    index_bytes_max: u64,
}

/// The address of a repository with a slash at its end, so that others can be resolved against it.
pub(crate) fn repository_url(address: &str) -> Result<Url, ChartsError> {
    let mut url = Url::parse(address).map_err(|_| ChartsError::BadAddress { address: address.to_owned(), why: "it can't be read".to_owned() })?;
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

impl Web {
    pub(crate) fn new(http: Arc<Http>, credentials: Arc<Credentials>, index_bytes_max: u64) -> Self {
        Self { http, credentials, index_bytes_max }
    }

    /// Asks for the index of a repository, unless it is as the validators say.
    pub(crate) async fn index_get(&self, repository: &Url, validators: &Validators) -> Result<IndexAnswer, ChartsError> {
        let unreadable = |_| ChartsError::BadAddress { address: repository.to_string(), why: "it can't be read".to_owned() };
        let url = repository.join("index.yaml").map_err(unreadable)?;
        let credential = self.credential(repository, &url);
        let request = || {
            let request = authorize(self.http.text.get(url.clone()), credential.as_ref());
            match (&validators.etag, &validators.last_modified) {
                (Some(etag), _) => request.header(IF_NONE_MATCH, etag),
                (None, Some(date)) => request.header(IF_MODIFIED_SINCE, date),
                (None, None) => request,
            }
        };
        let response = self.http.send(SourceKind::Repository, &url, request).await?;
        match response.status() {
            StatusCode::NOT_MODIFIED => return Ok(IndexAnswer::Unchanged),
            StatusCode::NOT_FOUND => return Err(ChartsError::NoRepository { address: repository.to_string() }),
            status => expect_success(&url, status, credential.is_some())?,
        }
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let validators = Validators { etag: header(ETAG), last_modified: header(LAST_MODIFIED) };
        let bytes = body_read(SourceKind::Repository, &url, response, self.index_bytes_max, || format!("The index of {repository}")).await?;
        Ok(IndexAnswer::Body { bytes, validators })
    }

    /// Asks for an archive of a repository; its body is still to be read.
    pub(crate) async fn archive_get(&self, repository: &Url, url: &Url) -> Result<Response, ChartsError> {
        let credential = self.credential(repository, url);
        let request = || authorize(self.http.archive.get(url.clone()), credential.as_ref());
        let response = self.http.send(SourceKind::Repository, url, request).await?;
        expect_success(url, response.status(), credential.is_some())?;
        Ok(response)
    }

    /// The repository's credentials, for addresses on its own server only, unless the file says otherwise.
    fn credential(&self, repository: &Url, url: &Url) -> Option<Credential> {
        let secret = self.credentials.repository(repository)?;
        (secret.everywhere || is_same_origin(repository, url)).then_some(secret.credential)
    }
}

fn expect_success(url: &Url, status: StatusCode, shown: bool) -> Result<(), ChartsError> {
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(ChartsError::CredentialsWanted {
            kind: SourceKind::Repository,
            host: host(url),
            path: url.path().to_owned(),
            status: status.as_u16(),
            shown,
            helper: None,
        }),
        status => Err(unexpected(SourceKind::Repository, url, status)),
    }
}
