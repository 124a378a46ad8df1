//! Scenarios of the health rules: what people meet, and the sentence they get.

use super::*;
use crate::live::Exit;
use crate::names::{ClusterName, Namespace, ReleaseName};
use crate::release::{Release, ReleaseKey};

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn seconds_ago(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(1_800_000_000 - seconds).ok()
}

fn live(status: ReleaseStatus, workloads: Vec<Workload>, pods: Vec<Pod>) -> ReleaseLive {
    let key = ReleaseKey { cluster: ClusterName::new("c").unwrap(), namespace: Namespace::new("n").unwrap(), name: ReleaseName::new("api").unwrap() };
    let release =
        Release { key, revision: 4, status, operation: None, chart: None, chart_version: None, app_version: None, updated_at: seconds_ago(400) };
    ReleaseLive { release, workloads, pods }
}

fn deployment(desired: u32, updated: u32, ready: u32, total: u32) -> Workload {
    Workload { kind: WorkloadKind::Deployment, name: "api".into(), desired, updated, ready, total, observed: true, stalled: None }
}

fn pod(name: &str, state: ContainerState) -> Pod {
    let ready = state == ContainerState::Running;
    let container = Container { name: "api".into(), image: "acme/api:1.4".into(), ready, restarts: 0, state, last_exit: None };
    Pod {
        name: name.into(),
        workload: Some((WorkloadKind::Deployment, "api".into())),
        replica_set: None,
        phase: "Running".into(),
        ready,
        deleting: false,
        created_at: seconds_ago(10),
        node: Some("node-0".into()),
        unschedulable: None,
        containers: vec![container],
    }
}

fn waiting(reason: &str, message: &str) -> ContainerState {
    ContainerState::Waiting { reason: reason.into(), message: message.into() }
}

fn says(live: &ReleaseLive) -> String {
    let health = assess(live, now());
    format!("{:?} [{}] {}", health.status, health.short, health.sentence)
}

#[test]
fn all_pods_ready_is_healthy_and_quiet() {
    let live =
        live(ReleaseStatus::Deployed, vec![deployment(2, 2, 2, 2)], vec![pod("a", ContainerState::Running), pod("b", ContainerState::Running)]);
    insta::assert_snapshot!(says(&live), @"Healthy [] 2 of 2 pods ready.");
}

#[test]
fn a_missing_image_is_named_with_the_pod() {
    let bad = pod("api-7c9", waiting("ImagePullBackOff", "Back-off pulling image \"acme/api:1.4\": ErrImagePull: acme/api:1.4: not found"));
    let live = live(
        ReleaseStatus::Deployed,
        vec![deployment(3, 3, 1, 3)],
        vec![pod("a", ContainerState::Running), bad.clone(), Pod { name: "api-8d0".into(), ..bad }],
    );
    insta::assert_snapshot!(says(&live), @"Degraded [image not found] 1 of 3 pods ready: `api-7c9` can't pull `acme/api:1.4` (not found), and 1 more is in trouble.");
    assert!(is_hopeless(&live, now()));
}

#[test]
fn a_broken_rollout_says_that_the_old_pods_still_serve() {
    let live = live(
        ReleaseStatus::Deployed,
        vec![deployment(1, 1, 1, 2)],
        vec![pod("old", ContainerState::Running), pod("new", waiting("ErrImagePull", "denied"))],
    );
    insta::assert_snapshot!(says(&live), @"Degraded [image refused] The new version does not come up: `new` can't pull `acme/api:1.4` (the registry refuses: check the pull secret). The pod from before still serves.");
}

#[test]
fn a_crash_loop_tells_exit_code_and_restarts() {
    let mut bad = pod("api-1", waiting("CrashLoopBackOff", "back-off 40s"));
    bad.containers[0].restarts = 3;
    bad.containers[0].last_exit = Some(Exit { code: 2, reason: "Error".into() });
    insta::assert_snapshot!(says(&live(ReleaseStatus::Deployed, vec![deployment(1, 1, 0, 1)], vec![bad.clone()])), @"Degraded [crashes] 0 of 1 pod ready: `api-1` crashes: `api` ends with exit code 2, 3 restarts.");
    bad.containers[0].last_exit = Some(Exit { code: 137, reason: "OOMKilled".into() });
    insta::assert_snapshot!(says(&live(ReleaseStatus::Deployed, vec![deployment(1, 1, 0, 1)], vec![bad])), @"Degraded [out of memory] 0 of 1 pod ready: `api-1` runs out of memory: `api` was killed at its limit, 3 restarts.");
}

#[test]
fn a_pod_without_a_node_is_degraded_but_may_yet_find_one() {
    let mut bad = pod("api-1", waiting("", ""));
    bad.unschedulable = Some("0/3 nodes are available: 3 Insufficient cpu.".into());
    let live = live(ReleaseStatus::Deployed, vec![deployment(1, 1, 0, 1)], vec![bad]);
    insta::assert_snapshot!(says(&live), @"Degraded [no node fits] 0 of 1 pod ready: `api-1` finds no node: 0/3 nodes are available: 3 Insufficient cpu.");
    assert!(!is_hopeless(&live, now()));
}

#[test]
fn a_pod_that_never_gets_ready_is_moving_first_and_a_fault_later() {
    let mut slow = pod("api-1", ContainerState::Running);
    (slow.ready, slow.containers[0].ready) = (false, false);
    let mut live = live(ReleaseStatus::Deployed, vec![deployment(1, 1, 0, 1)], vec![slow]);
    insta::assert_snapshot!(says(&live), @"Moving [0 of 1 ready] 0 of 1 pod ready; the rest are starting.");
    live.pods[0].created_at = seconds_ago(180);
    insta::assert_snapshot!(says(&live), @"Degraded [not ready] 0 of 1 pod ready: `api-1` runs, but `api` is not ready after 3 min.");
}

#[test]
fn a_rollout_on_its_way_is_moving() {
    insta::assert_snapshot!(says(&live(ReleaseStatus::Deployed, vec![deployment(3, 1, 3, 4)], vec![])), @"Moving [1 of 3 new] 3 of 3 pods ready; 1 of 3 run the new version.");
    insta::assert_snapshot!(says(&live(ReleaseStatus::Deployed, vec![deployment(3, 3, 3, 4)], vec![])), @"Moving [3 of 3 new] 3 of 3 pods ready; 1 old pod is stopping.");
}

#[test]
fn scaled_to_nothing_is_asleep() {
    insta::assert_snapshot!(says(&live(ReleaseStatus::Deployed, vec![deployment(0, 0, 0, 0)], vec![])), @"Asleep [asleep] `api` is scaled to no pods.");
}

#[test]
fn a_release_that_stays_pending_is_explained() {
    insta::assert_snapshot!(says(&live(ReleaseStatus::PendingUpgrade, vec![deployment(1, 1, 1, 1)], vec![])), @"Warning [pending-upgrade] The release has been pending-upgrade for 6 min: whoever ran Helm was cut off. It takes no new version until that is repaired.");
}

#[test]
fn a_failed_upgrade_over_healthy_pods_is_a_warning() {
    insta::assert_snapshot!(says(&live(ReleaseStatus::Failed, vec![deployment(1, 1, 1, 1)], vec![])), @"Warning [last upgrade failed] Helm failed at revision 4. What ran before still runs: 1 of 1 pod ready.");
}

#[test]
fn a_rollout_past_its_deadline_stands_still() {
    let stalled = Workload { stalled: Some("ReplicaSet \"api-1\" has timed out progressing.".into()), ..deployment(2, 1, 2, 3) };
    insta::assert_snapshot!(says(&live(ReleaseStatus::Deployed, vec![stalled], vec![])), @r#"Degraded [rollout stands still] 2 of 2 pods ready: the rollout of `api` stands still. ReplicaSet "api-1" has timed out progressing."#);
}

#[test]
fn a_failed_job_is_named() {
    let job = Workload {
        kind: WorkloadKind::Job,
        name: "api-migrate".into(),
        stalled: Some("Job has reached the specified backoff limit".into()),
        ..deployment(1, 1, 0, 1)
    };
    insta::assert_snapshot!(says(&live(ReleaseStatus::Deployed, vec![deployment(1, 1, 1, 1), job], vec![])), @"Degraded [job failed] Job `api-migrate` failed: Job has reached the specified backoff limit.");
}
