//! A chart repository in memory, with real archive files to hand out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use async_trait::async_trait;
use domain::AppError;
use domain::catalog::{ChartRef, ChartVersion};
use domain::chart::{ChartContents, ChartMetadata};
use domain::ports::{ChartArchive, Charts};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// The calls that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartsCall {
    /// [`Charts::versions`].
    Versions,
    /// [`Charts::contents`].
    Contents,
    /// [`Charts::fetch`].
    Fetch,
}

#[derive(Default)]
struct State {
    versions: BTreeMap<(String, String), Vec<ChartVersion>>,
    contents: BTreeMap<(String, String), String>,
    opened: BTreeMap<(String, String), ChartContents>,
    failures: VecDeque<(ChartsCall, AppError)>,
}

/// A chart repository in memory.
pub struct FakeCharts {
    folder: TempDir,
    state: Mutex<State>,
}

impl Default for FakeCharts {
    fn default() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), state: Mutex::default() }
    }
}

impl FakeCharts {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds this")
    }

    /// Publishes versions, given newest first.
    pub fn publish(&self, chart: &ChartRef, versions: &[&str]) {
        let list = versions.iter().map(|version| ChartVersion {
            version: (*version).into(),
            app_version: Some((*version).into()),
            description: Some(format!("The chart of {}", chart.name)),
            changes: Vec::new(),
            created_at: None,
            digest: None,
            deprecated: false,
            prerelease: version.contains('-'),
            republished: false,
        });
        self.state().versions.insert(id(chart), list.collect());
    }

    /// Publishes a version again with other contents.
    pub fn replace_contents(&self, chart: &ChartRef, version: &str, contents: &str) {
        self.state().contents.insert((chart.name.clone(), version.into()), contents.into());
    }

    /// Says what a version holds; without this it has a `Chart.yaml` with name and version, and nothing else.
    pub fn set_contents(&self, chart: &ChartRef, version: &str, contents: ChartContents) {
        self.state().opened.insert((chart.name.clone(), version.into()), contents);
    }

    fn version_required(&self, chart: &ChartRef, version: &str) -> Result<(), AppError> {
        if self.state().versions.get(&id(chart)).is_some_and(|list| list.iter().any(|v| v.version == version)) {
            return Ok(());
        }
        Err(AppError::not_found("version", format!("{version} of chart {}", chart.name)))
    }

    fn archive_text(&self, chart: &ChartRef, version: &str) -> String {
        let replaced = self.state().contents.get(&(chart.name.clone(), version.into())).cloned();
        replaced.unwrap_or_else(|| format!("{} {version}", chart.name))
    }

    /// The next call of this kind fails.
    pub fn fail_next(&self, call: ChartsCall, error: AppError) {
        self.state().failures.push_back((call, error));
    }

    fn failure(&self, call: ChartsCall) -> Result<(), AppError> {
        let mut state = self.state();
        match state.failures.iter().position(|(c, _)| *c == call).and_then(|at| state.failures.remove(at)) {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }
}

fn id(chart: &ChartRef) -> (String, String) {
    (chart.repository.clone(), chart.name.clone())
}

fn digest_of(contents: &str) -> String {
    Sha256::digest(contents).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[async_trait]
impl Charts for FakeCharts {
    async fn versions(&self, chart: &ChartRef) -> Result<Vec<ChartVersion>, AppError> {
        self.failure(ChartsCall::Versions)?;
        let known = self.state().versions.get(&id(chart)).cloned();
        known.ok_or_else(|| AppError::not_found("chart", &chart.name).hint(format!("{} has no chart of this name.", chart.repository)).field("chart"))
    }

    fn versions_cached(&self, chart: &ChartRef) -> Option<Vec<ChartVersion>> {
        self.state().versions.get(&id(chart)).cloned()
    }

    async fn contents(&self, chart: &ChartRef, version: &str) -> Result<ChartContents, AppError> {
        self.failure(ChartsCall::Contents)?;
        self.version_required(chart, version)?;
        let digest = digest_of(&self.archive_text(chart, version));
        let opened = self.state().opened.get(&(chart.name.clone(), version.into())).cloned();
        let plain = || ChartContents {
            metadata: ChartMetadata { name: chart.name.clone(), version: version.into(), ..ChartMetadata::default() },
            ..ChartContents::default()
        };
        Ok(ChartContents { digest, ..opened.unwrap_or_else(plain) })
    }

    async fn fetch(&self, chart: &ChartRef, version: &str) -> Result<ChartArchive, AppError> {
        self.failure(ChartsCall::Fetch)?;
        self.version_required(chart, version)?;
        let contents = self.archive_text(chart, version);
        let digest = digest_of(&contents);
        let path = self.folder.path().join(format!("{}-{version}-{digest}.tgz", chart.name));
        std::fs::write(&path, contents).expect("the temporary folder can be written");
        Ok(ChartArchive { path, digest })
    }
}
