//! Server-sent events (HTML standard, section 9.2): the live board, and operations with replay.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, KeepAliveStream, Sse};
use domain::OperationId;
use futures::stream::{BoxStream, StreamExt as _};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::http::AppState;
use crate::rest::{Problem, Signed};

/// Proxies cut silent connections; a comment keeps them.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How soon a browser asks again after a break.
const RETRY: Duration = Duration::from_millis(500);

type Events = Sse<KeepAliveStream<BoxStream<'static, Result<Event, Infallible>>>>;

/// `GET /api/v1/live`: cells of the board as they change, as events named `live`.
pub(crate) async fn live(Signed(actor): Signed, State(state): State<AppState>) -> Result<Events, Problem> {
    let events = state.portal.fleet.fleet_live(&actor).await?;
    let first = futures::stream::iter([Event::default().retry(RETRY).event("hello").data("{}")]);
    let rest = events.filter_map(|event| futures::future::ready(json("live", None, &event)));
    Ok(stream(first.chain(rest).boxed(), &state.shutdown))
}

/// `GET /api/v1/operations/{id}/events`: the record from after `Last-Event-ID`, then as it grows. The last event is
/// followed by one named `end`, so that the browser need not ask again.
pub(crate) async fn operation_events(
    Signed(actor): Signed,
    State(state): State<AppState>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Events, Problem> {
    let seen = headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok()).unwrap_or(0);
    let events = state.portal.operations.operation_follow(&actor, OperationId(id), seen).await?;
    let events = events.filter_map(|event| futures::future::ready(json("event", Some(event.seq), &event)));
    let end = futures::stream::iter([Event::default().event("end").data("{}")]);
    Ok(stream(events.chain(end).boxed(), &state.shutdown))
}

fn json<T: Serialize>(name: &str, id: Option<i64>, data: &T) -> Option<Event> {
    let event = Event::default().event(name).retry(RETRY);
    let event = if let Some(id) = id { event.id(id.to_string()) } else { event };
    event.json_data(data).inspect_err(|error| tracing::error!(%error, "an event could not be written")).ok()
}

/// Ends with the process, so that a clean stop does not wait for browsers.
fn stream(events: BoxStream<'static, Event>, shutdown: &CancellationToken) -> Events {
    let until = shutdown.clone().cancelled_owned();
    Sse::new(events.map(Ok).take_until(until).boxed()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}
