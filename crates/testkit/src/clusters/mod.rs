//! Clusters in memory: namespaces, releases with their revisions, workloads and pods; everything a test may set going.
//!
//! [`port`] answers as the Kubernetes adapter does, [`rollout`] has the shapes of pods. Revisions follow Helm's rules: a
//! pending one bars the next, labels are copied from revision to revision, the one before is superseded on success.

mod port;
mod rollout;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use domain::cluster::ClusterState;
use domain::live::{Pod, Workload};
use domain::manifest::ObjectId;
use domain::ports::{Clock, ClusterChange, NamespaceInfo, ObjectTried};
use domain::release::{ReleaseBody, ReleaseKey, ReleaseRevision, ReleaseStatus};
use domain::{AppError, ClusterName, Namespace, OperationId, Timestamp};
use tokio::sync::broadcast;

use crate::build::cluster_name;
use port::rendered;
pub use rollout::Rollout;

/// Changes kept for a slow reader.
const CHANGES_BACKLOG_MAX: usize = 1_024;

/// The calls that can be made to fail, and are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClustersCall {
    /// `namespace_get`.
    NamespaceGet,
    /// `namespace_ensure`.
    NamespaceEnsure,
    /// `namespace_release`.
    NamespaceRelease,
    /// `release_revisions`.
    ReleaseRevisions,
    /// `release_unlock`.
    ReleaseUnlock,
    /// `release_body`.
    ReleaseBody,
    /// `objects_try`.
    ObjectsTry,
}

struct FakeNamespace {
    info: NamespaceInfo,
    kind: Option<String>,
}

struct FakeCluster {
    state: ClusterState,
    namespaces: BTreeMap<Namespace, FakeNamespace>,
}

struct FakeRevision {
    revision: u32,
    status: ReleaseStatus,
    operation: Option<OperationId>,
    description: String,
    chart_version: String,
    updated_at: Timestamp,
    values: serde_json::Value,
}

/// A revision that Helm begins with.
struct Begin {
    status: ReleaseStatus,
    description: String,
    chart_version: String,
    operation: Option<OperationId>,
    values: serde_json::Value,
}

struct FakeRelease {
    chart: String,
    revisions: Vec<FakeRevision>,
    workloads: Vec<Workload>,
    pods: Vec<Pod>,
}

#[derive(Default)]
struct State {
    clusters: BTreeMap<ClusterName, FakeCluster>,
    releases: BTreeMap<ReleaseKey, FakeRelease>,
    objects: BTreeMap<(ClusterName, ObjectId), ObjectTried>,
    manifests: BTreeMap<String, String>,
    failures: VecDeque<(ClustersCall, AppError)>,
    calls: Vec<ClustersCall>,
}

/// Clusters in memory.
pub struct FakeClusters {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    changes: broadcast::Sender<ClusterChange>,
}

impl FakeClusters {
    /// None yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default(), changes: broadcast::channel(CHANGES_BACKLOG_MAX).0 }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds this")
    }

    fn tell(&self, key: &ReleaseKey) {
        let _ = self.changes.send(ClusterChange::Release(key.clone())); // nobody listening is no error
    }

    /// Connects a live cluster.
    pub fn connect(&self, name: &str) {
        let cluster = FakeCluster { state: ClusterState::Live { version: "v1.36.3".into() }, namespaces: BTreeMap::new() };
        self.state().clusters.insert(cluster_name(name), cluster);
        let _ = self.changes.send(ClusterChange::Cluster(cluster_name(name)));
    }

    /// Sets how a cluster is.
    pub fn set_state(&self, name: &str, state: ClusterState) {
        self.state().clusters.get_mut(&cluster_name(name)).expect("a connected cluster").state = state;
        let _ = self.changes.send(ClusterChange::Cluster(cluster_name(name)));
    }

    /// The cluster does not answer from now on.
    pub fn set_away(&self, name: &str, reason: &str) {
        self.set_state(name, ClusterState::Away { since: self.clock.now(), reason: reason.into() });
    }

    /// The cluster answers again.
    pub fn set_live(&self, name: &str) {
        self.set_state(name, ClusterState::Live { version: "v1.36.3".into() });
    }

    /// A namespace that somebody else made.
    pub fn namespace_by_hand(&self, cluster: &str, namespace: &Namespace) {
        let info = NamespaceInfo { terminating: false, environment: None, created_by_us: false, volume_claims: Vec::new() };
        let mut state = self.state();
        state
            .clusters
            .get_mut(&cluster_name(cluster))
            .expect("a connected cluster")
            .namespaces
            .insert(namespace.clone(), FakeNamespace { info, kind: None });
    }

    /// Changes what a namespace says of itself: terminating, volume claims.
    pub fn namespace_change(&self, cluster: &str, namespace: &Namespace, change: impl FnOnce(&mut NamespaceInfo)) {
        let mut state = self.state();
        let found = state.clusters.get_mut(&cluster_name(cluster)).and_then(|c| c.namespaces.get_mut(namespace));
        change(&mut found.expect("a namespace that is there").info);
    }

    /// The namespace goes, with all that is in it.
    pub fn namespace_vanish(&self, cluster: &str, namespace: &Namespace) {
        let mut state = self.state();
        state.clusters.get_mut(&cluster_name(cluster)).expect("a connected cluster").namespaces.remove(namespace);
        state.releases.retain(|key, _| key.cluster != cluster_name(cluster) || key.namespace != *namespace);
    }

    /// The namespace as it is.
    pub fn namespace(&self, cluster: &ClusterName, namespace: &Namespace) -> Option<NamespaceInfo> {
        self.state().clusters.get(cluster).and_then(|c| c.namespaces.get(namespace)).map(|found| found.info.clone())
    }

    /// The kind on the namespace's label.
    pub fn namespace_kind(&self, cluster: &ClusterName, namespace: &Namespace) -> Option<String> {
        self.state().clusters.get(cluster).and_then(|c| c.namespaces.get(namespace)).and_then(|found| found.kind.clone())
    }

    /// The next call of this kind fails, whichever cluster it goes to.
    pub fn fail_next(&self, call: ClustersCall, error: AppError) {
        self.state().failures.push_back((call, error));
    }

    /// How often a call was made.
    pub fn calls(&self, call: ClustersCall) -> usize {
        self.state().calls.iter().filter(|c| **c == call).count()
    }

    /// All revisions, oldest first.
    pub fn revisions(&self, key: &ReleaseKey) -> Vec<ReleaseRevision> {
        let state = self.state();
        let Some(release) = state.releases.get(key) else { return Vec::new() };
        release.revisions.iter().map(|r| ReleaseRevision { revision: r.revision, status: r.status, operation: r.operation }).collect()
    }

    /// Status and description of each revision, oldest first.
    pub fn history(&self, key: &ReleaseKey) -> Vec<String> {
        let state = self.state();
        let Some(release) = state.releases.get(key) else { return Vec::new() };
        release.revisions.iter().map(|r| format!("{} {} {}: {}", r.revision, r.chart_version, r.status.as_str(), r.description)).collect()
    }

    /// What the cluster answers of an object from now on, whatever is tried of it.
    pub fn object_set(&self, cluster: &str, id: ObjectId, answer: ObjectTried) {
        self.state().objects.insert((cluster_name(cluster), id), answer);
    }

    /// What charts of this version render to from now on, as YAML documents.
    pub fn manifest_set(&self, chart_version: &str, manifest: &str) {
        self.state().manifests.insert(chart_version.to_owned(), manifest.to_owned());
    }

    /// What a chart renders to.
    pub(crate) fn rendered(&self, chart: &str, version: &str, values: serde_json::Value) -> ReleaseBody {
        rendered(&self.state().manifests, chart, version, values)
    }

    /// Helm begins: a pending revision, or its refusal. Labels of the revision before are copied where none is given.
    pub(crate) fn helm_begin(
        &self,
        key: &ReleaseKey,
        chart_version: &str,
        operation: Option<OperationId>,
        values: serde_json::Value,
    ) -> Result<u32, String> {
        let upgrade = Begin {
            status: ReleaseStatus::PendingUpgrade,
            description: "Preparing upgrade".into(),
            chart_version: chart_version.to_owned(),
            operation,
            values,
        };
        self.helm_push(key, upgrade)
    }

    /// Helm begins to go back: the pending revision is a copy of the one it goes back to, labels and all.
    pub(crate) fn helm_rollback_begin(&self, key: &ReleaseKey, to_revision: u32) -> Result<u32, String> {
        let rollback = {
            let state = self.state();
            let found = state.releases.get(key).and_then(|release| release.revisions.iter().find(|r| r.revision == to_revision));
            let Some(found) = found else { return Err("release has no such version".into()) };
            Begin {
                status: ReleaseStatus::PendingRollback,
                description: format!("Rollback to {to_revision}"),
                chart_version: found.chart_version.clone(),
                operation: found.operation,
                values: found.values.clone(),
            }
        };
        self.helm_push(key, rollback)
    }

    /// Helm begins to remove the release (`pkg/action/uninstall.go`); `false`: there is none.
    pub(crate) fn helm_remove_begin(&self, key: &ReleaseKey) -> bool {
        let begun = {
            let mut state = self.state();
            let newest = state.releases.get_mut(key).and_then(|release| release.revisions.last_mut());
            newest.filter(|newest| newest.status != ReleaseStatus::Uninstalled).map(|newest| newest.status = ReleaseStatus::Uninstalling).is_some()
        };
        self.tell(key);
        begun
    }

    /// Helm has removed the release.
    pub(crate) fn helm_remove(&self, key: &ReleaseKey, keep_history: bool) {
        {
            let mut state = self.state();
            match state.releases.get_mut(key).filter(|_| keep_history) {
                Some(release) => {
                    (release.workloads, release.pods) = (Vec::new(), Vec::new());
                    release.revisions.iter_mut().for_each(|r| r.status = ReleaseStatus::Superseded);
                    release.revisions.last_mut().expect("a release has revisions").status = ReleaseStatus::Uninstalled;
                }
                None => drop(state.releases.remove(key)),
            }
        }
        self.tell(key);
    }

    fn helm_push(&self, key: &ReleaseKey, begin: Begin) -> Result<u32, String> {
        let now = self.clock.now();
        let revision = {
            let mut state = self.state();
            let fresh = || FakeRelease { chart: key.name.to_string(), revisions: Vec::new(), workloads: Vec::new(), pods: Vec::new() };
            let release = state.releases.entry(key.clone()).or_insert_with(fresh);
            let last = release.revisions.last();
            if last.is_some_and(|r| r.status.is_pending()) {
                return Err("another operation (install/upgrade/rollback) is in progress".into());
            }
            let is_upgrade = begin.status == ReleaseStatus::PendingUpgrade;
            if is_upgrade && last.is_some_and(|r| r.status == ReleaseStatus::Uninstalling) {
                return Err(format!("\"{}\" has no deployed releases", key.name)); // there was one, and it is going
            }
            let is_new = last.is_none_or(|r| r.status == ReleaseStatus::Uninstalled);
            let status = if is_new { ReleaseStatus::PendingInstall } else { begin.status };
            let operation = begin.operation.or_else(|| last.and_then(|r| r.operation));
            let revision = last.map_or(0, |r| r.revision) + 1;
            release.revisions.push(FakeRevision {
                revision,
                status,
                operation,
                description: begin.description,
                chart_version: begin.chart_version,
                updated_at: now,
                values: begin.values,
            });
            revision
        };
        self.tell(key);
        Ok(revision)
    }

    /// Helm ends well: the revision is in force, its pods are as `rollout` says.
    pub(crate) fn helm_finish(&self, key: &ReleaseKey, revision: u32, rollout: Rollout) {
        {
            let mut state = self.state();
            let release = state.releases.get_mut(key).expect("Helm began with it");
            for old in release.revisions.iter_mut().filter(|r| r.status == ReleaseStatus::Deployed) {
                old.status = ReleaseStatus::Superseded;
            }
            let own = release.revisions.iter_mut().find(|r| r.revision == revision).expect("Helm began with it");
            if own.status != ReleaseStatus::PendingRollback {
                own.description = "Upgrade complete".into();
            }
            own.status = ReleaseStatus::Deployed;
        }
        self.roll(key, rollout);
    }

    /// Helm ends badly: the revision is failed.
    pub(crate) fn helm_fail(&self, key: &ReleaseKey, revision: u32, why: &str) {
        {
            let mut state = self.state();
            let release = state.releases.get_mut(key).expect("Helm began with it");
            let own = release.revisions.iter_mut().find(|r| r.revision == revision).expect("Helm began with it");
            (own.status, own.description) = (ReleaseStatus::Failed, why.to_owned());
        }
        self.tell(key);
    }

    /// Somebody runs plain `helm upgrade` beside Slipway, to its end.
    pub fn helm_by_hand(&self, key: &ReleaseKey, chart_version: &str, rollout: Rollout) -> u32 {
        let revision = self.helm_by_hand_begin(key, chart_version);
        self.helm_finish(key, revision, rollout);
        revision
    }

    /// Somebody runs plain `helm upgrade` beside Slipway, and it is still at work or was cut off.
    pub fn helm_by_hand_begin(&self, key: &ReleaseKey, chart_version: &str) -> u32 {
        self.helm_begin(key, chart_version, None, serde_json::json!({})).expect("no Helm is at work")
    }

    /// Somebody runs plain `helm uninstall` beside Slipway, to its end.
    pub fn helm_uninstall_by_hand(&self, key: &ReleaseKey) {
        self.helm_remove(key, false);
    }

    /// Helm has dropped an old revision, as it does beyond its limit.
    pub fn revision_forget(&self, key: &ReleaseKey, revision: u32) {
        self.state().releases.get_mut(key).expect("a release that is there").revisions.retain(|r| r.revision != revision);
        self.tell(key);
    }

    /// The pods of a release become so.
    pub fn roll(&self, key: &ReleaseKey, rollout: Rollout) {
        let now = self.clock.now();
        {
            let mut state = self.state();
            let release = state.releases.get_mut(key).expect("a release that is there");
            let version = release.revisions.last().map(|r| r.chart_version.clone()).unwrap_or_default();
            release.workloads = rollout.workloads(key.name.as_str());
            release.pods = rollout.pods(key.name.as_str(), &version, now);
        }
        self.tell(key);
    }

    /// Changes the pods of a release one by one.
    pub fn pods_change(&self, key: &ReleaseKey, change: impl FnOnce(&mut Vec<Pod>)) {
        change(&mut self.state().releases.get_mut(key).expect("a release that is there").pods);
        self.tell(key);
    }
}
