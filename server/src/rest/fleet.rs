//! `/api/v1/fleet`: the board.

use axum::Json;
use axum::extract::State;
use domain::fleet::{FleetBoard, FleetFilter};

use super::{Parameters, Problem, Signed};
use crate::http::AppState;

pub(crate) async fn fleet_get(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Parameters(filter): Parameters<FleetFilter>,
) -> Result<Json<FleetBoard>, Problem> {
    Ok(Json(state.portal.fleet.fleet_board(&actor, filter).await?))
}
