//! Rows of browser sessions: the `SessionStore` of tower-sessions on our own pool.

use async_trait::async_trait;
use sqlx::Row as _;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use domain::Timestamp;

use crate::{Store, StoreError};

/// A fresh id collides with one in use about never; the loop is bounded all the same.
const ID_ATTEMPTS_MAX: usize = 8;

fn backend(error: impl Into<StoreError>) -> Error {
    Error::Backend(error.into().to_string())
}

fn expires_at_ms(record: &Record) -> i64 {
    record.expiry_date.unix_timestamp().saturating_mul(1000)
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        for _ in 0..ID_ATTEMPTS_MAX {
            let data = serde_json::to_string(record).map_err(|e| Error::Encode(e.to_string()))?;
            let inserted = sqlx::query("INSERT INTO session (id, data, expires_at) VALUES ($1, $2, $3)")
                .bind(record.id.to_string())
                .bind(data)
                .bind(expires_at_ms(record))
                .execute(&self.write)
                .await;
            match inserted.map_err(StoreError::from) {
                Ok(_) => return Ok(()),
                Err(StoreError::Duplicate(_)) => record.id = Id::default(),
                Err(other) => return Err(backend(other)),
            }
        }
        Err(Error::Backend("no free session id".into()))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_string(record).map_err(|e| Error::Encode(e.to_string()))?;
        sqlx::query("INSERT INTO session (id, data, expires_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at")
            .bind(record.id.to_string())
            .bind(data)
            .bind(expires_at_ms(record))
            .execute(&self.write)
            .await
            .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row = sqlx::query("SELECT data, expires_at FROM session WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&self.read)
            .await
            .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        if row.try_get::<i64, _>("expires_at").map_err(backend)? <= Timestamp::now().as_millisecond() {
            return Ok(None);
        }
        let data: String = row.try_get("data").map_err(backend)?;
        serde_json::from_str(&data).map(Some).map_err(|e| Error::Decode(e.to_string()))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sqlx::query("DELETE FROM session WHERE id = $1").bind(id.to_string()).execute(&self.write).await.map_err(backend)?;
        Ok(())
    }
}

impl Store {
    /// Removes sessions that have expired.
    pub async fn session_delete_expired(&self, now: Timestamp) -> std::result::Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM session WHERE expires_at <= $1").bind(now.as_millisecond()).execute(&self.write).await?;
        Ok(done.rows_affected())
    }
}
