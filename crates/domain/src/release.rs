//! Helm releases as they are in a cluster, whoever made them.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::names::{ClusterName, Namespace, OperationId, ReleaseName};

mod json;

/// Where a release lives.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReleaseKey {
    /// The cluster.
    pub cluster: ClusterName,
    /// The namespace.
    pub namespace: Namespace,
    /// The release's name.
    pub name: ReleaseName,
}

/// Helm's status of a revision (`pkg/release/v1/status.go`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseStatus {
    /// In force.
    Deployed,
    /// Replaced by a later revision.
    Superseded,
    /// Did not work.
    Failed,
    /// Being removed.
    Uninstalling,
    /// Removed, history kept.
    Uninstalled,
    /// First installation under way or cut off.
    PendingInstall,
    /// Upgrade under way or cut off.
    PendingUpgrade,
    /// Rollback under way or cut off.
    PendingRollback,
    /// Anything else.
    Unknown,
}

impl ReleaseStatus {
    /// Reads Helm's word.
    pub fn from_label(text: &str) -> Self {
        match text {
            "deployed" => Self::Deployed,
            "superseded" => Self::Superseded,
            "failed" => Self::Failed,
            "uninstalling" => Self::Uninstalling,
            "uninstalled" => Self::Uninstalled,
            "pending-install" => Self::PendingInstall,
            "pending-upgrade" => Self::PendingUpgrade,
            "pending-rollback" => Self::PendingRollback,
            _ => Self::Unknown,
        }
    }

    /// Helm's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deployed => "deployed",
            Self::Superseded => "superseded",
            Self::Failed => "failed",
            Self::Uninstalling => "uninstalling",
            Self::Uninstalled => "uninstalled",
            Self::PendingInstall => "pending-install",
            Self::PendingUpgrade => "pending-upgrade",
            Self::PendingRollback => "pending-rollback",
            Self::Unknown => "unknown",
        }
    }

    /// Whether Helm would refuse the next action because of it.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::PendingInstall | Self::PendingUpgrade | Self::PendingRollback)
    }
}

/// One revision, read from the labels of its Secret alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseRevision {
    /// Helm's revision number, from 1.
    pub revision: u32,
    /// Its status.
    pub status: ReleaseStatus,
    /// The operation that made it, from the label [`OPERATION_LABEL`]. Helm copies labels from revision to revision:
    /// only the first revision that carries a number was made by that operation.
    pub operation: Option<OperationId>,
}

/// The label on release Secrets that names the operation which made the revision.
pub const OPERATION_LABEL: &str = "slipway.dev/operation";

/// A release as lists show it: its newest revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Where it lives.
    pub key: ReleaseKey,
    /// The newest revision's number.
    pub revision: u32,
    /// Its status.
    pub status: ReleaseStatus,
    /// The operation label of the newest revision, if any.
    pub operation: Option<OperationId>,
    /// The chart's name; `None` until its body was read.
    pub chart: Option<String>,
    /// The chart's version; `None` until its body was read.
    pub chart_version: Option<String>,
    /// The application's version.
    pub app_version: Option<String>,
    /// When the newest revision was made.
    pub updated_at: Option<Timestamp>,
}

/// How Helm applies a release's objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplyMethod {
    /// It computes a patch from old manifest, new manifest and live object (Helm 3, and Helm 4 for releases of Helm 3).
    ClientSide,
    /// The API server merges by field ownership (Helm 4).
    ServerSide,
}

/// A hook of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseHook {
    /// Helm's events: `pre-upgrade`, `post-install`.
    pub events: Vec<String>,
    /// The smaller the earlier.
    pub weight: i64,
    /// The rendered object, as YAML.
    pub manifest: String,
}

/// What a revision of a release holds, as Helm keeps it or would keep it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseBody {
    /// The chart's name.
    pub chart: String,
    /// The chart's version.
    pub chart_version: String,
    /// The version of what is inside.
    pub app_version: Option<String>,
    /// When the revision was made.
    pub deployed_at: Option<Timestamp>,
    /// Helm's words about it: "Upgrade complete".
    pub description: String,
    /// The values it was given, without the chart's own.
    pub values: serde_json::Value,
    /// The rendered objects, as YAML documents.
    pub manifest: String,
    /// The rendered hooks.
    pub hooks: Vec<ReleaseHook>,
    /// How its objects are applied.
    pub apply: ApplyMethod,
}
