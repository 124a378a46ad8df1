//! One cluster: its index behind a short lock, its state as the probe and the watches tell it, and the calls to it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use domain::cluster::{ClusterState, ClusterSummary};
use domain::health::Health;
use domain::ports::ClusterChange;
use domain::release::{Release, ReleaseKey};
use domain::{ClusterName, Timestamp};
use kube::Client;
use tokio::sync::{Notify, broadcast};

use crate::error::KubernetesError;
use crate::health_cache::HealthCache;
use crate::index::{Index, ReleaseRef};
use crate::objects::Kinds;
use crate::source::Configured;

/// A watch that can't be read this long makes the cluster count as away, though it answers, in milliseconds.
const WATCH_FAILING_MS_MAX: i64 = 15_000;

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum WatchKind {
    ReleaseSecrets,
    Deployments,
    StatefulSets,
    DaemonSets,
    ReplicaSets,
    Jobs,
    Pods,
    Nodes,
}

impl WatchKind {
    /// Without these nothing true can be said of a release.
    const ESSENTIAL: [Self; 7] =
        [Self::ReleaseSecrets, Self::Deployments, Self::StatefulSets, Self::DaemonSets, Self::ReplicaSets, Self::Jobs, Self::Pods];

    fn plural(self) -> &'static str {
        match self {
            Self::ReleaseSecrets => "secrets",
            Self::Deployments => "deployments",
            Self::StatefulSets => "statefulsets",
            Self::DaemonSets => "daemonsets",
            Self::ReplicaSets => "replicasets",
            Self::Jobs => "jobs",
            Self::Pods => "pods",
            Self::Nodes => "nodes",
        }
    }
}

/// How a watch is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WatchState {
    /// Its list was read and it follows.
    Following,
    /// 401 or 403.
    Refused { since: Timestamp },
    /// Anything else.
    Failing { since: Timestamp, why: String },
}

/// What is known about how the cluster is.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// The version it named when it last answered.
    pub version: Option<String>,
    /// Why there is no connection, and since when.
    pub away: Option<(Timestamp, Away)>,
    /// A watch that is not here has not read its list yet.
    pub watches: BTreeMap<WatchKind, WatchState>,
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Away {
    Unreachable(String),
    Refused(String),
}

impl Signals {
    /// The state that follows.
    pub(crate) fn state(&self, cluster: &ClusterName, now: Timestamp) -> ClusterState {
        match self.away.clone() {
            Some((since, Away::Refused(reason))) => return ClusterState::Refused { since, reason },
            Some((since, Away::Unreachable(reason))) => return ClusterState::Away { since, reason },
            None => {}
        }
        let essential = || WatchKind::ESSENTIAL.into_iter().filter_map(|kind| self.watches.get(&kind).map(|state| (kind, state)));
        let refused = || essential().filter_map(|(kind, state)| if let WatchState::Refused { since } = state { Some((kind, *since)) } else { None });
        // Once all have answered: so it is one sentence, and not one that grows.
        let answered = WatchKind::ESSENTIAL.into_iter().all(|kind| self.watches.contains_key(&kind));
        if let (true, Some(since)) = (answered, refused().map(|(_, since)| since).min()) {
            let kinds: Vec<_> = refused().map(|(kind, _)| kind.plural()).collect();
            let deed = format!("list and watch {} in all namespaces", words(&kinds));
            return ClusterState::Refused { since, reason: KubernetesError::Forbidden { cluster: cluster.clone(), deed }.sentence() };
        }
        let failing = essential().find_map(|(kind, state)| match state {
            WatchState::Failing { since, why } if now.as_millisecond() - since.as_millisecond() > WATCH_FAILING_MS_MAX => Some((kind, *since, why)),
            _ => None,
        });
        if let Some((kind, since, why)) = failing {
            return ClusterState::Away { since, reason: format!("It answers, but its {} can't be read: {why}.", kind.plural()) };
        }
        match &self.version {
            Some(version) if answered => ClusterState::Live { version: version.clone() },
            _ => ClusterState::Connecting,
        }
    }
}

/// Several words as one list: `a, b and c`.
fn words(all: &[&str]) -> String {
    match all {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// One cluster.
pub(crate) struct Cluster {
    pub configured: Configured,
    index: RwLock<Index>,
    signals: Mutex<(Signals, ClusterState)>,
    client: RwLock<Option<Client>>,
    changes: broadcast::Sender<ClusterChange>,
    health: HealthCache,
    pub(crate) kinds: Kinds,
    /// There may be bodies to read.
    pub bodies_wanted: Notify,
    /// A watch failed: probe now.
    pub probe_wanted: Notify,
}

impl Cluster {
    pub(crate) fn new(configured: Configured, changes: broadcast::Sender<ClusterChange>) -> Self {
        let signals = Mutex::new((Signals::default(), ClusterState::Connecting));
        let (bodies_wanted, probe_wanted) = (Notify::new(), Notify::new());
        Self {
            configured,
            index: RwLock::default(),
            signals,
            client: RwLock::default(),
            changes,
            health: HealthCache::default(),
            kinds: Kinds::default(),
            bodies_wanted,
            probe_wanted,
        }
    }

    pub(crate) fn name(&self) -> &ClusterName {
        &self.configured.name
    }

    /// The index to read. Held for the time of a copy, never across an await.
    pub(crate) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The index to write. Held for one object.
    pub(crate) fn index_mut(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn signals(&self) -> MutexGuard<'_, (Signals, ClusterState)> {
        self.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known, and announces the state if it follows another one.
    pub(crate) fn signal(&self, change: impl FnOnce(&mut Signals)) {
        let mut signals = self.signals();
        change(&mut signals.0);
        let state = signals.0.state(self.name(), Timestamp::now());
        if state != signals.1 {
            tracing::info!(cluster.name = %self.name(), "cluster {}: {}", self.name(), state_words(&state));
            signals.1 = state;
            drop(signals);
            self.announce_all();
        }
    }

    /// Tells readers to look at the whole cluster again.
    pub(crate) fn announce_all(&self) {
        self.health.forget_all();
        // No reader is no fault.
        let _ = self.changes.send(ClusterChange::Cluster(self.name().clone()));
    }

    /// Tells readers that a release changed.
    pub(crate) fn announce(&self, release: ReleaseRef) {
        self.health.forget(&release);
        let key = ReleaseKey { cluster: self.name().clone(), namespace: release.namespace, name: release.name };
        let _ = self.changes.send(ClusterChange::Release(key));
    }

    /// One release and its health, assessed anew only when something of it changed or a second has passed.
    pub(crate) fn release_health(&self, key: &ReleaseKey, now: Timestamp) -> Option<(Release, Health)> {
        let release = ReleaseRef { namespace: key.namespace.clone(), name: key.name.clone() };
        self.health.get_or(release, now, || self.index().release(key))
    }

    /// The cluster as lists show it.
    pub(crate) fn summary(&self) -> ClusterSummary {
        let state = self.signals().1.clone();
        let index = self.index();
        ClusterSummary {
            name: self.name().clone(),
            server: self.configured.server.clone(),
            state,
            nodes_ready: index.nodes.values().filter(|ready| **ready).count(),
            nodes: index.nodes.len(),
            releases: index.releases(),
            pods: index.pods(),
        }
    }

    pub(crate) fn client_set(&self, client: Client) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = Some(client);
    }

    /// The client, if the cluster could be connected to at least once.
    pub(crate) fn client(&self) -> Result<Client, KubernetesError> {
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner).clone();
        client.ok_or_else(|| match self.signals().1.clone() {
            ClusterState::Away { reason, .. } | ClusterState::Refused { reason, .. } => KubernetesError::NotConnected { reason },
            _ => KubernetesError::NotConnected { reason: format!("Cluster “{}” did not answer yet.", self.name()) },
        })
    }

    /// Runs a call within a limit. `deed` says what is tried, to follow “to”.
    pub(crate) async fn call<T>(
        &self,
        deed: &str,
        limit: Duration,
        request: impl Future<Output = kube::Result<T>> + Send,
    ) -> Result<T, KubernetesError> {
        let server = &self.configured.server;
        match tokio::time::timeout(limit, request).await {
            Ok(answer) => answer.map_err(|error| KubernetesError::from_kube(self.name(), server, deed, &error)),
            Err(_) => {
                let why = format!("{server} did not answer within {} s", limit.as_secs());
                Err(KubernetesError::Unreachable { cluster: self.name().clone(), why })
            }
        }
    }
}

fn state_words(state: &ClusterState) -> String {
    match state {
        ClusterState::Connecting => "connecting".to_owned(),
        ClusterState::Live { version } => format!("live, {version}"),
        ClusterState::Away { reason, .. } => format!("away. {reason}"),
        ClusterState::Refused { reason, .. } => format!("refused. {reason}"),
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
