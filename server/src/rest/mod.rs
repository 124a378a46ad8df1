//! The REST API under `/api/v1`: the same use cases as the pages, errors as `application/problem+json` (RFC 9457).

mod chart;
mod cluster;
mod environment;
mod fleet;
mod operation;
mod release;
mod service;

use axum::extract::{FromRequestParts, Query};
use axum::http::{StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::{Actor, AppError};

use crate::http::AppState;

/// All routes.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/fleet", get(fleet::fleet_get))
        .route("/clusters", get(cluster::cluster_list))
        .route("/environments", get(environment::environment_list).post(environment::environment_create))
        .route("/environments/{name}", get(environment::environment_get))
        .route("/environments/{name}/services/{service}", get(environment::service_page))
        .route("/environments/{name}/releases/{release}", get(release::release_history))
        .route("/environments/{name}/releases/{release}/compare", get(release::release_compare))
        .route("/environments/{name}/releases/{release}/removal", get(release::release_removal))
        .route("/environments/{name}/releases/{release}/revisions/{revision}/plan", get(release::release_plan_rollback))
        .route("/environments/{name}/releases/{release}/revisions/{revision}/repair", post(release::release_repair))
        .route("/services", get(service::service_list).post(service::service_create))
        .route("/services/{name}", get(service::service_get))
        .route("/services/{name}/versions", get(service::service_versions))
        .route("/services/{name}/versions/{version}", get(chart::chart_get))
        .route("/services/{name}/compare", get(chart::chart_compare))
        .route("/plans", post(release::release_plan_deploy))
        .route("/operations", get(operation::operation_list).post(operation::operation_deploy))
        .route("/operations/rollback", post(release::operation_rollback))
        .route("/operations/uninstall", post(release::operation_uninstall))
        .route("/operations/{id}", get(operation::operation_get))
        .route("/operations/{id}/cancel", post(operation::operation_cancel))
        .route("/operations/{id}/events", get(crate::sse::operation_events))
        .route("/live", get(crate::sse::live))
        .fallback(nothing_here)
}

async fn nothing_here(uri: axum::http::Uri) -> Problem {
    Problem(AppError::not_found("endpoint", uri.path()).hint("The endpoints begin with /api/v1."))
}

/// An [`AppError`] as an answer.
#[derive(Debug)]
pub(crate) struct Problem(pub(crate) AppError);

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.kind.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": self.0.message,
            "hint": self.0.hint,
            "field": self.0.field,
            "operation_id": self.0.operation_id,
        });
        (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(body).into_response().into_body()).into_response()
    }
}

/// The signed-in actor; 401 without one.
pub(crate) struct Signed(pub(crate) Actor);

impl<S: Sync> FromRequestParts<S> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let actor = parts.extensions.get::<Option<Actor>>().cloned().flatten();
        actor.map(Self).ok_or_else(|| Problem(AppError::unauthenticated()))
    }
}

/// Query parameters whose faults are told as problems.
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: serde::de::DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(rejection) => Err(Problem(
                AppError::invalid(format!("The address can't be read: {}.", rejection.body_text()))
                    .hint("Correct what stands behind the question mark."),
            )),
        }
    }
}

/// A JSON body whose faults are told as problems.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: serde::de::DeserializeOwned, S: Send + Sync> axum::extract::FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Problem(AppError::too_large("The request is too large.").hint("Send less at once.")))
            }
            Err(rejection) => Err(Problem(
                AppError::invalid(format!("The request can't be read: {}.", rejection.body_text())).hint("Send JSON as docs/ describes."),
            )),
        }
    }
}
