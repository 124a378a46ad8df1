//! What can go wrong with the database, one variant per failure that a caller treats differently.

use domain::AppError;

/// A failure of the store. Its text is for the log; people get the [`AppError`] made from it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database can't be opened or written.
    #[error("the database {what} can't be used: {why}")]
    Unusable {
        /// File or address, without credentials.
        what: String,
        /// Why.
        why: String,
    },
    /// A row with this key is there already.
    #[error("already there: {0}")]
    Duplicate(String),
    /// The row is not there, or not in the expected revision.
    #[error("not there, or changed meanwhile")]
    Stale,
    /// Something still refers to the row.
    #[error("still referred to")]
    Referenced,
    /// A row does not hold what it must.
    #[error("a row can't be read: {0}")]
    Corrupt(String),
    /// The tables could not be brought up to date.
    #[error("the tables could not be brought up to date: {0}")]
    Migration(String),
    /// Any other answer of the database.
    #[error("the database: {0}")]
    Database(sqlx::Error),
}

impl StoreError {
    pub(crate) fn at(what: &str, error: sqlx::Error) -> Self {
        Self::Unusable { what: what.to_owned(), why: error.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error() {
            Some(db) if db.is_unique_violation() => Self::Duplicate(db.message().to_owned()),
            Some(db) if db.is_foreign_key_violation() => Self::Referenced,
            Some(db) if db.message().contains("readonly") => Self::Unusable { what: "file".into(), why: "it is read-only".into() },
            _ => match error {
                sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed => {
                    Self::Unusable { what: "server".into(), why: error.to_string() }
                }
                other => Self::Database(other),
            },
        }
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unusable { what, why } => AppError::unavailable(format!("The database {what} can't be used: {why}."))
                .hint("Nothing was written. Check that it is there and writable, then try again."),
            StoreError::Stale => AppError::conflict("Somebody changed this meanwhile.").hint("Load the page again and repeat your change."),
            StoreError::Duplicate(_) => AppError::conflict("This name is taken.").hint("Choose another."),
            StoreError::Referenced => AppError::conflict("Something still belongs to it.").hint("Move or remove that first."),
            other => {
                tracing::error!(error = %other, "the store failed");
                AppError::internal("The database gave an answer that Slipway did not expect.")
                    .hint("Nothing was written. The server's log says more.")
            }
        }
    }
}
