//! Services and the charts they are deployed from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::environment::EnvironmentKind;
use crate::names::{ServiceName, TeamName};

/// Where a chart comes from: a source and the chart's name in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChartRef {
    /// The source, as [`ChartSource::parse`](crate::chart_source::ChartSource::parse) reads it; no credentials in it.
    pub repository: String,
    /// The chart's name there. In a registry it is the last part of the repository's name.
    pub name: String,
}

/// Something deployable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name, unique; also the name of its releases.
    pub name: ServiceName,
    /// Who owns it.
    pub team: TeamName,
    /// Its chart.
    pub chart: ChartRef,
    /// Default values per kind of environment, as YAML.
    pub default_values: BTreeMap<EnvironmentKind, String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Counts edits; an edit names the revision it saw.
    pub revision: i64,
}

/// What a person fills in to make or edit a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceDraft {
    /// Its name.
    pub name: String,
    /// The owning team's name.
    pub team: String,
    /// Address of the chart's source.
    pub repository: String,
    /// The chart's name there; empty means: like the service.
    pub chart: String,
    /// Default values per kind of environment, as YAML.
    pub default_values: BTreeMap<EnvironmentKind, String>,
}

/// How many released versions are newer; `newest_first` are a chart's, with whether each is a pre-release.
pub fn versions_behind<'a>(newest_first: impl IntoIterator<Item = (&'a str, bool)>, version: &str) -> usize {
    newest_first.into_iter().filter(|(known, prerelease)| !prerelease || *known == version).position(|(known, _)| known == version).unwrap_or(0)
}

/// One version of a chart, as its repository's index tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartVersion {
    /// The chart's version as written in the index.
    pub version: String,
    /// The version of what is inside.
    pub app_version: Option<String>,
    /// One sentence about the chart.
    pub description: Option<String>,
    /// What changed, from the annotation `artifacthub.io/changes`, one entry each.
    pub changes: Vec<String>,
    /// When it was published.
    pub created_at: Option<Timestamp>,
    /// `sha256` of the archive in hexadecimal, if the index has it.
    pub digest: Option<String>,
    /// Whether the index calls it deprecated.
    pub deprecated: bool,
    /// Whether it is a pre-release (Semantic Versioning 2.0, rule 9).
    pub prerelease: bool,
    /// Whether the same version was seen with another digest before: somebody published it again with other contents.
    #[serde(default)]
    pub republished: bool,
}
