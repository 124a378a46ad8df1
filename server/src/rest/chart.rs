//! `/api/v1/services/{service}/versions/{version}`: what a version of a service's chart holds.

use axum::Json;
use axum::extract::{Path, State};
use domain::ServiceName;
use domain::chart::{ChartComparison, ChartPage};
use serde::Deserialize;

use super::{Parameters, Problem, Signed};
use crate::http::AppState;

/// Two versions.
#[derive(Debug, Deserialize)]
pub(crate) struct Sides {
    from: String,
    to: String,
}

pub(crate) async fn chart_get(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path((service, version)): Path<(String, String)>,
) -> Result<Json<ChartPage>, Problem> {
    Ok(Json(state.portal.catalog.chart_get(&actor, &ServiceName::new(service)?, &version).await?))
}

pub(crate) async fn chart_compare(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path(service): Path<String>,
    Parameters(sides): Parameters<Sides>,
) -> Result<Json<ChartComparison>, Problem> {
    Ok(Json(state.portal.catalog.chart_compare(&actor, &ServiceName::new(service)?, &sides.from, &sides.to).await?))
}
