//! [`ChartSources`]: charts from repositories, registries and folders behind one port. Indexes in memory, archives in a
//! folder.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use domain::AppError;
use domain::catalog::{ChartRef, ChartVersion, versions_behind};
use domain::chart::ChartContents;
use domain::chart_source::{ChartSource, ChartSourceError};
use domain::ports::{ChartArchive, Charts};
use reqwest::Url;

use crate::archives::{Archives, Wanted};
use crate::contents::{ContentsKept, contents_deployable, contents_read};
use crate::credentials::Credentials;
use crate::error::{ChartsError, SourceKind};
use crate::folder::Folders;
use crate::http::{Http, Validators, is_web};
use crate::index::{Entry, Index};
use crate::kept::{Asker, Kept};
use crate::oci::{Place, Registries};
use crate::options::ChartsOptions;
use crate::record::Record;
use crate::web::{IndexAnswer, Web, repository_url};

/// Most indexes that are kept; the one read longest ago goes first.
const SOURCES_MAX: usize = 500;
/// Versions that a message lists.
const NEWEST_MAX: usize = 5;

/// Chart sources of every kind.
#[derive(Debug)]
pub struct ChartSources {
    options: ChartsOptions,
    web: Web,
    registries: Registries,
    folders: Arc<Folders>,
    archives: Archives,
    record: Arc<Record>,
    sources: Mutex<HashMap<String, Arc<Kept>>>,
    contents: ContentsKept,
}

/// Where to ask.
enum Source {
    Web(Url),
    Registry(Place),
    Folder(PathBuf),
}

impl Source {
    /// What its index is kept under: a registry has one for each chart.
    fn key(&self) -> String {
        match self {
            Self::Web(url) => url.to_string(),
            Self::Registry(place) => format!("oci://{}/{}", place.host, place.name),
            Self::Folder(path) => path.display().to_string(),
        }
    }
}

impl ChartSources {
    /// Nothing is read yet but the files of credentials. Fails if one of them can't be used, or the system has no usable
    /// TLS roots.
    pub fn new(options: ChartsOptions) -> Result<Self, AppError> {
        let http = Arc::new(Http::new(&options)?);
        let credentials = Arc::new(Credentials::load(&options)?);
        Ok(Self {
            web: Web::new(Arc::clone(&http), Arc::clone(&credentials), options.index_bytes_max),
            registries: Registries::new(http, credentials, options.clone()),
            folders: Arc::new(Folders::new(&options)),
            archives: Archives::new(&options),
            record: Arc::new(Record::open(&options.folder)),
            sources: Mutex::default(),
            contents: ContentsKept::default(),
            options,
        })
    }

    fn source(&self, chart: &ChartRef) -> Result<Source, ChartsError> {
        let parsed = ChartSource::parse(&chart.repository).map_err(|why| {
            // What can't be read may hold a password all the same, so then only what follows it is repeated.
            let shown = if why == ChartSourceError::Credentials { chart.repository.split('@').next_back() } else { Some(chart.repository.as_str()) };
            ChartsError::BadAddress { address: shown.unwrap_or_default().chars().take(100).collect(), why: why.to_string() }
        })?;
        Ok(match parsed {
            ChartSource::Web(address) => Source::Web(repository_url(&address)?),
            ChartSource::Registry { host, path } => Source::Registry(self.registries.place(&host, &path, &chart.name)?),
            ChartSource::Folder(path) => Source::Folder(path.into()),
        })
    }

    fn kept(&self, source: &Source) -> Arc<Kept> {
        let mut all = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let key = source.key();
        if !all.contains_key(&key) && all.len() >= SOURCES_MAX {
            let oldest = all.iter().min_by_key(|(_, kept)| kept.read_at()).map(|(key, _)| key.clone());
            oldest.and_then(|key| all.remove(&key));
        }
        Arc::clone(all.entry(key).or_default())
    }

    async fn index(&self, source: &Source, asker: Asker) -> Result<Arc<Index>, ChartsError> {
        let kept = self.kept(source);
        let asked_at = Instant::now();
        if let Some(index) = kept.fresh(self.options.fresh_for) {
            return Ok(index);
        }
        let _asking = kept.asking.lock().await;
        if let Some(answer) = kept.answer_since(asked_at) {
            return answer;
        }
        if let Some(error) = kept.held_back(asker) {
            return Err(error);
        }
        match self.index_read(source, &kept).await {
            Ok((index, validators)) => {
                tracing::debug!("read the index of {}: {} charts", source.key(), index.charts_count());
                kept.read(Arc::clone(&index), validators);
                Ok(index)
            }
            Err(error) => Err(kept.failed(error, &self.options)),
        }
    }

    async fn index_read(&self, source: &Source, kept: &Kept) -> Result<(Arc<Index>, Validators), ChartsError> {
        let (before, validators) = kept.known().map_or((None, Validators::default()), |(index, validators)| (Some(index), validators));
        let mut index = match source {
            Source::Web(url) => match (self.web.index_get(url, &validators).await?, before.clone()) {
                (IndexAnswer::Unchanged, Some(index)) => return Ok((index, validators)),
                (IndexAnswer::Unchanged, None) => return Err(not_an_index(url, "it says “not modified” to a first request".to_owned())),
                (IndexAnswer::Body { bytes, validators }, before) => {
                    let parsed = blocking(move || {
                        let mut index = Index::parse(&bytes)?;
                        index.compare(before.as_deref());
                        Ok(index)
                    });
                    return Ok((Arc::new(parsed.await.map_err(|why| not_an_index(url, why))?), validators));
                }
            },
            Source::Registry(place) => self.registries.index_read(place).await?,
            Source::Folder(path) => {
                let (folders, folder, shown) = (Arc::clone(&self.folders), path.clone(), path.display().to_string());
                blocking(move || Ok(folders.index_read(&folder))).await.map_err(|why| ChartsError::Folder { path: shown, why })??
            }
        };
        index.compare(before.as_deref());
        Ok((Arc::new(index), Validators::default()))
    }

    /// The archive of a version, from the folder or from its source.
    async fn archive(&self, chart: &ChartRef, version: &str) -> Result<ChartArchive, ChartsError> {
        let source = self.source(chart)?;
        let index = self.index(&source, Asker::Person).await?;
        let entries = chart_entries(&index, chart)?;
        let Some(entry) = entries.iter().find(|entry| entry.version.version == version) else {
            let newest = entries.iter().take(NEWEST_MAX).map(|entry| entry.version.version.clone()).collect();
            return Err(ChartsError::NoVersion { chart: chart.name.clone(), version: version.to_owned(), newest });
        };
        let archive = self.archive_of(&source, chart, entry).await?;
        let (record, noted, version, digest) = (Arc::clone(&self.record), chart.clone(), version.to_owned(), archive.digest.clone());
        blocking(move || {
            record.note(&noted, &version, &digest);
            Ok(())
        })
        .await
        .ok();
        Ok(archive)
    }

    async fn archive_of(&self, source: &Source, chart: &ChartRef, entry: &Entry) -> Result<ChartArchive, ChartsError> {
        let (name, version, digest) = (chart.name.clone(), entry.version.version.clone(), entry.version.digest.clone());
        let mut wanted = Wanted { chart: name, version, digest, promised_by: "index" };
        let address = entry.url.as_ref().ok_or_else(|| wanted.bad("the index has no address for it"))?;
        if let Source::Registry(place) = source {
            let details = self.registries.details_now(place, address).await?;
            if details.archive_bytes > self.options.archive_bytes_max {
                return Err(wanted.too_large(self.options.archive_bytes_max));
            }
            (wanted.digest, wanted.promised_by) = (Some(details.archive_digest.clone()), "manifest");
        }
        if let Some(archive) = self.archives.cached(wanted.digest.as_deref()) {
            return Ok(archive);
        }
        match source {
            Source::Web(repository) => {
                let url = repository.join(address).ok().filter(is_web);
                let url = url.ok_or_else(|| wanted.bad("the index gives an address for it that is neither http nor https"))?;
                let response = self.web.archive_get(repository, &url).await?;
                self.archives.download(SourceKind::Repository, &wanted, response).await
            }
            Source::Registry(place) => {
                let response = self.registries.archive_get(place, wanted.digest.as_deref().unwrap_or_default()).await?;
                self.archives.download(SourceKind::Registry, &wanted, response).await
            }
            Source::Folder(path) => {
                let (folders, folder, file) = (Arc::clone(&self.folders), path.clone(), address.clone());
                let bytes = blocking(move || folders.archive_read(&folder, &file)).await.map_err(|why| wanted.bad(why))?;
                self.archives.store(&wanted, &bytes).await
            }
        }
    }

    /// What an archive holds.
    async fn archive_open(&self, chart: &ChartRef, version: &str, archive: &ChartArchive) -> Result<Arc<ChartContents>, ChartsError> {
        if let Some(contents) = self.contents.get(&chart.name, &archive.digest) {
            return Ok(contents);
        }
        let (path, digest, name) = (archive.path.clone(), archive.digest.clone(), chart.name.clone());
        let unpacked_bytes_max = self.options.unpacked_bytes_max;
        let opened = blocking(move || {
            let file = std::fs::File::open(&path).map_err(|error| error.to_string())?;
            contents_read(std::io::BufReader::new(file), &name, &digest, unpacked_bytes_max)
        });
        let contents = Arc::new(opened.await.map_err(|why| bad_archive(chart, version, why))?);
        self.contents.put(Arc::clone(&contents));
        Ok(contents)
    }

    /// What is shown of the versions.
    fn shown(&self, chart: &ChartRef, entries: &[Entry]) -> Vec<ChartVersion> {
        let mut versions: Vec<ChartVersion> = entries.iter().map(|entry| entry.version.clone()).collect();
        self.record.mark(chart, &mut versions);
        versions
    }
}

#[async_trait]
impl Charts for ChartSources {
    async fn versions(&self, chart: &ChartRef) -> Result<Vec<ChartVersion>, AppError> {
        let index = self.index(&self.source(chart)?, Asker::Person).await?;
        Ok(self.shown(chart, chart_entries(&index, chart)?))
    }

    fn versions_cached(&self, chart: &ChartRef) -> Option<Vec<ChartVersion>> {
        let key = self.source(chart).ok()?.key();
        let kept = self.sources.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()?;
        Some(self.shown(chart, kept.index()?.chart(&chart.name)?))
    }

    fn versions_behind(&self, chart: &ChartRef, version: &str) -> usize {
        let behind = || {
            let key = self.source(chart).ok()?.key();
            let kept = self.sources.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()?;
            let index = kept.index()?;
            Some(versions_behind(index.chart(&chart.name)?.iter().map(|entry| (entry.version.version.as_str(), entry.version.prerelease)), version))
        };
        behind().unwrap_or(0)
    }

    async fn refresh(&self, chart: &ChartRef) -> Result<(), AppError> {
        let source = self.source(chart)?;
        if self.kept(&source).held_back(Asker::Background).is_some() {
            return Ok(());
        }
        chart_entries(&*self.index(&source, Asker::Background).await?, chart)?;
        Ok(())
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

/// Runs what blocks; the error is that of the work, or that it broke off.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, String> + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(error.to_string()))
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
