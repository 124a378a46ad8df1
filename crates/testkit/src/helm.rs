//! The `helm` program on [`FakeClusters`], with a script for each run.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use domain::operation::OutputStream;
use domain::ports::{Helm, HelmOutcome, HelmRollback, HelmUninstall, HelmUpgrade, OutputSink};
use domain::release::{ReleaseBody, ReleaseKey};
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
    /// Rollbacks and uninstalls, which carry no operation's number.
    others: usize,
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

    /// How often Helm was started to go back or to uninstall.
    pub fn runs_of_others(&self) -> usize {
        self.state().others
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
        self.state().runs.push(request.clone());
        let key = &request.key;
        let script = match self.script_next() {
            Ok(script) => script,
            Err(early) => return early,
        };
        let version = version_of(request)?;
        let revision = match self.clusters.helm_begin(key, &version, Some(request.operation), values_of(request)) {
            Ok(revision) => revision,
            Err(refusal) => return Ok(HelmOutcome::Failed(refusal)),
        };
        output(OutputStream::Out, format!("Release \"{}\" is on its way to revision {revision}.", key.name));
        let outcome = self.go_on(key, revision, script, "UPGRADE FAILED", output, stop).await;
        if matches!(outcome, Ok(HelmOutcome::Done)) {
            output(OutputStream::Out, format!("Release \"{}\" has been upgraded. Happy Helming!", key.name));
        }
        outcome
    }

    async fn rollback(&self, request: &HelmRollback, output: OutputSink<'_>, stop: BoxFuture<'_, ()>) -> Result<HelmOutcome, AppError> {
        self.state().others += 1;
        let script = match self.script_next() {
            Ok(script) => script,
            Err(early) => return early,
        };
        let revision = match self.clusters.helm_rollback_begin(&request.key, request.to_revision) {
            Ok(revision) => revision,
            Err(refusal) => return Ok(HelmOutcome::Failed(refusal)),
        };
        self.go_on(&request.key, revision, script, "ROLLBACK FAILED", output, stop).await
    }

    async fn uninstall(&self, request: &HelmUninstall, output: OutputSink<'_>, stop: BoxFuture<'_, ()>) -> Result<HelmOutcome, AppError> {
        self.state().others += 1;
        let script = match self.script_next() {
            Ok(script) => script,
            Err(early) => return early,
        };
        if let HelmScript::Fails(text) = script {
            // A hook before it: nothing is touched yet.
            output(OutputStream::Error, format!("Error: {text}"));
            return Ok(HelmOutcome::Failed(text));
        }
        if !self.clusters.helm_remove_begin(&request.key) {
            return Ok(HelmOutcome::Done);
        }
        match script {
            HelmScript::Holds { at_work, go_on, .. } => {
                at_work.open();
                tokio::select! {
                    () = go_on.passed() => {}
                    () = stop => return Ok(HelmOutcome::Stopped),
                }
            }
            HelmScript::FailsPending(text) => {
                output(OutputStream::Error, format!("Error: {text}"));
                return Ok(HelmOutcome::Failed(text));
            }
            HelmScript::Lost(error) => {
                self.clusters.helm_remove(&request.key, request.keep_history);
                return Err(error);
            }
            _ => {}
        }
        self.clusters.helm_remove(&request.key, request.keep_history);
        output(OutputStream::Out, format!("release \"{}\" uninstalled", request.key.name));
        Ok(HelmOutcome::Done)
    }

    async fn render(&self, request: &HelmUpgrade) -> Result<ReleaseBody, AppError> {
        let script = self.state().scripts.front().cloned();
        match script {
            Some(HelmScript::CannotRun(error)) => return Err(error),
            Some(HelmScript::FailsEarly(text)) => return Err(AppError::invalid(text)),
            _ => {}
        }
        Ok(self.clusters.rendered(request.key.name.as_str(), &version_of(request)?, values_of(request)))
    }
}

impl FakeHelm {
    /// How the next run goes; `Err`: how it ends without getting to a revision.
    fn script_next(&self) -> Result<HelmScript, Result<HelmOutcome, AppError>> {
        match self.state().scripts.pop_front().unwrap_or(HelmScript::Deploys(Rollout::Healthy)) {
            HelmScript::CannotRun(error) => Err(Err(error)),
            HelmScript::FailsEarly(text) => Err(Ok(HelmOutcome::Failed(text))),
            script => Ok(script),
        }
    }

    /// From the pending revision to the end the script wants.
    async fn go_on(
        &self,
        key: &ReleaseKey,
        revision: u32,
        script: HelmScript,
        failed: &str,
        output: OutputSink<'_>,
        stop: BoxFuture<'_, ()>,
    ) -> Result<HelmOutcome, AppError> {
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
                output(OutputStream::Error, format!("Error: {failed}: {text}"));
                let description = if failed == "ROLLBACK FAILED" { format!("Rollback \"{}\" failed: {text}", key.name) } else { text.clone() };
                self.clusters.helm_fail(key, revision, &description);
                return Ok(HelmOutcome::Failed(text));
            }
            HelmScript::FailsPending(text) => return Ok(HelmOutcome::Failed(text)),
            HelmScript::Lost(error) => return Err(error),
            HelmScript::CannotRun(_) | HelmScript::FailsEarly(_) => unreachable!("answered before"),
        };
        self.clusters.helm_finish(key, revision, rollout);
        Ok(HelmOutcome::Done)
    }
}

/// The version in the archive of [`crate::FakeCharts`].
fn version_of(request: &HelmUpgrade) -> Result<String, AppError> {
    let archive = std::fs::read_to_string(&request.chart).map_err(|e| AppError::unavailable(format!("The archive can't be read: {e}.")))?;
    Ok(archive.split_whitespace().nth(1).unwrap_or("0.0.0").to_owned())
}

/// The values files merged on their first level, which is all that tests need.
fn values_of(request: &HelmUpgrade) -> serde_json::Value {
    let mut merged = serde_json::Map::new();
    for text in &request.values {
        if let Ok(serde_json::Value::Object(fields)) = serde_norway::from_str(text) {
            merged.extend(fields);
        }
    }
    merged.into()
}
