//! Health: from what a cluster shows of a release to the sentence a good site reliability engineer would say.
//!
//! Pure rules over [`crate::live`]. The reason is a sentence from the start; a colour follows from it, never alone.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::live::{Container, ContainerState, Pod, ReleaseLive, Workload, WorkloadKind};
use crate::release::ReleaseStatus;

/// A pod may be unready this long before it counts as a fault, in milliseconds. Ordinary start-up is quicker.
const UNREADY_GRACE_MS: i64 = 60_000;
/// A pending release older than this was cut off, in milliseconds: Helm's own default timeout is five minutes.
const PENDING_STUCK_MS: i64 = 5 * 60_000;

/// How a release is. Ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// All pods asked for are ready.
    Healthy,
    /// Nothing is asked to run.
    Asleep,
    /// A rollout is on its way, and nothing is wrong with it.
    Moving,
    /// Runs, and a person should look.
    Warning,
    /// Does not do what was asked.
    Degraded,
    /// Can't be told.
    Unknown,
}

/// Health with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// The status.
    pub status: HealthStatus,
    /// A few words for a cell, such as `2 of 3 ready`. Empty when all is well.
    pub short: String,
    /// The whole reason, one or two sentences. Names between backticks are what a machine would read.
    pub sentence: String,
}

impl Health {
    fn new(status: HealthStatus, short: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { status, short: short.into(), sentence: sentence.into() }
    }

    /// Nobody knows, and why.
    pub fn unknown(short: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self::new(HealthStatus::Unknown, short, sentence)
    }
}

/// Why a pod does not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodFault {
    /// A few words, such as `image not found`.
    pub short: String,
    /// What the pod can't do, to follow its name: `can't pull …`.
    pub predicate: String,
    /// Whether waiting may help (a node may come) or not (the tag will not appear by itself).
    pub hopeless: bool,
}

/// What is wrong with one pod, if anything.
pub fn pod_fault(pod: &Pod, now: Timestamp) -> Option<PodFault> {
    if pod.deleting || pod.phase == "Succeeded" {
        return None;
    }
    if let Some(why) = &pod.unschedulable {
        return Some(PodFault { short: "no node fits".into(), predicate: format!("finds no node: {}", why.trim_end_matches('.')), hopeless: false });
    }
    if let Some(fault) = pod.containers.iter().find_map(container_fault) {
        return Some(fault);
    }
    let age_ms = pod.created_at.map_or(0, |at| now.as_millisecond() - at.as_millisecond());
    let unready = pod.containers.iter().find(|c| !c.ready && matches!(c.state, ContainerState::Running));
    match unready {
        Some(container) if !pod.ready && age_ms > UNREADY_GRACE_MS => Some(PodFault {
            short: "not ready".into(),
            predicate: format!("runs, but `{}` is not ready after {}", container.name, words_for(age_ms)),
            hopeless: false,
        }),
        _ => None,
    }
}

fn container_fault(container: &Container) -> Option<PodFault> {
    match &container.state {
        ContainerState::Waiting { reason, message } => waiting_fault(container, reason, message),
        ContainerState::Terminated(exit) if exit.code != 0 => Some(exit_fault(container, exit)),
        ContainerState::Running | ContainerState::Terminated(_) => None,
    }
}

fn waiting_fault(container: &Container, reason: &str, message: &str) -> Option<PodFault> {
    let image = &container.image;
    match reason {
        "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" | "ErrImageNeverPull" => {
            let (short, why) = pull_reason(reason, message);
            Some(PodFault { short: short.into(), predicate: format!("can't pull `{image}` ({why})"), hopeless: true })
        }
        "CrashLoopBackOff" => Some(match &container.last_exit {
            Some(exit) => exit_fault(container, exit),
            None => PodFault {
                short: "crashes".into(),
                predicate: format!("crashes: `{}` was started {} times", container.name, container.restarts + 1),
                hopeless: true,
            },
        }),
        "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" => Some(PodFault {
            short: "can't start".into(),
            predicate: format!("can't start `{}`: {}", container.name, message.trim_end_matches('.')),
            hopeless: true,
        }),
        _ => None, // ContainerCreating, PodInitializing: on its way
    }
}

/// The registry's answer in a few words, read from the kubelet's message.
fn pull_reason(reason: &str, message: &str) -> (&'static str, &'static str) {
    let message = message.to_ascii_lowercase();
    if reason == "InvalidImageName" {
        ("image name", "the name is not valid")
    } else if message.contains("not found") || message.contains("manifest unknown") || message.contains("notfound") {
        ("image not found", "not found")
    } else if message.contains("unauthorized") || message.contains("denied") || message.contains("forbidden") {
        ("image refused", "the registry refuses: check the pull secret")
    } else if message.contains("timeout") || message.contains("no such host") || message.contains("connection refused") {
        ("registry away", "the registry does not answer")
    } else {
        ("can't pull image", "see the pod's events")
    }
}

fn exit_fault(container: &Container, exit: &crate::live::Exit) -> PodFault {
    let name = &container.name;
    let times = match container.restarts {
        0 => String::new(),
        1 => ", 1 restart".into(),
        n => format!(", {n} restarts"),
    };
    if exit.reason == "OOMKilled" {
        return PodFault {
            short: "out of memory".into(),
            predicate: format!("runs out of memory: `{name}` was killed at its limit{times}"),
            hopeless: true,
        };
    }
    PodFault { short: "crashes".into(), predicate: format!("crashes: `{name}` ends with exit code {}{times}", exit.code), hopeless: true }
}

/// Assesses a release. `now` is the server's clock.
pub fn assess(live: &ReleaseLive, now: Timestamp) -> Health {
    let release = &live.release;
    let age_ms = release.updated_at.map_or(0, |at| now.as_millisecond() - at.as_millisecond());
    if release.status.is_pending() && age_ms > PENDING_STUCK_MS {
        let sentence = format!(
            "The release has been {} for {}: whoever ran Helm was cut off. It takes no new version until that is repaired.",
            release.status.as_str(),
            words_for(age_ms)
        );
        return Health::new(HealthStatus::Warning, release.status.as_str(), sentence);
    }
    let worst = live
        .workloads
        .iter()
        .filter(|w| w.kind != WorkloadKind::Job || w.stalled.is_some())
        .map(|w| assess_workload(w, &live.pods, now))
        .max_by_key(|health| health.status);
    let health = worst.unwrap_or_else(|| Health::new(HealthStatus::Healthy, "", "It asks for no pods, and its objects are in place."));
    match (release.status, health.status) {
        (ReleaseStatus::Failed, HealthStatus::Healthy | HealthStatus::Asleep) => Health::new(
            HealthStatus::Warning,
            "last upgrade failed",
            format!("Helm failed at revision {}. What ran before still runs: {}", release.revision, health.sentence),
        ),
        (ReleaseStatus::Uninstalling, _) => Health::new(HealthStatus::Moving, "being removed", "Helm is removing the release."),
        (status, HealthStatus::Healthy | HealthStatus::Asleep) if status.is_pending() => {
            Health::new(HealthStatus::Moving, "Helm at work", format!("Helm is at work: the release is {}.", status.as_str()))
        }
        _ => health,
    }
}

fn assess_workload(workload: &Workload, pods: &[Pod], now: Timestamp) -> Health {
    let own: Vec<&Pod> =
        pods.iter().filter(|p| p.workload.as_ref().is_some_and(|(kind, name)| *kind == workload.kind && *name == workload.name)).collect();
    let Workload { desired, ready, updated, total, .. } = *workload;
    if workload.kind == WorkloadKind::Job {
        let why = workload.stalled.as_deref().unwrap_or_default();
        return Health::new(HealthStatus::Degraded, "job failed", format!("Job `{}` failed: {}.", workload.name, why.trim_end_matches('.')));
    }
    if desired == 0 && total == 0 {
        return Health::new(HealthStatus::Asleep, "asleep", format!("`{}` is scaled to no pods.", workload.name));
    }
    let faults: Vec<(&Pod, PodFault)> = own.iter().filter_map(|pod| pod_fault(pod, now).map(|fault| (*pod, fault))).collect();
    let count = format!("{ready} of {desired} {} ready", plural(desired, "pod", "pods"));
    if let Some((pod, fault)) = faults.first() {
        let others = faults.len() - 1;
        let more = if others == 0 { String::new() } else { format!(", and {others} more {} trouble", if others == 1 { "is in" } else { "are in" }) };
        let trouble = format!("`{}` {}{more}.", pod.name, fault.predicate);
        let sentence = if ready >= desired && total > desired {
            let before = if desired == 1 { "pod from before still serves".to_owned() } else { format!("{desired} pods from before still serve") };
            format!("The new version does not come up: {trouble} The {before}.")
        } else {
            format!("{count}: {trouble}")
        };
        return Health::new(HealthStatus::Degraded, fault.short.clone(), sentence);
    }
    if let Some(why) = &workload.stalled {
        return Health::new(
            HealthStatus::Degraded,
            "rollout stands still",
            format!("{count}: the rollout of `{}` stands still. {why}", workload.name),
        );
    }
    let moved = workload.observed && updated >= desired && ready >= desired && total <= desired;
    if moved {
        return Health::new(HealthStatus::Healthy, "", format!("{count}."));
    }
    let short = if ready < desired { format!("{ready} of {desired} ready") } else { format!("{updated} of {desired} new") };
    let sentence = if updated < desired {
        format!("{count}; {updated} of {desired} run the new version.")
    } else if ready < desired {
        format!("{count}; the rest are starting.")
    } else {
        format!("{count}; {} old {} stopping.", total.saturating_sub(desired), plural(total.saturating_sub(desired), "pod is", "pods are"))
    };
    Health::new(HealthStatus::Moving, short, sentence)
}

/// Whether a rollout can no longer succeed by waiting: some pod of the newest kind has a hopeless fault.
pub fn is_hopeless(live: &ReleaseLive, now: Timestamp) -> bool {
    live.workloads.iter().any(|w| w.stalled.is_some()) || live.pods.iter().filter_map(|pod| pod_fault(pod, now)).any(|fault| fault.hopeless)
}

fn plural(n: u32, one: &'static str, many: &'static str) -> &'static str {
    if n == 1 { one } else { many }
}

/// A duration in words, coarse: `40 s`, `12 min`, `3 h`, `5 days`.
pub fn words_for(duration_ms: i64) -> String {
    let seconds = duration_ms.max(0) / 1000;
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
#[path = "health_tests.rs"]
mod tests;
