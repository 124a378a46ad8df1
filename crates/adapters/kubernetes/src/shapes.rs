//! The kinds we watch, each with the few fields of its `spec` and `status` that Slipway reads.

use serde::Deserialize;

use crate::wire::Shape;

macro_rules! shape {
    ($(#[$doc:meta])* $type:ident, $group:literal, $kind:literal, $plural:literal, $spec:ty, $status:ty $(, $metadata_only:literal)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $type;
        impl Shape for $type {
            const GROUP: &'static str = $group;
            const KIND: &'static str = $kind;
            const PLURAL: &'static str = $plural;
            $(const METADATA_ONLY: bool = $metadata_only;)?
            type Spec = $spec;
            type Status = $status;
        }
    };
}

/// Nothing of `spec` or `status` is read.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Nothing {}

shape!(
    /// The Secrets in which Helm keeps revisions: their labels alone.
    ReleaseSecret, "", "Secret", "secrets", Nothing, Nothing, true);
shape!(
    /// ReplicaSets: only which Deployment they belong to.
    ReplicaSet, "apps", "ReplicaSet", "replicasets", Nothing, Nothing, true);
shape!(
    /// `apps/v1` Deployment.
    Deployment, "apps", "Deployment", "deployments", ScaleSpec, WorkloadStatus);
shape!(
    /// `apps/v1` StatefulSet.
    StatefulSet, "apps", "StatefulSet", "statefulsets", ScaleSpec, WorkloadStatus);
shape!(
    /// `apps/v1` DaemonSet.
    DaemonSet, "apps", "DaemonSet", "daemonsets", Nothing, DaemonSetStatus);
shape!(
    /// `batch/v1` Job.
    Job, "batch", "Job", "jobs", JobSpec, JobStatus);
shape!(
    /// A pod.
    Pod, "", "Pod", "pods", PodSpec, PodStatus);
shape!(
    /// A node.
    Node, "", "Node", "nodes", Nothing, NodeStatus);

/// `spec` of what is scaled.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ScaleSpec {
    pub replicas: Option<u32>,
}

/// `status` of Deployments and StatefulSets.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WorkloadStatus {
    pub observed_generation: Option<i64>,
    pub replicas: u32,
    pub updated_replicas: u32,
    pub ready_replicas: u32,
    pub conditions: Vec<Condition>,
}

/// `status` of DaemonSets.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct DaemonSetStatus {
    pub observed_generation: Option<i64>,
    pub desired_number_scheduled: u32,
    pub current_number_scheduled: u32,
    pub updated_number_scheduled: u32,
    pub number_ready: u32,
}

/// `spec` of Jobs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct JobSpec {
    pub completions: Option<u32>,
    pub parallelism: Option<u32>,
}

/// `status` of Jobs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct JobStatus {
    pub active: u32,
    pub succeeded: u32,
    pub failed: u32,
    pub conditions: Vec<Condition>,
}

/// A condition of anything.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Condition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
    pub reason: Option<String>,
    pub message: Option<String>,
}

/// `spec` of pods.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PodSpec {
    pub node_name: Option<String>,
    pub init_containers: Vec<ContainerSpec>,
    pub containers: Vec<ContainerSpec>,
}

/// A container as specified.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContainerSpec {
    pub name: String,
    pub image: String,
}

/// `status` of pods.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PodStatus {
    pub phase: String,
    pub conditions: Vec<Condition>,
    pub init_container_statuses: Vec<ContainerStatus>,
    pub container_statuses: Vec<ContainerStatus>,
}

/// A container as it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ContainerStatus {
    pub name: String,
    pub ready: bool,
    pub restart_count: u32,
    pub state: ContainerState,
    pub last_state: ContainerState,
}

/// One of three, or nothing yet.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContainerState {
    pub waiting: Option<Waiting>,
    pub running: Option<Nothing>,
    pub terminated: Option<Terminated>,
}

/// Why a container waits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Waiting {
    pub reason: Option<String>,
    pub message: Option<String>,
}

/// How a container ended.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Terminated {
    pub exit_code: i32,
    pub reason: Option<String>,
}

/// `status` of nodes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NodeStatus {
    pub conditions: Vec<Condition>,
}
