//! `Chart.yaml` and `requirements.yaml`, read leniently: what is not as it should be counts as left out.

use std::collections::{BTreeMap, HashMap};

use domain::chart::{ChartDependency, ChartKind, ChartMaintainer, ChartMetadata};

use crate::scalar::Scalar;

/// Where a chart says what changed.
pub(crate) const CHANGES: &str = "artifacthub.io/changes";

/// Reads a `Chart.yaml`. The error says why it is none. Whether a dependency is present is for the caller to find out.
pub(crate) fn metadata_read(text: &str) -> Result<ChartMetadata, String> {
    metadata_of(serde_norway::from_str(text).map_err(|error| error.to_string())?)
}

/// Reads a `Chart.yaml` that somebody wrote as JSON, as registries keep it.
pub(crate) fn metadata_read_json(text: &[u8]) -> Result<ChartMetadata, String> {
    metadata_of(serde_json::from_slice(text).map_err(|error| error.to_string())?)
}

fn metadata_of(file: File) -> Result<ChartMetadata, String> {
    let annotations: BTreeMap<String, String> =
        file.annotations.unwrap_or_default().into_iter().filter_map(|(name, value)| Some((name, value.0?))).collect();
    Ok(ChartMetadata {
        name: file.name.0.ok_or("it has no name")?,
        version: file.version.0.ok_or("it has no version")?,
        app_version: file.app_version.0,
        description: file.description.0,
        home: file.home.0,
        icon: file.icon.0,
        sources: texts(file.sources),
        keywords: texts(file.keywords),
        maintainers: file.maintainers.unwrap_or_default().into_iter().filter_map(maintainer).collect(),
        deprecated: file.deprecated.0.is_some_and(|text| text == "true"),
        kube_version: file.kube_version.0,
        kind: if file.r#type.0.as_deref() == Some("library") { ChartKind::Library } else { ChartKind::Application },
        dependencies: dependencies(file.dependencies),
        changes: annotations.get(CHANGES).map(|text| changes_read(text)).unwrap_or_default(),
        annotations,
    })
}

/// Reads a `requirements.yaml`, where charts of `apiVersion: v1` name their dependencies.
pub(crate) fn requirements_read(text: &str) -> Vec<ChartDependency> {
    serde_norway::from_str::<Requirements>(text).map(|file| dependencies(file.dependencies)).unwrap_or_default()
}

fn texts(list: Option<Vec<Scalar>>) -> Vec<String> {
    list.unwrap_or_default().into_iter().filter_map(|scalar| scalar.0).collect()
}

fn maintainer(row: Maintainer) -> Option<ChartMaintainer> {
    Some(ChartMaintainer { name: row.name.0?, email: row.email.0, url: row.url.0 })
}

fn dependencies(rows: Option<Vec<Dependency>>) -> Vec<ChartDependency> {
    let dependency = |row: Dependency| {
        Some(ChartDependency {
            name: row.name.0?,
            alias: row.alias.0,
            version: row.version.0,
            repository: row.repository.0.filter(|text| !text.is_empty()),
            condition: row.condition.0,
            present: false,
        })
    };
    rows.unwrap_or_default().into_iter().filter_map(dependency).collect()
}

/// A list of sentences, or of `{kind, description}`, written as YAML within the annotation (Artifact Hub's rule).
pub(crate) fn changes_read(text: &str) -> Vec<String> {
    let rows: Vec<Change> = serde_norway::from_str(text).unwrap_or_default();
    let sentence = |row| match row {
        Change::Sentence(text) => Some(text),
        Change::Described { kind, description: Some(description) } => Some(kind.map_or(description.clone(), |kind| format!("{kind}: {description}"))),
        Change::Described { .. } | Change::Other(_) => None,
    };
    rows.into_iter().filter_map(sentence).collect()
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Change {
    Sentence(String),
    Described { kind: Option<String>, description: Option<String> },
    Other(serde::de::IgnoredAny),
}

#[derive(serde::Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct File {
    name: Scalar,
    version: Scalar,
    app_version: Scalar,
    description: Scalar,
    home: Scalar,
    icon: Scalar,
    sources: Option<Vec<Scalar>>,
    keywords: Option<Vec<Scalar>>,
    maintainers: Option<Vec<Maintainer>>,
    deprecated: Scalar,
    kube_version: Scalar,
    r#type: Scalar,
    dependencies: Option<Vec<Dependency>>,
    annotations: Option<HashMap<String, Scalar>>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Maintainer {
    name: Scalar,
    email: Scalar,
    url: Scalar,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Dependency {
    name: Scalar,
    alias: Scalar,
    version: Scalar,
    repository: Scalar,
    condition: Scalar,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Requirements {
    dependencies: Option<Vec<Dependency>>,
}
