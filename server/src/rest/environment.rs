//! `/api/v1/environments`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::environment::{Environment, EnvironmentDraft};
use domain::fleet::{EnvironmentPage, ServicePage};
use domain::{EnvironmentName, ServiceName};

use super::{Body, Problem, Signed};
use crate::http::AppState;

pub(crate) async fn environment_list(Signed(actor): Signed, State(state): State<AppState>) -> Result<Json<Vec<Environment>>, Problem> {
    Ok(Json(state.portal.environments.environment_list(&actor).await?))
}

pub(crate) async fn environment_get(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<Json<EnvironmentPage>, Problem> {
    Ok(Json(state.portal.environments.environment_page(&actor, &EnvironmentName::new(name)?).await?))
}

pub(crate) async fn service_page(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path((environment, service)): Path<(String, String)>,
) -> Result<Json<ServicePage>, Problem> {
    let (environment, service) = (EnvironmentName::new(environment)?, ServiceName::new(service)?);
    Ok(Json(state.portal.services.service_page(&actor, &service, &environment).await?))
}

pub(crate) async fn environment_create(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Body(draft): Body<EnvironmentDraft>,
) -> Result<(StatusCode, Json<Environment>), Problem> {
    Ok((StatusCode::CREATED, Json(state.portal.environments.environment_create(&actor, draft).await?)))
}
