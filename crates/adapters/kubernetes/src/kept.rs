//! What each watched kind does to the index: how an object is put in, how it goes, and which ones are in there.

use domain::Namespace;
use domain::live::WorkloadKind;

use crate::index::{Index, ReleaseRef};
use crate::shapes;
use crate::state::WatchKind;
use crate::trim;
use crate::wire::{Seen, Shape};

/// Namespace and name of an object. Nodes have no namespace.
pub(crate) type ObjectId = (Option<Namespace>, String);

/// A kind whose objects the index keeps.
pub(crate) trait Kept: Shape {
    /// Its watch.
    const WATCH: WatchKind;
    /// Puts an object in; answers the releases that changed by it.
    fn put(index: &mut Index, namespace: Option<&Namespace>, object: &Seen<Self>) -> Vec<ReleaseRef>;
    /// Takes an object out.
    fn remove(index: &mut Index, namespace: Option<&Namespace>, name: &str) -> Vec<ReleaseRef>;
    /// All that are in.
    fn ids(index: &Index) -> Vec<ObjectId>;
}

/// The namespace of an object, if it has one.
pub(crate) fn namespace_of<S: Shape>(object: &Seen<S>) -> Option<Namespace> {
    Namespace::new(object.namespace()).ok()
}

/// The name Helm gives the Secret of a revision (`pkg/storage/storage.go`).
pub(crate) fn secret_name(release: &str, revision: u32) -> String {
    format!("sh.helm.release.v1.{release}.v{revision}")
}

impl Kept for shapes::ReleaseSecret {
    const WATCH: WatchKind = WatchKind::ReleaseSecrets;

    fn put(index: &mut Index, _: Option<&Namespace>, object: &Seen<Self>) -> Vec<ReleaseRef> {
        // A copy under another name is not a revision: Helm would not find it either.
        let seen = trim::revision(object).filter(|(release, number, _)| object.name() == secret_name(release.name.as_str(), *number));
        seen.and_then(|(release, number, revision)| index.revision_put(release, number, revision)).into_iter().collect()
    }

    fn remove(index: &mut Index, namespace: Option<&Namespace>, name: &str) -> Vec<ReleaseRef> {
        let parts = name.strip_prefix("sh.helm.release.v1.").and_then(|rest| rest.rsplit_once(".v"));
        let parsed = parts.and_then(|(name, number)| Some((domain::ReleaseName::new(name).ok()?, number.parse().ok()?)));
        let (Some(namespace), Some((name, number))) = (namespace, parsed) else { return Vec::new() };
        index.revision_remove(&ReleaseRef { namespace: namespace.clone(), name }, number).into_iter().collect()
    }

    fn ids(index: &Index) -> Vec<ObjectId> {
        let releases = index.namespaces.iter().flat_map(|(namespace, index)| index.releases.iter().map(move |(name, seen)| (namespace, name, seen)));
        releases
            .flat_map(|(namespace, name, seen)| {
                seen.revisions.keys().map(move |number| (Some(namespace.clone()), secret_name(name.as_str(), *number)))
            })
            .collect()
    }
}

macro_rules! kept_workload {
    ($shape:ty, $watch:expr, $kind:expr, $trim:path, $release:path) => {
        impl Kept for $shape {
            const WATCH: WatchKind = $watch;

            fn put(index: &mut Index, namespace: Option<&Namespace>, object: &Seen<Self>) -> Vec<ReleaseRef> {
                namespace.map(|namespace| index.workload_put(namespace, $trim(object), $release(object))).unwrap_or_default()
            }
            fn remove(index: &mut Index, namespace: Option<&Namespace>, name: &str) -> Vec<ReleaseRef> {
                namespace.and_then(|namespace| index.workload_remove(namespace, $kind, name)).into_iter().collect()
            }
            fn ids(index: &Index) -> Vec<ObjectId> {
                workload_ids(index, $kind)
            }
        }
    };
}

kept_workload!(shapes::Deployment, WatchKind::Deployments, WorkloadKind::Deployment, trim::deployment, trim::release_of);
kept_workload!(shapes::StatefulSet, WatchKind::StatefulSets, WorkloadKind::StatefulSet, trim::stateful_set, trim::release_of);
kept_workload!(shapes::DaemonSet, WatchKind::DaemonSets, WorkloadKind::DaemonSet, trim::daemon_set, trim::release_of);
kept_workload!(shapes::Job, WatchKind::Jobs, WorkloadKind::Job, trim::job, trim::release_of_job);

fn workload_ids(index: &Index, wanted: WorkloadKind) -> Vec<ObjectId> {
    let all = index.namespaces.iter().flat_map(|(namespace, index)| index.workloads.keys().map(move |id| (namespace, id)));
    all.filter(|(_, (kind, _))| *kind == wanted).map(|(namespace, (_, name))| (Some(namespace.clone()), name.clone())).collect()
}

impl Kept for shapes::ReplicaSet {
    const WATCH: WatchKind = WatchKind::ReplicaSets;

    fn put(index: &mut Index, namespace: Option<&Namespace>, object: &Seen<Self>) -> Vec<ReleaseRef> {
        namespace.and_then(|namespace| index.replica_set_put(namespace, object.name(), trim::deployment_of(object))).into_iter().collect()
    }
    fn remove(index: &mut Index, namespace: Option<&Namespace>, name: &str) -> Vec<ReleaseRef> {
        namespace.and_then(|namespace| index.replica_set_put(namespace, name, None)).into_iter().collect()
    }
    fn ids(index: &Index) -> Vec<ObjectId> {
        let all = index.namespaces.iter().flat_map(|(namespace, index)| index.replica_sets.keys().map(move |name| (namespace, name)));
        all.map(|(namespace, name)| (Some(namespace.clone()), name.clone())).collect()
    }
}

impl Kept for shapes::Pod {
    const WATCH: WatchKind = WatchKind::Pods;

    fn put(index: &mut Index, namespace: Option<&Namespace>, object: &Seen<Self>) -> Vec<ReleaseRef> {
        namespace.and_then(|namespace| index.pod_put(namespace, trim::pod(object))).into_iter().collect()
    }
    fn remove(index: &mut Index, namespace: Option<&Namespace>, name: &str) -> Vec<ReleaseRef> {
        namespace.and_then(|namespace| index.pod_remove(namespace, name)).into_iter().collect()
    }
    fn ids(index: &Index) -> Vec<ObjectId> {
        let all = index.namespaces.iter().flat_map(|(namespace, index)| index.pods.keys().map(move |name| (namespace, name)));
        all.map(|(namespace, name)| (Some(namespace.clone()), name.clone())).collect()
    }
}

impl Kept for shapes::Node {
    const WATCH: WatchKind = WatchKind::Nodes;

    fn put(index: &mut Index, _: Option<&Namespace>, object: &Seen<Self>) -> Vec<ReleaseRef> {
        index.nodes.insert(object.name().to_owned(), trim::node_ready(object));
        Vec::new()
    }
    fn remove(index: &mut Index, _: Option<&Namespace>, name: &str) -> Vec<ReleaseRef> {
        index.nodes.remove(name);
        Vec::new()
    }
    fn ids(index: &Index) -> Vec<ObjectId> {
        index.nodes.keys().map(|name| (None, name.clone())).collect()
    }
}
