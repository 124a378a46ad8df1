//! Deploy: put one version of one service into one environment, and watch it to its end.
//!
//! Three steps. `prepare` makes sure of cluster, namespace and chart, and notes the revision the release has.
//! `apply` runs Helm; what an interrupted run left is found by the operation's label on the revisions ([`plan`]).
//! `watch` follows the rollout by the health rules until it holds, fails, or time is up.

use std::sync::Arc;

use async_trait::async_trait;
use domain::operation::{DeployTask, OperationTask};
use domain::ports::{ChartArchive, HelmOutcome, HelmUpgrade};
use domain::release::{ReleaseRevision, ReleaseStatus};
use domain::{AppError, OperationId};
use serde::{Deserialize, Serialize};

use super::release::{Applied, HELM_TIMEOUT_MS, HelmJob, Plan, ReleaseWork, applied, to_facts};
use super::{StepDone, StepStop, Steps};
use crate::Control;
use crate::runner::StepContext;

/// The steps, in order.
pub const STEPS: [&str; 3] = ["prepare", "apply", "watch"];

/// What a person may do about a rollout that does not come up.
const HINT: &str = "Deploy a version that works, or correct the values; the release is in force as it is.";

/// What `prepare` found.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Prepared {
    /// The newest revision before this operation; 0: there was none.
    base_revision: u32,
    /// `sha256` of the chart's archive.
    chart_digest: String,
}

/// Decides from the revisions in the cluster. `unlocked` are those this operation marked as failed itself.
///
/// Helm copies labels to later revisions, so the label alone proves little; together with `base` it does: revisions above
/// it that carry our label were made by us, up to the first that does not.
fn plan(base: u32, operation: OperationId, revisions: &[ReleaseRevision], unlocked: &[u32]) -> Plan {
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
        let work = ReleaseWork::of(&self.control, context).await?;
        let OperationTask::Deploy(task) = &context.operation.request.task else {
            return Err(AppError::internal(format!("Operation {} is no deploy.", work.id())).into());
        };
        match step {
            "prepare" => self.prepare(&work, task).await,
            "apply" => self.apply(&work, task).await,
            "watch" => work.rollout_watch(context.facts::<Applied>("apply")?.revision, HINT).await,
            other => Err(AppError::internal(format!("A deploy has no step “{other}”.")).into()),
        }
    }

    fn outcome(&self, context: &StepContext<'_>) -> String {
        let request = &context.operation.request;
        format!("{} {} runs in {} and is healthy.", request.service, request.version().unwrap_or_default(), request.environment)
    }
}

impl Deploy {
    async fn prepare(&self, work: &ReleaseWork<'_>, task: &DeployTask) -> Result<StepDone, StepStop> {
        let (clusters, key, environment) = (&self.control.ports.clusters, &work.key, &work.environment);
        work.cluster_usable()?;
        match clusters.namespace_get(&key.cluster, &key.namespace).await? {
            Some(info) if info.terminating => {
                let message = format!("Namespace {} of {} is being deleted.", key.namespace, key.cluster);
                return Err(AppError::conflict(message).hint("Wait until it is gone; the next deploy makes it again.").into());
            }
            Some(_) => {}
            None => {
                work.context.progress(format!("Making namespace {} again: it is gone.", key.namespace)).await?;
                clusters.namespace_ensure(&key.cluster, &key.namespace, &environment.name, environment.kind.as_str()).await?;
            }
        }
        let revisions = work.revisions().await?;
        let newest = revisions.iter().max_by_key(|r| r.revision);
        work.pending_refuse(newest)?;
        work.context.progress(format!("Fetching {} {}.", task.chart.name, task.version)).await?;
        let archive = self.fetch(work, task).await?;
        let prepared = Prepared { base_revision: newest.map_or(0, |r| r.revision), chart_digest: archive.digest };
        let short: String = prepared.chart_digest.chars().take(8).collect();
        Ok(StepDone { sentence: format!("{} {} fetched, sealed {short}.", task.chart.name, task.version), facts: to_facts(&prepared)? })
    }

    async fn apply(&self, work: &ReleaseWork<'_>, task: &DeployTask) -> Result<StepDone, StepStop> {
        let prepared: Prepared = work.context.facts("prepare")?;
        let (id, key) = (work.id(), &work.key);
        let found = plan(prepared.base_revision, id, &work.revisions_in("apply").await?, &work.unlocked());
        if let Some(done) = work.plan_follow(found).await? {
            return Ok(done);
        }
        let archive = self.fetch(work, task).await?;
        if archive.digest != prepared.chart_digest {
            let message = format!("{} {} was published again with other contents since this deploy began.", work.key.name, task.version);
            return Err(AppError::conflict(message).hint("Look at what changed, then deploy again.").into());
        }
        let upgrade = HelmUpgrade {
            key: key.clone(),
            chart: archive.path,
            values: values_layers(task),
            operation: id,
            description: format!("Slipway operation {id} by {}", work.context.operation.created_by),
            timeout_ms: HELM_TIMEOUT_MS,
        };
        let outcome = work.helm_run(&HelmJob::Upgrade(upgrade)).await?;
        Self::helm_ended(work, &prepared, outcome).await
    }

    async fn helm_ended(work: &ReleaseWork<'_>, prepared: &Prepared, outcome: Result<HelmOutcome, AppError>) -> Result<StepDone, StepStop> {
        let key = &work.key;
        let found = plan(prepared.base_revision, work.id(), &work.revisions_after_helm().await?, &[]);
        if let Plan::UnlockThenRun(revision) = found {
            work.unlock(revision).await?; // never left pending, however Helm ended
        }
        let outcome = match (outcome, found) {
            (Err(_), Plan::Done(revision)) => return applied(revision, "Helm has applied the chart, though its end was not seen."),
            (Err(error), _) => return Err(work.about(error).into()),
            (Ok(outcome), _) => outcome,
        };
        match (outcome, found) {
            (HelmOutcome::Done, Plan::Done(revision)) => applied(revision, "Helm has applied the chart."),
            (HelmOutcome::Done, Plan::Overtaken(revision)) => Err(work.overtaken(revision)),
            (HelmOutcome::Done, _) => Err(AppError::internal(format!("Helm reports success, but release {} has no new revision.", key.name))
                .hint("Look at the release in the cluster.")
                .into()),
            (HelmOutcome::Failed(words), _) => Err(work.refused(&words)),
            (HelmOutcome::Stopped, Plan::Done(revision)) => {
                Err(StepStop::Cancelled(format!("Helm had just finished: revision {revision} of {} is in force.", key.name)))
            }
            (HelmOutcome::Stopped, _) => Err(StepStop::Cancelled(format!(
                "Helm was stopped. Parts of {} {} may be in place; the next deploy sets everything right.",
                key.name,
                work.context.operation.request.version().unwrap_or_default()
            ))),
        }
    }

    async fn fetch(&self, work: &ReleaseWork<'_>, task: &DeployTask) -> Result<ChartArchive, AppError> {
        self.control.ports.charts.fetch(&task.chart, &task.version).await.map_err(|error| work.about(error))
    }
}

/// The values files that Helm is given: the service's defaults, then the environment's own.
pub(crate) fn values_layers(task: &DeployTask) -> Vec<String> {
    [&task.default_values, &task.values].into_iter().filter(|text| !text.trim().is_empty()).cloned().collect()
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
