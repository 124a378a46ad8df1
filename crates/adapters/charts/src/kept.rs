//! What was last read of one source, and who may ask it again when. One asks at a time; who waited for it takes its answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::Timestamp;

use crate::error::ChartsError;
use crate::http::Validators;
use crate::index::Index;
use crate::options::ChartsOptions;

/// A failure shorter than this is not worth a word about its age.
const NOTABLE_AGE: Duration = Duration::from_secs(30);

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// Somebody waits: ask now, unless the source itself said to wait.
    Person,
    /// Nobody waits: leave a source that fails alone for a while.
    Background,
}

/// One source.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Held by the one who asks.
    pub(crate) asking: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    index: Option<Arc<Index>>,
    validators: Validators,
    /// When the index was last known to be current.
    read_at: Option<Instant>,
    failure: Option<Failure>,
}

#[derive(Debug)]
struct Failure {
    error: ChartsError,
    since: Timestamp,
    began: Instant,
    at: Instant,
    count: u32,
    retry_at: Instant,
}

impl Kept {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The index as last read.
    pub(crate) fn index(&self) -> Option<Arc<Index>> {
        self.state().index.clone()
    }

    /// When the index was last known to be current.
    pub(crate) fn read_at(&self) -> Option<Instant> {
        self.state().read_at
    }

    /// The index with what tells whether it has changed.
    pub(crate) fn known(&self) -> Option<(Arc<Index>, Validators)> {
        let state = self.state();
        state.index.clone().map(|index| (index, state.validators.clone()))
    }

    /// The index, if it was read a moment ago.
    pub(crate) fn fresh(&self, fresh_for: Duration) -> Option<Arc<Index>> {
        let state = self.state();
        state.index.clone().filter(|_| state.read_at.is_some_and(|at| at.elapsed() < fresh_for))
    }

    /// What was learned since `moment`, if anything.
    pub(crate) fn answer_since(&self, moment: Instant) -> Option<Result<Arc<Index>, ChartsError>> {
        let state = self.state();
        match (&state.failure, &state.index, state.read_at) {
            (Some(failure), _, _) if failure.at >= moment => Some(Err(failure.told())),
            (_, Some(index), Some(at)) if at >= moment => Some(Ok(Arc::clone(index))),
            _ => None,
        }
    }

    /// Why the source is not to be asked now.
    pub(crate) fn held_back(&self, asker: Asker) -> Option<ChartsError> {
        let state = self.state();
        let failure = state.failure.as_ref().filter(|failure| Instant::now() < failure.retry_at)?;
        (asker == Asker::Background || matches!(failure.error, ChartsError::Throttled { .. })).then(|| failure.told())
    }

    /// Notes an answer.
    pub(crate) fn read(&self, index: Arc<Index>, validators: Validators) {
        *self.state() = State { index: Some(index), validators, read_at: Some(Instant::now()), failure: None };
    }

    /// Notes a failure, and answers it with its age.
    pub(crate) fn failed(&self, error: ChartsError, options: &ChartsOptions) -> ChartsError {
        let now = Instant::now();
        let mut state = self.state();
        let (since, began, count) = state.failure.take().map_or((Timestamp::now(), now, 1), |before| (before.since, before.began, before.count + 1));
        let wait = match &error {
            ChartsError::Throttled { wait, .. } => *wait,
            _ => backoff(count, options),
        };
        let failure = Failure { error, since, began, at: now, count, retry_at: now + wait };
        let told = failure.told();
        state.failure = Some(failure);
        told
    }
}

impl Failure {
    fn told(&self) -> ChartsError {
        if self.began.elapsed() < NOTABLE_AGE || self.count < 2 {
            return self.error.clone();
        }
        ChartsError::StillFailing { since: self.since, error: Box::new(self.error.clone()) }
    }
}

/// Twice as long each time up to a limit, and up to a half less, so that sources that fell together don't wake together.
fn backoff(count: u32, options: &ChartsOptions) -> Duration {
    let doubled = options.backoff_first.saturating_mul(1 << count.saturating_sub(1).min(16));
    doubled.min(options.backoff_max).mul_f64(1.0 - fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_source_is_left_alone_longer_each_time_but_not_for_ever() {
        let options = ChartsOptions::new("x");
        for (count, most) in [(1, 30), (2, 60), (5, 480), (6, 900), (60, 900)] {
            let wait = backoff(count, &options);
            assert!(wait <= Duration::from_secs(most) && wait >= Duration::from_secs(most / 2), "{count}: {wait:?}");
        }
    }
}
