//! From Kubernetes' objects to the trimmed structs of [`domain::live`]. Pure functions, one per kind.

use domain::Timestamp;
use domain::live::{self, ContainerState, Exit, WorkloadKind};
use domain::release::{OPERATION_LABEL, ReleaseStatus};
use domain::{Namespace, OperationId, ReleaseName};

use crate::index::{OwnerKind, PodSeen, ReleaseRef, RevisionSeen};
use crate::shapes::{self, Condition};
use crate::wire::{RELEASE_NAME_ANNOTATION, RELEASE_NAMESPACE_ANNOTATION, Seen, Shape};

/// Longest text of a condition or a container that is kept, in characters. The kubelet's own limit is 1 KiB.
const TEXT_LENGTH_MAX: usize = 1_024;

/// The release that an object says it belongs to: Helm's annotations.
pub(crate) fn release_of<S: Shape>(object: &Seen<S>) -> Option<ReleaseRef> {
    let name = object.annotation(RELEASE_NAME_ANNOTATION)?;
    let namespace = object.annotation(RELEASE_NAMESPACE_ANNOTATION).unwrap_or(object.namespace());
    Some(ReleaseRef { namespace: Namespace::new(namespace).ok()?, name: ReleaseName::new(name).ok()? })
}

/// The release of a Job: Helm annotates no hooks, so the label of the instance counts where Helm manages the object.
pub(crate) fn release_of_job(job: &Seen<shapes::Job>) -> Option<ReleaseRef> {
    let by_label = || {
        let by_helm = job.label("app.kubernetes.io/managed-by") == Some("Helm");
        let name = job.label("app.kubernetes.io/instance").filter(|_| by_helm)?;
        Some(ReleaseRef { namespace: Namespace::new(job.namespace()).ok()?, name: ReleaseName::new(name).ok()? })
    };
    release_of(job).or_else(by_label)
}

/// A revision from the labels of its Secret.
pub(crate) fn revision(secret: &Seen<shapes::ReleaseSecret>) -> Option<(ReleaseRef, u32, RevisionSeen)> {
    let release = ReleaseRef { namespace: Namespace::new(secret.namespace()).ok()?, name: ReleaseName::new(secret.label("name")?).ok()? };
    let number = secret.label("version")?.parse().ok()?;
    let seconds = |label: &str| secret.label(label).and_then(|text| text.parse().ok()).and_then(|s| Timestamp::from_second(s).ok());
    let created_at = secret.metadata.creation_timestamp.as_ref().map(|time| time.0);
    let seen = RevisionSeen {
        status: ReleaseStatus::from_label(secret.label("status").unwrap_or_default()),
        operation: secret.label(OPERATION_LABEL).and_then(|text| text.parse().ok()).map(OperationId),
        made_at: seconds("createdAt").or(created_at),
    };
    Some((release, number, seen))
}

/// A Deployment.
pub(crate) fn deployment(object: &Seen<shapes::Deployment>) -> live::Workload {
    let late = condition(&object.status.conditions, "Progressing", "False").filter(|c| c.reason.as_deref() == Some("ProgressDeadlineExceeded"));
    live::Workload { stalled: late.map(why), ..scaled(WorkloadKind::Deployment, object, &object.spec, &object.status) }
}

/// A StatefulSet.
pub(crate) fn stateful_set(object: &Seen<shapes::StatefulSet>) -> live::Workload {
    scaled(WorkloadKind::StatefulSet, object, &object.spec, &object.status)
}

fn scaled<S: Shape>(kind: WorkloadKind, object: &Seen<S>, spec: &shapes::ScaleSpec, status: &shapes::WorkloadStatus) -> live::Workload {
    live::Workload {
        kind,
        name: object.name().to_owned(),
        desired: spec.replicas.unwrap_or(1),
        updated: status.updated_replicas,
        ready: status.ready_replicas,
        total: status.replicas,
        observed: observed(object, status.observed_generation),
        stalled: None,
    }
}

/// A DaemonSet. What it wants is known from its status alone: the number of nodes it fits.
pub(crate) fn daemon_set(object: &Seen<shapes::DaemonSet>) -> live::Workload {
    let status = &object.status;
    live::Workload {
        kind: WorkloadKind::DaemonSet,
        name: object.name().to_owned(),
        desired: status.desired_number_scheduled,
        updated: status.updated_number_scheduled,
        ready: status.number_ready,
        total: status.current_number_scheduled,
        observed: observed(object, status.observed_generation),
        stalled: None,
    }
}

/// A Job.
pub(crate) fn job(object: &Seen<shapes::Job>) -> live::Workload {
    let status = &object.status;
    live::Workload {
        kind: WorkloadKind::Job,
        name: object.name().to_owned(),
        desired: object.spec.completions.or(object.spec.parallelism).unwrap_or(1),
        updated: status.active + status.succeeded,
        ready: status.succeeded,
        total: status.active + status.succeeded + status.failed,
        observed: true, // Jobs have no observedGeneration
        stalled: condition(&status.conditions, "Failed", "True").map(why),
    }
}

fn observed<S: Shape>(object: &Seen<S>, observed_generation: Option<i64>) -> bool {
    observed_generation.unwrap_or(0) >= object.metadata.generation.unwrap_or(0)
}

/// A pod with its direct owner.
pub(crate) fn pod(object: &Seen<shapes::Pod>) -> PodSeen {
    let owner = object.controller().and_then(|owner| Some((OwnerKind::from_kind(&owner.kind)?, owner.name.clone())));
    let (spec, status) = (&object.spec, &object.status);
    let replica_set = owner.as_ref().filter(|(kind, _)| *kind == OwnerKind::ReplicaSet).map(|(_, name)| name.clone());
    let unschedulable = condition(&status.conditions, "PodScheduled", "False").filter(|c| c.reason.as_deref() == Some("Unschedulable"));
    let init = spec.init_containers.iter().map(|c| container(c, &status.init_container_statuses));
    let main = spec.containers.iter().map(|c| container(c, &status.container_statuses));
    let pod = live::Pod {
        name: object.name().to_owned(),
        workload: None,
        replica_set,
        phase: status.phase.clone(),
        ready: condition(&status.conditions, "Ready", "True").is_some(),
        deleting: object.metadata.deletion_timestamp.is_some(),
        created_at: object.metadata.creation_timestamp.as_ref().map(|time| time.0),
        node: spec.node_name.clone().filter(|name| !name.is_empty()),
        unschedulable: unschedulable.map(why),
        containers: init.chain(main).collect(),
    };
    PodSeen { pod, owner }
}

fn container(spec: &shapes::ContainerSpec, statuses: &[shapes::ContainerStatus]) -> live::Container {
    let status = statuses.iter().find(|status| status.name == spec.name);
    live::Container {
        name: spec.name.clone(),
        image: spec.image.clone(),
        ready: status.is_some_and(|s| s.ready),
        restarts: status.map_or(0, |s| s.restart_count),
        state: container_state(status.map(|s| &s.state)),
        last_exit: status.and_then(|s| s.last_state.terminated.as_ref()).map(exit),
    }
}

fn container_state(state: Option<&shapes::ContainerState>) -> ContainerState {
    match state {
        Some(shapes::ContainerState { terminated: Some(ended), .. }) => ContainerState::Terminated(exit(ended)),
        Some(shapes::ContainerState { running: Some(_), .. }) => ContainerState::Running,
        Some(shapes::ContainerState { waiting: Some(waiting), .. }) => {
            ContainerState::Waiting { reason: short(waiting.reason.as_deref()), message: short(waiting.message.as_deref()) }
        }
        _ => ContainerState::Waiting { reason: String::new(), message: String::new() },
    }
}

fn exit(ended: &shapes::Terminated) -> Exit {
    Exit { code: ended.exit_code, reason: short(ended.reason.as_deref()) }
}

/// Whether a node takes work.
pub(crate) fn node_ready(object: &Seen<shapes::Node>) -> bool {
    condition(&object.status.conditions, "Ready", "True").is_some()
}

/// The Deployment that a ReplicaSet belongs to.
pub(crate) fn deployment_of(object: &Seen<shapes::ReplicaSet>) -> Option<String> {
    object.controller().filter(|owner| owner.kind == "Deployment").map(|owner| owner.name.clone())
}

fn condition<'a>(conditions: &'a [Condition], kind: &str, status: &str) -> Option<&'a Condition> {
    conditions.iter().find(|c| c.kind == kind && c.status == status)
}

/// The message of a condition, or its reason where it has none.
fn why(condition: &Condition) -> String {
    short(condition.message.as_deref().filter(|text| !text.is_empty()).or(condition.reason.as_deref()))
}

fn short(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().take(TEXT_LENGTH_MAX).collect()
}

#[cfg(test)]
#[path = "trim_tests.rs"]
mod tests;
