//! Uninstall: remove a release and its objects, and see that it is gone.
//!
//! `prepare` makes sure that there is something to remove, `apply` runs Helm, which may be run again at any point: what is
//! gone already is skipped. `watch` waits until the caches no longer show the release.

use std::sync::Arc;

use async_trait::async_trait;
use domain::AppError;
use domain::operation::{OperationTask, UninstallTask};
use domain::ports::{HelmOutcome, HelmUninstall};
use domain::release::{ReleaseRevision, ReleaseStatus};

use super::release::{HELM_TIMEOUT_MS, HelmJob, ReleaseWork};
use super::{StepDone, StepStop, Steps};
use crate::Control;
use crate::runner::StepContext;

/// The steps, in order.
pub const STEPS: [&str; 3] = ["prepare", "apply", "watch"];

/// How long the caches are waited for, in milliseconds.
const WATCH_MAX_MS: i64 = 60_000;

/// The code of the kind.
pub(crate) struct Uninstall {
    pub(crate) control: Arc<Control>,
}

/// Whether nothing of the release is in force any more.
fn is_gone(revisions: &[ReleaseRevision]) -> bool {
    revisions.iter().max_by_key(|r| r.revision).is_none_or(|newest| newest.status == ReleaseStatus::Uninstalled)
}

#[async_trait]
impl Steps for Uninstall {
    async fn step_run(&self, step: &str, context: &StepContext<'_>) -> Result<StepDone, StepStop> {
        let work = ReleaseWork::of(&self.control, context).await?;
        let OperationTask::Uninstall(task) = &context.operation.request.task else {
            return Err(AppError::internal(format!("Operation {} is no uninstall.", work.id())).into());
        };
        match step {
            "prepare" => Self::prepare(&work).await,
            "apply" => self.apply(&work, task).await,
            "watch" => self.watch(&work).await,
            other => Err(AppError::internal(format!("An uninstall has no step “{other}”.")).into()),
        }
    }

    fn outcome(&self, context: &StepContext<'_>) -> String {
        let request = &context.operation.request;
        format!("{} is no longer in {}.", request.service, request.environment)
    }
}

impl Uninstall {
    async fn prepare(work: &ReleaseWork<'_>) -> Result<StepDone, StepStop> {
        work.cluster_usable()?;
        let revisions = work.revisions().await?;
        if is_gone(&revisions) {
            let message = format!("There is no release {} in {} any more.", work.key.name, work.environment.name);
            return Err(AppError::conflict(message).hint("Nothing is left to remove.").into());
        }
        Ok(StepDone { sentence: format!("Release {} has {} revisions.", work.key.name, revisions.len()), facts: serde_json::Value::Null })
    }

    async fn apply(&self, work: &ReleaseWork<'_>, task: &UninstallTask) -> Result<StepDone, StepStop> {
        let done = |how: &str| Ok(StepDone { sentence: format!("{how} Its pods end now."), facts: serde_json::Value::Null });
        if is_gone(&work.revisions_in("apply").await?) {
            return done("Helm had finished before the interruption.");
        }
        work.cancel_honour().await?;
        let request = HelmUninstall {
            key: work.key.clone(),
            keep_history: task.keep_history,
            description: format!("Slipway operation {} by {}", work.id(), work.context.operation.created_by),
            timeout_ms: HELM_TIMEOUT_MS,
        };
        let outcome = work.helm_run(&HelmJob::Uninstall(request)).await?;
        let gone = is_gone(&work.revisions_after_helm().await?);
        match outcome {
            _ if gone => done("Helm has removed the release."),
            Ok(HelmOutcome::Done) => {
                let message = format!("Helm reports success, but release {} is still there.", work.key.name);
                Err(AppError::internal(message).hint("Look at the release in the cluster.").into())
            }
            Ok(HelmOutcome::Failed(words)) => Err(work.refused(&words)),
            Ok(HelmOutcome::Stopped) => Err(StepStop::Cancelled(format!(
                "Helm was stopped. Some objects of {} may be gone already; uninstall again, or deploy to have them back.",
                work.key.name
            ))),
            Err(error) => Err(work.about(error).into()),
        }
    }

    async fn watch(&self, work: &ReleaseWork<'_>) -> Result<StepDone, StepStop> {
        let clusters = &self.control.ports.clusters;
        let (mut changes, started) = (clusters.changes(), self.control.now());
        while clusters.release(&work.key).is_some_and(|live| live.release.status != ReleaseStatus::Uninstalled) {
            if self.control.now().as_millisecond() - started.as_millisecond() > WATCH_MAX_MS {
                let message = format!("Helm has removed release {}, but cluster {} still shows it.", work.key.name, work.key.cluster);
                return Err(AppError::conflict(message).hint("Look whether somebody else installed it again.").operation(work.id()).into());
            }
            work.change_or_moment(&mut changes).await;
        }
        Ok(StepDone { sentence: format!("Release {} is gone.", work.key.name), facts: serde_json::Value::Null })
    }
}
