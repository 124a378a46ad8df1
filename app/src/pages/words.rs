//! States in words and tones, counted nouns, and sentences with names in them. The same words on every page.

use domain::Timestamp;
use domain::cluster::ClusterState;
use domain::health::HealthStatus;
use domain::operation::OperationState;
use leptos::prelude::*;

use crate::components::Tone;

/// All states of health, in their order, for filters.
pub(crate) const HEALTH_ALL: [HealthStatus; 6] =
    [HealthStatus::Healthy, HealthStatus::Asleep, HealthStatus::Moving, HealthStatus::Warning, HealthStatus::Degraded, HealthStatus::Unknown];

/// Shape and colour of a state of health.
pub(crate) const fn health_tone(status: HealthStatus) -> Tone {
    match status {
        HealthStatus::Healthy => Tone::Ok,
        HealthStatus::Asleep => Tone::Rest,
        HealthStatus::Moving => Tone::Run,
        HealthStatus::Warning => Tone::Warn,
        HealthStatus::Degraded => Tone::Bad,
        HealthStatus::Unknown => Tone::None,
    }
}

/// A state of health as a person reads it.
pub(crate) const fn health_word(status: HealthStatus) -> &'static str {
    match status {
        HealthStatus::Healthy => "Healthy",
        HealthStatus::Asleep => "Asleep",
        HealthStatus::Moving => "Moving",
        HealthStatus::Warning => "Needs a look",
        HealthStatus::Degraded => "Degraded",
        HealthStatus::Unknown => "Unknown",
    }
}

/// A state of health as an address holds it.
pub(crate) const fn health_key(status: HealthStatus) -> &'static str {
    match status {
        HealthStatus::Healthy => "healthy",
        HealthStatus::Asleep => "asleep",
        HealthStatus::Moving => "moving",
        HealthStatus::Warning => "warning",
        HealthStatus::Degraded => "degraded",
        HealthStatus::Unknown => "unknown",
    }
}

/// What is wrong with a service, to follow its name.
pub(crate) const fn health_predicate(status: HealthStatus) -> &'static str {
    match status {
        HealthStatus::Healthy => "is healthy",
        HealthStatus::Asleep => "is asleep",
        HealthStatus::Moving => "is rolling out",
        HealthStatus::Warning => "needs a look",
        HealthStatus::Degraded => "is degraded",
        HealthStatus::Unknown => "can't be seen",
    }
}

/// Shape and colour of a state of an operation.
pub(crate) const fn operation_tone(state: OperationState) -> Tone {
    match state {
        OperationState::Queued | OperationState::Running => Tone::Run,
        OperationState::Succeeded => Tone::Ok,
        OperationState::Failed => Tone::Bad,
        OperationState::Cancelled => Tone::Warn,
    }
}

/// A state of an operation as a person reads it.
pub(crate) const fn operation_word(state: OperationState) -> &'static str {
    match state {
        OperationState::Queued => "queued",
        OperationState::Running => "running",
        OperationState::Succeeded => "succeeded",
        OperationState::Failed => "failed",
        OperationState::Cancelled => "cancelled",
    }
}

/// Shape and colour of a cluster's state.
pub(crate) const fn cluster_tone(state: &ClusterState) -> Tone {
    match state {
        ClusterState::Connecting => Tone::Run,
        ClusterState::Live { .. } => Tone::Ok,
        ClusterState::Away { .. } => Tone::None,
        ClusterState::Refused { .. } => Tone::Warn,
    }
}

/// A cluster's state as a person reads it.
pub(crate) const fn cluster_word(state: &ClusterState) -> &'static str {
    match state {
        ClusterState::Connecting => "connecting",
        ClusterState::Live { .. } => "live",
        ClusterState::Away { .. } => "away",
        ClusterState::Refused { .. } => "refuses",
    }
}

/// "1 service", "7 services".
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Milliseconds since 1970, as the kit counts.
pub(crate) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The parts of a sentence; every second one stood between backticks.
fn parts(text: &str) -> impl Iterator<Item = (bool, &str)> {
    text.split('`').enumerate().map(|(at, part)| (at % 2 == 1, part)).filter(|(_, part)| !part.is_empty())
}

/// A sentence with what stands between backticks as code.
pub(crate) fn sentence(text: &str) -> AnyView {
    parts(text)
        .map(|(code, part)| {
            let part = part.to_owned();
            if code { view! { <code>{part}</code> }.into_any() } else { view! { <span>{part}</span> }.into_any() }
        })
        .collect_view()
        .into_any()
}

/// Why a cluster can't be seen, with its name exactly once.
pub(crate) fn cluster_reason(name: &str, reason: &str) -> String {
    if reason.contains(name) { reason.to_owned() } else { format!("Cluster {name}: {reason}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_code() {
        let found: Vec<_> = parts("`api-7c9` can't pull `acme/api:1.4` (not found)").collect();
        assert_eq!(found, [(true, "api-7c9"), (false, " can't pull "), (true, "acme/api:1.4"), (false, " (not found)")]);
        assert_eq!(parts("3 of 3 pods ready.").count(), 1);
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(1, "service", "services"), "1 service");
        assert_eq!(counted(0, "service", "services"), "0 services");
    }

    #[test]
    fn the_keys_of_health_are_those_of_its_json() {
        for status in HEALTH_ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), health_key(status));
        }
    }
}
