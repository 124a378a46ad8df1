//! Rollback: bring an earlier revision of a release back, and watch it to its end.
//!
//! The steps of a deploy, without a chart: Helm keeps what it needs in the revision. `helm rollback` knows neither labels
//! nor a description of ours, so what an interrupted run left is told by its place and by Helm's own words ([`plan`]).

use std::sync::Arc;

use async_trait::async_trait;
use domain::AppError;
use domain::operation::{OperationTask, RollbackTask};
use domain::ports::{HelmOutcome, HelmRollback};
use domain::release::{ReleaseRevision, ReleaseStatus};
use serde::{Deserialize, Serialize};

use super::release::{Applied, HELM_TIMEOUT_MS, HelmJob, Plan, ReleaseWork, applied, to_facts};
use super::{StepDone, StepStop, Steps};
use crate::Control;
use crate::runner::StepContext;

/// The steps, in order.
pub const STEPS: [&str; 3] = ["prepare", "apply", "watch"];

/// What a person may do about a rollback that does not come up.
const HINT: &str = "Go back to another revision, or deploy a version that works; the release is in force as it is.";

/// What `prepare` found.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Prepared {
    base_revision: u32,
}

/// Helm's description of a rollback (`pkg/action/rollback.go`).
fn description_of(to_revision: u32) -> String {
    format!("Rollback to {to_revision}")
}

/// Decides from the newest revision and Helm's description of it. `base` is the newest revision before the operation,
/// `unlocked` those it marked as failed itself.
///
/// A revision that rolls back to the same one counts as ours: had somebody else made it, the outcome would be the same.
fn plan(base: u32, to_revision: u32, newest: Option<(&ReleaseRevision, &str)>, unlocked: &[u32]) -> Plan {
    let Some((newest, description)) = newest.filter(|(newest, _)| newest.revision > base) else { return Plan::Run };
    let number = newest.revision;
    if unlocked.contains(&number) && newest.status == ReleaseStatus::Failed {
        return Plan::Run;
    }
    // A failed one says why it failed: `Rollback "api" failed: …`.
    let ours = description == description_of(to_revision) || (newest.status == ReleaseStatus::Failed && description.starts_with("Rollback "));
    match newest.status {
        _ if !ours => Plan::Overtaken(number),
        ReleaseStatus::PendingRollback => Plan::UnlockThenRun(number),
        ReleaseStatus::Failed => Plan::Failed(number),
        ReleaseStatus::Deployed => Plan::Done(number),
        _ => Plan::Overtaken(number),
    }
}

/// The code of the kind.
pub(crate) struct Rollback {
    pub(crate) control: Arc<Control>,
}

#[async_trait]
impl Steps for Rollback {
    async fn step_run(&self, step: &str, context: &StepContext<'_>) -> Result<StepDone, StepStop> {
        let work = ReleaseWork::of(&self.control, context).await?;
        let OperationTask::Rollback(task) = &context.operation.request.task else {
            return Err(AppError::internal(format!("Operation {} is no rollback.", work.id())).into());
        };
        match step {
            "prepare" => Self::prepare(&work, task).await,
            "apply" => self.apply(&work, task).await,
            "watch" => work.rollout_watch(context.facts::<Applied>("apply")?.revision, HINT).await,
            other => Err(AppError::internal(format!("A rollback has no step “{other}”.")).into()),
        }
    }

    fn outcome(&self, context: &StepContext<'_>) -> String {
        let request = &context.operation.request;
        format!("{} is back at {} in {} and is healthy.", request.service, request.version().unwrap_or_default(), request.environment)
    }
}

impl Rollback {
    async fn prepare(work: &ReleaseWork<'_>, task: &RollbackTask) -> Result<StepDone, StepStop> {
        work.cluster_usable()?;
        let revisions = work.revisions().await?;
        let newest = revisions.iter().max_by_key(|r| r.revision);
        work.pending_refuse(newest)?;
        let base_revision = newest.map_or(0, |r| r.revision);
        if base_revision != task.from_revision {
            return Err(work.overtaken(base_revision));
        }
        if !revisions.iter().any(|r| r.revision == task.to_revision) {
            let message = format!("Revision {} of {} is gone: Helm keeps only the newest.", task.to_revision, work.key.name);
            return Err(AppError::conflict(message).hint("Go back to another revision, or deploy the version again.").into());
        }
        let sentence = format!("Revision {base_revision} is the newest; revision {} is still there.", task.to_revision);
        Ok(StepDone { sentence, facts: to_facts(&Prepared { base_revision })? })
    }

    async fn apply(&self, work: &ReleaseWork<'_>, task: &RollbackTask) -> Result<StepDone, StepStop> {
        let Prepared { base_revision } = work.context.facts("prepare")?;
        let found = self.found(work, task, base_revision, &work.revisions_in("apply").await?, &work.unlocked()).await?;
        // Before we have begun, a revision that looks like ours is somebody else's.
        if let Some(revision) = found.revision().filter(|_| !work.context.was_begun("apply")) {
            return Err(work.overtaken(revision));
        }
        if let Some(done) = work.plan_follow(found).await? {
            return Ok(done);
        }
        let request = HelmRollback { key: work.key.clone(), to_revision: task.to_revision, timeout_ms: HELM_TIMEOUT_MS };
        let outcome = work.helm_run(&HelmJob::Rollback(request)).await?;
        let found = self.found(work, task, base_revision, &work.revisions_after_helm().await?, &[]).await?;
        if let Plan::UnlockThenRun(revision) = found {
            work.unlock(revision).await?; // never left pending, however Helm ended
        }
        match (outcome, found) {
            (_, Plan::Overtaken(revision)) => Err(work.overtaken(revision)),
            (Ok(HelmOutcome::Done), Plan::Done(revision)) => applied(revision, "Helm has gone back."),
            (Ok(HelmOutcome::Failed(_)) | Err(_), Plan::Done(revision)) => applied(revision, "Helm has gone back, though its end was not seen."),
            (Err(error), _) => Err(work.about(error).into()),
            (Ok(HelmOutcome::Failed(words)), _) => Err(work.refused(&words)),
            (Ok(HelmOutcome::Stopped), Plan::Done(revision)) => {
                Err(StepStop::Cancelled(format!("Helm had just finished: revision {revision} of {} is in force.", work.key.name)))
            }
            (Ok(HelmOutcome::Stopped), _) => {
                Err(StepStop::Cancelled(format!("Helm was stopped. Parts of {} may be back at {}.", work.key.name, task.version)))
            }
            (Ok(HelmOutcome::Done), _) => {
                let message = format!("Helm reports success, but release {} has no new revision.", work.key.name);
                Err(AppError::internal(message).hint("Look at the release in the cluster.").into())
            }
        }
    }

    /// The plan from these revisions, the newest of them read.
    async fn found(
        &self,
        work: &ReleaseWork<'_>,
        task: &RollbackTask,
        base: u32,
        revisions: &[ReleaseRevision],
        unlocked: &[u32],
    ) -> Result<Plan, StepStop> {
        let Some(newest) = revisions.iter().max_by_key(|r| r.revision).filter(|r| r.revision > base) else {
            return Ok(plan(base, task.to_revision, None, unlocked));
        };
        let body = work.insist(|| self.control.ports.clusters.release_body(&work.key, newest.revision)).await?;
        let description = body.map(|body| body.description).unwrap_or_default();
        Ok(plan(base, task.to_revision, Some((newest, &description)), unlocked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_after_every_kind_of_interruption() {
        use ReleaseStatus::{Deployed, Failed, PendingRollback, PendingUpgrade, Superseded};
        let cases = [
            ("not begun", 5, Deployed, "Upgrade complete", vec![], Plan::Run),
            ("cut off", 6, PendingRollback, "Rollback to 3", vec![], Plan::UnlockThenRun(6)),
            ("marked failed, not yet run again", 6, Failed, "Interrupted in Slipway operation 7", vec![6], Plan::Run),
            ("failed for Helm's own reasons", 6, Failed, "Rollback \"api\" failed: no", vec![], Plan::Failed(6)),
            ("done, not written down", 6, Deployed, "Rollback to 3", vec![], Plan::Done(6)),
            ("somebody else goes elsewhere", 6, Deployed, "Rollback to 2", vec![], Plan::Overtaken(6)),
            ("somebody else upgrades", 6, PendingUpgrade, "Preparing upgrade", vec![], Plan::Overtaken(6)),
            ("somebody came after us", 7, Superseded, "Rollback to 3", vec![], Plan::Overtaken(7)),
        ];
        for (what, revision, status, description, unlocked, expected) in cases {
            let newest = ReleaseRevision { revision, status, operation: None };
            assert_eq!(plan(5, 3, Some((&newest, description)), &unlocked), expected, "{what}");
        }
        assert_eq!(plan(5, 3, None, &[]), Plan::Run);
    }
}
