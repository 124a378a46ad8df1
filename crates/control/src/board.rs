//! The board kept in memory by the task that feeds the live stream, so that asking for a page of it costs no query and
//! no assessment. It is dropped, not trusted, whenever this process has written services, environments or operations
//! since it was made, or when the task has not looked for a while.

use std::sync::{Arc, PoisonError, RwLock};

use domain::Timestamp;
use domain::environment::Environment;
use domain::fleet::FleetRow;

/// A board that was looked at longer ago than this is not used: its task has died or hangs. In milliseconds.
const AGE_MS_MAX: i64 = 5_000;

/// All rows and columns as last told to everybody.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    /// What this process had written when the board was made: the count of [`crate::Control::wrote`].
    pub(crate) writes: u64,
    /// When it was looked at last.
    pub(crate) looked_at: Timestamp,
    /// The columns.
    pub(crate) environments: Arc<[Environment]>,
    /// The rows, a cell for each column.
    pub(crate) rows: Vec<Arc<FleetRow>>,
}

/// Where the newest board is.
#[derive(Debug, Default)]
pub(crate) struct BoardKept(RwLock<Option<Arc<Board>>>);

impl BoardKept {
    /// Keeps a newer one.
    pub(crate) fn set(&self, board: Board) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(board));
    }

    /// The newest, if it knows everything this process wrote and is not old.
    pub(crate) fn current(&self, writes: u64, now: Timestamp) -> Option<Arc<Board>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        let age_ms = now.as_millisecond() - kept.looked_at.as_millisecond();
        (kept.writes == writes && (0..AGE_MS_MAX).contains(&age_ms)).then_some(kept)
    }
}
