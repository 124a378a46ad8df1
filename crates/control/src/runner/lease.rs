//! Keeping a claim, and knowing when it is lost.

use std::time::Duration;

use domain::Timestamp;
use domain::operation::Operation;

use super::RunnerOptions;
use crate::Control;

/// A claim is renewed this many times within its lease.
const RENEWALS_PER_LEASE: i64 = 4;

pub(super) fn expiry(now: Timestamp, options: &RunnerOptions) -> Timestamp {
    Timestamp::from_millisecond(now.as_millisecond() + options.lease_ms).unwrap_or(now)
}

/// Renews the claim until that fails, and says why. Whoever awaits this stops all work then: before the lease ends for
/// others, one renewal's time early, whether the store can be reached or not.
pub(super) async fn keep(control: &Control, options: &RunnerOptions, operation: &Operation) -> String {
    let pace = Duration::from_millis(u64::try_from(options.lease_ms / RENEWALS_PER_LEASE).unwrap_or(1_000));
    let mut renewed = tokio::time::Instant::now();
    loop {
        tokio::time::sleep(pace).await;
        let now = control.now();
        match control.store.operation_renew(operation.id, operation.generation, expiry(now, options)).await {
            Ok(true) => renewed = tokio::time::Instant::now(),
            Ok(false) => return "the claim is lost to another process".to_owned(),
            Err(error) => {
                let left = pace.saturating_mul(u32::try_from(RENEWALS_PER_LEASE - 1).unwrap_or(1)).saturating_sub(renewed.elapsed());
                tracing::warn!(operation.id = operation.id.0, %error, "the claim of operation {} could not be renewed", operation.id);
                if left.is_zero() {
                    return "the claim could not be renewed in time".to_owned();
                }
            }
        }
    }
}
