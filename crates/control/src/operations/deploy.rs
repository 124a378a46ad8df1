//! Deploy: put one version of one service into one environment, and watch it to its end.
//!
//! Three steps. `prepare` makes sure of cluster, namespace and chart, and notes the revision the release has.
//! `apply` runs Helm; what an interrupted run left is found by the operation's label on the revisions ([`plan`]).
//! `watch` follows the rollout by the health rules until it holds, fails, or time is up.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::cluster::ClusterState;
use domain::environment::Environment;
use domain::health::{HealthStatus, assess, is_hopeless, words_for};
use domain::operation::{DeployRequest, EventData};
use domain::ports::{ChartArchive, ClusterChange, HelmOutcome, HelmUpgrade};
use domain::release::{ReleaseKey, ReleaseRevision, ReleaseStatus};
use domain::{AppError, ErrorKind, OperationId, Timestamp};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};

use super::{StepDone, StepStop, Steps};
use crate::runner::StepContext;
use crate::{Control, release_key};

/// The steps, in order.
pub const STEPS: [&str; 3] = ["prepare", "apply", "watch"];

/// Helm's own timeout; hooks count.
const HELM_TIMEOUT_MS: u64 = 10 * 60_000;
/// Nothing may change for this long before a healthy rollout counts as finished: the watches of Secret and workloads
/// are independent, and the workload's news may come a moment later.
const SETTLE_MS: i64 = 600;
/// How long a rollout is watched at most.
const ROLLOUT_MAX_MS: i64 = 15 * 60_000;
/// How long a cluster is asked how Helm left the release before the deploy is given up.
const INSIST_MAX_MS: i64 = 15 * 60_000;
/// How long to wait before it is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(500);
/// The caches are looked at again at this pace even if nothing is reported.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// What `prepare` found.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Prepared {
    /// The newest revision before this operation; 0: there was none.
    base_revision: u32,
    /// `sha256` of the chart's archive.
    chart_digest: String,
}

/// What `apply` made.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Applied {
    revision: u32,
}

/// What to do about the release, seen what an earlier run may have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
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

/// Decides from the revisions in the cluster. `unlocked` are those this operation marked as failed itself.
///
/// Helm copies labels to later revisions, so the label alone proves little; together with `base` it does: revisions above
/// it that carry our label were made by us, up to the first that does not.
pub fn plan(base: u32, operation: OperationId, revisions: &[ReleaseRevision], unlocked: &[u32]) -> Plan {
    let mut newer: Vec<&ReleaseRevision> = revisions.iter().filter(|r| r.revision > base).collect();
    newer.sort_by_key(|r| r.revision);
    let Some(newest) = newer.last() else { return Plan::Run };
    if newest.operation != Some(operation) {
        return Plan::Overtaken(newest.revision);
    }
    match newest.status {
        status if status.is_pending() => Plan::UnlockThenRun(newest.revision),
        ReleaseStatus::Failed if unlocked.contains(&newest.revision) => Plan::Run,
        ReleaseStatus::Failed => Plan::Failed(newest.revision),
        ReleaseStatus::Deployed => Plan::Done(newest.revision),
        _ => Plan::Overtaken(newest.revision),
    }
}

/// The code of the kind.
pub(crate) struct Deploy {
    pub(crate) control: Arc<Control>,
}

#[async_trait]
impl Steps for Deploy {
    async fn step_run(&self, step: &str, context: &StepContext<'_>) -> Result<StepDone, StepStop> {
        let name = &context.operation.request.environment;
        // Straight from the store: a database that is away for a moment is no reason to fail, the next process goes on.
        let environment = self.control.store.environment_get(name).await?.ok_or_else(|| AppError::not_found("environment", name))?;
        let key = release_key(&environment, &context.operation.request.service);
        match step {
            "prepare" => self.prepare(context, &environment, &key).await,
            "apply" => self.apply(context, &environment, &key).await,
            "watch" => self.watch(context, &key).await,
            other => Err(AppError::internal(format!("A deploy has no step “{other}”.")).into()),
        }
    }

    fn outcome(&self, context: &StepContext<'_>) -> String {
        let request = &context.operation.request;
        format!("{} {} runs in {} and is healthy.", request.service, request.version, request.environment)
    }
}

impl Deploy {
    async fn prepare(&self, context: &StepContext<'_>, environment: &Environment, key: &ReleaseKey) -> Result<StepDone, StepStop> {
        let clusters = &self.control.ports.clusters;
        let cluster = self.control.cluster_required(&key.cluster)?;
        if let ClusterState::Away { reason, .. } | ClusterState::Refused { reason, .. } = cluster.state {
            return Err(AppError::unavailable(format!("Cluster {} can't be used: {reason}", key.cluster))
                .hint("Deploy again when it is back.")
                .into());
        }
        match clusters.namespace_get(&key.cluster, &key.namespace).await? {
            Some(info) if info.terminating => {
                let message = format!("Namespace {} of {} is being deleted.", key.namespace, key.cluster);
                return Err(AppError::conflict(message).hint("Wait until it is gone; the next deploy makes it again.").into());
            }
            Some(_) => {}
            None => {
                context.progress(format!("Making namespace {} again: it is gone.", key.namespace)).await?;
                clusters.namespace_ensure(&key.cluster, &key.namespace, &environment.name, environment.kind.as_str()).await?;
            }
        }
        let revisions = clusters.release_revisions(key).await?;
        let newest = revisions.iter().max_by_key(|r| r.revision);
        if let Some(pending) = newest.filter(|r| r.status.is_pending()) {
            let message = format!(
                "Release {} in {} is {} at revision {}: another run of Helm is at work, or was cut off.",
                key.name,
                environment.name,
                pending.status.as_str(),
                pending.revision
            );
            return Err(AppError::conflict(message)
                .hint("Wait for its end. If nobody runs Helm, `helm rollback` to the revision before repairs it.")
                .into());
        }
        let request = &context.operation.request;
        context.progress(format!("Fetching {} {}.", request.chart.name, request.version)).await?;
        let archive = self.fetch(request).await?;
        let prepared = Prepared { base_revision: newest.map_or(0, |r| r.revision), chart_digest: archive.digest };
        let short: String = prepared.chart_digest.chars().take(8).collect();
        Ok(StepDone { sentence: format!("{} {} fetched, sealed {short}.", request.chart.name, request.version), facts: to_facts(&prepared)? })
    }

    async fn apply(&self, context: &StepContext<'_>, environment: &Environment, key: &ReleaseKey) -> Result<StepDone, StepStop> {
        let prepared: Prepared = context.facts("prepare")?;
        let id = context.operation.id;
        // A first try may fail for a cluster that is away; a later one must learn what the earlier left.
        let revisions = if context.was_begun("apply") { self.revisions_after_helm(context, key).await? } else { self.revisions(key).await? };
        match plan(prepared.base_revision, id, &revisions, &context.unlocked()) {
            Plan::Run => {}
            Plan::Done(revision) => return applied(revision, "Helm had finished before the interruption."),
            Plan::Failed(revision) => {
                return Err(AppError::conflict(format!("Helm failed at revision {revision} of {} while Slipway was away.", key.name))
                    .hint("Deploy again to see why.")
                    .operation(id)
                    .into());
            }
            Plan::UnlockThenRun(revision) => {
                self.unlock(context, key, revision).await?;
                context.progress(format!("Revision {revision} was cut off; Helm starts again.")).await?;
            }
            Plan::Overtaken(revision) => return Err(overtaken(key, revision, id)),
        }
        if context.cancel_requested().await? {
            return Err(StepStop::Cancelled(format!("Helm was not started. {} is as it was in {}.", key.name, environment.name)));
        }
        let request = &context.operation.request;
        let archive = self.fetch(request).await?;
        if archive.digest != prepared.chart_digest {
            let message = format!("{} {} was published again with other contents since this deploy began.", request.chart.name, request.version);
            return Err(AppError::conflict(message).hint("Look at what changed, then deploy again.").into());
        }
        context.progress("Helm is at work.".to_owned()).await?;
        let upgrade = HelmUpgrade {
            key: key.clone(),
            chart: archive.path,
            values: [&request.default_values, &request.values].into_iter().filter(|v| !v.trim().is_empty()).cloned().collect(),
            operation: id,
            description: format!("Slipway operation {id} by {}", context.operation.created_by),
            timeout_ms: HELM_TIMEOUT_MS,
        };
        let outcome = self.helm_run(context, &upgrade).await?;
        self.helm_ended(context, environment, key, &prepared, outcome).await
    }

    /// Runs Helm with its output written down as it comes.
    async fn helm_run(&self, context: &StepContext<'_>, upgrade: &HelmUpgrade) -> Result<Result<HelmOutcome, AppError>, StepStop> {
        let (sender, lines) = tokio::sync::mpsc::channel(OUTPUT_LINES_WAITING_MAX);
        let run = async move {
            // A full queue drops the line: Helm's progress matters more than a complete log.
            let sink = move |stream, line| drop(sender.try_send((stream, line)));
            self.control.ports.helm.upgrade(upgrade, &sink, Box::pin(context.cancelled())).await
        };
        let (outcome, written) = tokio::join!(run, context.output_write(lines));
        written?;
        Ok(outcome)
    }

    async fn helm_ended(
        &self,
        context: &StepContext<'_>,
        environment: &Environment,
        key: &ReleaseKey,
        prepared: &Prepared,
        outcome: Result<HelmOutcome, AppError>,
    ) -> Result<StepDone, StepStop> {
        let id = context.operation.id;
        let request = &context.operation.request;
        let found = plan(prepared.base_revision, id, &self.revisions_after_helm(context, key).await?, &[]);
        if let Plan::UnlockThenRun(revision) = found {
            self.unlock(context, key, revision).await?; // never left pending, however Helm ended
        }
        let outcome = match (outcome, found) {
            (Err(_), Plan::Done(revision)) => return applied(revision, "Helm has applied the chart, though its end was not seen."),
            (Err(error), _) => return Err(about(request, error).into()),
            (Ok(outcome), _) => outcome,
        };
        match (outcome, found) {
            (HelmOutcome::Done, Plan::Done(revision)) => applied(revision, "Helm has applied the chart."),
            (HelmOutcome::Done, Plan::Overtaken(revision)) => Err(overtaken(key, revision, id)),
            (HelmOutcome::Done, _) => Err(AppError::internal(format!("Helm reports success, but release {} has no new revision.", key.name))
                .hint("Look at the release in the cluster.")
                .into()),
            (HelmOutcome::Failed(text), _) => {
                let message = format!("Helm could not deploy {} {} to {}: {text}", request.service, request.version, environment.name);
                Err(AppError::conflict(message).hint("The log below has Helm's own words. Correct the cause and deploy again.").operation(id).into())
            }
            (HelmOutcome::Stopped, Plan::Done(revision)) => {
                Err(StepStop::Cancelled(format!("Helm had just finished: revision {revision} of {} is in force.", key.name)))
            }
            (HelmOutcome::Stopped, _) => Err(StepStop::Cancelled(format!(
                "Helm was stopped. Parts of {} {} may be in place; the next deploy sets everything right.",
                request.service, request.version
            ))),
        }
    }

    /// Marks an interrupted revision as failed. Written down first, so that a later process knows whose failure it is.
    async fn unlock(&self, context: &StepContext<'_>, key: &ReleaseKey, revision: u32) -> Result<(), StepStop> {
        context.unlocking(revision).await?;
        let why = format!("Interrupted in Slipway operation {}", context.operation.id);
        self.insist(context, || self.control.ports.clusters.release_unlock(key, revision, &why)).await?;
        Ok(())
    }

    async fn fetch(&self, request: &DeployRequest) -> Result<ChartArchive, AppError> {
        self.control.ports.charts.fetch(&request.chart, &request.version).await.map_err(|error| about(request, error))
    }

    /// The revisions once Helm may have been at work.
    async fn revisions_after_helm(&self, context: &StepContext<'_>, key: &ReleaseKey) -> Result<Vec<ReleaseRevision>, StepStop> {
        self.insist(context, || self.control.ports.clusters.release_revisions(key)).await
    }

    /// Asks a cluster that does not answer again: an operation that ended now could leave the release pending for good.
    async fn insist<T, F>(&self, context: &StepContext<'_>, ask: impl Fn() -> F + Send) -> Result<T, StepStop>
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
                        context.progress(format!("{} Slipway asks again until it knows how Helm left the release.", error.message)).await?;
                        told = true;
                    }
                    tokio::time::sleep(ASK_AGAIN).await;
                }
                other => return Ok(other?),
            }
        }
    }

    async fn revisions(&self, key: &ReleaseKey) -> Result<Vec<ReleaseRevision>, AppError> {
        self.control.ports.clusters.release_revisions(key).await
    }

    async fn watch(&self, context: &StepContext<'_>, key: &ReleaseKey) -> Result<StepDone, StepStop> {
        let applied: Applied = context.facts("apply")?;
        let started = self.control.now();
        let mut rollout = Rollout { revision: applied.revision, healthy_since: None, hopeless_since: None, told: String::new() };
        let mut changes = self.control.ports.clusters.changes();
        let mut cancelled = Box::pin(context.cancelled());
        loop {
            if let Some(sentence) = self.look(context, key, &mut rollout, started).await? {
                return Ok(StepDone { sentence, facts: serde_json::Value::Null });
            }
            tokio::select! {
                () = &mut cancelled => {
                    let message = format!("Nobody watches any more: revision {} of {} stays in force and goes on rolling out.", applied.revision, key.name);
                    return Err(StepStop::Cancelled(message));
                }
                () = changed(&mut changes, key) => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }

    /// One look at the rollout. `Some`: it has ended well.
    async fn look(&self, context: &StepContext<'_>, key: &ReleaseKey, rollout: &mut Rollout, started: Timestamp) -> Result<Option<String>, StepStop> {
        let now = self.control.now();
        let id = context.operation.id;
        let since = |at: Timestamp| now.as_millisecond() - at.as_millisecond();
        let live = self.control.ports.clusters.release(key).filter(|live| live.release.revision >= rollout.revision);
        let sentence = match &live {
            Some(live) if live.release.revision > rollout.revision => return Err(overtaken(key, live.release.revision, id)),
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
            context.progress(sentence.clone()).await?;
            rollout.told.clone_from(&sentence);
        }
        if rollout.healthy_since.is_some_and(|at| since(at) >= SETTLE_MS) {
            return Ok(Some(sentence));
        }
        let what =
            format!("{} {} in {}", context.operation.request.service, context.operation.request.version, context.operation.request.environment);
        let hint = "Deploy a version that works, or correct the values; the release is in force as it is.";
        if rollout.hopeless_since.is_some_and(|at| since(at) >= context.options.stall_grace_ms) {
            return Err(AppError::conflict(format!("{what} does not come up. {sentence}")).hint(hint).operation(id).into());
        }
        if since(started) > ROLLOUT_MAX_MS {
            return Err(AppError::conflict(format!("{what} is not healthy after {}. {sentence}", words_for(ROLLOUT_MAX_MS)))
                .hint(hint)
                .operation(id)
                .into());
        }
        Ok(None)
    }
}

/// Lines of Helm's output that wait to be written at most.
const OUTPUT_LINES_WAITING_MAX: usize = 1_024;

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

/// The error of something that does not know what it was asked for, with what it stopped.
fn about(request: &DeployRequest, error: AppError) -> AppError {
    AppError { message: format!("{} {} was not deployed to {}. {}", request.service, request.version, request.environment, error.message), ..error }
}

fn overtaken(key: &ReleaseKey, revision: u32, id: OperationId) -> StepStop {
    AppError::conflict(format!("Somebody else made revision {revision} of {} meanwhile.", key.name))
        .hint("Look at what runs now before you deploy again.")
        .operation(id)
        .into()
}

fn to_facts<T: Serialize>(facts: &T) -> Result<serde_json::Value, StepStop> {
    serde_json::to_value(facts).map_err(|e| AppError::internal(format!("A step's facts can't be written: {e}.")).into())
}

fn applied(revision: u32, how: &str) -> Result<StepDone, StepStop> {
    Ok(StepDone { sentence: format!("{how} Revision {revision} is in force."), facts: to_facts(&Applied { revision })? })
}

impl StepContext<'_> {
    /// Notes that a revision is about to be marked as failed by us.
    async fn unlocking(&self, revision: u32) -> Result<(), StepStop> {
        let sentence = format!("Revision {revision} was left pending; it is marked as failed.");
        self.append("unlock", &[EventData::StepFinished { sentence, facts: to_facts(&Applied { revision })? }]).await
    }

    /// The revisions noted so by this operation, also in earlier processes.
    fn unlocked(&self) -> Vec<u32> {
        self.events
            .iter()
            .filter(|e| e.step.as_deref() == Some("unlock"))
            .filter_map(|e| match &e.data {
                EventData::StepFinished { facts, .. } => serde_json::from_value::<Applied>(facts.clone()).ok(),
                _ => None,
            })
            .map(|a| a.revision)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(revision: u32, status: ReleaseStatus, operation: i64) -> ReleaseRevision {
        ReleaseRevision { revision, status, operation: Some(OperationId(operation)) }
    }

    #[test]
    fn the_plan_after_every_kind_of_interruption() {
        use ReleaseStatus::{Deployed, Failed, PendingInstall, PendingUpgrade, Superseded};
        let me = OperationId(7);
        let before = revision(3, Deployed, 5);
        let cases = [
            ("nothing there", 0, vec![], vec![], Plan::Run),
            ("nothing new", 3, vec![before.clone()], vec![], Plan::Run),
            ("first installation cut off", 0, vec![revision(1, PendingInstall, 7)], vec![], Plan::UnlockThenRun(1)),
            ("upgrade cut off", 3, vec![before.clone(), revision(4, PendingUpgrade, 7)], vec![], Plan::UnlockThenRun(4)),
            ("marked failed, not yet run again", 3, vec![before.clone(), revision(4, Failed, 7)], vec![4], Plan::Run),
            ("failed for Helm's own reasons", 3, vec![before.clone(), revision(4, Failed, 7)], vec![], Plan::Failed(4)),
            ("done, not written down", 3, vec![revision(3, Superseded, 5), revision(4, Deployed, 7)], vec![], Plan::Done(4)),
            (
                "cut off again after an unlock",
                3,
                vec![before.clone(), revision(4, Failed, 7), revision(5, PendingUpgrade, 7)],
                vec![4],
                Plan::UnlockThenRun(5),
            ),
            ("somebody else came between", 3, vec![revision(4, Superseded, 7), revision(5, Deployed, 9)], vec![], Plan::Overtaken(5)),
        ];
        for (what, base, revisions, unlocked, expected) in cases {
            assert_eq!(plan(base, me, &revisions, &unlocked), expected, "{what}");
        }
    }
}
