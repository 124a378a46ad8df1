//! What a step may use: the operation, the facts of earlier steps, its record, and whether somebody asked to stop.

use std::sync::Arc;
use std::time::Duration;

use domain::AppError;
use domain::operation::{EventData, Operation, OperationEvent, OutputStream};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use super::RunnerOptions;
use crate::Control;
use crate::operations::StepStop;

/// Events of one operation read when it is taken over. Output is bounded by the adapter, so this is far away.
const EVENTS_MAX: i64 = 100_000;
/// Lines of output written in one transaction at most.
const OUTPUT_BATCH_MAX: usize = 200;
/// Another replica's request to stop is seen at this pace.
const CANCEL_POLL: Duration = Duration::from_secs(1);

/// The surroundings of a step.
pub struct StepContext<'a> {
    control: &'a Arc<Control>,
    /// How this runner works.
    pub options: &'a RunnerOptions,
    /// The operation as claimed.
    pub operation: &'a Operation,
    /// Its record when the step began.
    pub events: Vec<OperationEvent>,
}

impl<'a> StepContext<'a> {
    pub(super) async fn load(control: &'a Arc<Control>, options: &'a RunnerOptions, operation: &'a Operation) -> Result<Self, StepStop> {
        let mut context = Self { control, options, operation, events: Vec::new() };
        context.reload().await?;
        Ok(context)
    }

    pub(super) async fn reload(&mut self) -> Result<(), StepStop> {
        self.events = self.control.store.operation_event_list(self.operation.id, 0, EVENTS_MAX).await?;
        Ok(())
    }

    fn finished(&self, step: &str) -> Option<&serde_json::Value> {
        self.events.iter().rev().filter(|e| e.step.as_deref() == Some(step)).find_map(|e| match &e.data {
            EventData::StepFinished { facts, .. } => Some(facts),
            _ => None,
        })
    }

    pub(super) fn is_finished(&self, step: &str) -> bool {
        self.finished(step).is_some()
    }

    /// Whether an earlier process began this step.
    pub fn was_begun(&self, step: &str) -> bool {
        self.events.iter().any(|e| e.step.as_deref() == Some(step) && matches!(e.data, EventData::StepStarted))
    }

    /// What an earlier step found.
    pub fn facts<T: DeserializeOwned>(&self, step: &str) -> Result<T, StepStop> {
        let missing = |why: String| {
            StepStop::Failed(AppError::internal(format!("The record of operation {} lacks what step {step} found: {why}.", self.operation.id)))
        };
        let facts = self.finished(step).ok_or_else(|| missing("it never ended".into()))?;
        serde_json::from_value(facts.clone()).map_err(|e| missing(e.to_string()))
    }

    /// Writes events, as long as the claim holds.
    pub async fn append(&self, step: &str, events: &[EventData]) -> Result<(), StepStop> {
        self.control.store.operation_event_append(self.operation.id, self.operation.generation, step, events, self.control.now()).await?;
        Ok(())
    }

    /// Says how the step under way is getting on.
    pub async fn progress(&self, sentence: String) -> Result<(), StepStop> {
        let step = self.current_step();
        self.append(step, &[EventData::Progress { sentence }]).await
    }

    /// Writes lines down as they come, until the sender is gone.
    pub async fn output_write(&self, mut lines: mpsc::Receiver<(OutputStream, String)>) -> Result<(), StepStop> {
        let step = self.current_step();
        let mut batch = Vec::new();
        let mut result = Ok(());
        while lines.recv_many(&mut batch, OUTPUT_BATCH_MAX).await > 0 {
            let events: Vec<EventData> = batch.drain(..).map(|(stream, line)| EventData::Output { stream, line }).collect();
            if result.is_ok() {
                result = self.append(step, &events).await; // after a failure the queue is still emptied, so that Helm never waits
            }
        }
        result
    }

    /// Whether somebody asked to stop.
    pub async fn cancel_requested(&self) -> Result<bool, StepStop> {
        Ok(self.control.store.operation_get(self.operation.id).await?.is_some_and(|o| o.cancel_requested))
    }

    /// Resolves when somebody asks to stop; never otherwise.
    pub async fn cancelled(&self) {
        loop {
            let written = self.control.store.operation_event_written();
            if self.cancel_requested().await.unwrap_or(false) {
                return;
            }
            let _ = tokio::time::timeout(CANCEL_POLL, written).await;
        }
    }

    fn current_step(&self) -> &'static str {
        let steps = crate::operations::steps_of(self.operation.request.kind());
        steps.iter().find(|step| !self.is_finished(step)).copied().unwrap_or_default()
    }
}
