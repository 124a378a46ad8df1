//! What Slipway asks of the world: one trait per outside system. Adapters implement them, `testkit` has fakes.

mod helm;
mod objects;

use std::path::PathBuf;

use async_trait::async_trait;
use futures::stream::BoxStream;

use crate::Timestamp;
use crate::catalog::{ChartRef, ChartVersion, versions_behind};
use crate::chart::ChartContents;
use crate::cluster::ClusterSummary;
use crate::error::AppError;
use crate::health::{Health, assess};
use crate::live::ReleaseLive;
use crate::names::{ClusterName, EnvironmentName, Namespace};
use crate::release::{Release, ReleaseBody, ReleaseKey, ReleaseRevision};

pub use helm::{Helm, HelmOutcome, HelmRollback, HelmUninstall, HelmUpgrade, OutputSink};
pub use objects::{FieldConflict, ObjectDeed, ObjectRefusal, ObjectTried, ObjectTry};

/// The clock. One, so that tests can set it.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// What changed in the watch caches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterChange {
    /// A release, or something that runs because of it.
    Release(ReleaseKey),
    /// The state of a cluster.
    Cluster(ClusterName),
}

/// A namespace as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceInfo {
    /// Whether it is being deleted.
    pub terminating: bool,
    /// The environment named by its label `slipway.dev/environment`.
    pub environment: Option<EnvironmentName>,
    /// Whether Slipway made it, by its annotation `slipway.dev/created`.
    pub created_by_us: bool,
    /// Names of the persistent volume claims in it.
    pub volume_claims: Vec<String>,
}

/// The Kubernetes clusters: watch caches to read, and the few things we write.
#[async_trait]
pub trait Clusters: Send + Sync {
    /// All clusters, by name. From the cache.
    fn list(&self) -> Vec<ClusterSummary>;
    /// One cluster. From the cache.
    fn get(&self, cluster: &ClusterName) -> Option<ClusterSummary>;
    /// Everything about one release. From the cache.
    fn release(&self, key: &ReleaseKey) -> Option<ReleaseLive>;
    /// One release and its health. From the cache, and cheaper than [`Self::release`]: boards ask thousands at once.
    fn release_health(&self, key: &ReleaseKey, now: Timestamp) -> Option<(Release, Health)> {
        self.release(key).map(|live| {
            let health = assess(&live, now);
            (live.release, health)
        })
    }
    /// The releases of one namespace, by name. From the cache.
    fn releases_in(&self, cluster: &ClusterName, namespace: &Namespace) -> Vec<ReleaseLive>;
    /// Pods in a namespace. From the cache.
    fn pods_in(&self, cluster: &ClusterName, namespace: &Namespace) -> usize;
    /// Changes from now on. A reader that is too slow misses some and gets a [`ClusterChange::Cluster`] instead.
    fn changes(&self) -> BoxStream<'static, ClusterChange>;

    /// The namespace, asked of the API server; `None` if there is none.
    async fn namespace_get(&self, cluster: &ClusterName, namespace: &Namespace) -> Result<Option<NamespaceInfo>, AppError>;
    /// Makes the namespace, or takes it over: sets our labels. Refuses one that is another environment's or terminating.
    async fn namespace_ensure(&self, cluster: &ClusterName, namespace: &Namespace, environment: &EnvironmentName, kind: &str)
    -> Result<(), AppError>;
    /// Deletes the namespace if Slipway made it, otherwise takes our labels off. Says nothing if it is gone.
    async fn namespace_release(&self, cluster: &ClusterName, namespace: &Namespace, environment: &EnvironmentName) -> Result<(), AppError>;

    /// All revisions of a release, oldest first, asked of the API server (metadata only, no cache).
    async fn release_revisions(&self, key: &ReleaseKey) -> Result<Vec<ReleaseRevision>, AppError>;
    /// What a revision holds; `None` if there is no such revision. Asked of the API server: values and manifests are not kept.
    async fn release_body(&self, key: &ReleaseKey, revision: u32) -> Result<Option<ReleaseBody>, AppError>;
    /// Looks at objects, and tries on the cluster what would become of them (`dryRun=All`: nothing is changed). Answers in
    /// the order of the requests. `namespace` is that of namespaced objects which name none.
    async fn objects_try(&self, cluster: &ClusterName, namespace: &Namespace, tries: Vec<ObjectTry>) -> Result<Vec<ObjectTried>, AppError>;
    /// Marks a revision that is `pending-*` as failed, with `why` as its description, as long as it is still pending and
    /// unchanged since it was read. Helm accepts the next upgrade then. Answers whether there was something to mark.
    async fn release_unlock(&self, key: &ReleaseKey, revision: u32, why: &str) -> Result<bool, AppError>;
}

/// Versions and archives of charts.
#[async_trait]
pub trait Charts: Send + Sync {
    /// All versions, newest first (Semantic Versioning order). May answer from a cache a few seconds old.
    async fn versions(&self, chart: &ChartRef) -> Result<Vec<ChartVersion>, AppError>;
    /// The versions as last read; never waits.
    fn versions_cached(&self, chart: &ChartRef) -> Option<Vec<ChartVersion>>;
    /// How many released versions are newer than this one, as last read; zero where unknown. Boards ask for thousands at once.
    fn versions_behind(&self, chart: &ChartRef, version: &str) -> usize {
        let known = self.versions_cached(chart).unwrap_or_default();
        versions_behind(known.iter().map(|known| (known.version.as_str(), known.prerelease)), version)
    }
    /// Reads the versions again for who keeps them current: a source that failed before is left alone for a while, longer
    /// each time. Nothing is wrong if it was.
    async fn refresh(&self, chart: &ChartRef) -> Result<(), AppError> {
        self.versions(chart).await.map(drop)
    }
    /// What a version holds, for people to read. A chart that could not be deployed can be read all the same.
    async fn contents(&self, chart: &ChartRef, version: &str) -> Result<ChartContents, AppError>;
    /// Fetches the archive of a version into the local cache, checked against the index's digest. A chart that Helm would
    /// refuse (a dependency is missing, it is a library, its name or version is another) is refused here.
    async fn fetch(&self, chart: &ChartRef, version: &str) -> Result<ChartArchive, AppError>;
}

/// A chart's archive in the local cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartArchive {
    /// Where the file is.
    pub path: PathBuf,
    /// Its `sha256` in hexadecimal.
    pub digest: String,
}
