//! `/api/v1/services`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::ServiceName;
use domain::catalog::{ChartVersion, Service, ServiceDraft};

use super::{Body, Problem, Signed};
use crate::http::AppState;

pub(crate) async fn service_list(Signed(actor): Signed, State(state): State<AppState>) -> Result<Json<Vec<Service>>, Problem> {
    Ok(Json(state.portal.services.service_list(&actor).await?))
}

pub(crate) async fn service_get(Signed(actor): Signed, State(state): State<AppState>, Path(name): Path<String>) -> Result<Json<Service>, Problem> {
    Ok(Json(state.portal.services.service_get(&actor, &ServiceName::new(name)?).await?))
}

pub(crate) async fn service_versions(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<Json<Vec<ChartVersion>>, Problem> {
    Ok(Json(state.portal.services.service_versions(&actor, &ServiceName::new(name)?).await?))
}

pub(crate) async fn service_create(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Body(draft): Body<ServiceDraft>,
) -> Result<(StatusCode, Json<Service>), Problem> {
    Ok((StatusCode::CREATED, Json(state.portal.services.service_create(&actor, draft).await?)))
}
