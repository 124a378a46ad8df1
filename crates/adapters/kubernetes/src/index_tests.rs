//! The index: whatever order objects come in, a release shows what belongs to it, and what is gone leaves nothing.

use std::time::Instant;

use domain::live::{Container, ContainerState, Pod, Workload, WorkloadKind};
use domain::release::{ReleaseKey, ReleaseStatus};
use domain::{ClusterName, Namespace, ReleaseName};

use super::*;

fn namespace(text: &str) -> Namespace {
    Namespace::new(text).unwrap()
}
fn release(namespace_text: &str, name: &str) -> ReleaseRef {
    ReleaseRef { namespace: namespace(namespace_text), name: ReleaseName::new(name).unwrap() }
}
fn key(release: &ReleaseRef) -> ReleaseKey {
    ReleaseKey { cluster: ClusterName::new("c").unwrap(), namespace: release.namespace.clone(), name: release.name.clone() }
}
fn revision(status: ReleaseStatus) -> RevisionSeen {
    RevisionSeen { status, operation: None, made_at: None }
}
fn workload(kind: WorkloadKind, name: &str) -> Workload {
    Workload { kind, name: name.into(), desired: 1, updated: 1, ready: 1, total: 1, observed: true, stalled: None }
}
fn pod(name: &str, owner: (OwnerKind, &str)) -> PodSeen {
    let container = Container {
        name: "main".into(),
        image: "registry.example/acme/api:1.4.0".into(),
        ready: true,
        restarts: 0,
        state: ContainerState::Running,
        last_exit: None,
    };
    let pod = Pod {
        name: name.into(),
        workload: None,
        replica_set: (owner.0 == OwnerKind::ReplicaSet).then(|| owner.1.into()),
        phase: "Running".into(),
        ready: true,
        deleting: false,
        created_at: None,
        node: Some("node-1".into()),
        unschedulable: None,
        containers: vec![container.clone(), container],
    };
    PodSeen { pod, owner: Some((owner.0, owner.1.into())) }
}
fn body(chart: &str) -> Body {
    Body { chart: Some(chart.into()), chart_version: Some("1.0.0".into()), app_version: None, deployed_at: None }
}

#[test]
fn a_pod_seen_before_its_owners_belongs_to_the_release_in_the_end() {
    let (mut index, api, shop) = (Index::default(), release("shop", "api"), namespace("shop"));
    assert_eq!(index.pod_put(&shop, pod("api-1-x", (OwnerKind::ReplicaSet, "api-1"))), None);
    assert_eq!(index.replica_set_put(&shop, "api-1", Some("api".into())), None);
    assert!(index.release(&key(&api)).is_none());
    assert_eq!(index.workload_put(&shop, workload(WorkloadKind::Deployment, "api"), Some(api.clone())), vec![api.clone()]);
    assert!(index.release(&key(&api)).is_none(), "workloads alone are no release");
    assert_eq!(index.revision_put(api.clone(), 1, revision(ReleaseStatus::Deployed)), Some(api.clone()));
    let live = index.release(&key(&api)).unwrap();
    assert_eq!(live.workloads.len(), 1);
    assert_eq!(live.pods[0].workload, Some((WorkloadKind::Deployment, "api".into())));
    assert_eq!(live.pods[0].replica_set.as_deref(), Some("api-1"));
    assert_eq!(index.pod_put(&shop, pod("api-1-y", (OwnerKind::ReplicaSet, "api-1"))), Some(api));
}

#[test]
fn pods_of_every_kind_of_workload_are_found() {
    let (mut index, all, shop) = (Index::default(), release("shop", "all"), namespace("shop"));
    index.revision_put(all.clone(), 1, revision(ReleaseStatus::Deployed));
    for (kind, owner, name) in [
        (WorkloadKind::StatefulSet, OwnerKind::StatefulSet, "db"),
        (WorkloadKind::DaemonSet, OwnerKind::DaemonSet, "agent"),
        (WorkloadKind::Job, OwnerKind::Job, "migrate"),
    ] {
        index.workload_put(&shop, workload(kind, name), Some(all.clone()));
        index.pod_put(&shop, pod(&format!("{name}-0"), (owner, name)));
    }
    index.pod_put(&shop, pod("stranger-0", (OwnerKind::Job, "stranger")));
    let live = index.release(&key(&all)).unwrap();
    let names: Vec<_> = live.pods.iter().map(|pod| pod.name.as_str()).collect();
    assert_eq!(names, ["agent-0", "db-0", "migrate-0"]);
    assert_eq!(live.workloads.iter().map(|w| w.kind).collect::<Vec<_>>(), [WorkloadKind::StatefulSet, WorkloadKind::DaemonSet, WorkloadKind::Job]);
    assert_eq!((index.pods(), index.pods_in(&shop), index.releases()), (4, 4, 1));
}

#[test]
fn what_did_not_change_is_not_told() {
    let (mut index, api, shop) = (Index::default(), release("shop", "api"), namespace("shop"));
    index.workload_put(&shop, workload(WorkloadKind::StatefulSet, "api"), Some(api.clone()));
    assert!(index.workload_put(&shop, workload(WorkloadKind::StatefulSet, "api"), Some(api.clone())).is_empty());
    index.pod_put(&shop, pod("api-0", (OwnerKind::StatefulSet, "api")));
    assert_eq!(index.pod_put(&shop, pod("api-0", (OwnerKind::StatefulSet, "api"))), None);
    index.revision_put(api.clone(), 1, revision(ReleaseStatus::Deployed));
    assert_eq!(index.revision_put(api.clone(), 1, revision(ReleaseStatus::Deployed)), None);
    assert_eq!(index.revision_put(api.clone(), 1, revision(ReleaseStatus::Superseded)), Some(api));
}

#[test]
fn all_that_is_removed_leaves_nothing_behind() {
    let (mut index, api, shop) = (Index::default(), release("shop", "api"), namespace("shop"));
    index.revision_put(api.clone(), 3, revision(ReleaseStatus::Deployed));
    index.workload_put(&shop, workload(WorkloadKind::Deployment, "api"), Some(api.clone()));
    index.replica_set_put(&shop, "api-1", Some("api".into()));
    index.pod_put(&shop, pod("api-1-x", (OwnerKind::ReplicaSet, "api-1")));
    assert_eq!(index.pod_remove(&shop, "api-1-x"), Some(api.clone()));
    assert_eq!(index.replica_set_put(&shop, "api-1", None), Some(api.clone()));
    assert_eq!(index.workload_remove(&shop, WorkloadKind::Deployment, "api"), Some(api.clone()));
    assert_eq!(index.revision_remove(&api, 3), Some(api.clone()));
    assert!(index.namespaces.is_empty(), "{:?}", index.namespaces);
    assert!(index.bodies_wanted.is_empty());
}

#[test]
fn a_workload_that_changes_hands_leaves_its_old_release() {
    let (mut index, shop) = (Index::default(), namespace("shop"));
    let (old, new) = (release("shop", "old"), release("other", "new"));
    for release in [&old, &new] {
        index.revision_put(release.clone(), 1, revision(ReleaseStatus::Deployed));
    }
    index.workload_put(&shop, workload(WorkloadKind::Deployment, "api"), Some(old.clone()));
    assert_eq!(index.workload_put(&shop, workload(WorkloadKind::Deployment, "api"), Some(new.clone())), vec![old.clone(), new.clone()]);
    assert!(index.release(&key(&old)).unwrap().workloads.is_empty());
    assert_eq!(index.release(&key(&new)).unwrap().workloads.len(), 1, "also from another namespace");
    assert_eq!(index.workload_put(&shop, workload(WorkloadKind::Deployment, "api"), None), vec![new.clone()]);
    assert!(index.release(&key(&new)).unwrap().workloads.is_empty());
}

#[test]
fn the_body_shown_is_that_of_the_newest_revision_or_none() {
    let (mut index, api) = (Index::default(), release("shop", "api"));
    index.revision_put(api.clone(), 9, revision(ReleaseStatus::Deployed));
    assert_eq!(index.body_take(), Some((api.clone(), 9)));
    assert_eq!(index.body_take(), None);
    index.body_put(api.clone(), 9, body("nine"));
    assert_eq!(index.release(&key(&api)).unwrap().release.chart.as_deref(), Some("nine"));
    index.revision_put(api.clone(), 9, revision(ReleaseStatus::Superseded));
    assert_eq!(index.body_take(), None, "a change of status needs no new body");
    index.revision_put(api.clone(), 10, revision(ReleaseStatus::PendingUpgrade));
    let shown = index.release(&key(&api)).unwrap().release;
    assert_eq!((shown.revision, shown.chart), (10, None));
    assert_eq!(index.body_take(), Some((api.clone(), 10)));
    assert_eq!(index.body_put(api.clone(), 9, body("late")), None);
    assert_eq!(index.revision_remove(&api, 10), Some(api.clone()));
    assert_eq!(index.release(&key(&api)).unwrap().release.chart.as_deref(), Some("nine"), "rolled back: the body of 9 is still there");
}

#[test]
fn a_thousand_releases_with_ten_thousand_pods_are_read_in_milliseconds() {
    let mut index = Index::default();
    for number in 0..1_000 {
        let release = release(&format!("ns-{}", number % 50), &format!("service-{number}"));
        let (shop, name) = (release.namespace.clone(), format!("service-{number}"));
        index.revision_put(release.clone(), 1, revision(ReleaseStatus::Deployed));
        index.workload_put(&shop, workload(WorkloadKind::Deployment, &name), Some(release));
        index.replica_set_put(&shop, &format!("{name}-1"), Some(name.clone()));
        for replica in 0..10 {
            index.pod_put(&shop, pod(&format!("{name}-1-{replica}"), (OwnerKind::ReplicaSet, &format!("{name}-1"))));
        }
    }
    let cluster = ClusterName::new("c").unwrap();
    let began = Instant::now();
    let namespaces: Vec<_> = (0..50).map(|number| namespace(&format!("ns-{number}"))).collect();
    let all: Vec<_> = namespaces.iter().flat_map(|namespace| index.releases_in(&cluster, namespace)).collect();
    let took = began.elapsed();
    assert_eq!((all.len(), all.iter().map(|live| live.pods.len()).sum::<usize>()), (1_000, 10_000));
    eprintln!("1,000 releases with 10,000 pods read in {took:?}");
    // Unoptimised, on a busy machine; the optimised build takes a tenth.
    assert!(took.as_millis() < 500, "{took:?}");
}
