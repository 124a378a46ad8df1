//! Operations: durable executions. Their state is a fold of append-only events; nothing else says how far one is.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::catalog::ChartRef;
use crate::error::AppError;
use crate::names::{EnvironmentName, OperationId, ServiceName, UserName};

/// What an operation does. Each kind has a step list of its own in `control::operations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// Put one version of one service into one environment.
    Deploy,
    /// Go back to what an earlier revision of a release was.
    Rollback,
    /// Remove a release and its objects.
    Uninstall,
}

impl OperationKind {
    /// The kind as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::Rollback => "rollback",
            Self::Uninstall => "uninstall",
        }
    }
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// Written down, not begun.
    Queued,
    /// Claimed by a process.
    Running,
    /// Ended well.
    Succeeded,
    /// Ended, and not well.
    Failed,
    /// Ended because somebody asked.
    Cancelled,
}

impl OperationState {
    /// The state as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

impl std::str::FromStr for OperationState {
    type Err = AppError;
    fn from_str(text: &str) -> Result<Self, AppError> {
        [Self::Queued, Self::Running, Self::Succeeded, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| AppError::internal(format!("“{text}” is no state of an operation.")))
    }
}

/// What an operation was asked to do. Written with it and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationRequest {
    /// The service, which is also the name of the release.
    pub service: ServiceName,
    /// The environment.
    pub environment: EnvironmentName,
    /// What is done to it.
    pub task: OperationTask,
}

/// What is done to a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationTask {
    /// A version is put there.
    Deploy(DeployTask),
    /// An earlier revision comes back.
    Rollback(RollbackTask),
    /// It is removed.
    Uninstall(UninstallTask),
}

/// Which version, from where, with which values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployTask {
    /// The chart at the moment of asking.
    pub chart: ChartRef,
    /// The chart's version, exact.
    pub version: String,
    /// The service's defaults for this kind of environment, at the moment of asking, as YAML.
    pub default_values: String,
    /// This environment's own values over them, as YAML.
    pub values: String,
}

/// Where to go back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackTask {
    /// The newest revision that the person saw.
    pub from_revision: u32,
    /// The revision that comes back.
    pub to_revision: u32,
    /// Its chart's version.
    pub version: String,
}

/// How to remove it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UninstallTask {
    /// Whether Helm keeps the revisions.
    pub keep_history: bool,
}

impl OperationRequest {
    /// What kind of operation it is.
    pub fn kind(&self) -> OperationKind {
        match self.task {
            OperationTask::Deploy(_) => OperationKind::Deploy,
            OperationTask::Rollback(_) => OperationKind::Rollback,
            OperationTask::Uninstall(_) => OperationKind::Uninstall,
        }
    }

    /// The version that will run once it is done; `None` where nothing will.
    pub fn version(&self) -> Option<&str> {
        match &self.task {
            OperationTask::Deploy(task) => Some(&task.version),
            OperationTask::Rollback(task) => Some(&task.version),
            OperationTask::Uninstall(_) => None,
        }
    }

    /// What is asked, to follow "to": "deploy jobs 3.1.1 to staging".
    pub fn words(&self) -> String {
        let Self { service, environment, task } = self;
        match task {
            OperationTask::Deploy(task) => format!("deploy {service} {} to {environment}", task.version),
            OperationTask::Rollback(task) => format!("roll {service} back to {} in {environment}", task.version),
            OperationTask::Uninstall(_) => format!("uninstall {service} from {environment}"),
        }
    }
}

/// An operation with its intention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Its number.
    pub id: OperationId,
    /// Where it stands.
    pub state: OperationState,
    /// What it was asked to do.
    pub request: OperationRequest,
    /// Who asked.
    pub created_by: UserName,
    /// When.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// How often it was claimed: 1 for one that was never interrupted.
    pub generation: i64,
    /// Whether somebody asked to stop it.
    pub cancel_requested: bool,
}

/// Which of a program's outputs a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputStream {
    /// Standard output.
    Out,
    /// Standard error.
    Error,
}

/// What happened. The tag is stored as `operation_event.kind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventData {
    /// The intention was written down.
    Queued {
        /// By whom.
        by: UserName,
    },
    /// A process took it.
    Claimed {
        /// Which process.
        worker: String,
        /// The how-manieth time.
        generation: i64,
    },
    /// A step began. Repeated when a later process repeats it.
    StepStarted,
    /// A line of a program's output, secrets already masked.
    Output {
        /// Where it came from.
        stream: OutputStream,
        /// The line, without its end.
        line: String,
    },
    /// How the step is getting on, as a sentence.
    Progress {
        /// The sentence.
        sentence: String,
    },
    /// A step is done; later steps and later processes read `facts`.
    StepFinished {
        /// What was achieved, as a sentence.
        sentence: String,
        /// What the step found out and others build on.
        facts: serde_json::Value,
    },
    /// Somebody asked to stop.
    CancelRequested {
        /// Who.
        by: UserName,
    },
    /// The end: well.
    Succeeded {
        /// What is true now.
        sentence: String,
    },
    /// The end: not well.
    Failed {
        /// Why, and what to do.
        error: AppError,
    },
    /// The end: as asked.
    Cancelled {
        /// In what state things were left.
        sentence: String,
    },
}

impl EventData {
    /// The tag, as stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Queued { .. } => "queued",
            Self::Claimed { .. } => "claimed",
            Self::StepStarted => "step_started",
            Self::Output { .. } => "output",
            Self::Progress { .. } => "progress",
            Self::StepFinished { .. } => "step_finished",
            Self::CancelRequested { .. } => "cancel_requested",
            Self::Succeeded { .. } => "succeeded",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// The state an operation is in after this event, if the event changes it.
    pub fn state_after(&self) -> Option<OperationState> {
        match self {
            Self::Queued { .. } => Some(OperationState::Queued),
            Self::Claimed { .. } => Some(OperationState::Running),
            Self::Succeeded { .. } => Some(OperationState::Succeeded),
            Self::Failed { .. } => Some(OperationState::Failed),
            Self::Cancelled { .. } => Some(OperationState::Cancelled),
            _ => None,
        }
    }
}

/// One entry of an operation's append-only record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationEvent {
    /// The operation.
    pub operation_id: OperationId,
    /// Its place, from 1 without gaps. Also the `id` of the server-sent event.
    pub seq: i64,
    /// The step it belongs to, if any.
    pub step: Option<String>,
    /// What happened.
    pub data: EventData,
    /// When.
    pub at: Timestamp,
}

/// How one step stands, as a timeline shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    Waiting,
    /// Under way.
    Running,
    /// Done.
    Done,
    /// It is where the operation failed or was cancelled.
    Stopped,
}

/// One step of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView {
    /// The step's name, as in the events.
    pub step: String,
    /// How it stands.
    pub state: StepState,
    /// The newest sentence about it.
    pub sentence: String,
    /// When it first began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// The state after these events, in order of `seq`.
pub fn fold_state(events: &[OperationEvent]) -> OperationState {
    events.iter().rev().find_map(|event| event.data.state_after()).unwrap_or(OperationState::Queued)
}

/// The timeline of these steps after these events.
pub fn fold_steps(steps: &[String], events: &[OperationEvent]) -> Vec<StepView> {
    let mut views: Vec<StepView> = steps
        .iter()
        .map(|step| StepView { step: step.clone(), state: StepState::Waiting, sentence: String::new(), started_at: None, ended_at: None })
        .collect();
    for event in events {
        if event.data.state_after().is_some_and(|state| state == OperationState::Failed || state == OperationState::Cancelled) {
            for view in views.iter_mut().filter(|view| view.state == StepState::Running) {
                view.state = StepState::Stopped;
                view.ended_at = Some(event.at);
            }
        }
        let Some(view) = views.iter_mut().find(|view| event.step.as_deref() == Some(&view.step)) else { continue };
        match &event.data {
            EventData::StepStarted => {
                view.state = StepState::Running;
                view.started_at.get_or_insert(event.at);
            }
            EventData::Progress { sentence } => view.sentence.clone_from(sentence),
            EventData::StepFinished { sentence, .. } => {
                view.state = StepState::Done;
                view.sentence.clone_from(sentence);
                view.ended_at = Some(event.at);
            }
            _ => {}
        }
    }
    views
}

/// An operation with its record, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationDetail {
    /// The operation.
    pub operation: Operation,
    /// The names of its steps, in order.
    pub steps: Vec<String>,
    /// Its events, by `seq`.
    pub events: Vec<OperationEvent>,
    /// The server's clock when this was read.
    pub now: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(datas: Vec<(Option<&str>, EventData)>) -> Vec<OperationEvent> {
        datas
            .into_iter()
            .zip(1..)
            .map(|((step, data), seq)| OperationEvent {
                operation_id: OperationId(1),
                seq,
                step: step.map(Into::into),
                data,
                at: Timestamp::from_second(seq).unwrap(),
            })
            .collect()
    }

    fn claimed(generation: i64) -> EventData {
        EventData::Claimed { worker: "w".into(), generation }
    }

    #[test]
    fn a_step_repeated_by_a_second_process_is_one_line_of_the_timeline() {
        let steps = vec!["prepare".to_owned(), "apply".to_owned()];
        let done = || EventData::StepFinished { sentence: "done".into(), facts: serde_json::Value::Null };
        let events = record(vec![
            (None, claimed(1)),
            (Some("prepare"), EventData::StepStarted),
            (Some("prepare"), done()),
            (Some("apply"), EventData::StepStarted),
            (None, claimed(2)),
            (Some("apply"), EventData::StepStarted),
            (Some("apply"), done()),
            (None, EventData::Succeeded { sentence: "ok".into() }),
        ]);
        let views = fold_steps(&steps, &events);
        assert_eq!(views.iter().map(|v| v.state).collect::<Vec<_>>(), [StepState::Done, StepState::Done]);
        assert_eq!(views[1].started_at, Timestamp::from_second(4).ok());
        assert_eq!(fold_state(&events), OperationState::Succeeded);
    }

    #[test]
    fn the_step_under_way_when_an_operation_fails_is_the_one_that_stopped() {
        let events =
            record(vec![(None, claimed(1)), (Some("apply"), EventData::StepStarted), (None, EventData::Failed { error: AppError::internal("x") })]);
        let views = fold_steps(&["apply".to_owned(), "watch".to_owned()], &events);
        assert_eq!(views.iter().map(|v| v.state).collect::<Vec<_>>(), [StepState::Stopped, StepState::Waiting]);
    }
}
