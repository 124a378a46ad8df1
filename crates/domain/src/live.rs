//! What a cluster shows of a release, trimmed to what health rules and screens read. Filled by the watch caches.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::release::Release;

/// Kinds of objects that make pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum WorkloadKind {
    /// `apps/v1` Deployment.
    Deployment,
    /// `apps/v1` StatefulSet.
    StatefulSet,
    /// `apps/v1` DaemonSet.
    DaemonSet,
    /// `batch/v1` Job.
    Job,
}

impl WorkloadKind {
    /// The kind as Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::Job => "Job",
        }
    }
}

/// A workload of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// Its kind.
    pub kind: WorkloadKind,
    /// Its name.
    pub name: String,
    /// Pods asked for (Job: completions).
    pub desired: u32,
    /// Pods of the newest template.
    pub updated: u32,
    /// Pods that are ready (Job: succeeded).
    pub ready: u32,
    /// All pods it has now, old and new.
    pub total: u32,
    /// Whether the controller has seen the newest specification.
    pub observed: bool,
    /// Why it stopped progressing, from its conditions (`ProgressDeadlineExceeded`, a Job's `Failed`).
    pub stalled: Option<String>,
}

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// Its exit code.
    pub code: i32,
    /// Kubernetes' word, such as `OOMKilled` or `Error`.
    pub reason: String,
}

/// What a container does now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ContainerState {
    /// It waits, with Kubernetes' reason and message.
    Waiting {
        /// One word, such as `ImagePullBackOff`.
        reason: String,
        /// The kubelet's sentence.
        message: String,
    },
    /// It runs.
    Running,
    /// It ended.
    Terminated(Exit),
}

/// A container of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// The image as specified.
    pub image: String,
    /// Whether it passes its readiness probe.
    pub ready: bool,
    /// How often it was started again.
    pub restarts: u32,
    /// What it does now.
    pub state: ContainerState,
    /// How it ended the time before.
    pub last_exit: Option<Exit>,
}

/// A pod, with the workload it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// Kind and name of its workload, found through its owners.
    pub workload: Option<(WorkloadKind, String)>,
    /// The name of the ReplicaSet between, for Deployments.
    pub replica_set: Option<String>,
    /// Its phase (`Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`).
    pub phase: String,
    /// Whether its `Ready` condition holds.
    pub ready: bool,
    /// Whether it is being deleted.
    pub deleting: bool,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// The node it was put on.
    pub node: Option<String>,
    /// Why no node takes it, if so.
    pub unschedulable: Option<String>,
    /// Its containers, init containers first.
    pub containers: Vec<Container>,
}

/// A release with everything that runs because of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseLive {
    /// The release.
    pub release: Release,
    /// Its workloads, by kind and name.
    pub workloads: Vec<Workload>,
    /// Its pods, by name.
    pub pods: Vec<Pod>,
}
