//! Waiting without sleeping: gates that a test opens, and conditions that come true within a limit.

use std::time::Duration;

use tokio::sync::watch;

/// How long any test waits for anything. Far above what a busy machine needs.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// How often a condition is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Closed until a test opens it; then open for good.
#[derive(Debug, Clone)]
pub struct Gate(watch::Sender<bool>);

impl Default for Gate {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Gate {
    /// A closed one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens it.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    /// Resolves once it is open; never otherwise.
    pub async fn passed(&self) {
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }

    /// Resolves once it is open, or panics with `what` when a test has waited too long.
    pub async fn reached(&self, what: &str) {
        tokio::time::timeout(WAIT_MAX, self.passed()).await.unwrap_or_else(|_| panic!("waited {WAIT_MAX:?} in vain for: {what}"));
    }
}

/// Asks until there is an answer, or panics with `what`.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let until = tokio::time::Instant::now() + WAIT_MAX;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(tokio::time::Instant::now() < until, "waited {WAIT_MAX:?} in vain for: {what}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
