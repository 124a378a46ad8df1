//! The three-fault harness of deploy: fail each step, repeat each step, kill the process between each pair and inside Helm.
//!
//! It walks the step list: a new step without faults of its own makes it panic. Run with `--nocapture` to see the table.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "in a test, a panic is the message; the table is shown")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use control::operations::steps_of;
use domain::operation::{OperationKind, OperationState};
use domain::ports::Clusters as _;
use domain::release::ReleaseStatus;
use domain::{AppError, OperationId};
use futures::StreamExt as _;
use futures::future::{BoxFuture, LocalBoxFuture};
use testkit::build::namespace;
use testkit::database::{self, Database};
use testkit::{ChartsCall, ClustersCall, Gate, HelmScript, OnStop, Rig, Rollout, Running};

/// Rows under way at once, each with a database of its own.
const ROWS_AT_ONCE: usize = 6;

/// Something a step relies on breaks, just before the step.
type Fault = (&'static str, fn(&Rig));

/// What can go wrong in each step.
fn faults(step: &str) -> Vec<Fault> {
    match step {
        "prepare" => vec![
            ("the cluster is away", |rig| rig.clusters.set_away("kind-a", "connection refused.")),
            ("the namespace is being deleted", |rig| rig.clusters.namespace_change("kind-a", &namespace("staging"), |info| info.terminating = true)),
            ("the namespace can't be read", |rig| rig.clusters.fail_next(ClustersCall::NamespaceGet, away())),
            ("the revisions can't be read", |rig| rig.clusters.fail_next(ClustersCall::ReleaseRevisions, away())),
            ("the chart can't be fetched", |rig| rig.charts.fail_next(ChartsCall::Fetch, no_charts())),
        ],
        "apply" => vec![
            ("the revisions can't be read", |rig| rig.clusters.fail_next(ClustersCall::ReleaseRevisions, away())),
            ("the chart can't be fetched", |rig| rig.charts.fail_next(ChartsCall::Fetch, no_charts())),
            ("Helm can't be run", |rig| rig.helm.script(HelmScript::CannotRun(AppError::unavailable("There is no `helm` program to deploy with.")))),
            ("Helm fails before its revision", |rig| rig.helm.script(HelmScript::FailsEarly("Template a.yaml, line 3, can't be rendered.".into()))),
            ("Helm fails", |rig| rig.helm.script(HelmScript::Fails("a hook failed".into()))),
            ("Helm fails and leaves it pending", |rig| rig.helm.script(HelmScript::FailsPending("connection lost".into()))),
            ("Helm's end can't be waited for", |rig| {
                rig.helm.script(HelmScript::Lost(AppError::internal("The end of helm could not be waited for.")))
            }),
        ],
        "watch" => vec![
            ("the image is not there", |rig| rig.clusters.roll(&rig.key(), Rollout::ImageMissing)),
            ("the new pods crash", |rig| rig.clusters.roll(&rig.key(), Rollout::Crashing)),
            ("somebody else upgrades", |rig| {
                rig.clusters.helm_by_hand(&rig.key(), "0.9.0", Rollout::Healthy);
            }),
        ],
        other => panic!("step {other} needs faults of its own here"),
    }
}

fn away() -> AppError {
    AppError::unavailable("Cluster kind-a is away: connection refused.")
}

fn no_charts() -> AppError {
    AppError::unavailable("The chart repository at charts.test can't be read: connection refused.")
}

/// A world in which `candidates` runs in `staging` at revision 1, made by hand.
async fn world(database: &Database) -> Rig {
    let rig = Rig::with_candidates(database.store()).await;
    rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
    rig
}

/// Revisions after the first, with their status.
fn revisions(rig: &Rig) -> String {
    let all = rig.clusters.revisions(&rig.key());
    let words: Vec<String> = all.iter().skip(1).map(|r| format!("{} {}", r.revision, r.status.as_str())).collect();
    if words.is_empty() { "none".into() } else { words.join(", ") }
}

fn row(rig: &Rig, id: OperationId, step: &str, fault: &str, state: OperationState) -> String {
    format!("{step:8} | {fault:41} | {:9} | {} | {}\n", state.as_str(), rig.helm.runs(id), revisions(rig))
}

/// (a) Something the step relies on fails: the operation ends, says on what, and the next deploy works.
async fn fault_row(database: Database, step: &'static str, (name, fault): Fault) -> String {
    let rig = Arc::new(world(&database).await);
    let id = rig.deploy("1.1.0").await;
    let mut options = rig.options("one");
    let (in_reach, point) = (rig.clone(), format!("before:{step}"));
    options.kill_at = Some(Arc::new(move |at| {
        if at == point {
            fault(&in_reach);
        }
        false
    }));
    let running = rig.run_with(options);
    let ended = rig.ended(id).await;
    running.stop().await;

    let words = rig.last_words(id).await;
    assert_eq!(ended.state, OperationState::Failed, "{step}, {name}: {words}");
    assert!(
        words.contains("candidates") && words.contains("staging") || words.contains("kind-a") || words.contains("of candidates"),
        "{step}, {name}: {words}"
    );
    assert_not_pending(&rig, &format!("{step}, {name}"));
    let table_row = row(&rig, id, step, name, ended.state);

    rig.clusters.set_live("kind-a");
    rig.clusters.namespace_change("kind-a", &namespace("staging"), |info| info.terminating = false);
    let next = rig.deploy("1.2.0").await;
    let running = rig.run("next");
    let state = rig.ended(next).await.state;
    assert_eq!(state, OperationState::Succeeded, "the deploy after {step}, {name}: {}", rig.last_words(next).await);
    running.stop().await;
    database.remove().await;
    table_row
}

fn assert_not_pending(rig: &Rig, what: &str) {
    let pending = rig.clusters.revisions(&rig.key()).into_iter().find(|r| r.status.is_pending());
    assert_eq!(pending, None, "{what}: the release was left pending");
}

/// Where a process is killed.
#[derive(Clone, Copy)]
enum Point {
    Before(&'static str),
    After(&'static str),
    InsideHelm,
}

impl Point {
    fn words(self) -> String {
        match self {
            Self::Before(step) => format!("before {step}"),
            Self::After(step) => format!("after {step}"),
            Self::InsideHelm => "inside Helm".into(),
        }
    }
}

/// All points, in the order in which a deploy passes them.
fn points() -> Vec<Point> {
    steps_of(OperationKind::Deploy)
        .iter()
        .flat_map(|step| {
            let inside = (*step == "apply").then_some(Point::InsideHelm);
            [Some(Point::Before(step)), inside, Some(Point::After(step))].into_iter().flatten()
        })
        .collect()
}

/// A runner that works until the point and hangs there.
async fn run_until(rig: &Rig, worker: &str, point: Point) -> Running {
    let mut options = rig.options(worker);
    let reached = match point {
        Point::InsideHelm => rig.helm.hold(OnStop::StaysPending).0,
        Point::Before(step) | Point::After(step) => {
            let gate = Gate::new();
            let (opened, once) = (gate.clone(), AtomicBool::new(false));
            let wanted = if matches!(point, Point::Before(_)) { format!("before:{step}") } else { format!("after:{step}") };
            options.kill_at = Some(Arc::new(move |at| {
                let hit = at == wanted && !once.swap(true, Ordering::SeqCst);
                if hit {
                    opened.open();
                }
                hit
            }));
            gate
        }
    };
    let running = rig.run_with(options);
    reached.reached(&format!("{worker} {}", point.words())).await;
    running
}

/// (b), (c), (d): processes killed at these points, one after the other; the last one finishes.
async fn kill_row(database: Database, kills: Vec<Point>) -> String {
    let what = kills.iter().map(|p| p.words()).collect::<Vec<_>>().join(", then ");
    let rig = world(&database).await;
    let id = rig.deploy("1.1.0").await;
    for (n, point) in kills.iter().enumerate() {
        let running = run_until(&rig, &format!("worker-{n}"), *point).await;
        running.kill().await;
        assert_eq!(rig.operation(id).await.finished_at, None, "{what}: a killed process ends nothing");
        rig.leases_expire();
    }
    let in_force_before = deployed_by(&rig, id);
    let runs_before = rig.helm.runs(id);
    let running = rig.run("last");
    let ended = rig.ended(id).await;
    running.stop().await;

    assert_eq!(ended.state, OperationState::Succeeded, "killed {what}: {}", rig.last_words(id).await);
    assert_eq!(usize::try_from(ended.generation).unwrap(), kills.len() + 1, "killed {what}");
    assert_not_pending(&rig, &what);
    assert_eq!(deployed_by(&rig, id), 1, "killed {what}: {}", revisions(&rig));
    if in_force_before == 1 {
        assert_eq!(rig.helm.runs(id), runs_before, "killed {what}: Helm was run again though the revision was in force");
    }
    let live = rig.clusters.release(&rig.key()).unwrap().release;
    assert_eq!((live.chart_version.as_deref(), live.status), (Some("1.1.0"), ReleaseStatus::Deployed), "killed {what}");
    let table_row = row(&rig, id, "killed", &what, ended.state);
    database.remove().await;
    table_row
}

/// Revisions in force that the operation made, beyond the one from before.
fn deployed_by(rig: &Rig, id: OperationId) -> usize {
    rig.clusters.revisions(&rig.key()).iter().filter(|r| r.revision > 1 && r.operation == Some(id) && r.status == ReleaseStatus::Deployed).count()
}

async fn harness(fresh: fn() -> BoxFuture<'static, Database>) {
    let mut rows: Vec<LocalBoxFuture<'static, String>> = Vec::new();
    for &step in steps_of(OperationKind::Deploy) {
        for fault in faults(step) {
            rows.push(Box::pin(async move { fault_row(fresh().await, step, fault).await }));
        }
    }
    let points = points();
    for (n, &first) in points.iter().enumerate() {
        rows.push(Box::pin(async move { kill_row(fresh().await, vec![first]).await }));
        for &second in &points[n..] {
            // Once a step is written down as finished, nobody comes by its points again.
            rows.push(Box::pin(async move { kill_row(fresh().await, vec![first, second]).await }));
        }
    }
    let done: Vec<String> = futures::stream::iter(rows).buffered(ROWS_AT_ONCE).collect().await;
    let table = done.concat();
    println!("step     | fault                                     | outcome   | helm runs | revisions\n{table}");
    insta::allow_duplicates! { insta::assert_snapshot!(table, @r"
        prepare  | the cluster is away                       | failed    | 0 | none
        prepare  | the namespace is being deleted            | failed    | 0 | none
        prepare  | the namespace can't be read               | failed    | 0 | none
        prepare  | the revisions can't be read               | failed    | 0 | none
        prepare  | the chart can't be fetched                | failed    | 0 | none
        apply    | the revisions can't be read               | failed    | 0 | none
        apply    | the chart can't be fetched                | failed    | 0 | none
        apply    | Helm can't be run                         | failed    | 1 | none
        apply    | Helm fails before its revision            | failed    | 1 | none
        apply    | Helm fails                                | failed    | 1 | 2 failed
        apply    | Helm fails and leaves it pending          | failed    | 1 | 2 failed
        apply    | Helm's end can't be waited for            | failed    | 1 | 2 failed
        watch    | the image is not there                    | failed    | 1 | 2 deployed
        watch    | the new pods crash                        | failed    | 1 | 2 deployed
        watch    | somebody else upgrades                    | failed    | 1 | 2 superseded, 3 deployed
        killed   | before prepare                            | succeeded | 1 | 2 deployed
        killed   | before prepare, then before prepare       | succeeded | 1 | 2 deployed
        killed   | before prepare, then after prepare        | succeeded | 1 | 2 deployed
        killed   | before prepare, then before apply         | succeeded | 1 | 2 deployed
        killed   | before prepare, then inside Helm          | succeeded | 2 | 2 failed, 3 deployed
        killed   | before prepare, then after apply          | succeeded | 1 | 2 deployed
        killed   | before prepare, then before watch         | succeeded | 1 | 2 deployed
        killed   | before prepare, then after watch          | succeeded | 1 | 2 deployed
        killed   | after prepare                             | succeeded | 1 | 2 deployed
        killed   | after prepare, then after prepare         | succeeded | 1 | 2 deployed
        killed   | after prepare, then before apply          | succeeded | 1 | 2 deployed
        killed   | after prepare, then inside Helm           | succeeded | 2 | 2 failed, 3 deployed
        killed   | after prepare, then after apply           | succeeded | 1 | 2 deployed
        killed   | after prepare, then before watch          | succeeded | 1 | 2 deployed
        killed   | after prepare, then after watch           | succeeded | 1 | 2 deployed
        killed   | before apply                              | succeeded | 1 | 2 deployed
        killed   | before apply, then before apply           | succeeded | 1 | 2 deployed
        killed   | before apply, then inside Helm            | succeeded | 2 | 2 failed, 3 deployed
        killed   | before apply, then after apply            | succeeded | 1 | 2 deployed
        killed   | before apply, then before watch           | succeeded | 1 | 2 deployed
        killed   | before apply, then after watch            | succeeded | 1 | 2 deployed
        killed   | inside Helm                               | succeeded | 2 | 2 failed, 3 deployed
        killed   | inside Helm, then inside Helm             | succeeded | 3 | 2 failed, 3 failed, 4 deployed
        killed   | inside Helm, then after apply             | succeeded | 2 | 2 failed, 3 deployed
        killed   | inside Helm, then before watch            | succeeded | 2 | 2 failed, 3 deployed
        killed   | inside Helm, then after watch             | succeeded | 2 | 2 failed, 3 deployed
        killed   | after apply                               | succeeded | 1 | 2 deployed
        killed   | after apply, then after apply             | succeeded | 1 | 2 deployed
        killed   | after apply, then before watch            | succeeded | 1 | 2 deployed
        killed   | after apply, then after watch             | succeeded | 1 | 2 deployed
        killed   | before watch                              | succeeded | 1 | 2 deployed
        killed   | before watch, then before watch           | succeeded | 1 | 2 deployed
        killed   | before watch, then after watch            | succeeded | 1 | 2 deployed
        killed   | after watch                               | succeeded | 1 | 2 deployed
        killed   | after watch, then after watch             | succeeded | 1 | 2 deployed
        "); }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_three_faults_of_deploy_on_sqlite() {
    harness(|| Box::pin(database::sqlite())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_three_faults_of_deploy_on_postgres() {
    harness(|| Box::pin(database::postgres())).await;
}
