//! Following an operation to its end over its event stream, across lost connections and restarts of the portal.

use std::time::Duration;

use domain::OperationId;
use domain::operation::{EventData, OperationEvent, OperationState};

use super::client::{ClientError, PortalClient, reason};
use super::event_stream::EventReader;
use super::output::{Output, complain};

/// How soon to ask again, unless the portal says.
const RETRY: Duration = Duration::from_millis(500);
/// How late to ask again at most, however often nobody answered.
const RETRY_MAX: Duration = Duration::from_secs(5);
/// A connection that is silent for this long is lost: the portal sends something every 15 seconds.
const SILENCE_MAX: Duration = Duration::from_secs(45);

/// How far the record was read.
struct Reading {
    /// The newest event that was printed.
    seq: i64,
    retry: Duration,
}

/// How one connection ended.
enum Connection {
    /// The operation ended, and so.
    Ended(OperationState),
    /// Cut off, and why.
    Lost(String),
}

/// Prints the events until the last one and answers the state after it; `None` if it did not come in time.
pub(crate) async fn operation_follow(
    client: &PortalClient,
    id: OperationId,
    timeout: Duration,
    output: &mut Output<'_>,
) -> Result<Option<OperationState>, ClientError> {
    match tokio::time::timeout(timeout, follow_to_end(client, id, output)).await {
        Ok(ended) => ended.map(Some),
        Err(_) => Ok(None),
    }
}

async fn follow_to_end(client: &PortalClient, id: OperationId, output: &mut Output<'_>) -> Result<OperationState, ClientError> {
    let mut reading = Reading { seq: 0, retry: RETRY };
    let mut misses: u32 = 0;
    let mut told = false;
    loop {
        let seq_before = reading.seq;
        let lost = match connection_read(client, id, &mut reading, output).await {
            Ok(Connection::Ended(state)) => return Ok(state),
            Ok(Connection::Lost(why)) => why,
            Err(error) if error.is_passing() => error.to_string(),
            Err(error) => return Err(error),
        };
        let progressed = reading.seq > seq_before;
        misses = if progressed { 0 } else { misses.saturating_add(1) };
        // Once for each outage, with its first reason.
        if progressed || !told {
            complain(&format!("the connection was lost ({}); asking again", lost.trim_end().trim_end_matches('.')));
        }
        told = true;
        tokio::time::sleep(pause(reading.retry, misses)).await;
    }
}

/// Longer with each miss.
fn pause(retry: Duration, misses: u32) -> Duration {
    retry.saturating_mul(1 << misses.min(10)).min(RETRY_MAX)
}

async fn connection_read(client: &PortalClient, id: OperationId, reading: &mut Reading, output: &mut Output<'_>) -> Result<Connection, ClientError> {
    let mut response = client.operation_events(id, reading.seq).await?;
    let mut reader = EventReader::default();
    loop {
        let bytes = match tokio::time::timeout(SILENCE_MAX, response.chunk()).await {
            Ok(Ok(Some(bytes))) => bytes,
            Ok(Ok(None)) => return Ok(Connection::Lost("the stream ended".to_owned())),
            Ok(Err(error)) => return Ok(Connection::Lost(reason(&error))),
            Err(_) => return Ok(Connection::Lost("nothing came for a while".to_owned())),
        };
        let strange = |reason: String| ClientError::Strange { url: client.page(""), reason };
        let events = reader.push(&bytes).map_err(|_| strange("an event is too long".to_owned()))?;
        reading.retry = reader.retry.unwrap_or(reading.retry);
        for event in events.iter().filter(|event| event.name == "event") {
            let event: OperationEvent = serde_json::from_str(&event.data).map_err(|error| strange(error.to_string()))?;
            if event.seq <= reading.seq {
                continue; // seen before the connection was lost
            }
            reading.seq = event.seq;
            if let Some(line) = event_line(&event) {
                output.line(&line);
            }
            if let Some(state) = event.data.state_after().filter(|state| state.is_final()) {
                return Ok(Connection::Ended(state));
            }
        }
    }
}

/// What is said of an event; nothing of those that only matter to the portal.
fn event_line(event: &OperationEvent) -> Option<String> {
    let step = event.step.as_deref().unwrap_or("operation");
    match &event.data {
        EventData::Queued { .. } => None,
        EventData::Claimed { generation: ..=1, .. } => None,
        EventData::Claimed { generation, .. } => Some(format!("taken up again, for the {generation}. time")),
        EventData::StepStarted => Some(format!("{step} …")),
        EventData::Output { line, .. } => Some(format!("  {step} | {line}").trim_end().to_owned()),
        EventData::Progress { sentence } => Some(format!("  {sentence}")),
        EventData::StepFinished { sentence, .. } => Some(format!("{step}: {sentence}")),
        EventData::CancelRequested { by } => Some(format!("{by} asked to stop")),
        EventData::Succeeded { sentence } => Some(format!("succeeded: {sentence}")),
        EventData::Failed { error } => Some(format!("failed: {error}")),
        EventData::Cancelled { sentence } => Some(format!("cancelled: {sentence}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(step: &str, data: serde_json::Value) -> Option<String> {
        let event = serde_json::json!({ "operation_id": 1, "seq": 1, "step": (!step.is_empty()).then_some(step), "data": data, "at": "2026-11-23T12:00:00Z" });
        event_line(&serde_json::from_value(event).unwrap())
    }

    #[test]
    fn events_are_told_in_the_words_of_the_record() {
        use serde_json::json;
        assert_eq!(line("", json!({ "kind": "queued", "by": "demo-platform" })), None);
        assert_eq!(line("", json!({ "kind": "claimed", "worker": "w", "generation": 1 })), None);
        assert_eq!(line("", json!({ "kind": "claimed", "worker": "w", "generation": 2 })).unwrap(), "taken up again, for the 2. time");
        assert_eq!(line("apply", json!({ "kind": "step_started" })).unwrap(), "apply …");
        assert_eq!(line("apply", json!({ "kind": "output", "stream": "out", "line": "STATUS: deployed" })).unwrap(), "  apply | STATUS: deployed");
        let error = json!({ "kind": "conflict", "message": "It broke.", "hint": "Mend it.", "field": null, "operation_id": null });
        assert_eq!(line("", json!({ "kind": "failed", "error": error })).unwrap(), "failed: It broke. Mend it.");
    }

    #[test]
    fn the_portal_is_asked_ever_less_often_up_to_a_limit() {
        assert_eq!(pause(RETRY, 0), RETRY);
        assert_eq!(pause(RETRY, 2), RETRY * 4);
        assert_eq!(pause(RETRY, u32::MAX), RETRY_MAX);
        assert_eq!(pause(Duration::MAX, 3), RETRY_MAX);
    }
}
