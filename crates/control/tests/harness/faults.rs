//! The harness itself. It walks the step list of a [`Kind`]: a new step without faults of its own makes it panic. Run with
//! `--nocapture` to see the tables.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use control::operations::steps_of;
use control::runner::RunnerOptions;
use domain::operation::{Operation, OperationKind, OperationState};
use domain::{AppError, OperationId};
use futures::StreamExt as _;
use futures::future::{BoxFuture, LocalBoxFuture};
use testkit::build::namespace;
use testkit::database::Database;
use testkit::{ClustersCall, Gate, HelmScript, OnStop, Rig, Rollout, Running, eventually};

/// Rows under way at once, each with a database of its own.
const ROWS_AT_ONCE: usize = 6;
/// Longer than any wait of a step, in milliseconds.
const LONG_MS: i64 = 61_000;

/// Something a step relies on breaks, just before the step.
#[derive(Clone, Copy)]
pub(crate) struct Fault {
    name: &'static str,
    happens: fn(&Rig),
    pace: Pace,
}

/// How the clock goes while the operation ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    Usual,
    Fast,
}

/// A fault after which the operation ends by itself.
pub(crate) fn fault(name: &'static str, happens: fn(&Rig)) -> Fault {
    Fault { name, happens, pace: Pace::Usual }
}

/// A fault after which the operation ends when it has waited long enough.
pub(crate) fn fault_waited_for(name: &'static str, happens: fn(&Rig)) -> Fault {
    Fault { name, happens, pace: Pace::Fast }
}

/// A kind of operation, on `candidates` in `staging`.
pub(crate) trait Kind {
    const KIND: OperationKind;
    /// Revisions before the operation, which the table leaves out.
    const REVISIONS_BEFORE: usize;

    /// Makes what is there before it.
    fn begin(rig: &Rig);
    /// A person asks for it.
    async fn ask(rig: &Rig) -> OperationId;
    /// What a person asks next after a fault; it has to succeed.
    async fn ask_next(rig: &Rig) -> OperationId;
    /// What can go wrong in each step.
    fn faults(step: &str) -> Vec<Fault>;
    /// How often Helm was started for it.
    fn helm_runs(rig: &Rig, id: OperationId) -> usize;
    /// How often what it is for is so: 0 before, 1 after it; more is too much.
    fn achieved(rig: &Rig, id: OperationId) -> usize;
}

pub(crate) fn away() -> AppError {
    AppError::unavailable("Cluster kind-a is away: connection refused.")
}

/// What can go wrong with Helm, whatever it is asked.
pub(crate) fn faults_of_helm() -> Vec<Fault> {
    vec![
        fault("Helm can't be run", |rig| rig.helm.script(HelmScript::CannotRun(AppError::unavailable("There is no `helm` program to deploy with.")))),
        fault("Helm fails before it changes anything", |rig| rig.helm.script(HelmScript::FailsEarly("Kubernetes cluster unreachable.".into()))),
        fault("Helm fails", |rig| rig.helm.script(HelmScript::Fails("a hook failed".into()))),
        fault("Helm fails and leaves it half done", |rig| rig.helm.script(HelmScript::FailsPending("connection lost".into()))),
        fault("Helm's end can't be waited for", |rig| {
            rig.helm.script(HelmScript::Lost(AppError::internal("The end of helm could not be waited for.")));
        }),
        fault("the cluster is away when Helm has ended", |rig| {
            let (at_work, go_on) = rig.helm.hold(OnStop::StaysPending);
            let clusters = rig.clusters.clone();
            tokio::spawn(async move {
                at_work.passed().await;
                clusters.fail_next(ClustersCall::ReleaseRevisions, away());
                go_on.open();
            });
        }),
    ]
}

/// What can go wrong while a rollout is watched.
pub(crate) fn faults_of_rollout() -> Vec<Fault> {
    vec![
        fault("the image is not there", |rig| rig.clusters.roll(&rig.key(), Rollout::ImageMissing)),
        fault("the new pods crash", |rig| rig.clusters.roll(&rig.key(), Rollout::Crashing)),
        fault("somebody else upgrades", |rig| {
            rig.clusters.helm_by_hand(&rig.key(), "0.9.0", Rollout::Healthy);
        }),
    ]
}

async fn world<K: Kind>(database: &Database) -> Rig {
    let rig = Rig::with_candidates(database.store()).await;
    K::begin(&rig);
    rig
}

/// Revisions the table shows, with their status.
fn revisions<K: Kind>(rig: &Rig) -> String {
    let all = rig.clusters.revisions(&rig.key());
    let words: Vec<String> = all.iter().skip(K::REVISIONS_BEFORE).map(|r| format!("{} {}", r.revision, r.status.as_str())).collect();
    if words.is_empty() { "none".into() } else { words.join(", ") }
}

fn row<K: Kind>(rig: &Rig, id: OperationId, step: &str, fault: &str, state: OperationState) -> String {
    format!("{step:8} | {fault:41} | {:9} | {} | {}\n", state.as_str(), K::helm_runs(rig, id), revisions::<K>(rig))
}

/// (a) Something the step relies on fails: the operation ends, says on what, and what is asked next works.
async fn fault_row<K: Kind>(database: Database, step: &'static str, fault: Fault) -> String {
    let (rig, name) = (Arc::new(world::<K>(&database).await), fault.name);
    let id = K::ask(&rig).await;
    let (in_reach, point) = (rig.clone(), format!("before:{step}"));
    let running = rig.run_with(RunnerOptions {
        lease_ms: 1_000 * LONG_MS, // the clock may jump, the claim holds
        kill_at: Some(Arc::new(move |at| {
            if at == point {
                (fault.happens)(&in_reach);
            }
            false
        })),
        ..rig.options("one")
    });
    let ended = ended(&rig, id, step, fault.pace).await;
    running.stop().await;

    let words = rig.last_words(id).await;
    assert!(ended.state.is_final() && ended.state != OperationState::Cancelled, "{step}, {name}: {words}");
    assert!(
        words.contains("candidates") || words.contains("staging") && words.contains("kind-a") || words.contains("Cluster kind-a"),
        "{step}, {name}: {words}"
    );
    assert_not_pending(&rig, &format!("{step}, {name}"));
    let table_row = row::<K>(&rig, id, step, name, ended.state);

    rig.clusters.set_live("kind-a");
    rig.clusters.namespace_change("kind-a", &namespace("staging"), |info| info.terminating = false);
    let next = K::ask_next(&rig).await;
    let running = rig.run("next");
    let state = rig.ended(next).await.state;
    assert_eq!(state, OperationState::Succeeded, "what is asked after {step}, {name}: {}", rig.last_words(next).await);
    running.stop().await;
    database.remove().await;
    table_row
}

async fn ended(rig: &Rig, id: OperationId, step: &str, pace: Pace) -> Operation {
    if pace == Pace::Fast {
        rig.event_seen(id, step, "step_started").await;
        let over = async || {
            rig.clock.advance_ms(LONG_MS);
            rig.operation(id).await.finished_at
        };
        eventually(&format!("the end of {step}"), over).await;
    }
    rig.ended(id).await
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

/// All points, in the order in which an operation passes them.
fn points(kind: OperationKind) -> Vec<Point> {
    let of_step = |step: &'static str| {
        let inside = (step == "apply").then_some(Point::InsideHelm);
        [Some(Point::Before(step)), inside, Some(Point::After(step))].into_iter().flatten()
    };
    steps_of(kind).iter().copied().flat_map(of_step).collect()
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
async fn kill_row<K: Kind>(database: Database, kills: Vec<Point>) -> String {
    let what = kills.iter().map(|p| p.words()).collect::<Vec<_>>().join(", then ");
    let rig = world::<K>(&database).await;
    let id = K::ask(&rig).await;
    for (n, point) in kills.iter().enumerate() {
        let running = run_until(&rig, &format!("worker-{n}"), *point).await;
        running.kill().await;
        assert_eq!(rig.operation(id).await.finished_at, None, "{what}: a killed process ends nothing");
        rig.leases_expire();
    }
    let (achieved_before, runs_before) = (K::achieved(&rig, id), K::helm_runs(&rig, id));
    let running = rig.run("last");
    let ended = rig.ended(id).await;
    running.stop().await;

    assert_eq!(ended.state, OperationState::Succeeded, "killed {what}: {}", rig.last_words(id).await);
    assert_eq!(usize::try_from(ended.generation).unwrap(), kills.len() + 1, "killed {what}");
    assert_not_pending(&rig, &what);
    assert_eq!(K::achieved(&rig, id), 1, "killed {what}: {}", revisions::<K>(&rig));
    if achieved_before == 1 {
        assert_eq!(K::helm_runs(&rig, id), runs_before, "killed {what}: Helm was run again though it had done its work");
    }
    let table_row = row::<K>(&rig, id, "killed", &what, ended.state);
    database.remove().await;
    table_row
}

/// Runs every fault and every kill; answers the table.
pub(crate) async fn harness<K: Kind>(fresh: fn() -> BoxFuture<'static, Database>) -> String {
    let mut rows: Vec<LocalBoxFuture<'static, String>> = Vec::new();
    for &step in steps_of(K::KIND) {
        for fault in K::faults(step) {
            rows.push(Box::pin(async move { fault_row::<K>(fresh().await, step, fault).await }));
        }
    }
    let points = points(K::KIND);
    for (n, &first) in points.iter().enumerate() {
        rows.push(Box::pin(async move { kill_row::<K>(fresh().await, vec![first]).await }));
        for &second in &points[n..] {
            // Once a step is written down as finished, nobody comes by its points again.
            rows.push(Box::pin(async move { kill_row::<K>(fresh().await, vec![first, second]).await }));
        }
    }
    let done: Vec<String> = futures::stream::iter(rows).buffered(ROWS_AT_ONCE).collect().await;
    let table = done.concat();
    println!("step     | fault                                     | outcome   | helm runs | revisions\n{table}");
    table
}
