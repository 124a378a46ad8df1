//! What a version of a chart holds, as its archive tells: what is shown of a chart before somebody deploys it.
//!
//! Here: the shapes. Not here: reading archives, and where charts come from (`catalog`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::Service;
use crate::diff::TextDiff;
use crate::plan::ObjectFate;

/// A version of a chart, opened. Bounded by who reads it; what was left out is said in [`Self::omitted`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartContents {
    /// `Chart.yaml`.
    pub metadata: ChartMetadata,
    /// `sha256` of the archive in hexadecimal.
    pub digest: String,
    /// The text of `README.md`, if there is one.
    pub readme: Option<String>,
    /// The text of `values.yaml` as it is written, comments included; empty if there is none.
    pub values: String,
    /// The text of `values.schema.json`, if there is one.
    pub schema: Option<String>,
    /// The charts under `charts/` with their own default values, by path. Helm puts each one's values under its name, or
    /// its alias, and lets those of the chart itself win.
    pub sub_charts: Vec<SubChart>,
    /// All files, by path, those of sub-charts too.
    pub files: Vec<ChartFile>,
    /// What was left out because of a limit, a sentence each.
    pub omitted: Vec<String>,
}

impl ChartContents {
    /// The dependencies that `Chart.yaml` asks for and `charts/` lacks. Helm refuses to deploy a chart that has any.
    pub fn dependencies_missing(&self) -> Vec<&str> {
        self.metadata.dependencies.iter().filter(|dependency| !dependency.present).map(|dependency| dependency.name.as_str()).collect()
    }
}

/// A version of a service's chart, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartPage {
    /// The service.
    pub service: Service,
    /// What the version holds; the bodies of its files are left out.
    pub contents: ChartContents,
    /// The README as safe HTML: no markup of its author's, no pictures, links to the web only.
    pub readme_html: String,
    /// Whether it was published again with other contents since it was first seen.
    pub republished: bool,
    /// All versions, newest first; at most two hundred.
    pub versions: Vec<String>,
}

/// What became of a file between two versions of a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// Its path within the chart's folder.
    pub path: String,
    /// Added, changed or removed.
    pub fate: ObjectFate,
    /// What differs; nothing for files that are not text.
    pub diff: TextDiff,
}

/// What differs between two versions of a service's chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartComparison {
    /// The service.
    pub service: Service,
    /// The older one's `Chart.yaml`.
    pub from: ChartMetadata,
    /// The newer one's `Chart.yaml`.
    pub to: ChartMetadata,
    /// Default values, schema and templates first, then the rest.
    pub files: Vec<FileChange>,
    /// All versions, newest first; at most two hundred.
    pub versions: Vec<String>,
}

/// The fields of a `Chart.yaml` that are shown. Text as its author wrote it: not trusted, links included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartMetadata {
    /// The chart's name.
    pub name: String,
    /// The chart's version.
    pub version: String,
    /// The version of what is inside.
    pub app_version: Option<String>,
    /// One sentence about the chart.
    pub description: Option<String>,
    /// Address of the project.
    pub home: Option<String>,
    /// Address of a picture; nothing is fetched.
    pub icon: Option<String>,
    /// Addresses of source code.
    pub sources: Vec<String>,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// Who looks after it.
    pub maintainers: Vec<ChartMaintainer>,
    /// Whether its author calls it deprecated.
    pub deprecated: bool,
    /// The versions of Kubernetes it is for, as a constraint.
    pub kube_version: Option<String>,
    /// What it is for.
    pub kind: ChartKind,
    /// The charts it needs.
    pub dependencies: Vec<ChartDependency>,
    /// The rest, by name.
    pub annotations: BTreeMap<String, String>,
    /// What changed, from the annotation `artifacthub.io/changes`, one entry each.
    pub changes: Vec<String>,
}

/// What a chart is for: the field `type`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// To be deployed.
    #[default]
    Application,
    /// To be used by other charts; Helm doesn't deploy it.
    Library,
}

/// Somebody who looks after a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartMaintainer {
    /// Their name.
    pub name: String,
    /// Their address for mail.
    pub email: Option<String>,
    /// Their page.
    pub url: Option<String>,
}

/// A chart that another one needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartDependency {
    /// Its name.
    pub name: String,
    /// The name its values go under, if not its own.
    pub alias: Option<String>,
    /// The versions that will do, as a constraint.
    pub version: Option<String>,
    /// Where its author got it from.
    pub repository: Option<String>,
    /// The value that turns it on, as a path such as `redis.enabled`.
    pub condition: Option<String>,
    /// Whether it lies in `charts/`.
    pub present: bool,
}

/// A chart under `charts/`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubChart {
    /// Where it lies, such as `charts/redis` or `charts/redis-1.2.3.tgz`.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its version, if it says.
    pub version: Option<String>,
    /// The text of its `values.yaml`; empty if it has none, or is packed.
    pub values: String,
}

/// A file of a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartFile {
    /// Its path within the chart's folder.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// What is in it.
    pub body: ChartFileBody,
}

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartFileBody {
    /// UTF-8 text without control characters other than white space.
    Text(String),
    /// Anything else; not kept.
    Binary,
    /// Over a limit; not kept.
    Omitted,
}
