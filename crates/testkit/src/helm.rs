//! The `helm` program on [`FakeClusters`], with a script for each run.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use domain::operation::OutputStream;
use domain::ports::{Helm, HelmOutcome, HelmUpgrade, OutputSink};
use domain::{AppError, OperationId};
use futures::future::BoxFuture;

use crate::clusters::{FakeClusters, Rollout};
use crate::gate::Gate;

/// What Helm leaves when it is told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnStop {
    /// It marks its revision as failed, as Helm does when it has the time.
    MarksFailed,
    /// It had to be killed: its revision stays pending.
    StaysPending,
}

/// How one run of Helm goes.
#[derive(Debug, Clone)]
pub enum HelmScript {
    /// It applies the chart; the pods become so.
    Deploys(Rollout),
    /// It makes its revision, opens `at_work`, and goes on once `go_on` is open. Dropped meanwhile, it leaves the revision
    /// pending; told to stop, it ends as the last field says.
    Holds {
        /// Opened when its revision is pending.
        at_work: Gate,
        /// What it waits for.
        go_on: Gate,
        /// What it leaves when it is told to stop.
        on_stop: OnStop,
    },
    /// It makes its revision and fails with this text.
    Fails(String),
    /// It fails with this text before it makes a revision, as for a template that does not render.
    FailsEarly(String),
    /// It fails with this text and leaves its revision pending, as when its last write is lost.
    FailsPending(String),
    /// It can't be run at all.
    CannotRun(AppError),
    /// It is lost after it made its revision: nobody knows how it ended.
    Lost(AppError),
}

#[derive(Default)]
struct State {
    scripts: VecDeque<HelmScript>,
    runs: Vec<HelmUpgrade>,
}

/// A `helm` program in memory. Without a script a run deploys healthy pods.
pub struct FakeHelm {
    clusters: Arc<FakeClusters>,
    state: Mutex<State>,
}

impl FakeHelm {
    /// Helm on these clusters.
    pub fn new(clusters: Arc<FakeClusters>) -> Self {
        Self { clusters, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds this")
    }

    /// The next run without a script goes like this.
    pub fn script(&self, script: HelmScript) {
        self.state().scripts.push_back(script);
    }

    /// The next run waits: answers the gate it opens when it is at work, and the one it waits for.
    pub fn hold(&self, on_stop: OnStop) -> (Gate, Gate) {
        let (at_work, go_on) = (Gate::new(), Gate::new());
        self.script(HelmScript::Holds { at_work: at_work.clone(), go_on: go_on.clone(), on_stop });
        (at_work, go_on)
    }

    /// How often Helm was started for an operation.
    pub fn runs(&self, operation: OperationId) -> usize {
        self.state().runs.iter().filter(|run| run.operation == operation).count()
    }

    /// What the last run was asked.
    pub fn last(&self) -> Option<HelmUpgrade> {
        self.state().runs.last().cloned()
    }
}

#[async_trait]
impl Helm for FakeHelm {
    async fn version(&self) -> Result<String, AppError> {
        Ok("v4.3.1".into())
    }

    async fn upgrade(&self, request: &HelmUpgrade, output: OutputSink<'_>, stop: BoxFuture<'_, ()>) -> Result<HelmOutcome, AppError> {
        let script = {
            let mut state = self.state();
            state.runs.push(request.clone());
            state.scripts.pop_front().unwrap_or(HelmScript::Deploys(Rollout::Healthy))
        };
        let key = &request.key;
        match &script {
            HelmScript::CannotRun(error) => return Err(error.clone()),
            HelmScript::FailsEarly(text) => return Ok(HelmOutcome::Failed(text.clone())),
            _ => {}
        }
        let archive = std::fs::read_to_string(&request.chart).map_err(|e| AppError::unavailable(format!("The archive can't be read: {e}.")))?;
        let version = archive.split_whitespace().nth(1).unwrap_or("0.0.0").to_owned();
        let revision = match self.clusters.helm_begin(key, &version, Some(request.operation)) {
            Ok(revision) => revision,
            Err(refusal) => return Ok(HelmOutcome::Failed(refusal)),
        };
        output(OutputStream::Out, format!("Release \"{}\" is on its way to revision {revision}.", key.name));
        tokio::task::yield_now().await;
        let rollout = match script {
            HelmScript::Deploys(rollout) => rollout,
            HelmScript::Holds { at_work, go_on, on_stop } => {
                at_work.open();
                tokio::select! {
                    () = go_on.passed() => Rollout::Healthy,
                    () = stop => {
                        if on_stop == OnStop::MarksFailed {
                            self.clusters.helm_fail(key, revision, "Upgrade failed: context canceled");
                        }
                        return Ok(HelmOutcome::Stopped);
                    }
                }
            }
            HelmScript::Fails(text) => {
                output(OutputStream::Error, format!("Error: UPGRADE FAILED: {text}"));
                self.clusters.helm_fail(key, revision, &text);
                return Ok(HelmOutcome::Failed(text));
            }
            HelmScript::FailsPending(text) => return Ok(HelmOutcome::Failed(text)),
            HelmScript::Lost(error) => return Err(error),
            HelmScript::CannotRun(_) | HelmScript::FailsEarly(_) => unreachable!("answered above"),
        };
        self.clusters.helm_finish(key, revision, rollout);
        output(OutputStream::Out, format!("Release \"{}\" has been upgraded. Happy Helming!", key.name));
        Ok(HelmOutcome::Done)
    }
}
