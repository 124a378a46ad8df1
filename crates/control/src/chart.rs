//! Use cases of charts: one version opened, two compared, a service guessed from a release that was not made here.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::catalog::{ChartRef, Service, ServiceDraft};
use domain::chart::{ChartComparison, ChartContents, ChartFile, ChartFileBody, ChartPage, FileChange};
use domain::diff::TextDiff;
use domain::plan::ObjectFate;
use domain::service::Catalog;
use domain::{Actor, AppError, EnvironmentName, ReleaseName, ServiceName};

use crate::Control;
use crate::readme::readme_html;
use crate::secrets::service_shown;

/// Versions that a page offers to choose from.
const VERSIONS_MAX: usize = 200;

impl Control {
    async fn chart_contents(&self, service: &Service, version: &str) -> Result<ChartContents, AppError> {
        self.ports.charts.contents(&service.chart, version).await
    }

    async fn version_names(&self, service: &Service) -> Vec<String> {
        let known = self.ports.charts.versions(&service.chart).await.unwrap_or_default();
        known.into_iter().take(VERSIONS_MAX).map(|version| version.version).collect()
    }
}

/// What a person looks at first comes first.
fn file_place(path: &str) -> usize {
    match path {
        "values.yaml" => 0,
        "values.schema.json" => 1,
        _ if path.starts_with("templates/") => 2,
        "Chart.yaml" => 3,
        _ => 4,
    }
}

fn text_of(file: &ChartFile) -> Option<&str> {
    match &file.body {
        ChartFileBody::Text(text) => Some(text),
        _ => None,
    }
}

/// The files that differ.
fn files_compare(old: &ChartContents, new: &ChartContents) -> Vec<FileChange> {
    let by_path =
        |contents: &ChartContents| -> BTreeMap<String, ChartFile> { contents.files.iter().map(|file| (file.path.clone(), file.clone())).collect() };
    let (before, after) = (by_path(old), by_path(new));
    let change = |path: &String, old: Option<&ChartFile>, new: Option<&ChartFile>| {
        let fate = match (old, new) {
            (Some(old), Some(new)) if old == new => return None,
            (Some(_), Some(_)) => ObjectFate::Changed,
            (None, _) => ObjectFate::Added,
            (Some(_), None) => ObjectFate::Removed,
        };
        let diff = TextDiff::of(old.and_then(text_of).unwrap_or_default(), new.and_then(text_of).unwrap_or_default());
        Some(FileChange { path: path.clone(), fate, diff })
    };
    let coming = after.iter().filter_map(|(path, new)| change(path, before.get(path), Some(new)));
    let gone = before.iter().filter(|(path, _)| !after.contains_key(*path)).filter_map(|(path, old)| change(path, Some(old), None));
    let mut files: Vec<FileChange> = coming.chain(gone).collect();
    files.sort_by(|left, right| (file_place(&left.path), &left.path).cmp(&(file_place(&right.path), &right.path)));
    files
}

#[async_trait]
impl Catalog for Control {
    async fn chart_get(&self, actor: &Actor, service: &ServiceName, version: &str) -> Result<ChartPage, AppError> {
        self.may_read(actor)?;
        let service = self.service_required(service).await?;
        let mut contents = self.chart_contents(&service, version).await?;
        for file in &mut contents.files {
            file.body = ChartFileBody::Omitted;
        }
        let readme_html = contents.readme.take().map(|text| readme_html(&text)).unwrap_or_default();
        let known = self.ports.charts.versions_cached(&service.chart).unwrap_or_default();
        let republished = known.iter().any(|known| known.version == version && known.republished);
        let versions = self.version_names(&service).await;
        Ok(ChartPage { versions, service: service_shown(service), contents, readme_html, republished })
    }

    async fn chart_compare(&self, actor: &Actor, service: &ServiceName, from: &str, to: &str) -> Result<ChartComparison, AppError> {
        self.may_read(actor)?;
        let service = self.service_required(service).await?;
        let (old, new) = tokio::try_join!(self.chart_contents(&service, from), self.chart_contents(&service, to))?;
        let files = files_compare(&old, &new);
        let versions = self.version_names(&service).await;
        Ok(ChartComparison { versions, service: service_shown(service), from: old.metadata, to: new.metadata, files })
    }

    async fn service_guess(&self, actor: &Actor, environment: &EnvironmentName, release: &ReleaseName) -> Result<ServiceDraft, AppError> {
        self.may_read(actor)?;
        let place = self.release_place(environment, release).await?;
        let Some(base) = self.release_base(&place.key).await? else {
            return Err(AppError::not_found("release", format!("{release} in {environment}")).hint("The environment's page shows what there is."));
        };
        let mut repositories: Vec<String> = self.store.service_list().await?.into_iter().map(|service| service.chart.repository).collect();
        repositories.sort();
        repositories.dedup();
        let mut guessed = String::new();
        for repository in repositories {
            let chart = ChartRef { repository, name: base.body.chart.clone() };
            // Only what is known already: a guess asks nobody.
            let known = self.ports.charts.versions_cached(&chart).unwrap_or_default();
            if known.iter().any(|version| version.version == base.body.chart_version) {
                guessed = chart.repository;
                break;
            }
        }
        Ok(ServiceDraft {
            name: release.to_string(),
            team: place.environment.team.to_string(),
            repository: guessed,
            chart: base.body.chart,
            default_values: BTreeMap::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(files: &[(&str, &str)]) -> ChartContents {
        let file = |(path, text): &(&str, &str)| ChartFile { path: (*path).into(), bytes: 1, body: ChartFileBody::Text((*text).into()) };
        ChartContents { files: files.iter().map(file).collect(), ..ChartContents::default() }
    }

    #[test]
    fn what_changed_between_two_versions_begins_with_values_and_templates() {
        let old = contents(&[("Chart.yaml", "version: 1"), ("README.md", "a"), ("templates/a.yaml", "x"), ("values.yaml", "a: 1")]);
        let new = contents(&[("Chart.yaml", "version: 2"), ("README.md", "a"), ("templates/b.yaml", "x"), ("values.yaml", "a: 2")]);
        let words: Vec<String> = files_compare(&old, &new).iter().map(|file| format!("{} {:?}", file.path, file.fate)).collect();
        assert_eq!(words, ["values.yaml Changed", "templates/a.yaml Removed", "templates/b.yaml Added", "Chart.yaml Changed"]);
    }
}
