//! What operations on a release share: the place it is in, asking a cluster that may be away, running Helm with its
//! output written down, freeing a revision that was left pending, and watching a rollout to its end.

use std::sync::Arc;
use std::time::Duration;

use domain::cluster::ClusterState;
use domain::environment::Environment;
use domain::health::{HealthStatus, assess, is_hopeless, words_for};
use domain::operation::{EventData, OperationEvent};
use domain::ports::{ClusterChange, HelmOutcome, HelmRollback, HelmUninstall, HelmUpgrade};
use domain::release::{ReleaseKey, ReleaseRevision, ReleaseStatus};
use domain::{AppError, ErrorKind, OperationId, Timestamp};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};

use super::{StepDone, StepStop};
use crate::runner::StepContext;
use crate::{Control, release_key};

/// Helm's own timeout; hooks count.
pub(super) const HELM_TIMEOUT_MS: u64 = 10 * 60_000;
/// Nothing may change for this long before a healthy rollout counts as finished: the watches of Secret and workloads
/// are independent, and the workload's news may come a moment later.
const SETTLE_MS: i64 = 600;
/// How long a rollout is watched at most.
const ROLLOUT_MAX_MS: i64 = 15 * 60_000;
/// How long a cluster is asked how Helm left the release before the operation is given up.
const INSIST_MAX_MS: i64 = 15 * 60_000;
/// How long to wait before it is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(500);
/// The caches are looked at again at this pace even if nothing is reported.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// Lines of Helm's output that wait to be written at most.
const OUTPUT_LINES_WAITING_MAX: usize = 1_024;

/// The step under which revisions are noted that were marked as failed.
const UNLOCK: &str = "unlock";

/// What a step made or freed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Applied {
    pub(super) revision: u32,
}

/// What Helm is asked to do.
pub(super) enum HelmJob {
    /// `helm upgrade --install`.
    Upgrade(HelmUpgrade),
    /// `helm rollback`.
    Rollback(HelmRollback),
    /// `helm uninstall`.
    Uninstall(HelmUninstall),
}

/// What to do about the release, seen what an earlier run may have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// Nothing was done yet, or what was done was set aside: run Helm.
    Run,
    /// Our revision is in force: nothing to do.
    Done(u32),
    /// Helm ended with a failure that nobody wrote down.
    Failed(u32),
    /// Helm was cut off in our revision: mark it failed first, then run.
    UnlockThenRun(u32),
    /// Somebody else made a newer revision meanwhile.
    Overtaken(u32),
}

impl Plan {
    /// The revision it is about, if there is one newer than the base.
    pub(super) fn revision(self) -> Option<u32> {
        match self {
            Self::Run => None,
            Self::Done(revision) | Self::Failed(revision) | Self::UnlockThenRun(revision) | Self::Overtaken(revision) => Some(revision),
        }
    }
}

/// A release and the operation at work on it.
pub(super) struct ReleaseWork<'a> {
    pub(super) control: &'a Arc<Control>,
    pub(super) context: &'a StepContext<'a>,
    pub(super) environment: Environment,
    pub(super) key: ReleaseKey,
}

impl<'a> ReleaseWork<'a> {
    /// Finds the place.
    pub(super) async fn of(control: &'a Arc<Control>, context: &'a StepContext<'a>) -> Result<Self, StepStop> {
        let request = &context.operation.request;
        // Straight from the store: a database that is away for a moment is no reason to fail, the next process goes on.
        let found = control.store.environment_get(&request.environment).await?;
        let environment = found.ok_or_else(|| AppError::not_found("environment", &request.environment))?;
        let key = release_key(&environment, &request.service);
        Ok(Self { control, context, environment, key })
    }

    /// The operation's number.
    pub(super) fn id(&self) -> OperationId {
        self.context.operation.id
    }

    /// Stops unless the cluster can be used.
    pub(super) fn cluster_usable(&self) -> Result<(), StepStop> {
        let cluster = self.control.cluster_required(&self.key.cluster)?;
        if let ClusterState::Away { reason, .. } | ClusterState::Refused { reason, .. } = cluster.state {
            let message = format!("Cluster {} can't be used: {reason}", self.key.cluster);
            return Err(AppError::unavailable(message).hint("Try again when it is back.").into());
        }
        Ok(())
    }

    /// All revisions, oldest first.
    pub(super) async fn revisions(&self) -> Result<Vec<ReleaseRevision>, AppError> {
        self.control.ports.clusters.release_revisions(&self.key).await
    }

    /// The revisions once Helm may have been at work.
    pub(super) async fn revisions_after_helm(&self) -> Result<Vec<ReleaseRevision>, StepStop> {
        self.insist(|| self.revisions()).await
    }

    /// The revisions for a step that may have been begun before: a first try may fail for a cluster that is away; a later
    /// one must learn what the earlier left.
    pub(super) async fn revisions_in(&self, step: &str) -> Result<Vec<ReleaseRevision>, StepStop> {
        if self.context.was_begun(step) { self.revisions_after_helm().await } else { Ok(self.revisions().await?) }
    }

    /// Stops if another Helm is at work on the release, or was cut off.
    pub(super) fn pending_refuse(&self, newest: Option<&ReleaseRevision>) -> Result<(), StepStop> {
        let Some(pending) = newest.filter(|r| r.status.is_pending()) else { return Ok(()) };
        let message = format!(
            "Release {} in {} is {} at revision {}: another run of Helm is at work, or was cut off.",
            self.key.name,
            self.environment.name,
            pending.status.as_str(),
            pending.revision
        );
        Err(AppError::conflict(message).hint("Wait for its end. If nobody runs Helm, repair the release on its history page.").into())
    }

    /// Asks a cluster that does not answer again: an operation that ended now could leave the release pending for good.
    pub(super) async fn insist<T, F>(&self, ask: impl Fn() -> F + Send) -> Result<T, StepStop>
    where
        F: Future<Output = Result<T, AppError>> + Send,
    {
        let started = self.control.now();
        let mut told = false;
        loop {
            match ask().await {
                Err(error)
                    if error.kind == ErrorKind::Unavailable && self.control.now().as_millisecond() - started.as_millisecond() < INSIST_MAX_MS =>
                {
                    if !told {
                        self.context.progress(format!("{} Slipway asks again until it knows how Helm left the release.", error.message)).await?;
                        told = true;
                    }
                    tokio::time::sleep(ASK_AGAIN).await;
                }
                other => return Ok(other?),
            }
        }
    }

    /// Runs Helm with its output written down as it comes.
    pub(super) async fn helm_run(&self, job: &HelmJob) -> Result<Result<HelmOutcome, AppError>, StepStop> {
        self.context.progress("Helm is at work.".to_owned()).await?;
        let (sender, lines) = tokio::sync::mpsc::channel(OUTPUT_LINES_WAITING_MAX);
        let run = async move {
            // A full queue drops the line: Helm's progress matters more than a complete log.
            let sink = move |stream, line| drop(sender.try_send((stream, line)));
            let (helm, stop) = (&self.control.ports.helm, Box::pin(self.context.cancelled()));
            match job {
                HelmJob::Upgrade(request) => helm.upgrade(request, &sink, stop).await,
                HelmJob::Rollback(request) => helm.rollback(request, &sink, stop).await,
                HelmJob::Uninstall(request) => helm.uninstall(request, &sink, stop).await,
            }
        };
        let (outcome, written) = tokio::join!(run, self.context.output_write(lines));
        written?;
        Ok(outcome)
    }

    /// Marks an interrupted revision as failed. Written down first, so that a later process knows whose failure it is.
    pub(super) async fn unlock(&self, revision: u32) -> Result<(), StepStop> {
        let sentence = format!("Revision {revision} was left pending; it is marked as failed.");
        self.context.append(UNLOCK, &[EventData::StepFinished { sentence, facts: to_facts(&Applied { revision })? }]).await?;
        let why = format!("Interrupted in Slipway operation {}", self.id());
        self.insist(|| self.control.ports.clusters.release_unlock(&self.key, revision, &why)).await?;
        Ok(())
    }

    /// The revisions this operation marked as failed, also in earlier processes.
    pub(super) fn unlocked(&self) -> Vec<u32> {
        let noted = self.context.events.iter().filter(|e| e.step.as_deref() == Some(UNLOCK)).filter_map(|e| match &e.data {
            EventData::StepFinished { facts, .. } => serde_json::from_value::<Applied>(facts.clone()).ok(),
            _ => None,
        });
        noted.map(|applied| applied.revision).collect()
    }

    /// Follows a plan as far as it goes without Helm. `None`: Helm has to be run, and nobody asked to stop.
    pub(super) async fn plan_follow(&self, found: Plan) -> Result<Option<StepDone>, StepStop> {
        match found {
            Plan::Run => {}
            Plan::Done(revision) => return applied(revision, "Helm had finished before the interruption.").map(Some),
            Plan::Failed(revision) => {
                let message = format!("Helm failed at revision {revision} of {} while Slipway was away.", self.key.name);
                return Err(AppError::conflict(message).hint("Try again to see why.").operation(self.id()).into());
            }
            Plan::UnlockThenRun(revision) => {
                self.unlock(revision).await?;
                self.context.progress(format!("Revision {revision} was cut off; Helm starts again.")).await?;
            }
            Plan::Overtaken(revision) => return Err(self.overtaken(revision)),
        }
        self.cancel_honour().await?;
        Ok(None)
    }

    /// Stops if somebody asked for it before Helm began.
    pub(super) async fn cancel_honour(&self) -> Result<(), StepStop> {
        if self.context.cancel_requested().await? {
            return Err(StepStop::Cancelled(format!("Helm was not started. {} is as it was in {}.", self.key.name, self.environment.name)));
        }
        Ok(())
    }

    /// The error of an operation that somebody else was quicker than.
    pub(super) fn overtaken(&self, revision: u32) -> StepStop {
        AppError::conflict(format!("Somebody else made revision {revision} of {} meanwhile.", self.key.name))
            .hint("Look at what runs now before you try again.")
            .operation(self.id())
            .into()
    }

    /// The error of something that does not know what it was asked for, with what it stopped.
    pub(super) fn about(&self, error: AppError) -> AppError {
        AppError { message: format!("Slipway could not {}. {}", self.context.operation.request.words(), error.message), ..error }
    }

    /// How Helm's refusal ends the operation.
    pub(super) fn refused(&self, words: &str) -> StepStop {
        let message = format!("Helm could not {}: {words}", self.context.operation.request.words());
        AppError::conflict(message).hint("The log below has Helm's own words. Correct the cause and try again.").operation(self.id()).into()
    }

    /// Follows the rollout of a revision by the health rules until it holds, fails, or time is up. `hint`: what a person
    /// may do if it does not come up.
    pub(super) async fn rollout_watch(&self, revision: u32, hint: &str) -> Result<StepDone, StepStop> {
        let started = self.control.now();
        let mut rollout = Rollout { revision, healthy_since: None, hopeless_since: None, told: String::new() };
        let mut changes = self.control.ports.clusters.changes();
        let mut cancelled = Box::pin(self.context.cancelled());
        loop {
            if let Some(sentence) = self.look(&mut rollout, started, hint).await? {
                return Ok(StepDone { sentence, facts: serde_json::Value::Null });
            }
            tokio::select! {
                () = &mut cancelled => {
                    let message = format!("Nobody watches any more: revision {revision} of {} stays in force and goes on rolling out.", self.key.name);
                    return Err(StepStop::Cancelled(message));
                }
                () = changed(&mut changes, &self.key) => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }

    /// One look at the rollout. `Some`: it has ended well.
    async fn look(&self, rollout: &mut Rollout, started: Timestamp, hint: &str) -> Result<Option<String>, StepStop> {
        let now = self.control.now();
        let since = |at: Timestamp| now.as_millisecond() - at.as_millisecond();
        let live = self.control.ports.clusters.release(&self.key).filter(|live| live.release.revision >= rollout.revision);
        let sentence = match &live {
            Some(live) if live.release.revision > rollout.revision => return Err(self.overtaken(live.release.revision)),
            Some(live) => {
                let health = assess(live, now);
                let well = matches!(health.status, HealthStatus::Healthy | HealthStatus::Asleep) && live.release.status == ReleaseStatus::Deployed;
                rollout.healthy_since = if well { rollout.healthy_since.or(Some(now)) } else { None };
                rollout.hopeless_since = if is_hopeless(live, now) { rollout.hopeless_since.or(Some(now)) } else { None };
                health.sentence
            }
            None => format!("Waiting for the cluster to show revision {}.", rollout.revision),
        };
        if sentence != rollout.told {
            self.context.progress(sentence.clone()).await?;
            rollout.told.clone_from(&sentence);
        }
        if rollout.healthy_since.is_some_and(|at| since(at) >= SETTLE_MS) {
            return Ok(Some(sentence));
        }
        let request = &self.context.operation.request;
        let what = format!("{} {} in {}", request.service, request.version().unwrap_or_default(), request.environment);
        if rollout.hopeless_since.is_some_and(|at| since(at) >= self.context.options.stall_grace_ms) {
            return Err(AppError::conflict(format!("{what} does not come up. {sentence}")).hint(hint).operation(self.id()).into());
        }
        if since(started) > ROLLOUT_MAX_MS {
            let message = format!("{what} is not healthy after {}. {sentence}", words_for(ROLLOUT_MAX_MS));
            return Err(AppError::conflict(message).hint(hint).operation(self.id()).into());
        }
        Ok(None)
    }

    /// Resolves at the next change that may concern this release, or after a moment.
    pub(super) async fn change_or_moment(&self, changes: &mut BoxStream<'static, ClusterChange>) {
        let _ = tokio::time::timeout(LOOK_AGAIN, changed(changes, &self.key)).await;
    }
}

/// What the watch knows from look to look.
struct Rollout {
    revision: u32,
    healthy_since: Option<Timestamp>,
    hopeless_since: Option<Timestamp>,
    told: String,
}

/// Resolves at the next change that may concern this release.
async fn changed(changes: &mut BoxStream<'static, ClusterChange>, key: &ReleaseKey) {
    loop {
        match changes.next().await {
            Some(ClusterChange::Release(other)) if other != *key => {}
            Some(_) => return,
            None => std::future::pending().await,
        }
    }
}

/// The revisions that an operation made, going by its record: in force, or cut off and marked as failed.
pub(crate) fn revisions_made(events: &[OperationEvent]) -> Vec<u32> {
    let told = |event: &OperationEvent| match (&event.step, &event.data) {
        (Some(step), EventData::StepFinished { facts, .. }) if step == "apply" || step == UNLOCK => {
            serde_json::from_value::<Applied>(facts.clone()).ok()
        }
        _ => None,
    };
    events.iter().filter_map(told).map(|applied| applied.revision).collect()
}

/// A step's facts as they are written down.
pub(super) fn to_facts<T: Serialize>(facts: &T) -> Result<serde_json::Value, StepStop> {
    serde_json::to_value(facts).map_err(|e| AppError::internal(format!("A step's facts can't be written: {e}.")).into())
}

/// The end of a step that put a revision in force.
pub(super) fn applied(revision: u32, how: &str) -> Result<StepDone, StepStop> {
    Ok(StepDone { sentence: format!("{how} Revision {revision} is in force."), facts: to_facts(&Applied { revision })? })
}
