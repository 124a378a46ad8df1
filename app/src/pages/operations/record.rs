//! From an operation's record to what its page says. Pure.

use domain::AppError;
use domain::operation::{
    EventData, OperationEvent, OperationRequest, OperationState, OperationTask, OutputStream, StepState, StepView, fold_state, fold_steps,
};

use crate::components::{LogLevel, LogLine, Step, StepPlace, Tone, duration_words};
use crate::pages::words::ms;

/// Adds an event unless it is there: a stream that was broken may begin again from the start.
pub(super) fn record_add(events: &mut Vec<OperationEvent>, event: OperationEvent) {
    match events.binary_search_by_key(&event.seq, |other| other.seq) {
        Ok(_) => {}
        Err(at) => events.insert(at, event),
    }
}

/// What the head of the page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// How it stands.
    pub(super) tone: Tone,
    /// The sentence.
    pub(super) title: String,
    /// The next step, if there is one to take.
    pub(super) hint: Option<String>,
}

/// The newest words about the whole operation.
pub(super) fn head_of(request: &OperationRequest, events: &[OperationEvent]) -> Head {
    let end = events.iter().rev().find_map(|event| match &event.data {
        EventData::Succeeded { sentence } => Some(Head { tone: Tone::Ok, title: sentence.clone(), hint: None }),
        EventData::Failed { error: AppError { message, hint, .. } } => Some(Head { tone: Tone::Bad, title: message.clone(), hint: hint.clone() }),
        EventData::Cancelled { sentence } => Some(Head { tone: Tone::Warn, title: sentence.clone(), hint: None }),
        _ => None,
    });
    end.unwrap_or_else(|| {
        let told = events.iter().rev().find_map(|event| match &event.data {
            EventData::Progress { sentence } | EventData::StepFinished { sentence, .. } => Some(sentence.clone()),
            _ => None,
        });
        let (title, hint) = match fold_state(events) {
            OperationState::Queued => (format!("Waiting for a worker to {}.", request.words()), told),
            _ if cancel_asked(events) => ("Stopping, as asked.".to_owned(), told),
            _ => (under_way_words(request), told),
        };
        Head { tone: Tone::Run, title, hint }
    })
}

/// What it is doing: "Deploying jobs 3.1.0 to staging."
fn under_way_words(request: &OperationRequest) -> String {
    let OperationRequest { service, environment, task } = request;
    match task {
        OperationTask::Deploy(task) => format!("Deploying {service} {} to {environment}.", task.version),
        OperationTask::Rollback(task) => format!("Rolling {service} back to {} in {environment}.", task.version),
        OperationTask::Uninstall(_) => format!("Uninstalling {service} from {environment}."),
    }
}

/// Whether somebody asked to stop it.
pub(super) fn cancel_asked(events: &[OperationEvent]) -> bool {
    events.iter().any(|event| matches!(event.data, EventData::CancelRequested { .. }))
}

/// A step's name as a person reads it.
pub(super) fn step_title(step: &str) -> String {
    match step {
        "prepare" => "Prepare".to_owned(),
        "apply" => "Apply with Helm".to_owned(),
        "watch" => "Watch it to its end".to_owned(),
        other => other.to_owned(),
    }
}

/// Shape and colour of a step.
pub(super) fn step_tone(view: &StepView, end: OperationState) -> Tone {
    match (view.state, end) {
        (StepState::Waiting, _) => Tone::None,
        (StepState::Running, _) => Tone::Run,
        (StepState::Done, _) => Tone::Ok,
        (StepState::Stopped, OperationState::Cancelled) => Tone::Warn,
        (StepState::Stopped, _) => Tone::Bad,
    }
}

/// How long a step took, in milliseconds, once it ended.
pub(super) fn step_took_ms(view: &StepView) -> Option<i64> {
    Some((ms(view.ended_at?) - ms(view.started_at?)).max(0))
}

/// The steps across the top.
pub(super) fn strip_of(steps: &[String], events: &[OperationEvent]) -> Vec<Step> {
    let end = fold_state(events);
    let step = |view: StepView| {
        let note = match (view.state, end) {
            (StepState::Waiting, _) => "not yet".to_owned(),
            (StepState::Running, _) => "under way".to_owned(),
            (StepState::Done, _) => step_took_ms(&view).map_or_else(|| "done".to_owned(), duration_words),
            (StepState::Stopped, OperationState::Cancelled) => "stopped".to_owned(),
            (StepState::Stopped, _) => "failed".to_owned(),
        };
        let place = if view.state == StepState::Running { StepPlace::Here } else { StepPlace::Elsewhere };
        Step { name: step_title(&view.step), note, tone: step_tone(&view, end), place }
    };
    fold_steps(steps, events).into_iter().map(step).collect()
}

/// The record as log lines.
pub(super) fn log_of(events: &[OperationEvent]) -> Vec<LogLine> {
    events.iter().filter_map(log_line).collect()
}

fn log_line(event: &OperationEvent) -> Option<LogLine> {
    let (level, source, text) = match &event.data {
        EventData::Output { stream: OutputStream::Out, line } => (LogLevel::Info, "helm", line.clone()),
        EventData::Output { stream: OutputStream::Error, line } => (LogLevel::Warn, "helm", line.clone()),
        EventData::Progress { sentence } | EventData::StepFinished { sentence, .. } => {
            (LogLevel::Info, event.step.as_deref().unwrap_or("slipway"), sentence.clone())
        }
        EventData::Queued { by } => (LogLevel::Info, "slipway", format!("Asked for by {by}.")),
        EventData::Claimed { worker, generation: 1 } => (LogLevel::Info, "slipway", format!("Taken by {worker}.")),
        EventData::Claimed { worker, .. } => (LogLevel::Warn, "slipway", format!("Taken over by {worker}: the process before was cut off.")),
        EventData::CancelRequested { by } => (LogLevel::Warn, "slipway", format!("{by} asked to stop.")),
        EventData::Succeeded { sentence } => (LogLevel::Info, "slipway", sentence.clone()),
        EventData::Cancelled { sentence } => (LogLevel::Warn, "slipway", sentence.clone()),
        EventData::Failed { error } => (LogLevel::Error, "slipway", error.to_string()),
        EventData::StepStarted => return None,
    };
    Some(LogLine { seq: u64::try_from(event.seq).unwrap_or_default(), at_ms: Some(ms(event.at)), level, source: source.to_owned(), text })
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
