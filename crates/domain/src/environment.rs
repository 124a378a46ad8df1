//! Environments: places to run services. One namespace of one cluster each.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::error::AppError;
use crate::names::{ClusterName, EnvironmentName, Namespace, TeamName};

/// How near to customers an environment is. Ordered from far to near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentKind {
    /// Made for a pull request.
    Preview,
    /// For daily work.
    Development,
    /// The rehearsal.
    Staging,
    /// Customers.
    Production,
}

impl EnvironmentKind {
    /// All kinds, in order.
    pub const ALL: [Self; 4] = [Self::Preview, Self::Development, Self::Staging, Self::Production];

    /// The kind as stored, labelled and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

impl std::str::FromStr for EnvironmentKind {
    type Err = AppError;
    fn from_str(text: &str) -> Result<Self, AppError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            AppError::invalid(format!("“{text}” is no kind of environment.")).hint("Use preview, development, staging or production.").field("kind")
        })
    }
}

/// A place to run services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Its name, unique.
    pub name: EnvironmentName,
    /// How near to customers.
    pub kind: EnvironmentKind,
    /// The cluster it lies in.
    pub cluster: ClusterName,
    /// Its namespace there.
    pub namespace: Namespace,
    /// Who owns it.
    pub team: TeamName,
    /// When it was made.
    pub created_at: Timestamp,
    /// Counts edits; an edit names the revision it saw.
    pub revision: i64,
}

/// What a person fills in to make an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentDraft {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: EnvironmentKind,
    /// The cluster's name.
    pub cluster: String,
    /// The namespace; empty means: like the environment.
    pub namespace: String,
    /// The owning team's name.
    pub team: String,
}

/// What removing an environment takes along, told before it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentRemoval {
    /// The environment.
    pub environment: Environment,
    /// Whether the namespace goes too: only one that Slipway made.
    pub namespace_goes: bool,
    /// The releases in it, as `name chart-version`.
    pub releases: Vec<String>,
    /// How many pods run there.
    pub pods: usize,
    /// The names of the persistent volume claims there.
    pub volume_claims: Vec<String>,
    /// Why the cluster could not be asked, if it could not.
    pub unknown_because: Option<String>,
}
