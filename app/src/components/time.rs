//! Times in words, the exact time on hover. The server's now is given, so the first render is the same on both sides.

use jiff::Timestamp;
use leptos::prelude::*;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// "9 minutes ago", "in 2 hours", "just now". Both in milliseconds since 1970.
pub fn relative_words(at_ms: i64, now_ms: i64) -> String {
    let distance_ms = now_ms.saturating_sub(at_ms);
    let away_ms = distance_ms.saturating_abs();
    if away_ms < 10 * SECOND_MS {
        return "just now".to_owned();
    }
    let words = duration_words(away_ms);
    if distance_ms > 0 { format!("{words} ago") } else { format!("in {words}") }
}

/// "9 minutes", "1 hour", "3 days": the largest unit that fits, rounded down.
pub fn duration_words(duration_ms: i64) -> String {
    let (count, unit) = match duration_ms.max(0) {
        0..SECOND_MS => return "under a second".to_owned(),
        ms if ms < MINUTE_MS => (ms / SECOND_MS, "second"),
        ms if ms < HOUR_MS => (ms / MINUTE_MS, "minute"),
        ms if ms < DAY_MS => (ms / HOUR_MS, "hour"),
        ms if ms < 60 * DAY_MS => (ms / DAY_MS, "day"),
        ms if ms < 730 * DAY_MS => (ms / (30 * DAY_MS), "month"),
        ms => (ms / (365 * DAY_MS), "year"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// The exact time in UTC: `2026-11-23 14:02:11 UTC`. Empty outside of the years that a calendar knows.
pub fn exact_words(at_ms: i64) -> String {
    let machine = machine_words(at_ms);
    match (machine.get(..10), machine.get(11..19)) {
        (Some(date), Some(time)) => format!("{date} {time} UTC"),
        _ => String::new(),
    }
}

/// The time of day in UTC to the millisecond, as logs show it: `14:02:11.804`.
pub fn clock_words(at_ms: i64) -> String {
    let machine = machine_words(at_ms);
    machine.get(11..19).map(|time| format!("{time}.{:03}", at_ms.rem_euclid(SECOND_MS))).unwrap_or_default()
}

/// The time as a machine reads it (RFC 3339), for `datetime`; the other words are cut from it, which keeps a
/// formatter of times out of what the browser loads.
pub fn machine_words(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map(|at| at.to_string()).unwrap_or_default()
}

/// A time relative to the server's now.
#[component]
pub fn RelativeTime(
    /// The time, in milliseconds since 1970.
    at_ms: i64,
    /// The server's now, in milliseconds since 1970; a plain number, or a signal that ticks.
    #[prop(into)]
    now_ms: Signal<i64>,
) -> impl IntoView {
    view! {
        <time datetime=machine_words(at_ms) title=exact_words(at_ms)>
            {move || relative_words(at_ms, now_ms.get())}
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, clock_words, exact_words, relative_words};

    const NOW_MS: i64 = 1_795_442_531_804;

    #[test]
    fn the_past_is_ago() {
        assert_eq!(relative_words(NOW_MS - 9 * MINUTE_MS - 59 * SECOND_MS, NOW_MS), "9 minutes ago");
        assert_eq!(relative_words(NOW_MS - HOUR_MS, NOW_MS), "1 hour ago");
        assert_eq!(relative_words(NOW_MS - 45 * DAY_MS, NOW_MS), "45 days ago");
        assert_eq!(relative_words(NOW_MS - 800 * DAY_MS, NOW_MS), "2 years ago");
    }

    #[test]
    fn the_future_is_in() {
        assert_eq!(relative_words(NOW_MS + 3 * DAY_MS, NOW_MS), "in 3 days");
    }

    #[test]
    fn clocks_that_differ_a_little_say_just_now() {
        assert_eq!(relative_words(NOW_MS + 2 * SECOND_MS, NOW_MS), "just now");
        assert_eq!(relative_words(NOW_MS - 9 * SECOND_MS, NOW_MS), "just now");
        assert_eq!(relative_words(NOW_MS - 10 * SECOND_MS, NOW_MS), "10 seconds ago");
    }

    #[test]
    fn no_time_is_too_far_to_be_said() {
        assert!(relative_words(i64::MIN, i64::MAX).ends_with("years ago"));
        assert_eq!(exact_words(i64::MAX), "");
    }

    #[test]
    fn exact_times_are_in_utc() {
        assert_eq!(exact_words(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(clock_words(50_531_804), "14:02:11.804");
    }
}
