//! What an operation's page says, from records.

use domain::catalog::ChartRef;
use domain::operation::DeployTask;
use domain::{EnvironmentName, OperationId, ServiceName, Timestamp, UserName};

use super::*;

fn event(seq: i64, step: Option<&str>, data: EventData) -> OperationEvent {
    OperationEvent { operation_id: OperationId(7), seq, step: step.map(Into::into), data, at: Timestamp::from_second(seq).unwrap() }
}

fn request() -> OperationRequest {
    let task = DeployTask {
        chart: ChartRef { repository: "https://charts.example.com".into(), name: "jobs".into() },
        version: "3.1.0".into(),
        default_values: String::new(),
        values: String::new(),
    };
    OperationRequest {
        service: ServiceName::new("jobs").unwrap(),
        environment: EnvironmentName::new("staging").unwrap(),
        task: OperationTask::Deploy(task),
    }
}

fn queued() -> OperationEvent {
    event(1, None, EventData::Queued { by: UserName::new("ada").unwrap() })
}

#[test]
fn an_event_that_comes_twice_is_kept_once_and_in_order() {
    let mut events = vec![queued()];
    record_add(&mut events, event(3, Some("prepare"), EventData::StepStarted));
    record_add(&mut events, event(2, None, EventData::Claimed { worker: "w".into(), generation: 1 }));
    record_add(&mut events, event(3, Some("prepare"), EventData::StepStarted));
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_failure_heads_the_page_with_its_hint() {
    let events =
        vec![queued(), event(2, None, EventData::Failed { error: AppError::conflict("Helm could not deploy jobs.").hint("Correct the cause.") })];
    let head = head_of(&request(), &events);
    assert_eq!(head, Head { tone: Tone::Bad, title: "Helm could not deploy jobs.".into(), hint: Some("Correct the cause.".into()) });
}

#[test]
fn while_it_runs_the_newest_progress_stands_below() {
    let mut events = vec![queued()];
    assert_eq!(head_of(&request(), &events).title, "Waiting for a worker to deploy jobs 3.1.0 to staging.");
    events.push(event(2, None, EventData::Claimed { worker: "w".into(), generation: 1 }));
    events.push(event(3, Some("watch"), EventData::Progress { sentence: "2 of 3 pods ready.".into() }));
    let head = head_of(&request(), &events);
    assert_eq!((head.title.as_str(), head.hint.as_deref()), ("Deploying jobs 3.1.0 to staging.", Some("2 of 3 pods ready.")));
}

#[test]
fn the_strip_says_how_each_step_stands() {
    let steps = ["prepare", "apply", "watch"].map(str::to_owned);
    let events = vec![
        event(1, None, EventData::Claimed { worker: "w".into(), generation: 1 }),
        event(2, Some("prepare"), EventData::StepStarted),
        event(5, Some("prepare"), EventData::StepFinished { sentence: "done".into(), facts: serde_json::Value::Null }),
        event(6, Some("apply"), EventData::StepStarted),
    ];
    let notes: Vec<_> = strip_of(&steps, &events).into_iter().map(|step| (step.note, step.tone)).collect();
    assert_eq!(notes, [("3 seconds".to_owned(), Tone::Ok), ("under way".to_owned(), Tone::Run), ("not yet".to_owned(), Tone::None)]);
}

#[test]
fn a_second_process_is_told_in_the_log() {
    let log = log_of(&[queued(), event(2, None, EventData::Claimed { worker: "b".into(), generation: 2 })]);
    assert_eq!(log[1].text, "Taken over by b: the process before was cut off.");
    assert_eq!(log[1].level, LogLevel::Warn);
}
