//! Objects as API servers send them, in the structs that health rules read.

use domain::live::{ContainerState, Exit, WorkloadKind};
use serde_json::{Value, json};

use super::*;
use crate::shapes::{DaemonSet, Deployment, Job, Node, Pod, ReleaseSecret, ReplicaSet, StatefulSet};

fn seen<S: Shape>(object: Value) -> Seen<S> {
    serde_json::from_value(object).unwrap()
}

#[test]
fn metadata_keeps_helms_annotations_and_the_controlling_owner_only() {
    let object: Seen<ReplicaSet> = seen(json!({"metadata": {
        "name": "api-1", "namespace": "shop", "resourceVersion": "7",
        "annotations": {"meta.helm.sh/release-name": "api", "kubectl.kubernetes.io/last-applied-configuration": "{…}"},
        "managedFields": [{"manager": "helm", "fieldsV1": {"f:spec": {}}}],
        "ownerReferences": [
            {"apiVersion": "v1", "kind": "ConfigMap", "name": "other", "uid": "1"},
            {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api", "uid": "2", "controller": true}]
    }}));
    assert_eq!(object.metadata.annotations.as_ref().unwrap().len(), 1);
    assert!(object.metadata.managed_fields.is_none());
    assert_eq!(deployment_of(&object).as_deref(), Some("api"));
    assert_eq!(release_of(&object).unwrap().namespace.as_str(), "shop", "the own namespace without the annotation");
}

#[test]
fn a_revision_is_read_from_labels() {
    let secret: Seen<ReleaseSecret> = seen(json!({"metadata": {"name": "sh.helm.release.v1.api.v12", "namespace": "shop",
        "creationTimestamp": "2026-11-01T10:00:00Z",
        "labels": {"owner": "helm", "name": "api", "version": "12", "status": "pending-upgrade", "slipway.dev/operation": "42", "createdAt": "1790000000"}}}));
    let (release, number, seen) = revision(&secret).unwrap();
    assert_eq!((release.name.as_str(), number, seen.status, seen.operation), ("api", 12, ReleaseStatus::PendingUpgrade, Some(OperationId(42))));
    assert_eq!(seen.made_at.unwrap().as_second(), 1_790_000_000);
}

#[test]
fn a_deployment_stands_still_when_its_deadline_has_passed() {
    let object: Seen<Deployment> = seen(json!({
        "metadata": {"name": "api", "namespace": "shop", "generation": 3},
        "spec": {"replicas": 2, "template": {"spec": {"containers": []}}},
        "status": {"observedGeneration": 2, "replicas": 3, "updatedReplicas": 1, "readyReplicas": 2, "conditions": [
            {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "ReplicaSet \"api-2\" has timed out progressing."}]}
    }));
    let workload = deployment(&object);
    assert_eq!((workload.desired, workload.updated, workload.ready, workload.total, workload.observed), (2, 1, 2, 3, false));
    assert_eq!(workload.stalled.as_deref(), Some("ReplicaSet \"api-2\" has timed out progressing."));
}

#[test]
fn a_workload_without_status_wants_one_pod_and_is_not_observed() {
    let object: Seen<StatefulSet> = seen(json!({"metadata": {"name": "db", "namespace": "shop", "generation": 1}, "spec": {}}));
    let workload = stateful_set(&object);
    assert_eq!((workload.desired, workload.ready, workload.observed, workload.stalled), (1, 0, false, None));
}

#[test]
fn a_daemon_set_wants_as_many_pods_as_nodes_fit() {
    let object: Seen<DaemonSet> = seen(json!({"metadata": {"name": "agent", "namespace": "shop", "generation": 1}, "spec": {},
        "status": {"observedGeneration": 1, "desiredNumberScheduled": 3, "currentNumberScheduled": 3, "updatedNumberScheduled": 2, "numberReady": 1}}));
    let workload = daemon_set(&object);
    assert_eq!((workload.desired, workload.updated, workload.ready, workload.total, workload.observed), (3, 2, 1, 3, true));
}

#[test]
fn a_hook_job_belongs_to_the_release_of_its_label_if_helm_manages_it() {
    let labels = |manager: &str| {
        json!({"metadata": {"name": "migrate", "namespace": "shop", "labels": {"app.kubernetes.io/managed-by": manager, "app.kubernetes.io/instance": "api"}},
        "status": {"failed": 4, "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit"}]}})
    };
    let hook: Seen<Job> = seen(labels("Helm"));
    assert_eq!(release_of_job(&hook).unwrap().name.as_str(), "api");
    assert_eq!(release_of_job(&seen(labels("argo"))), None);
    let workload = job(&hook);
    assert_eq!((workload.kind, workload.desired, workload.ready, workload.total), (WorkloadKind::Job, 1, 0, 4));
    assert_eq!(workload.stalled.as_deref(), Some("Job has reached the specified backoff limit"));
}

#[test]
fn a_pod_shows_its_init_containers_first_each_with_its_state() {
    let object: Seen<Pod> = seen(json!({
        "metadata": {"name": "api-1-x", "namespace": "shop", "creationTimestamp": "2026-11-01T10:00:00Z", "deletionTimestamp": "2026-11-01T10:01:00Z",
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "api-1", "uid": "2", "controller": true}]},
        "spec": {"nodeName": "node-1", "initContainers": [{"name": "wait", "image": "busybox"}],
            "containers": [{"name": "main", "image": "acme/api:1"}, {"name": "late", "image": "acme/late:1"}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}],
            "initContainerStatuses": [{"name": "wait", "ready": true, "restartCount": 0, "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}],
            "containerStatuses": [{"name": "main", "ready": false, "restartCount": 4,
                "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}, "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]}
    }));
    let PodSeen { pod, owner } = pod(&object);
    assert_eq!(owner, Some((OwnerKind::ReplicaSet, "api-1".into())));
    assert!(pod.deleting && !pod.ready && pod.unschedulable.is_none());
    assert_eq!(pod.containers.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["wait", "main", "late"]);
    assert_eq!(pod.containers[0].state, ContainerState::Terminated(Exit { code: 0, reason: "Completed".into() }));
    assert_eq!(pod.containers[1].last_exit, Some(Exit { code: 137, reason: "OOMKilled".into() }));
    assert_eq!(pod.containers[1].restarts, 4);
    assert_eq!(pod.containers[2].state, ContainerState::Waiting { reason: String::new(), message: String::new() });
}

#[test]
fn a_pod_that_no_node_takes_says_why() {
    let object: Seen<Pod> = seen(json!({"metadata": {"name": "p", "namespace": "shop"}, "spec": {"containers": []}, "status": {"phase": "Pending",
        "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available: 3 Insufficient cpu."}]}}));
    assert_eq!(pod(&object).pod.unschedulable.as_deref(), Some("0/3 nodes are available: 3 Insufficient cpu."));
}

#[test]
fn a_node_is_ready_when_its_condition_says_so() {
    let node =
        |status: &str| -> Seen<Node> { seen(json!({"metadata": {"name": "n"}, "status": {"conditions": [{"type": "Ready", "status": status}]}})) };
    assert!(node_ready(&node("True")) && !node_ready(&node("Unknown")));
}
