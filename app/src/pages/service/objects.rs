//! The objects of a release as a tree, with words about each. Pure: the same on server and in browser.

use domain::Timestamp;
use domain::health::pod_fault;
use domain::live::{Pod, Workload, WorkloadKind};

use crate::components::Tone;

/// One line of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ObjectLine {
    /// 0 for a root, 1 for what it owns, and so on.
    pub(super) depth: usize,
    /// The kind, as Kubernetes writes it.
    pub(super) kind: &'static str,
    /// Its name.
    pub(super) name: String,
    /// How it is.
    pub(super) tone: Tone,
    /// Why, in a few words.
    pub(super) words: String,
}

/// Workloads, what they own, and pods without one.
pub(super) fn object_tree(workloads: &[Workload], pods: &[Pod], now: Timestamp) -> Vec<ObjectLine> {
    let mut lines = Vec::new();
    for workload in workloads {
        let own: Vec<&Pod> =
            pods.iter().filter(|pod| pod.workload.as_ref().is_some_and(|(kind, name)| *kind == workload.kind && *name == workload.name)).collect();
        lines.push(workload_line(workload, &own, now));
        let mut sets: Vec<&str> = own.iter().filter_map(|pod| pod.replica_set.as_deref()).collect();
        sets.sort_unstable();
        sets.dedup();
        for set in sets {
            let of_set: Vec<&Pod> = own.iter().copied().filter(|pod| pod.replica_set.as_deref() == Some(set)).collect();
            lines.push(set_line(set, &of_set, now));
            lines.extend(of_set.iter().map(|pod| pod_line(pod, 2, now)));
        }
        lines.extend(own.iter().filter(|pod| pod.replica_set.is_none()).map(|pod| pod_line(pod, 1, now)));
    }
    let orphan = |pod: &&Pod| {
        !pod.workload.as_ref().is_some_and(|(kind, name)| workloads.iter().any(|workload| workload.kind == *kind && workload.name == *name))
    };
    lines.extend(pods.iter().filter(orphan).map(|pod| pod_line(pod, 0, now)));
    lines
}

fn workload_line(workload: &Workload, own: &[&Pod], now: Timestamp) -> ObjectLine {
    let Workload { kind, desired, ready, .. } = *workload;
    let faulty = own.iter().any(|pod| pod_fault(pod, now).is_some());
    let (tone, words) = match (kind, workload.stalled.is_some()) {
        (WorkloadKind::Job, true) => (Tone::Bad, "failed".to_owned()),
        (WorkloadKind::Job, false) if ready >= desired => (Tone::Ok, "done".to_owned()),
        (WorkloadKind::Job, false) => (if faulty { Tone::Bad } else { Tone::Run }, "runs".to_owned()),
        (_, true) => (Tone::Bad, format!("{ready} of {desired} ready, stands still")),
        _ if desired == 0 => (Tone::Rest, "asleep".to_owned()),
        _ if faulty => (Tone::Bad, format!("{ready} of {desired} ready")),
        _ if ready < desired || workload.updated < desired => (Tone::Run, format!("{ready} of {desired} ready")),
        _ => (Tone::Ok, format!("{ready} of {desired} ready")),
    };
    ObjectLine { depth: 0, kind: kind.as_str(), name: workload.name.clone(), tone, words }
}

fn set_line(name: &str, pods: &[&Pod], now: Timestamp) -> ObjectLine {
    let ready = pods.iter().filter(|pod| pod.ready && !pod.deleting).count();
    let tone = match () {
        () if pods.iter().any(|pod| pod_fault(pod, now).is_some()) => Tone::Bad,
        () if ready < pods.len() => Tone::Run,
        () => Tone::Ok,
    };
    ObjectLine { depth: 1, kind: "ReplicaSet", name: name.to_owned(), tone, words: format!("{ready} of {} ready", pods.len()) }
}

fn pod_line(pod: &Pod, depth: usize, now: Timestamp) -> ObjectLine {
    let (tone, words) = match pod_fault(pod, now) {
        _ if pod.deleting => (Tone::None, "stopping".to_owned()),
        Some(fault) => (Tone::Bad, fault.short),
        None if pod.phase == "Succeeded" => (Tone::Ok, "done".to_owned()),
        None if pod.ready => (Tone::Ok, "ready".to_owned()),
        None => (Tone::Run, "starting".to_owned()),
    };
    ObjectLine { depth, kind: "Pod", name: pod.name.clone(), tone, words }
}

#[cfg(test)]
mod tests {
    use domain::live::{Container, ContainerState};

    use super::*;

    fn pod(name: &str, set: &str, state: ContainerState) -> Pod {
        let ready = state == ContainerState::Running;
        Pod {
            name: name.into(),
            workload: Some((WorkloadKind::Deployment, "jobs".into())),
            replica_set: Some(set.into()),
            phase: "Running".into(),
            ready,
            deleting: false,
            created_at: None,
            node: None,
            unschedulable: None,
            containers: vec![Container { name: "jobs".into(), image: "acme/jobs:3.1.0".into(), ready, restarts: 0, state, last_exit: None }],
        }
    }

    fn deployment(ready: u32) -> Workload {
        Workload { kind: WorkloadKind::Deployment, name: "jobs".into(), desired: 2, updated: 2, ready, total: 2, observed: true, stalled: None }
    }

    #[test]
    fn pods_stand_below_their_replica_set_with_what_is_wrong() {
        let waiting = ContainerState::Waiting { reason: "ImagePullBackOff".into(), message: "not found".into() };
        let pods = [pod("jobs-b-1", "jobs-b", waiting), pod("jobs-a-1", "jobs-a", ContainerState::Running)];
        let lines = object_tree(&[deployment(1)], &pods, Timestamp::UNIX_EPOCH);
        let told: Vec<_> = lines.iter().map(|line| format!("{} {} {}: {}", line.depth, line.kind, line.name, line.words)).collect();
        assert_eq!(
            told,
            [
                "0 Deployment jobs: 1 of 2 ready",
                "1 ReplicaSet jobs-a: 1 of 1 ready",
                "2 Pod jobs-a-1: ready",
                "1 ReplicaSet jobs-b: 0 of 1 ready",
                "2 Pod jobs-b-1: image not found"
            ]
        );
        assert_eq!((lines[0].tone, lines[2].tone, lines[4].tone), (Tone::Bad, Tone::Ok, Tone::Bad));
    }

    #[test]
    fn a_pod_without_a_workload_stands_by_itself() {
        let alone = Pod { workload: None, replica_set: None, ..pod("test", "x", ContainerState::Running) };
        assert_eq!(object_tree(&[], &[alone], Timestamp::UNIX_EPOCH)[0].depth, 0);
    }
}
