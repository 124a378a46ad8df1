//! The board.

use domain::fleet::{self as board, FleetFilter};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{answer, asked};
use super::{Answer, ApiError};

/// One page of services × environments.
#[server(prefix = "/api/ui", endpoint = "fleet_board", output = Answer)]
pub async fn fleet_board(filter: FleetFilter) -> Result<board::FleetBoard, ApiError> {
    let (actor, portal) = asked()?;
    answer(portal.fleet.fleet_board(&actor, filter).await)
}
