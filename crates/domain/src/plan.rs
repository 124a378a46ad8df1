//! Plans: what would become of a release, told before anything runs; and what differs between two of its revisions.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::diff::TextDiff;
use crate::environment::Environment;
use crate::manifest::ObjectId;
use crate::names::{OperationId, ReleaseName, ServiceName, UserName};
use crate::release::{ApplyMethod, ReleaseStatus};

/// What becomes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectFate {
    /// It is made.
    Added,
    /// It is changed.
    Changed,
    /// Nothing changes but labels that name the version of its chart.
    Relabelled,
    /// It is deleted.
    Removed,
    /// It leaves the release and stays in the cluster, by its own annotation.
    Kept,
}

/// One object that a plan touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectChange {
    /// The object.
    pub id: ObjectId,
    /// What becomes of it.
    pub fate: ObjectFate,
    /// Its YAML before and after, reduced to what people wrote; values of Secrets hidden.
    pub diff: TextDiff,
}

/// A hook that will run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookChange {
    /// The object it makes.
    pub id: ObjectId,
    /// When: `pre-upgrade`, `post-upgrade`.
    pub events: Vec<String>,
    /// The smaller the earlier.
    pub weight: i64,
    /// Its YAML in the revision before and in the next one.
    pub diff: TextDiff,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Look before you go on.
    Warning,
    /// It will fail.
    Blocker,
}

/// Something a person should read before going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// The object it is about.
    pub object: Option<ObjectId>,
    /// What is so.
    pub sentence: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// One side of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSide {
    /// The revision, where there is one.
    pub revision: Option<u32>,
    /// The chart.
    pub chart: String,
    /// Its version.
    pub chart_version: String,
    /// The version of what is inside.
    pub app_version: Option<String>,
}

/// What would become of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasePlan {
    /// Where.
    pub environment: Environment,
    /// The release.
    pub release: ReleaseName,
    /// What is in force; `None`: it is not there.
    pub base: Option<PlanSide>,
    /// What would be.
    pub target: PlanSide,
    /// The objects that something becomes of, in the order in which Helm installs them.
    pub objects: Vec<ObjectChange>,
    /// How many objects stay as they are.
    pub unchanged: usize,
    /// The hooks that will run, in their order.
    pub hooks: Vec<HookChange>,
    /// The values given to Helm, before and after.
    pub values: TextDiff,
    /// What a person should read first, the heaviest first.
    pub findings: Vec<Finding>,
    /// How Helm will apply it.
    pub apply: ApplyMethod,
    /// The version of Helm in use.
    pub helm_version: String,
    /// `sha256` of chart, values, rendered manifests, place and base revision, in hexadecimal.
    pub digest: String,
    /// The server's clock.
    pub now: Timestamp,
}

impl ReleasePlan {
    /// Whether nothing at all would change.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.hooks.is_empty() && self.values.is_empty()
    }

    /// How many objects have this fate.
    pub fn count(&self, fate: ObjectFate) -> usize {
        self.objects.iter().filter(|object| object.fate == fate).count()
    }
}

/// One revision of a release's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Helm's number.
    pub revision: u32,
    /// Helm's status.
    pub status: ReleaseStatus,
    /// The chart's version; `None` if the revision's body can't be read.
    pub chart_version: Option<String>,
    /// The version of what is inside.
    pub app_version: Option<String>,
    /// When it was made.
    pub deployed_at: Option<Timestamp>,
    /// Helm's words about it.
    pub description: String,
    /// The operation that made it, and who asked for it; `None`: not made here.
    pub operation: Option<(OperationId, UserName)>,
}

/// A release with its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseHistory {
    /// Where.
    pub environment: Environment,
    /// The release.
    pub release: ReleaseName,
    /// The service it belongs to; `None`: it is not managed here.
    pub service: Option<ServiceName>,
    /// The team that may act on it.
    pub owner: crate::names::TeamName,
    /// The revisions that Helm keeps, the newest first.
    pub entries: Vec<HistoryEntry>,
    /// The operation under way.
    pub operation: Option<OperationId>,
    /// The server's clock.
    pub now: Timestamp,
}

/// What differs between two revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseComparison {
    /// Where.
    pub environment: Environment,
    /// The release.
    pub release: ReleaseName,
    /// The older side.
    pub from: PlanSide,
    /// The newer side.
    pub to: PlanSide,
    /// The values given to Helm.
    pub values: TextDiff,
    /// The rendered objects.
    pub objects: Vec<ObjectChange>,
    /// The rendered hooks.
    pub hooks: Vec<ObjectChange>,
}

/// What removing a release takes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseRemoval {
    /// Where.
    pub environment: Environment,
    /// The release.
    pub release: ReleaseName,
    /// The team that may act on it.
    pub owner: crate::names::TeamName,
    /// What is in force.
    pub base: PlanSide,
    /// The objects that are deleted, in the order in which Helm installs them.
    pub objects: Vec<ObjectId>,
    /// Objects that stay by their own annotation.
    pub kept: Vec<ObjectId>,
    /// What a person should read first: volumes that go or stay, addresses that are given up.
    pub findings: Vec<Finding>,
    /// How many pods run because of it.
    pub pods: usize,
}
