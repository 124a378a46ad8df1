//! Reading the index: releases with their workloads and pods, and counts. All reads are in memory and never wait.

use domain::live::{Pod, ReleaseLive, WorkloadKind};
use domain::release::{Release, ReleaseKey};
use domain::{ClusterName, Namespace};

use crate::index::{Index, NamespaceIndex, OwnerKind, PodSeen, ReleaseRef, ReleaseSeen};

impl NamespaceIndex {
    pub(crate) fn is_empty(&self) -> bool {
        self.releases.is_empty() && self.workloads.is_empty() && self.replica_sets.is_empty() && self.pods.is_empty()
    }

    /// Kind and name of the workload that a pod belongs to.
    fn workload_of_pod(&self, seen: &PodSeen) -> Option<(WorkloadKind, String)> {
        let (kind, name) = seen.owner.as_ref()?;
        match kind.workload() {
            Some(kind) => Some((kind, name.clone())),
            None => Some((WorkloadKind::Deployment, self.replica_sets.get(name)?.clone())),
        }
    }

    /// The release that a pod belongs to, as far as its owners were seen.
    pub(crate) fn release_of_pod(&self, seen: &PodSeen) -> Option<ReleaseRef> {
        let workload = self.workload_of_pod(seen)?;
        self.workloads.get(&workload).map(|seen| seen.release.clone())
    }

    fn pods_owned(&self, owner: OwnerKind, name: &str, workload: &(WorkloadKind, String), into: &mut Vec<Pod>) {
        let Some(names) = self.pods_of.get(&(owner, name.to_owned())) else { return };
        let seen = names.iter().filter_map(|name| self.pods.get(name));
        into.extend(seen.map(|seen| Pod { workload: Some(workload.clone()), ..seen.pod.clone() }));
    }

    fn pods_of_workload(&self, workload: &(WorkloadKind, String), into: &mut Vec<Pod>) {
        let (kind, name) = workload;
        let owner = match kind {
            WorkloadKind::Deployment => {
                for replica_set in self.replica_sets_of.get(name).into_iter().flatten() {
                    self.pods_owned(OwnerKind::ReplicaSet, replica_set, workload, into);
                }
                return;
            }
            WorkloadKind::StatefulSet => OwnerKind::StatefulSet,
            WorkloadKind::DaemonSet => OwnerKind::DaemonSet,
            WorkloadKind::Job => OwnerKind::Job,
        };
        self.pods_owned(owner, name, workload, into);
    }
}

impl Index {
    /// One release.
    pub(crate) fn release(&self, key: &ReleaseKey) -> Option<ReleaseLive> {
        let seen = self.namespaces.get(&key.namespace)?.releases.get(&key.name)?;
        self.release_live(key.clone(), seen)
    }

    /// The releases of a namespace, by name.
    pub(crate) fn releases_in(&self, cluster: &ClusterName, namespace: &Namespace) -> Vec<ReleaseLive> {
        let Some(index) = self.namespaces.get(namespace) else { return Vec::new() };
        let key = |name: &domain::ReleaseName| ReleaseKey { cluster: cluster.clone(), namespace: namespace.clone(), name: name.clone() };
        index.releases.iter().filter_map(|(name, seen)| self.release_live(key(name), seen)).collect()
    }

    fn release_live(&self, key: ReleaseKey, seen: &ReleaseSeen) -> Option<ReleaseLive> {
        let release = release(key, seen)?;
        let (mut workloads, mut pods) = (Vec::with_capacity(seen.workloads.len()), Vec::new());
        for (namespace, kind, name) in &seen.workloads {
            let Some(index) = self.namespaces.get(namespace) else { continue };
            let id = (*kind, name.clone());
            if let Some(found) = index.workloads.get(&id) {
                workloads.push(found.workload.clone());
                index.pods_of_workload(&id, &mut pods);
            }
        }
        workloads.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        pods.sort_by(|a, b| a.name.cmp(&b.name));
        Some(ReleaseLive { release, workloads, pods })
    }

    /// Pods of a namespace.
    pub(crate) fn pods_in(&self, namespace: &Namespace) -> usize {
        self.namespaces.get(namespace).map_or(0, |index| index.pods.len())
    }

    /// All pods.
    pub(crate) fn pods(&self) -> usize {
        self.namespaces.values().map(|index| index.pods.len()).sum()
    }

    /// All releases.
    pub(crate) fn releases(&self) -> usize {
        self.namespaces.values().flat_map(|index| index.releases.values()).filter(|seen| !seen.revisions.is_empty()).count()
    }
}

/// The newest revision as lists show it. `None` while only workloads of the release were seen.
fn release(key: ReleaseKey, seen: &ReleaseSeen) -> Option<Release> {
    let (number, newest) = seen.revisions.last_key_value()?;
    let body = seen.body.as_ref().filter(|(of, _)| of == number).map(|(_, body)| body);
    Some(Release {
        key,
        revision: *number,
        status: newest.status,
        operation: newest.operation,
        chart: body.and_then(|body| body.chart.clone()),
        chart_version: body.and_then(|body| body.chart_version.clone()),
        app_version: body.and_then(|body| body.app_version.clone()),
        updated_at: body.and_then(|body| body.deployed_at).or(newest.made_at),
    })
}
