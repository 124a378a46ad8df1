//! Kubernetes: watch caches over several clusters, and the few things Slipway writes there.
//!
//! [`KubernetesClusters`] implements [`domain::ports::Clusters`]. The way of an object: the API server, [`watch`] reads
//! it in the few fields of [`wire`], [`kept`] says how it goes into the [`index`], in the structs [`trim`] makes;
//! readers copy from there and never wait. [`supervise`] keeps each cluster connected on its own, [`bodies`] adds what
//! labels don't tell. Not here: Helm itself, decisions, the environment.

mod bodies;
mod body;
mod error;
mod health_cache;
mod index;
mod index_links;
mod index_read;
mod kept;
mod namespace;
mod objects;
mod reason;
mod release;
mod shapes;
mod source;
mod state;
mod supervise;
mod trim;
mod watch;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::cluster::ClusterSummary;
use domain::health::Health;
use domain::live::ReleaseLive;
use domain::ports::{ClusterChange, Clusters, NamespaceInfo, ObjectTried, ObjectTry};
use domain::release::{Release, ReleaseBody, ReleaseKey, ReleaseRevision};
use domain::{AppError, ClusterName, EnvironmentName, Namespace, Timestamp};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use tokio::sync::broadcast;
use tokio::task::JoinSet;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

pub use crate::body::BodyError;
pub use crate::error::KubernetesError;
pub use crate::source::ClustersOptions;
use crate::state::Cluster;

/// Changes a reader may lag behind before it is told to look at whole clusters again.
const CHANGES_KEPT_MAX: usize = 1_024;

/// All configured clusters, watched.
pub struct KubernetesClusters {
    clusters: BTreeMap<ClusterName, Arc<Cluster>>,
    changes: broadcast::Sender<ClusterChange>,
    /// Aborted when dropped.
    tasks: Mutex<JoinSet<()>>,
}

impl std::fmt::Debug for KubernetesClusters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KubernetesClusters").field("clusters", &self.clusters.keys()).finish_non_exhaustive()
    }
}

impl KubernetesClusters {
    /// Begins to watch all clusters that the options name, and returns at once. Reads the kubeconfig files for the
    /// names in them; never fails: what can't be used is a cluster that is away and says why.
    ///
    /// To be called within a Tokio runtime.
    pub fn connect(options: &ClustersOptions) -> Arc<Self> {
        let (changes, _) = broadcast::channel(CHANGES_KEPT_MAX);
        let mut tasks = JoinSet::new();
        let clusters = source::sources(options).into_iter().map(|configured| {
            let cluster = Arc::new(Cluster::new(configured, changes.clone()));
            tasks.spawn(supervise::cluster_supervise(cluster.clone()));
            (cluster.name().clone(), cluster)
        });
        let clusters = clusters.collect();
        Arc::new(Self { clusters, changes, tasks: Mutex::new(tasks) })
    }

    /// Ends all watches. What was seen stays readable. Dropping does the same.
    pub fn shutdown(&self) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }

    fn cluster(&self, name: &ClusterName) -> Result<&Arc<Cluster>, KubernetesError> {
        self.clusters.get(name).ok_or_else(|| KubernetesError::UnknownCluster(name.clone()))
    }
}

#[async_trait]
impl Clusters for KubernetesClusters {
    fn list(&self) -> Vec<ClusterSummary> {
        self.clusters.values().map(|cluster| cluster.summary()).collect()
    }

    fn get(&self, cluster: &ClusterName) -> Option<ClusterSummary> {
        self.clusters.get(cluster).map(|cluster| cluster.summary())
    }

    fn release(&self, key: &ReleaseKey) -> Option<ReleaseLive> {
        self.clusters.get(&key.cluster)?.index().release(key)
    }

    fn release_health(&self, key: &ReleaseKey, now: Timestamp) -> Option<(Release, Health)> {
        self.clusters.get(&key.cluster)?.release_health(key, now)
    }

    fn releases_in(&self, cluster: &ClusterName, namespace: &Namespace) -> Vec<ReleaseLive> {
        self.clusters.get(cluster).map(|found| found.index().releases_in(cluster, namespace)).unwrap_or_default()
    }

    fn pods_in(&self, cluster: &ClusterName, namespace: &Namespace) -> usize {
        self.clusters.get(cluster).map_or(0, |cluster| cluster.index().pods_in(namespace))
    }

    fn changes(&self) -> BoxStream<'static, ClusterChange> {
        let names: Arc<[ClusterName]> = self.clusters.keys().cloned().collect();
        let changes = BroadcastStream::new(self.changes.subscribe());
        let told = changes.flat_map(move |change| match change {
            Ok(change) => stream::iter(vec![change]),
            Err(BroadcastStreamRecvError::Lagged(_)) => stream::iter(names.iter().cloned().map(ClusterChange::Cluster).collect::<Vec<_>>()),
        });
        told.boxed()
    }

    async fn namespace_get(&self, cluster: &ClusterName, namespace: &Namespace) -> Result<Option<NamespaceInfo>, AppError> {
        Ok(self.cluster(cluster)?.namespace_get(namespace).await?)
    }

    async fn namespace_ensure(
        &self,
        cluster: &ClusterName,
        namespace: &Namespace,
        environment: &EnvironmentName,
        kind: &str,
    ) -> Result<(), AppError> {
        Ok(self.cluster(cluster)?.namespace_ensure(namespace, environment, kind).await?)
    }

    async fn namespace_release(&self, cluster: &ClusterName, namespace: &Namespace, environment: &EnvironmentName) -> Result<(), AppError> {
        Ok(self.cluster(cluster)?.namespace_release(namespace, environment).await?)
    }

    async fn release_revisions(&self, key: &ReleaseKey) -> Result<Vec<ReleaseRevision>, AppError> {
        Ok(self.cluster(&key.cluster)?.release_revisions(key).await?)
    }

    async fn release_body(&self, key: &ReleaseKey, revision: u32) -> Result<Option<ReleaseBody>, AppError> {
        Ok(self.cluster(&key.cluster)?.release_body(key, revision).await?)
    }

    async fn objects_try(&self, cluster: &ClusterName, namespace: &Namespace, tries: Vec<ObjectTry>) -> Result<Vec<ObjectTried>, AppError> {
        Ok(self.cluster(cluster)?.objects_try(namespace, tries).await?)
    }

    async fn release_unlock(&self, key: &ReleaseKey, revision: u32, why: &str) -> Result<bool, AppError> {
        Ok(self.cluster(&key.cluster)?.release_unlock(key, revision, why).await?)
    }
}
