//! Use cases of operations: writing one down, reading it, following it, asking it to stop.

use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use domain::access::{UseCase, decide};
use domain::operation::{DeployRequest, Operation, OperationDetail, OperationEvent, OperationKind, OperationState};
use domain::service::{DeployDraft, Operations};
use domain::{Actor, AppError, OperationId};
use futures::stream::BoxStream;
use store::{Store, StoreError};

use crate::Control;
use crate::operations::steps_of;
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
}

#[async_trait]
impl Operations for Control {
    async fn operation_deploy(&self, actor: &Actor, draft: DeployDraft) -> Result<OperationId, AppError> {
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
        let request = DeployRequest {
            default_values: service.default_values.get(&environment.kind).cloned().unwrap_or_default(),
            service: service.name,
            environment: environment.name,
            chart: service.chart,
            version: version.to_owned(),
            values: draft.values,
        };
        match self.store.operation_insert(OperationKind::Deploy, &request, &actor.user, self.now()).await {
            Err(StoreError::Duplicate(_)) => {
                let error = AppError::conflict(format!("{} is being deployed to {} already.", request.service, request.environment))
                    .hint("Wait for its end or cancel it.");
                Err(match self.store.operation_active(&request.environment, &request.service).await? {
                    Some(other) => error.operation(other.id),
                    None => error,
                })
            }
            other => {
                let id = other?;
                self.wrote();
                Ok(id)
            }
        }
    }

    async fn operation_list(&self, actor: &Actor, before: Option<OperationId>) -> Result<Vec<Operation>, AppError> {
        self.may_read(actor)?;
        Ok(self.store.operation_list(before, LIST_MAX).await?)
    }

    async fn operation_get(&self, actor: &Actor, id: OperationId) -> Result<OperationDetail, AppError> {
        self.may_read(actor)?;
        let operation = self.operation_required(id).await?;
        let events = self.store.operation_event_list(id, 0, EVENTS_MAX).await?;
        let steps = steps_of(operation.kind).iter().map(|&s| s.to_owned()).collect();
        Ok(OperationDetail { operation, steps, events, now: self.now() })
    }

    async fn operation_cancel(&self, actor: &Actor, id: OperationId) -> Result<(), AppError> {
        let operation = self.operation_required(id).await?;
        let owner = self.store.service_get(&operation.request.service).await?.map(|s| s.team);
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
