//! Use cases of operations: writing one down, reading it, following it, asking it to stop.

use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use domain::access::{UseCase, decide};
use domain::environment::Environment;
use domain::operation::{
    DeployTask, Operation, OperationDetail, OperationEvent, OperationKind, OperationRequest, OperationState, OperationTask, RollbackTask,
    UninstallTask,
};
use domain::service::{DeployDraft, Operations, RollbackDraft, UninstallDraft};
use domain::{Actor, AppError, OperationId, ServiceName};
use futures::stream::BoxStream;
use store::{Store, StoreError};

use crate::Control;
use crate::operations::steps_of;
use crate::secrets::{operation_shown, operations_shown};
use crate::validate::values_check;

/// Operations on one page of the list.
const LIST_MAX: i64 = 100;
/// Events read at once.
const EVENTS_BATCH: i64 = 500;
/// Events that an operation's page shows at most; the rest is in the stream.
const EVENTS_MAX: i64 = 5_000;
/// Another replica's events are seen at this pace.
const FOLLOW_POLL: Duration = Duration::from_millis(500);

impl Control {
    async fn operation_required(&self, id: OperationId) -> Result<Operation, AppError> {
        self.store.operation_get(id).await?.ok_or_else(|| AppError::not_found("operation", id).hint("The list of operations shows what there is."))
    }

    /// Checks a deploy as far as it can be without the cluster, and makes the request of it.
    pub(crate) async fn deploy_checked(&self, actor: &Actor, draft: DeployDraft) -> Result<(Environment, OperationRequest), AppError> {
        let service = self.service_required(&draft.service).await?;
        decide(actor, UseCase::Deploy, Some(&service.team))?;
        let environment = self.environment_required(&draft.environment).await?;
        values_check(&draft.values, "values")?;
        let version = draft.version.trim();
        if version.is_empty() {
            return Err(AppError::invalid(format!("No version of {} was chosen.", service.name)).hint("Choose one from the list.").field("version"));
        }
        let versions = self.ports.charts.versions(&service.chart).await?;
        if !versions.iter().any(|v| v.version == version) {
            let newest: Vec<&str> = versions.iter().take(3).map(|v| v.version.as_str()).collect();
            return Err(AppError::not_found("version", version)
                .hint(format!("The newest of chart {} are: {}.", service.chart.name, newest.join(", ")))
                .field("version"));
        }
        self.cluster_required(&environment.cluster)?;
        let values = self.values_whole(&service, &environment, draft.values).await?;
        let task = DeployTask {
            default_values: service.default_values.get(&environment.kind).cloned().unwrap_or_default(),
            chart: service.chart,
            version: version.to_owned(),
            values,
        };
        let request = OperationRequest { service: service.name, environment: environment.name.clone(), task: OperationTask::Deploy(task) };
        Ok((environment, request))
    }

    /// Writes an operation down, unless one for the same release is under way.
    async fn operation_begin(&self, actor: &Actor, request: OperationRequest) -> Result<OperationId, AppError> {
        match self.store.operation_insert(&request, &actor.user, self.now()).await {
            Err(StoreError::Duplicate(_)) => {
                let other = self.store.operation_active(&request.environment, &request.service).await?;
                let doing = other.as_ref().map_or(OperationKind::Deploy, |other| other.request.kind());
                let deed = match doing {
                    OperationKind::Deploy => format!("being deployed to {}", request.environment),
                    OperationKind::Rollback => format!("being rolled back in {}", request.environment),
                    OperationKind::Uninstall => format!("being uninstalled from {}", request.environment),
                };
                let error = AppError::conflict(format!("{} is {deed} already.", request.service)).hint("Wait for its end or cancel it.");
                Err(other.map_or(error.clone(), |other| error.operation(other.id)))
            }
            other => {
                let id = other?;
                self.wrote();
                Ok(id)
            }
        }
    }
}

#[async_trait]
impl Operations for Control {
    async fn operation_deploy(&self, actor: &Actor, draft: DeployDraft) -> Result<OperationId, AppError> {
        let (_, request) = self.deploy_checked(actor, draft).await?;
        self.operation_begin(actor, request).await
    }

    async fn operation_rollback(&self, actor: &Actor, draft: RollbackDraft) -> Result<OperationId, AppError> {
        let place = self.release_place(&draft.environment, &draft.release).await?;
        decide(actor, UseCase::Rollback, Some(&place.owner))?;
        let service = ServiceName::new(draft.release.as_str())?;
        self.cluster_required(&place.environment.cluster)?;
        let newest = self.ports.clusters.release_revisions(&place.key).await?.into_iter().map(|r| r.revision).max().unwrap_or_default();
        if newest != draft.from_revision {
            let message = format!("Release {} is at revision {newest} by now, not at {}.", draft.release, draft.from_revision);
            return Err(AppError::conflict(message).hint("Look at what would change once more."));
        }
        if newest == draft.to_revision {
            let message = format!("Release {} is at revision {newest} already.", draft.release);
            return Err(AppError::invalid(message).hint("Choose an earlier revision.").field("to_revision"));
        }
        let body = self.release_body_required(&place.key, draft.to_revision).await?;
        let task = RollbackTask { from_revision: draft.from_revision, to_revision: draft.to_revision, version: body.chart_version };
        let request = OperationRequest { service, environment: place.environment.name, task: OperationTask::Rollback(task) };
        self.operation_begin(actor, request).await
    }

    async fn operation_uninstall(&self, actor: &Actor, draft: UninstallDraft) -> Result<OperationId, AppError> {
        let place = self.release_place(&draft.environment, &draft.release).await?;
        decide(actor, UseCase::Uninstall, Some(&place.owner))?;
        if draft.confirm_name.trim() != draft.release.as_str() {
            return Err(AppError::invalid(format!("“{}” is not the release's name.", draft.confirm_name.trim()))
                .hint(format!("Type {} to uninstall it.", draft.release))
                .field("confirm_name"));
        }
        let service = ServiceName::new(draft.release.as_str())?;
        self.cluster_required(&place.environment.cluster)?;
        let task = UninstallTask { keep_history: draft.keep_history };
        let request = OperationRequest { service, environment: place.environment.name, task: OperationTask::Uninstall(task) };
        self.operation_begin(actor, request).await
    }

    async fn operation_list(&self, actor: &Actor, before: Option<OperationId>) -> Result<Vec<Operation>, AppError> {
        self.may_read(actor)?;
        Ok(operations_shown(self.store.operation_list(before, LIST_MAX).await?))
    }

    async fn operation_get(&self, actor: &Actor, id: OperationId) -> Result<OperationDetail, AppError> {
        self.may_read(actor)?;
        let operation = operation_shown(self.operation_required(id).await?);
        let events = self.store.operation_event_list(id, 0, EVENTS_MAX).await?;
        let steps = steps_of(operation.request.kind()).iter().map(|&s| s.to_owned()).collect();
        Ok(OperationDetail { operation, steps, events, now: self.now() })
    }

    async fn operation_cancel(&self, actor: &Actor, id: OperationId) -> Result<(), AppError> {
        let operation = self.operation_required(id).await?;
        let owner = match self.store.service_get(&operation.request.service).await? {
            Some(service) => Some(service.team),
            // A release without a service is its environment's.
            None => self.store.environment_get(&operation.request.environment).await?.map(|environment| environment.team),
        };
        decide(actor, UseCase::OperationCancel, owner.as_ref())?;
        if operation.state.is_final() {
            return Err(AppError::conflict(format!("Operation {id} has ended: it {}.", operation.state.as_str())).operation(id));
        }
        self.store.operation_cancel_request(id, &actor.user, self.now()).await?;
        Ok(())
    }

    async fn operation_follow(&self, actor: &Actor, id: OperationId, seq: i64) -> Result<BoxStream<'static, OperationEvent>, AppError> {
        self.may_read(actor)?;
        self.operation_required(id).await?;
        Ok(follow(self.store.clone(), id, seq))
    }
}

/// Events after `seq` as they are written, until a final one. Ends early if the store fails: the browser asks again.
fn follow(store: Store, id: OperationId, seq: i64) -> BoxStream<'static, OperationEvent> {
    let state = (store, seq, VecDeque::<OperationEvent>::new(), false);
    Box::pin(futures::stream::unfold(state, move |(store, mut seq, mut ready, mut ended)| async move {
        loop {
            if let Some(event) = ready.pop_front() {
                seq = event.seq;
                ended |= event.data.state_after().is_some_and(OperationState::is_final);
                return Some((event, (store, seq, ready, ended)));
            }
            if ended {
                return None;
            }
            let written = store.operation_event_written();
            // Asked before the events are: a reader that has heard the last one already is not kept waiting for another.
            let finished = store.operation_get(id).await.ok().flatten().is_none_or(|o| o.finished_at.is_some());
            match store.operation_event_list(id, seq, EVENTS_BATCH).await {
                Ok(events) if events.is_empty() && finished => return None,
                Ok(events) if events.is_empty() => {
                    let _ = tokio::time::timeout(FOLLOW_POLL, written).await;
                }
                Ok(events) => ready.extend(events),
                Err(error) => {
                    tracing::warn!(operation.id = id.0, %error, "operation {id} can't be followed");
                    return None;
                }
            }
        }
    }))
}
