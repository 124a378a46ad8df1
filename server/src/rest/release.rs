//! `/api/v1/environments/{environment}/releases/{release}` and what can be planned or done about one.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::plan::{ReleaseComparison, ReleaseHistory, ReleasePlan, ReleaseRemoval};
use domain::service::{DeployDraft, RollbackDraft, UninstallDraft};
use domain::{AppError, EnvironmentName, ReleaseName};
use serde::Deserialize;

use super::{Body, Parameters, Problem, Signed};
use crate::http::AppState;

/// Two revisions.
#[derive(Debug, Deserialize)]
pub(crate) struct Sides {
    from: u32,
    to: u32,
}

fn place((environment, release): (String, String)) -> Result<(EnvironmentName, ReleaseName), AppError> {
    Ok((EnvironmentName::new(environment)?, ReleaseName::new(release)?))
}

pub(crate) async fn release_history(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path(path): Path<(String, String)>,
) -> Result<Json<ReleaseHistory>, Problem> {
    let (environment, release) = place(path)?;
    Ok(Json(state.portal.releases.release_history(&actor, &environment, &release).await?))
}

pub(crate) async fn release_compare(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path(path): Path<(String, String)>,
    Parameters(sides): Parameters<Sides>,
) -> Result<Json<ReleaseComparison>, Problem> {
    let (environment, release) = place(path)?;
    Ok(Json(state.portal.releases.release_compare(&actor, &environment, &release, sides.from, sides.to).await?))
}

/// What removing it would take along.
pub(crate) async fn release_removal(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path(path): Path<(String, String)>,
) -> Result<Json<ReleaseRemoval>, Problem> {
    let (environment, release) = place(path)?;
    Ok(Json(state.portal.releases.release_removal(&actor, &environment, &release).await?))
}

/// What going back to a revision would change. Nothing runs.
pub(crate) async fn release_plan_rollback(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path((environment, release, revision)): Path<(String, String, u32)>,
) -> Result<Json<ReleasePlan>, Problem> {
    let (environment, release) = place((environment, release))?;
    Ok(Json(state.portal.releases.release_plan_rollback(&actor, &environment, &release, revision).await?))
}

/// 204: the revision is marked as failed.
pub(crate) async fn release_repair(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path((environment, release, revision)): Path<(String, String, u32)>,
) -> Result<StatusCode, Problem> {
    let (environment, release) = place((environment, release))?;
    state.portal.releases.release_repair(&actor, &environment, &release, revision).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a deploy would change. Nothing runs.
pub(crate) async fn release_plan_deploy(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Body(draft): Body<DeployDraft>,
) -> Result<Json<ReleasePlan>, Problem> {
    Ok(Json(state.portal.releases.release_plan_deploy(&actor, draft).await?))
}

/// 202: a rollback was written down; the runner takes it from there.
pub(crate) async fn operation_rollback(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Body(draft): Body<RollbackDraft>,
) -> Result<(StatusCode, Json<serde_json::Value>), Problem> {
    let id = state.portal.operations.operation_rollback(&actor, draft).await?;
    Ok((StatusCode::ACCEPTED, Json(serde_json::json!({ "id": id }))))
}

/// 202: an uninstall was written down; the runner takes it from there.
pub(crate) async fn operation_uninstall(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Body(draft): Body<UninstallDraft>,
) -> Result<(StatusCode, Json<serde_json::Value>), Problem> {
    let id = state.portal.operations.operation_uninstall(&actor, draft).await?;
    Ok((StatusCode::ACCEPTED, Json(serde_json::json!({ "id": id }))))
}
