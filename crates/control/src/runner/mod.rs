//! The runner: claims operations by lease and generation, carries out their steps, and takes over what others left.
//!
//! There is no separate recovery: an operation whose lease has run out is claimed like a new one, its events are read,
//! finished steps are skipped and the step that was under way is repeated. The steps are written to stand that.

mod context;
mod lease;

use std::sync::Arc;
use std::time::Duration;

use domain::operation::{EventData, Operation};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use context::StepContext;

use crate::Control;
use crate::operations::{StepStop, implementation, steps_of};

/// Decides at a named point whether to die there. Tests use it.
pub type KillSwitch = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// How a runner works.
#[derive(Clone)]
pub struct RunnerOptions {
    /// The name of this process in claims, unique among all that share the store.
    pub worker: String,
    /// How long a claim holds without being renewed, in milliseconds.
    pub lease_ms: i64,
    /// How often to look for work that no event announced, in milliseconds.
    pub poll_ms: u64,
    /// How many operations at once.
    pub concurrency_max: usize,
    /// How long a rollout may look hopeless before the deploy is called failed, in milliseconds.
    pub stall_grace_ms: i64,
    /// For tests: called at `before:STEP` and `after:STEP`; `true` makes the runner drop everything as if killed.
    pub kill_at: Option<KillSwitch>,
}

impl RunnerOptions {
    /// The usual settings under this worker name.
    pub fn new(worker: impl Into<String>) -> Self {
        Self { worker: worker.into(), lease_ms: 15_000, poll_ms: 1_000, concurrency_max: 16, stall_grace_ms: 20_000, kill_at: None }
    }

    fn killed_at(&self, point: &str) -> bool {
        self.kill_at.as_ref().is_some_and(|kill| kill(point))
    }
}

/// Works until `shutdown`, then lets go of its claims and returns. Run one per process.
///
/// On shutdown, operations under way are dropped where they stand: the next process continues them.
pub async fn run(control: Arc<Control>, options: RunnerOptions, shutdown: CancellationToken) {
    let mut tasks: JoinSet<()> = JoinSet::new();
    loop {
        let written = control.store.operation_event_written();
        while tasks.len() < options.concurrency_max {
            match claim(&control, &options).await {
                Some(operation) => {
                    tasks.spawn(work(control.clone(), options.clone(), operation));
                }
                None => break,
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => break,
            () = written => {}
            Some(_) = tasks.join_next() => {}
            () = tokio::time::sleep(Duration::from_millis(options.poll_ms)) => {}
        }
    }
    tasks.shutdown().await;
    if let Err(error) = control.store.operation_release(&options.worker).await {
        tracing::warn!(%error, "claims could not be let go; they end with their leases");
    }
}

async fn claim(control: &Control, options: &RunnerOptions) -> Option<Operation> {
    let now = control.now();
    let claimed = control.store.operation_claim(&options.worker, now, lease::expiry(now, options)).await;
    claimed.unwrap_or_else(|error| {
        tracing::warn!(%error, "no operation could be claimed");
        None
    })
}

/// Carries out one claimed operation as far as this process can.
async fn work(control: Arc<Control>, options: RunnerOptions, operation: Operation) {
    let id = operation.id;
    tracing::info!(operation.id = id.0, operation.generation = operation.generation, "operation {id} claimed");
    let ended = tokio::select! {
        ended = drive(&control, &options, &operation) => ended,
        why = lease::keep(&control, &options, &operation) => Err(StepStop::Abandoned(why)),
    };
    let last = match ended {
        Ok(sentence) => EventData::Succeeded { sentence },
        Err(StepStop::Failed(error)) => EventData::Failed { error: if error.operation_id.is_some() { error } else { error.operation(id) } },
        Err(StepStop::Cancelled(sentence)) => EventData::Cancelled { sentence },
        Err(StepStop::Abandoned(why)) => {
            tracing::warn!(operation.id = id.0, why, "operation {id} is left to the next process");
            return;
        }
    };
    tracing::info!(operation.id = id.0, outcome = last.kind(), "operation {id} ended");
    if let Err(error) = control.store.operation_event_append(id, operation.generation, "", &[last], control.now()).await {
        tracing::warn!(operation.id = id.0, %error, "the end of operation {id} could not be written; the next process will find it again");
    }
    control.wrote();
}

async fn drive(control: &Arc<Control>, options: &RunnerOptions, operation: &Operation) -> Result<String, StepStop> {
    let code = implementation(control, operation.request.kind());
    let mut context = StepContext::load(control, options, operation).await?;
    for &step in steps_of(operation.request.kind()) {
        if context.is_finished(step) {
            continue;
        }
        if options.killed_at(&format!("before:{step}")) {
            std::future::pending::<()>().await;
        }
        context.append(step, &[EventData::StepStarted]).await?;
        let done = code.step_run(step, &context).await?;
        if options.killed_at(&format!("after:{step}")) {
            std::future::pending::<()>().await;
        }
        context.append(step, &[EventData::StepFinished { sentence: done.sentence, facts: done.facts }]).await?;
        context.reload().await?;
    }
    Ok(code.outcome(&context))
}
