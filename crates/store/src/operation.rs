//! Rows of operations: written before their first step, claimed by lease and generation.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use domain::operation::{DeployTask, EventData, Operation, OperationRequest, OperationTask};
use domain::{EnvironmentName, OperationId, ServiceName, Timestamp, UserName};

use crate::{Store, StoreError, json, millis, parsed, time, to_json};

/// Two replicas may pick the same next number; the loser tries again this often.
const NUMBER_ATTEMPTS_MAX: usize = 20;

fn operation(row: &AnyRow) -> Result<Operation, StoreError> {
    let finished_at: i64 = row.try_get("finished_at")?;
    Ok(Operation {
        id: OperationId(row.try_get("id")?),
        state: parsed(row, "state")?,
        request: request(row)?,
        created_by: parsed(row, "created_by")?,
        created_at: time(row, "created_at")?,
        finished_at: if finished_at == 0 { None } else { Some(time(row, "finished_at")?) },
        generation: row.try_get("generation")?,
        cancel_requested: row.try_get::<i64, _>("cancel_requested")? != 0,
    })
}

/// The request of a row. Those of the first deploys have the task's fields beside the others, not below `task`.
fn request(row: &AnyRow) -> Result<OperationRequest, StoreError> {
    let value: serde_json::Value = json(row, "request")?;
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(format!("request: {error}"));
    if value.get("task").is_some() {
        return serde_json::from_value(value).map_err(corrupt);
    }
    let task: DeployTask = serde_json::from_value(value).map_err(corrupt)?;
    Ok(OperationRequest { service: parsed(row, "service")?, environment: parsed(row, "environment")?, task: OperationTask::Deploy(task) })
}

impl Store {
    /// Writes an intention down, with its first event, under the next number.
    /// [`StoreError::Duplicate`] if one for the same release is under way.
    pub async fn operation_insert(&self, request: &OperationRequest, by: &UserName, at: Timestamp) -> Result<OperationId, StoreError> {
        let mut last = StoreError::Stale;
        for _ in 0..NUMBER_ATTEMPTS_MAX {
            if self.operation_active(&request.environment, &request.service).await?.is_some() {
                return Err(StoreError::Duplicate("operation".into()));
            }
            match self.operation_insert_once(request, by, at).await {
                Err(StoreError::Duplicate(what)) => last = StoreError::Duplicate(what),
                other => return other,
            }
        }
        Err(last)
    }

    async fn operation_insert_once(&self, request: &OperationRequest, by: &UserName, at: Timestamp) -> Result<OperationId, StoreError> {
        let mut tx = self.write.begin().await?;
        let row = sqlx::query(
            "INSERT INTO operation (id, kind, state, environment, service, request, created_by, created_at, finished_at, cancel_requested, generation, lease_owner, lease_expires_at)
             SELECT COALESCE(MAX(id), 0) + 1, $1, 'queued', $2, $3, $4, $5, $6, 0, 0, 0, '', 0 FROM operation RETURNING id",
        )
        .bind(request.kind().as_str())
        .bind(request.environment.as_str())
        .bind(request.service.as_str())
        .bind(to_json(request)?)
        .bind(by.as_str())
        .bind(millis(at))
        .fetch_one(&mut *tx)
        .await?;
        let id = OperationId(row.try_get("id")?);
        Self::event_insert(&mut tx, id, "", &EventData::Queued { by: by.clone() }, at).await?;
        tx.commit().await?;
        self.event_written.notify_waiters();
        Ok(id)
    }

    /// One operation.
    pub async fn operation_get(&self, id: OperationId) -> Result<Option<Operation>, StoreError> {
        let row = sqlx::query("SELECT * FROM operation WHERE id = $1").bind(id.0).fetch_optional(&self.read).await?;
        row.as_ref().map(operation).transpose()
    }

    /// The newest first, from below `before`.
    pub async fn operation_list(&self, before: Option<OperationId>, limit: i64) -> Result<Vec<Operation>, StoreError> {
        let before = before.map_or(i64::MAX, |id| id.0);
        let rows =
            sqlx::query("SELECT * FROM operation WHERE id < $1 ORDER BY id DESC LIMIT $2").bind(before).bind(limit).fetch_all(&self.read).await?;
        rows.iter().map(operation).collect()
    }

    /// The newest of one environment.
    pub async fn operation_list_in(&self, environment: &EnvironmentName, limit: i64) -> Result<Vec<Operation>, StoreError> {
        let rows = sqlx::query("SELECT * FROM operation WHERE environment = $1 ORDER BY id DESC LIMIT $2")
            .bind(environment.as_str())
            .bind(limit)
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(operation).collect()
    }

    /// The newest of one service in one environment.
    pub async fn operation_list_of(&self, environment: &EnvironmentName, service: &ServiceName, limit: i64) -> Result<Vec<Operation>, StoreError> {
        let rows = sqlx::query("SELECT * FROM operation WHERE environment = $1 AND service = $2 ORDER BY id DESC LIMIT $3")
            .bind(environment.as_str())
            .bind(service.as_str())
            .bind(limit)
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(operation).collect()
    }

    /// All that are under way.
    pub async fn operation_list_active(&self) -> Result<Vec<Operation>, StoreError> {
        let rows = sqlx::query("SELECT * FROM operation WHERE finished_at = 0 ORDER BY id").fetch_all(&self.read).await?;
        rows.iter().map(operation).collect()
    }

    /// The one under way for a release, if any.
    pub async fn operation_active(&self, environment: &EnvironmentName, service: &ServiceName) -> Result<Option<Operation>, StoreError> {
        let row = sqlx::query("SELECT * FROM operation WHERE finished_at = 0 AND environment = $1 AND service = $2")
            .bind(environment.as_str())
            .bind(service.as_str())
            .fetch_optional(&self.read)
            .await?;
        row.as_ref().map(operation).transpose()
    }

    /// Claims the oldest operation that nobody holds, in one statement that runs alike on both databases.
    pub async fn operation_claim(&self, worker: &str, now: Timestamp, expires_at: Timestamp) -> Result<Option<Operation>, StoreError> {
        let mut tx = self.write.begin().await?;
        let row = sqlx::query(
            "UPDATE operation SET lease_owner = $1, lease_expires_at = $2, generation = generation + 1, state = 'running'
             WHERE id = (SELECT id FROM operation WHERE finished_at = 0 AND lease_expires_at < $3 ORDER BY id LIMIT 1)
             AND finished_at = 0 AND lease_expires_at < $3 RETURNING *",
        )
        .bind(worker)
        .bind(millis(expires_at))
        .bind(millis(now))
        .fetch_optional(&mut *tx)
        .await?;
        let Some(claimed) = row.as_ref().map(operation).transpose()? else { return Ok(None) };
        let data = EventData::Claimed { worker: worker.to_owned(), generation: claimed.generation };
        Self::event_insert(&mut tx, claimed.id, "", &data, now).await?;
        tx.commit().await?;
        self.event_written.notify_waiters();
        Ok(Some(claimed))
    }

    /// Keeps a claim. `false`: it was lost to somebody else.
    pub async fn operation_renew(&self, id: OperationId, generation: i64, expires_at: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE operation SET lease_expires_at = $1 WHERE id = $2 AND generation = $3 AND finished_at = 0")
            .bind(millis(expires_at))
            .bind(id.0)
            .bind(generation)
            .execute(&self.write)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Lets go of everything a worker holds, so that the next one need not wait for its leases. For a clean stop.
    pub async fn operation_release(&self, worker: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE operation SET lease_expires_at = 0 WHERE lease_owner = $1 AND finished_at = 0").bind(worker).execute(&self.write).await?;
        Ok(())
    }

    /// Notes that somebody wants it stopped. `false`: it has ended, or it was asked before.
    pub async fn operation_cancel_request(&self, id: OperationId, by: &UserName, at: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.write.begin().await?;
        let done = sqlx::query("UPDATE operation SET cancel_requested = 1 WHERE id = $1 AND finished_at = 0 AND cancel_requested = 0")
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        Self::event_insert(&mut tx, id, "", &EventData::CancelRequested { by: by.clone() }, at).await?;
        tx.commit().await?;
        self.event_written.notify_waiters();
        Ok(true)
    }
}
