//! Clocks: the real one, and one that a test sets.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::Timestamp;
use domain::ports::Clock;

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that goes at the usual pace from wherever a test sets it, or stands still.
#[derive(Debug)]
pub struct FakeClock {
    /// Milliseconds ahead of the machine's clock, or since 1970 where it stands.
    base_ms: AtomicI64,
    stands: bool,
}

impl FakeClock {
    /// Goes as the machine's clock does, until it is moved.
    pub fn going() -> Self {
        Self { base_ms: AtomicI64::new(0), stands: false }
    }

    /// Stands at this moment, until it is moved.
    pub fn standing_at(at: Timestamp) -> Self {
        Self { base_ms: AtomicI64::new(at.as_millisecond()), stands: true }
    }

    /// Moves it forward.
    pub fn advance_ms(&self, ms: i64) {
        self.base_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// Sets it.
    pub fn set(&self, at: Timestamp) {
        let machine_ms = if self.stands { 0 } else { Timestamp::now().as_millisecond() };
        self.base_ms.store(at.as_millisecond() - machine_ms, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        let machine_ms = if self.stands { 0 } else { Timestamp::now().as_millisecond() };
        Timestamp::from_millisecond(machine_ms + self.base_ms.load(Ordering::SeqCst)).expect("a moment that a test can mean")
    }
}
