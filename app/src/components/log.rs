//! Log lines: time, source, level, text. The view follows its end while a person reads the end.

use leptos::{html, prelude::*};

use super::time::{clock_words, machine_words};

/// How loud a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// Ordinary.
    #[default]
    Info,
    /// Needs a look.
    Warn,
    /// Failed.
    Error,
}

impl LogLevel {
    const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Its number in the log; never the same for two lines.
    pub seq: u64,
    /// When, in milliseconds since 1970, where it is known.
    pub at_ms: Option<i64>,
    /// How loud.
    pub level: LogLevel,
    /// Whose line: a pod's last letters, `stdout`, a step.
    pub source: String,
    /// The text, without its line feed.
    pub text: String,
}

/// How far from the end, in pixels, a person still counts as reading the end.
const END_DISTANCE_PX: i32 = 48;

/// Scrollable log lines.
#[component]
pub fn LogView(
    /// The lines in their order; give at most a few thousand.
    #[prop(into)]
    lines: Signal<Vec<LogLine>>,
    /// What the log is of, for screen readers.
    #[prop(default = "Log".to_owned(), into)]
    label: String,
    /// Said while there are no lines.
    #[prop(default = "No lines yet.".to_owned(), into)]
    none: String,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let at_end = StoredValue::new(true);
    Effect::new(move |_| {
        lines.track();
        if let Some(log) = place.get()
            && at_end.get_value()
        {
            // The lines are in the document only after this turn.
            request_animation_frame(move || log.set_scroll_top(log.scroll_height()));
        }
    });
    view! {
        <div
            class="log"
            role="log"
            aria-label=label
            tabindex="0"
            node_ref=place
            on:scroll=move |_| {
                if let Some(log) = place.get_untracked() {
                    let below = log.scroll_height() - log.scroll_top() - log.client_height();
                    at_end.set_value(below < END_DISTANCE_PX);
                }
            }
        >
            {move || lines.with(Vec::is_empty).then(|| view! { <p class="log-none">{none.clone()}</p> })}
            <For each=move || lines.get() key=|line| line.seq let:line>
                <LogRow line=line/>
            </For>
        </div>
    }
}

/// One line of the log.
#[component]
fn LogRow(line: LogLine) -> impl IntoView {
    let time = line.at_ms.map(clock_words);
    let machine = line.at_ms.map(machine_words);
    view! {
        <div class="log-line" data-level=line.level.word()>
            <time datetime=machine>{time}</time>
            <span class="source">{line.source}</span>
            <span class="level">{line.level.word().to_uppercase()}</span>
            <span class="text">{line.text}</span>
        </div>
    }
}
