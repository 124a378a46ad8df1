//! The index over what the watches see in one cluster: what a release consists of, whatever order it came in.
//!
//! Writers: the watches, one object at a time; each write answers which release it touched. Readers: [`crate::index_read`].
//! Links are kept by name and followed on reading, so a pod may be seen before its ReplicaSet and that before the
//! Deployment. Not here: Kubernetes' shapes, locks, time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::live::{Pod, Workload, WorkloadKind};
use domain::release::ReleaseStatus;
use domain::{Namespace, OperationId, ReleaseName, Timestamp};

use crate::body::Body;

/// A release within a cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ReleaseRef {
    pub namespace: Namespace,
    pub name: ReleaseName,
}

/// One revision, from its Secret's labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RevisionSeen {
    pub status: ReleaseStatus,
    pub operation: Option<OperationId>,
    pub made_at: Option<Timestamp>,
}

/// Kinds that own pods directly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum OwnerKind {
    ReplicaSet,
    StatefulSet,
    DaemonSet,
    Job,
}

impl OwnerKind {
    pub(crate) fn from_kind(kind: &str) -> Option<Self> {
        match kind {
            "ReplicaSet" => Some(Self::ReplicaSet),
            "StatefulSet" => Some(Self::StatefulSet),
            "DaemonSet" => Some(Self::DaemonSet),
            "Job" => Some(Self::Job),
            _ => None,
        }
    }

    /// The owner that is a workload itself.
    pub(crate) fn workload(self) -> Option<WorkloadKind> {
        match self {
            Self::ReplicaSet => None,
            Self::StatefulSet => Some(WorkloadKind::StatefulSet),
            Self::DaemonSet => Some(WorkloadKind::DaemonSet),
            Self::Job => Some(WorkloadKind::Job),
        }
    }
}

/// A pod with its direct owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PodSeen {
    pub pod: Pod,
    pub owner: Option<(OwnerKind, String)>,
}

#[derive(Debug)]
pub(crate) struct WorkloadSeen {
    pub workload: Workload,
    pub release: ReleaseRef,
}

/// What is known of a release.
#[derive(Debug, Default)]
pub(crate) struct ReleaseSeen {
    pub revisions: BTreeMap<u32, RevisionSeen>,
    /// Charts may put objects into other namespaces, hence the namespace.
    pub workloads: BTreeSet<(Namespace, WorkloadKind, String)>,
    /// The revision whose body was read, and what was kept of it.
    pub body: Option<(u32, Body)>,
}

#[derive(Debug, Default)]
pub(crate) struct NamespaceIndex {
    pub releases: BTreeMap<ReleaseName, ReleaseSeen>,
    pub workloads: HashMap<(WorkloadKind, String), WorkloadSeen>,
    /// ReplicaSet to Deployment.
    pub replica_sets: HashMap<String, String>,
    /// Deployment to its ReplicaSets.
    pub replica_sets_of: HashMap<String, BTreeSet<String>>,
    pub pods: HashMap<String, PodSeen>,
    pub pods_of: HashMap<(OwnerKind, String), BTreeSet<String>>,
}

/// The index of one cluster.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub namespaces: HashMap<Namespace, NamespaceIndex>,
    /// Node to whether it is ready.
    pub nodes: HashMap<String, bool>,
    /// Releases whose newest revision's body is to be read. One entry per release at most, so it needs no other limit.
    pub bodies_wanted: BTreeSet<ReleaseRef>,
}

impl Index {
    pub(crate) fn namespace_mut(&mut self, namespace: &Namespace) -> &mut NamespaceIndex {
        self.namespaces.entry(namespace.clone()).or_default()
    }

    /// A revision was seen.
    pub(crate) fn revision_put(&mut self, release: ReleaseRef, number: u32, seen: RevisionSeen) -> Option<ReleaseRef> {
        let entry = self.namespace_mut(&release.namespace).releases.entry(release.name.clone()).or_default();
        if entry.revisions.get(&number) == Some(&seen) {
            return None;
        }
        entry.revisions.insert(number, seen);
        self.body_want(&release);
        Some(release)
    }

    /// A revision is gone.
    pub(crate) fn revision_remove(&mut self, release: &ReleaseRef, number: u32) -> Option<ReleaseRef> {
        let namespace = self.namespaces.get_mut(&release.namespace)?;
        let entry = namespace.releases.get_mut(&release.name)?;
        entry.revisions.remove(&number)?;
        if entry.body.as_ref().is_some_and(|(of, _)| *of == number) {
            entry.body = None;
        }
        self.body_want(release);
        self.release_forget_if_empty(release);
        Some(release.clone())
    }

    /// Puts the release on the list of bodies to read unless its newest one is known.
    pub(crate) fn body_want(&mut self, release: &ReleaseRef) {
        let entry = self.namespaces.get(&release.namespace).and_then(|n| n.releases.get(&release.name));
        let newest = entry.and_then(|entry| entry.revisions.keys().next_back().copied());
        let known = entry.and_then(|entry| entry.body.as_ref()).map(|(number, _)| *number);
        if newest.is_some() && newest != known {
            self.bodies_wanted.insert(release.clone());
        } else {
            self.bodies_wanted.remove(release);
        }
    }

    /// Puts all releases on the list whose newest body is not known.
    pub(crate) fn bodies_want_all(&mut self) {
        let keys = |(namespace, index): (&Namespace, &NamespaceIndex)| {
            let namespace = namespace.clone();
            index.releases.keys().map(move |name| ReleaseRef { namespace: namespace.clone(), name: name.clone() }).collect::<Vec<_>>()
        };
        let all: Vec<ReleaseRef> = self.namespaces.iter().flat_map(keys).collect();
        for release in &all {
            self.body_want(release);
        }
    }

    /// Takes a release off that list, with the revision to read.
    pub(crate) fn body_take(&mut self) -> Option<(ReleaseRef, u32)> {
        while let Some(release) = self.bodies_wanted.pop_first() {
            let entry = self.namespaces.get(&release.namespace).and_then(|n| n.releases.get(&release.name));
            if let Some(number) = entry.and_then(|entry| entry.revisions.keys().next_back().copied()) {
                return Some((release, number));
            }
        }
        None
    }

    /// A body was read. One that is no longer the newest is dropped.
    pub(crate) fn body_put(&mut self, release: ReleaseRef, number: u32, body: Body) -> Option<ReleaseRef> {
        let entry = self.namespaces.get_mut(&release.namespace)?.releases.get_mut(&release.name)?;
        if entry.revisions.keys().next_back() != Some(&number) {
            return None;
        }
        entry.body = Some((number, body));
        Some(release)
    }

    /// A workload was seen. One that belongs to no release is not kept.
    pub(crate) fn workload_put(&mut self, namespace: &Namespace, workload: Workload, release: Option<ReleaseRef>) -> Vec<ReleaseRef> {
        let id = (workload.kind, workload.name.clone());
        let Some(release) = release else { return self.workload_remove(namespace, id.0, &id.1).into_iter().collect() };
        let before = self.namespaces.get(namespace).and_then(|n| n.workloads.get(&id));
        let moved = match before {
            Some(seen) if seen.workload == workload && seen.release == release => return Vec::new(),
            Some(seen) if seen.release != release => self.workload_remove(namespace, id.0, &id.1),
            _ => None,
        };
        let links = &mut self.namespace_mut(&release.namespace).releases.entry(release.name.clone()).or_default().workloads;
        links.insert((namespace.clone(), id.0, id.1.clone()));
        self.namespace_mut(namespace).workloads.insert(id, WorkloadSeen { workload, release: release.clone() });
        moved.into_iter().chain([release]).collect()
    }

    /// A workload is gone.
    pub(crate) fn workload_remove(&mut self, namespace: &Namespace, kind: WorkloadKind, name: &str) -> Option<ReleaseRef> {
        let seen = self.namespaces.get_mut(namespace)?.workloads.remove(&(kind, name.to_owned()))?;
        let owner = self.namespaces.get_mut(&seen.release.namespace).and_then(|n| n.releases.get_mut(&seen.release.name));
        if let Some(entry) = owner {
            entry.workloads.remove(&(namespace.clone(), kind, name.to_owned()));
        }
        self.release_forget_if_empty(&seen.release);
        self.namespace_forget_if_empty(namespace);
        Some(seen.release)
    }

    fn release_forget_if_empty(&mut self, release: &ReleaseRef) {
        let Some(index) = self.namespaces.get_mut(&release.namespace) else { return };
        if index.releases.get(&release.name).is_some_and(|entry| entry.revisions.is_empty() && entry.workloads.is_empty()) {
            index.releases.remove(&release.name);
            self.namespace_forget_if_empty(&release.namespace);
        }
    }

    pub(crate) fn namespace_forget_if_empty(&mut self, namespace: &Namespace) {
        if self.namespaces.get(namespace).is_some_and(NamespaceIndex::is_empty) {
            self.namespaces.remove(namespace);
        }
    }
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
