//! `/api/v1/clusters`.

use axum::Json;
use axum::extract::State;
use domain::cluster::ClusterSummary;

use super::{Problem, Signed};
use crate::http::AppState;

pub(crate) async fn cluster_list(Signed(actor): Signed, State(state): State<AppState>) -> Result<Json<Vec<ClusterSummary>>, Problem> {
    Ok(Json(state.portal.clusters.cluster_list(&actor).await?))
}
