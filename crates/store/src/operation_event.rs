//! Rows of operations' records: append-only, numbered without gaps, fenced by the generation of the claim.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use domain::operation::{EventData, OperationEvent};
use domain::{OperationId, Timestamp};

use crate::{Store, StoreError, json, millis, time, to_json};

fn event(row: &AnyRow) -> Result<OperationEvent, StoreError> {
    let step: String = row.try_get("step")?;
    Ok(OperationEvent {
        operation_id: OperationId(row.try_get("operation_id")?),
        seq: row.try_get("seq")?,
        step: if step.is_empty() { None } else { Some(step) },
        data: json(row, "data")?,
        at: time(row, "at")?,
    })
}

impl Store {
    /// Appends inside a transaction whose first statement wrote the operation's row, which keeps other writers out.
    pub(crate) async fn event_insert(
        connection: &mut AnyConnection,
        id: OperationId,
        step: &str,
        data: &EventData,
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO operation_event (operation_id, seq, step, kind, data, at)
             SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5 FROM operation_event WHERE operation_id = $1 RETURNING seq",
        )
        .bind(id.0)
        .bind(step)
        .bind(data.kind())
        .bind(to_json(data)?)
        .bind(millis(at))
        .fetch_one(connection)
        .await?;
        Ok(row.try_get("seq")?)
    }

    /// Appends events for the holder of `generation`, all or none. A final event also ends the operation.
    /// [`StoreError::Stale`]: the claim was lost, or the operation has ended; nothing was written.
    pub async fn operation_event_append(
        &self,
        id: OperationId,
        generation: i64,
        step: &str,
        events: &[EventData],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let state = events.iter().rev().find_map(EventData::state_after);
        let finished_at = if state.is_some_and(domain::operation::OperationState::is_final) { millis(at) } else { 0 };
        let mut tx = self.write.begin().await?;
        let done = sqlx::query(
            "UPDATE operation SET state = COALESCE(NULLIF($1, ''), state), finished_at = $2 WHERE id = $3 AND generation = $4 AND finished_at = 0",
        )
        .bind(state.map_or("", |s| s.as_str()))
        .bind(finished_at)
        .bind(id.0)
        .bind(generation)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Stale);
        }
        for data in events {
            Self::event_insert(&mut tx, id, step, data, at).await?;
        }
        tx.commit().await?;
        self.event_written.notify_waiters();
        Ok(())
    }

    /// The events after `seq`, in order, at most `limit`.
    pub async fn operation_event_list(&self, id: OperationId, after_seq: i64, limit: i64) -> Result<Vec<OperationEvent>, StoreError> {
        let rows = sqlx::query("SELECT * FROM operation_event WHERE operation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3")
            .bind(id.0)
            .bind(after_seq)
            .bind(limit)
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(event).collect()
    }

    /// Resolves when this process next writes an event, counted from the call (not from the first poll).
    /// Another replica's writes are seen by asking again.
    pub fn operation_event_written(&self) -> tokio::sync::futures::OwnedNotified {
        self.event_written.clone().notified_owned()
    }
}
