//! Health as last assessed, so that a board of thousands of cells costs a look-up each.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::Timestamp;
use domain::health::{Health, assess};
use domain::live::ReleaseLive;
use domain::release::Release;

use crate::index::ReleaseRef;

/// Some rules depend on the clock alone (an unready pod that has had its time): looked at again after this, in milliseconds.
const AGE_MS_MAX: i64 = 1_000;

#[derive(Default)]
pub(crate) struct HealthCache(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Counts changes, so that an assessment begun before one is not kept after it.
    changes: u64,
    assessed: HashMap<ReleaseRef, (Timestamp, Release, Health)>,
}

impl HealthCache {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something of the release changed.
    pub(crate) fn forget(&self, release: &ReleaseRef) {
        let mut kept = self.kept();
        kept.changes += 1;
        kept.assessed.remove(release);
    }

    /// Anything may have changed.
    pub(crate) fn forget_all(&self) {
        let mut kept = self.kept();
        kept.changes += 1;
        kept.assessed.clear();
    }

    /// The health as kept, or of what `live` answers.
    pub(crate) fn get_or(&self, release: ReleaseRef, now: Timestamp, live: impl FnOnce() -> Option<ReleaseLive>) -> Option<(Release, Health)> {
        let changes = {
            let kept = self.kept();
            if let Some((_, found, health)) =
                kept.assessed.get(&release).filter(|(at, ..)| (now.as_millisecond() - at.as_millisecond()).abs() < AGE_MS_MAX)
            {
                return Some((found.clone(), health.clone()));
            }
            kept.changes
        };
        let live = live()?;
        let health = assess(&live, now);
        let mut kept = self.kept();
        if kept.changes == changes {
            kept.assessed.insert(release, (now, live.release.clone(), health.clone()));
        }
        Some((live.release, health))
    }
}
