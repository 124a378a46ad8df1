//! [`ChartRepositories`]: indexes in memory, archives in a folder. One request per repository at a time; who waited for
//! it takes its answer.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use domain::AppError;
use domain::catalog::{ChartRef, ChartVersion};
use domain::chart::ChartContents;
use domain::ports::{ChartArchive, Charts};
use reqwest::Url;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use crate::archive::archive_check;
use crate::contents::{ContentsKept, contents_deployable, contents_read};
use crate::error::ChartsError;
use crate::http::{Http, IndexAnswer, Validators, is_web, repository_url, unreachable};
use crate::index::{Entry, Index};
use crate::options::ChartsOptions;

/// Most indexes that are kept; the one read longest ago goes first.
const REPOSITORIES_MAX: usize = 200;
/// Versions that a message lists.
const NEWEST_MAX: usize = 5;

/// HTTP chart repositories.
#[derive(Debug)]
pub struct ChartRepositories {
    options: ChartsOptions,
    http: Http,
    repositories: Mutex<HashMap<Url, Arc<Repository>>>,
    contents: ContentsKept,
}

#[derive(Debug, Default)]
struct Repository {
    /// Held by the one who asks.
    asking: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    index: Option<Arc<Index>>,
    validators: Validators,
    /// When the index was last known to be current.
    read_at: Option<Instant>,
    failed: Option<(Instant, ChartsError)>,
}

impl Repository {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was learned since `moment`, if anything.
    fn answer_since(&self, moment: Instant) -> Option<Result<Arc<Index>, ChartsError>> {
        let state = self.state();
        match (&state.failed, &state.index, state.read_at) {
            (Some((at, error)), _, _) if *at >= moment => Some(Err(error.clone())),
            (_, Some(index), Some(at)) if at >= moment => Some(Ok(Arc::clone(index))),
            _ => None,
        }
    }
}

impl ChartRepositories {
    /// Nothing is read yet. Fails only if the system has no usable TLS roots.
    pub fn new(options: ChartsOptions) -> Result<Self, AppError> {
        Ok(Self { http: Http::new(&options)?, options, repositories: Mutex::default(), contents: ContentsKept::default() })
    }

    fn repository(&self, url: &Url) -> Arc<Repository> {
        let mut all = self.repositories.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(url) && all.len() >= REPOSITORIES_MAX {
            let oldest = all.iter().min_by_key(|(_, repository)| repository.state().read_at).map(|(url, _)| url.clone());
            oldest.and_then(|url| all.remove(&url));
        }
        Arc::clone(all.entry(url.clone()).or_default())
    }

    async fn index(&self, url: &Url) -> Result<Arc<Index>, ChartsError> {
        let repository = self.repository(url);
        let asked_at = Instant::now();
        let fresh = || {
            let state = repository.state();
            state.index.clone().filter(|_| state.read_at.is_some_and(|at| at.elapsed() < self.options.fresh_for))
        };
        if let Some(index) = fresh() {
            return Ok(index);
        }
        let _asking = repository.asking.lock().await;
        if let Some(answer) = repository.answer_since(asked_at) {
            return answer;
        }
        let answer = self.index_read(url, &repository).await;
        let mut state = repository.state();
        state.failed = answer.as_ref().err().map(|error| (Instant::now(), error.clone()));
        answer
    }

    async fn index_read(&self, url: &Url, repository: &Repository) -> Result<Arc<Index>, ChartsError> {
        let (known, validators) = {
            let state = repository.state();
            (state.index.clone(), if state.index.is_some() { state.validators.clone() } else { Validators::default() })
        };
        let (index, validators) = match (self.http.index_get(url, &validators).await?, known) {
            (IndexAnswer::Unchanged, Some(index)) => (index, validators),
            (IndexAnswer::Unchanged, None) => return Err(not_an_index(url, "it says “not modified” to a first request".to_owned())),
            (IndexAnswer::Body { bytes, validators }, _) => {
                let parsed = tokio::task::spawn_blocking(move || Index::parse(&bytes)).await.unwrap_or_else(|error| Err(error.to_string()));
                (Arc::new(parsed.map_err(|why| not_an_index(url, why))?), validators)
            }
        };
        let mut state = repository.state();
        state.index = Some(Arc::clone(&index));
        state.validators = validators;
        state.read_at = Some(Instant::now());
        tracing::debug!(repository.url = %url, "read the index of {url}: {} charts", index.charts_count());
        Ok(index)
    }

    /// Downloads into a temporary file beside the cache, checks, renames.
    async fn archive_download(&self, chart: &ChartRef, entry: &Entry, url: &Url) -> Result<ChartArchive, ChartsError> {
        let version = &entry.version.version;
        let folder = self.options.folder.clone();
        let failed = |error: std::io::Error| ChartsError::Folder { path: folder.display().to_string(), why: error.to_string() };
        tokio::fs::create_dir_all(&folder).await.map_err(failed)?;
        let mut response = self.http.archive_get(url).await?;
        let temporary = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
        let mut file = tokio::fs::File::from_std(temporary.reopen().map_err(failed)?);
        let (mut hash, mut length) = (Sha256::new(), 0_u64);
        while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(url, &error))? {
            length += chunk.len() as u64;
            if length > self.options.archive_bytes_max {
                return Err(ChartsError::TooLarge {
                    what: format!("The archive of {} {version}", chart.name),
                    bytes_max: self.options.archive_bytes_max,
                });
            }
            hash.update(&chunk);
            file.write_all(&chunk).await.map_err(failed)?;
        }
        file.sync_all().await.map_err(failed)?;
        let digest = format!("{:x}", hash.finalize());
        if let Some(expected) = entry.version.digest.as_ref().filter(|expected| **expected != digest) {
            return Err(ChartsError::DigestMismatch {
                chart: chart.name.clone(),
                version: version.clone(),
                expected: expected.clone(),
                found: digest,
            });
        }
        let (name, unpacked_bytes_max) = (chart.name.clone(), self.options.unpacked_bytes_max);
        let path = self.archive_path(&digest);
        let kept = path.clone();
        let checked = tokio::task::spawn_blocking(move || {
            let file = temporary.reopen().map_err(|error| error.to_string())?;
            archive_check(std::io::BufReader::new(file), &name, unpacked_bytes_max)?;
            temporary.persist(&kept).map(drop).map_err(|error| error.to_string())
        });
        checked.await.unwrap_or_else(|error| Err(error.to_string())).map_err(|why| bad_archive(chart, version, why))?;
        Ok(ChartArchive { path, digest })
    }

    fn archive_path(&self, digest: &str) -> PathBuf {
        self.options.folder.join(format!("{digest}.tgz"))
    }

    /// The archive of a digest, if it was fetched before.
    async fn archive_cached(&self, digest: Option<&str>) -> Option<ChartArchive> {
        let digest = digest.filter(|digest| digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let path = self.archive_path(digest);
        tokio::fs::try_exists(&path).await.unwrap_or(false).then(|| ChartArchive { path, digest: digest.to_owned() })
    }
}

#[async_trait]
impl Charts for ChartRepositories {
    async fn versions(&self, chart: &ChartRef) -> Result<Vec<ChartVersion>, AppError> {
        let url = repository_url(&chart.repository)?;
        let index = self.index(&url).await?;
        Ok(chart_entries(&index, chart)?.iter().map(|entry| entry.version.clone()).collect())
    }

    fn versions_cached(&self, chart: &ChartRef) -> Option<Vec<ChartVersion>> {
        let url = repository_url(&chart.repository).ok()?;
        let repository = self.repositories.lock().unwrap_or_else(PoisonError::into_inner).get(&url).cloned()?;
        let index = repository.state().index.clone()?;
        Some(index.chart(&chart.name)?.iter().map(|entry| entry.version.clone()).collect())
    }

    async fn contents(&self, chart: &ChartRef, version: &str) -> Result<ChartContents, AppError> {
        let archive = self.archive(chart, version).await?;
        Ok(Arc::unwrap_or_clone(self.archive_open(chart, version, &archive).await?))
    }

    async fn fetch(&self, chart: &ChartRef, version: &str) -> Result<ChartArchive, AppError> {
        let archive = self.archive(chart, version).await?;
        let contents = self.archive_open(chart, version, &archive).await?;
        contents_deployable(&contents, &chart.name, version).map_err(|why| bad_archive(chart, version, why))?;
        Ok(archive)
    }
}

impl ChartRepositories {
    /// The archive of a version, from the folder or from its repository.
    async fn archive(&self, chart: &ChartRef, version: &str) -> Result<ChartArchive, ChartsError> {
        let repository = repository_url(&chart.repository)?;
        let index = self.index(&repository).await?;
        let entries = chart_entries(&index, chart)?;
        let Some(entry) = entries.iter().find(|entry| entry.version.version == version) else {
            let newest = entries.iter().take(NEWEST_MAX).map(|entry| entry.version.version.clone()).collect();
            return Err(ChartsError::NoVersion { chart: chart.name.clone(), version: version.to_owned(), newest });
        };
        if let Some(archive) = self.archive_cached(entry.version.digest.as_deref()).await {
            return Ok(archive);
        }
        let bad = |why: &str| bad_archive(chart, version, why.to_owned());
        let url = entry.url.as_ref().ok_or_else(|| bad("the index has no address for it"))?;
        let url = repository.join(url).ok().filter(is_web).ok_or_else(|| bad("the index gives an address for it that is neither http nor https"))?;
        self.archive_download(chart, entry, &url).await
    }

    /// What an archive holds.
    async fn archive_open(&self, chart: &ChartRef, version: &str, archive: &ChartArchive) -> Result<Arc<ChartContents>, ChartsError> {
        if let Some(contents) = self.contents.get(&chart.name, &archive.digest) {
            return Ok(contents);
        }
        let (path, digest, name, unpacked_bytes_max) =
            (archive.path.clone(), archive.digest.clone(), chart.name.clone(), self.options.unpacked_bytes_max);
        let opened = tokio::task::spawn_blocking(move || {
            let file = std::fs::File::open(&path).map_err(|error| error.to_string())?;
            contents_read(std::io::BufReader::new(file), &name, &digest, unpacked_bytes_max)
        });
        let opened = opened.await.unwrap_or_else(|error| Err(error.to_string())).map_err(|why| bad_archive(chart, version, why))?;
        let contents = Arc::new(opened);
        self.contents.put(Arc::clone(&contents));
        Ok(contents)
    }
}

fn chart_entries<'a>(index: &'a Index, chart: &ChartRef) -> Result<&'a [Entry], ChartsError> {
    index.chart(&chart.name).ok_or_else(|| ChartsError::NoChart {
        chart: chart.name.clone(),
        repository: chart.repository.clone(),
        near: index.near(&chart.name),
        count: index.charts_count(),
    })
}

fn bad_archive(chart: &ChartRef, version: &str, why: String) -> ChartsError {
    ChartsError::BadArchive { chart: chart.name.clone(), version: version.to_owned(), why }
}

fn not_an_index(repository: &Url, why: String) -> ChartsError {
    ChartsError::NotAnIndex { address: format!("{repository}index.yaml"), why }
}
