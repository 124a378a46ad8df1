//! `/api/v1/operations`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::OperationId;
use domain::operation::{Operation, OperationDetail};
use domain::service::DeployDraft;
use serde::Deserialize;

use super::{Body, Parameters, Problem, Signed};
use crate::http::AppState;

#[derive(Debug, Deserialize)]
pub(crate) struct Before {
    before: Option<OperationId>,
}

pub(crate) async fn operation_list(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Parameters(page): Parameters<Before>,
) -> Result<Json<Vec<Operation>>, Problem> {
    Ok(Json(state.portal.operations.operation_list(&actor, page.before).await?))
}

pub(crate) async fn operation_get(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<OperationDetail>, Problem> {
    Ok(Json(state.portal.operations.operation_get(&actor, OperationId(id)).await?))
}

/// 202: written down; the runner takes it from there.
pub(crate) async fn operation_deploy(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Body(draft): Body<DeployDraft>,
) -> Result<(StatusCode, Json<serde_json::Value>), Problem> {
    let id = state.portal.operations.operation_deploy(&actor, draft).await?;
    Ok((StatusCode::ACCEPTED, Json(serde_json::json!({ "id": id }))))
}

pub(crate) async fn operation_cancel(Signed(actor): Signed, State(state): State<AppState>, Path(id): Path<i64>) -> Result<StatusCode, Problem> {
    state.portal.operations.operation_cancel(&actor, OperationId(id)).await?;
    Ok(StatusCode::ACCEPTED)
}
