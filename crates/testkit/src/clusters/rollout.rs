//! What workloads and pods look like while a rollout goes one way or another.

use domain::Timestamp;
use domain::live::{Container, ContainerState, Exit, Pod, Workload, WorkloadKind};

/// Pods that a fake release asks for.
const PODS: u32 = 2;

/// How the pods of a release are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rollout {
    /// All ready.
    Healthy,
    /// On their way, and nothing is wrong.
    Starting,
    /// The image's tag is not in the registry.
    ImageMissing,
    /// The process ends with an exit code.
    Crashing,
    /// The release asks for none.
    NoPods,
}

impl Rollout {
    /// The workloads of release `name` in this state.
    pub(super) fn workloads(self, name: &str) -> Vec<Workload> {
        let ready = if self == Self::Healthy { PODS } else { 0 };
        let one = Workload {
            kind: WorkloadKind::Deployment,
            name: name.into(),
            desired: PODS,
            updated: PODS,
            ready,
            total: PODS,
            observed: true,
            stalled: None,
        };
        if self == Self::NoPods { Vec::new() } else { vec![one] }
    }

    /// The pods of release `name` at this chart version in this state.
    pub(super) fn pods(self, name: &str, version: &str, now: Timestamp) -> Vec<Pod> {
        let count = if self == Self::NoPods { 0 } else { PODS };
        (0..count).map(|n| self.pod(name, version, n, now)).collect()
    }

    fn pod(self, name: &str, version: &str, n: u32, now: Timestamp) -> Pod {
        let image = format!("acme/{name}:{version}");
        let (phase, state, last_exit, restarts) = match self {
            Self::Healthy | Self::NoPods => ("Running", ContainerState::Running, None, 0),
            Self::Starting => ("Pending", waiting("ContainerCreating", ""), None, 0),
            Self::ImageMissing => ("Pending", waiting("ImagePullBackOff", &format!("Back-off pulling image \"{image}\": not found")), None, 0),
            Self::Crashing => ("Running", waiting("CrashLoopBackOff", "back-off 10s"), Some(Exit { code: 1, reason: "Error".into() }), 3),
        };
        let ready = self == Self::Healthy;
        Pod {
            name: format!("{name}-7c9-{n}"),
            workload: Some((WorkloadKind::Deployment, name.into())),
            replica_set: Some(format!("{name}-7c9")),
            phase: phase.into(),
            ready,
            deleting: false,
            created_at: Some(now),
            node: Some("node-1".into()),
            unschedulable: None,
            containers: vec![Container { name: "app".into(), image, ready, restarts, state, last_exit }],
        }
    }
}

fn waiting(reason: &str, message: &str) -> ContainerState {
    ContainerState::Waiting { reason: reason.into(), message: message.into() }
}
