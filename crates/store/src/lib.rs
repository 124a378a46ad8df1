//! Every line of SQL, as `noun_verb` methods on [`Store`]. One SQL text serves SQLite and PostgreSQL.
//!
//! Here: connecting, migrating, queries, the session store. Not here: decisions; who may do what is `control`'s matter.

#![allow(clippy::disallowed_methods, reason = "this is the room where SQL lives")]

mod environment;
mod error;
mod operation;
mod operation_event;
mod service;
mod session;
mod team;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{AnyConnection, AnyPool};
use sqlx::{Connection as _, Executor as _, Row as _};

use domain::Timestamp;
pub use error::StoreError;

/// How long SQLite waits for another process's write, in milliseconds.
const SQLITE_BUSY_TIMEOUT_MS: u32 = 5_000;
/// How long a caller waits for a connection of the pool.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// How often the tables are tried to be brought up to date.
const MIGRATION_ATTEMPTS_MAX: u32 = 5;
/// How long to wait in between.
const MIGRATION_PAUSE: Duration = Duration::from_millis(200);
/// Connections for reading SQLite, and for everything on PostgreSQL.
const CONNECTIONS_MAX: u32 = 8;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// The database. Cheap to clone.
///
/// On SQLite all writes go through one connection, so that two tasks of this process never collide in a transaction;
/// another process is waited for by the busy timeout. On PostgreSQL both pools are the same.
#[derive(Clone)]
pub struct Store {
    read: AnyPool,
    write: AnyPool,
    /// Wakes readers that wait for new events of operations in this process.
    event_written: Arc<tokio::sync::Notify>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens `sqlite:PATH` (made if absent) or `postgres://…` and brings its tables up to date.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (read, write) = if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.trim_start_matches("//");
            sqlite_check(Path::new(path))?;
            let url = format!("sqlite://{path}?mode=rwc");
            let write = sqlite_pool(1).connect(&url).await.map_err(|e| StoreError::at(path, e))?;
            (sqlite_pool(CONNECTIONS_MAX).connect(&url).await.map_err(|e| StoreError::at(path, e))?, write)
        } else {
            let pool = AnyPoolOptions::new().max_connections(CONNECTIONS_MAX).acquire_timeout(ACQUIRE_TIMEOUT).connect(url).await;
            let pool = match pool {
                Ok(pool) => pool,
                // The pool has tried for a while and only says so: one more try tells why.
                Err(sqlx::Error::PoolTimedOut) => {
                    let why = tokio::time::timeout(ACQUIRE_TIMEOUT, AnyConnection::connect(url)).await.ok().and_then(Result::err);
                    return Err(StoreError::at(&without_credentials(url), why.unwrap_or(sqlx::Error::PoolTimedOut)));
                }
                Err(error) => return Err(StoreError::at(&without_credentials(url), error)),
            };
            (pool.clone(), pool)
        };
        migrate(&write).await?;
        Ok(Self { read, write, event_written: Arc::new(tokio::sync::Notify::new()) })
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// Brings the tables up to date. SQLite knows no lock for that: of several processes that start at once on a fresh file, those
/// that come second fail, change nothing, and find the tables made when they look again.
async fn migrate(pool: &AnyPool) -> Result<(), StoreError> {
    for _ in 1..MIGRATION_ATTEMPTS_MAX {
        if MIGRATIONS.run(pool).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(MIGRATION_PAUSE).await;
    }
    MIGRATIONS.run(pool).await.map_err(|e| StoreError::Migration(e.to_string()))
}

fn sqlite_pool(connections_max: u32) -> AnyPoolOptions {
    // A connection to a file of our own does not go away: asking it first would double every query's way.
    let options = AnyPoolOptions::new().max_connections(connections_max).acquire_timeout(ACQUIRE_TIMEOUT).test_before_acquire(false);
    options.after_connect(|connection, _| {
        Box::pin(async move {
            // The busy timeout first: switching to the write-ahead log needs the file for itself for a moment.
            let pragmas = format!(
                "PRAGMA busy_timeout = {SQLITE_BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
            );
            connection.execute(sqlx::AssertSqlSafe(pragmas)).await?;
            Ok(())
        })
    })
}

/// A file or folder that can't be written is told before SQLite's own, vaguer words.
fn sqlite_check(path: &Path) -> Result<(), StoreError> {
    let unusable = |why: String| StoreError::Unusable { what: path.display().to_string(), why };
    if path.exists() {
        std::fs::OpenOptions::new().write(true).open(path).map_err(|e| unusable(e.to_string()))?;
    } else if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(unusable(format!("the folder {} does not exist", folder.display())));
    }
    Ok(())
}

/// The address without user and password, for messages.
fn without_credentials(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}://{}", &url[..scheme], &url[at + 1..]),
        _ => url.to_owned(),
    }
}

fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// Reads a time column.
fn time(row: &AnyRow, column: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(row.try_get(column)?).map_err(|e| StoreError::Corrupt(format!("{column}: {e}")))
}

/// Reads a text column into a type of the domain.
fn parsed<T: std::str::FromStr>(row: &AnyRow, column: &'static str) -> Result<T, StoreError>
where
    T::Err: std::fmt::Display,
{
    let text: String = row.try_get(column)?;
    text.parse().map_err(|e: T::Err| StoreError::Corrupt(format!("{column}: {e}")))
}

/// Reads a JSON column.
fn json<T: serde::de::DeserializeOwned>(row: &AnyRow, column: &'static str) -> Result<T, StoreError> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|e| StoreError::Corrupt(format!("{column}: {e}")))
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Corrupt(e.to_string()))
}
