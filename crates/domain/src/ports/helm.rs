//! The `helm` program.

use std::path::PathBuf;

use async_trait::async_trait;
use futures::future::BoxFuture;

use crate::error::AppError;
use crate::names::OperationId;
use crate::operation::OutputStream;
use crate::release::{ReleaseBody, ReleaseKey};

/// One `helm upgrade --install`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelmUpgrade {
    /// The release.
    pub key: ReleaseKey,
    /// The chart's archive.
    pub chart: PathBuf,
    /// Values files' contents, later ones win.
    pub values: Vec<String>,
    /// Written as label [`crate::release::OPERATION_LABEL`] on the revision.
    pub operation: OperationId,
    /// Written as the revision's description.
    pub description: String,
    /// Helm's own timeout, in milliseconds; hooks count.
    pub timeout_ms: u64,
}

/// One `helm rollback`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelmRollback {
    /// The release.
    pub key: ReleaseKey,
    /// The revision whose chart, values and manifests come back.
    pub to_revision: u32,
    /// Helm's own timeout, in milliseconds; hooks count.
    pub timeout_ms: u64,
}

/// One `helm uninstall`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelmUninstall {
    /// The release.
    pub key: ReleaseKey,
    /// Whether Helm keeps the release's revisions, marked as uninstalled.
    pub keep_history: bool,
    /// Written as the last revision's description, where history is kept.
    pub description: String,
    /// Helm's own timeout, in milliseconds; hooks count.
    pub timeout_ms: u64,
}

/// How a run of Helm ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HelmOutcome {
    /// Exit code 0.
    Done,
    /// Helm said no; its error text, cut to a length fit for a message, secrets masked.
    Failed(String),
    /// It was stopped because the caller asked.
    Stopped,
}

/// Where lines of output go as they come.
pub type OutputSink<'a> = &'a (dyn Fn(OutputStream, String) + Send + Sync);

/// The `helm` program.
#[async_trait]
pub trait Helm: Send + Sync {
    /// The version in use such as `v4.3.1`, or why there is none.
    async fn version(&self) -> Result<String, AppError>;
    /// Upgrades or installs. When `stop` resolves, Helm is interrupted, and killed if it does not end within a grace time.
    /// `Err` means Helm could not be run at all.
    async fn upgrade(&self, request: &HelmUpgrade, output: OutputSink<'_>, stop: BoxFuture<'_, ()>) -> Result<HelmOutcome, AppError>;
    /// Goes back to an earlier revision, under the same rules as [`Self::upgrade`].
    async fn rollback(&self, request: &HelmRollback, output: OutputSink<'_>, stop: BoxFuture<'_, ()>) -> Result<HelmOutcome, AppError>;
    /// Removes the release and its objects, under the same rules as [`Self::upgrade`]. A release that is gone is done.
    async fn uninstall(&self, request: &HelmUninstall, output: OutputSink<'_>, stop: BoxFuture<'_, ()>) -> Result<HelmOutcome, AppError>;
    /// What [`Self::upgrade`] would write as the next revision: `--dry-run=server`, so templates see the cluster and nothing
    /// is changed. Fails with Helm's complaint, explained, if it would not begin.
    async fn render(&self, request: &HelmUpgrade) -> Result<ReleaseBody, AppError>;
}
