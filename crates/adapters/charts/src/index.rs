//! `index.yaml`: only the fields that are needed, read leniently, sorted once.

use std::collections::{HashMap, HashSet};

use domain::catalog::ChartVersion;
use domain::version::Version;

use crate::chart_yaml::{CHANGES, changes_read};
use crate::index_pieces::{Piece, pieces_of};
use crate::scalar::Scalar;

/// Near names that a message lists.
const NEAR_MAX: usize = 5;

/// An index, its versions newest first.
#[derive(Debug, Default)]
pub(crate) struct Index {
    charts: HashMap<String, Vec<Entry>>,
}

/// One version and where its archive is.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) version: ChartVersion,
    /// The first of the index's addresses, perhaps relative to the repository.
    pub(crate) url: Option<String>,
}

impl Index {
    /// Reads an index. The error says why it is none.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        // A piece that can't be read alone may be right in its place (an alias), or its error has the wrong line.
        if let Some(index) = pieces_of(text).and_then(|pieces| Self::parse_pieces(text, pieces)) {
            return Ok(index);
        }
        let file: File = serde_norway::from_slice(text).map_err(|error| error.to_string())?;
        let charts = file.entries.ok_or("it has no `entries`")?;
        Ok(Self { charts: charts.into_iter().map(|(name, rows)| (name, entries(rows.unwrap_or_default()))).collect() })
    }

    fn parse_pieces(text: &[u8], pieces: Vec<Piece>) -> Option<Self> {
        let mut charts: HashMap<String, Vec<(Option<Version>, Entry)>> = HashMap::new();
        let mut current = None;
        for piece in pieces {
            match piece {
                Piece::Chart(range) => {
                    let read: HashMap<String, Option<Vec<Option<Row>>>> = serde_norway::from_slice(&text[range]).ok()?;
                    let (name, rows) = read.into_iter().next()?;
                    if charts.insert(name.clone(), rows.unwrap_or_default().into_iter().flatten().filter_map(entry).collect()).is_some() {
                        return None; // the same chart twice
                    }
                    current = Some(name);
                }
                Piece::Versions(range) => {
                    let rows: Vec<Option<Row>> = serde_norway::from_slice(&text[range]).ok()?;
                    charts.get_mut(current.as_ref()?)?.extend(rows.into_iter().flatten().filter_map(entry));
                }
            }
        }
        Some(Self { charts: charts.into_iter().map(|(name, read)| (name, newest_first(read.into_iter()))).collect() })
    }

    /// The index of one chart, its versions given newest first.
    pub(crate) fn of(chart: &str, entries: Vec<Entry>) -> Self {
        Self { charts: HashMap::from([(chart.to_owned(), entries)]) }
    }

    /// An index of charts whose versions come in any order.
    pub(crate) fn sorted(charts: impl IntoIterator<Item = (String, Vec<Entry>)>) -> Self {
        let chart = |(name, entries): (String, Vec<Entry>)| {
            let read = entries.into_iter().map(|entry| (Version::parse(&entry.version.version).ok(), entry)).map(|(version, mut entry)| {
                entry.version.prerelease = version.as_ref().is_some_and(Version::is_prerelease);
                (version, entry)
            });
            (name, newest_first(read))
        };
        Self { charts: charts.into_iter().map(chart).collect() }
    }

    /// Marks the versions that had another digest before.
    pub(crate) fn compare(&mut self, before: Option<&Self>) {
        for (name, entries) in &mut self.charts {
            let Some(before) = before.and_then(|before| before.chart(name)) else { continue };
            let before: HashMap<&str, &ChartVersion> = before.iter().map(|entry| (entry.version.version.as_str(), &entry.version)).collect();
            for Entry { version, .. } in entries {
                let Some(before) = before.get(version.version.as_str()) else { continue };
                let differs = matches!((&before.digest, &version.digest), (Some(before), Some(now)) if before != now);
                version.republished = before.republished || differs;
            }
        }
    }

    /// The versions of a chart, newest first.
    pub(crate) fn chart(&self, name: &str) -> Option<&[Entry]> {
        self.charts.get(name).map(Vec::as_slice)
    }

    /// How many charts there are.
    pub(crate) fn charts_count(&self) -> usize {
        self.charts.len()
    }

    /// Names like this one, sorted.
    pub(crate) fn near(&self, name: &str) -> Vec<String> {
        let mut near: Vec<(usize, &String)> = self.charts.keys().map(|known| (distance(known, name), known)).collect();
        near.retain(|(distance, known)| *distance <= 2 || known.contains(name) || name.contains(known.as_str()));
        near.sort();
        near.into_iter().take(NEAR_MAX).map(|(_, known)| known.clone()).collect()
    }
}

/// How many letters have to be put in, taken out or replaced (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

fn entries(rows: Vec<Option<Row>>) -> Vec<Entry> {
    newest_first(rows.into_iter().flatten().filter_map(entry))
}

/// Sorts, and drops a version that is there already.
fn newest_first(read: impl Iterator<Item = (Option<Version>, Entry)>) -> Vec<Entry> {
    let mut seen = HashSet::new();
    let mut read: Vec<(Option<Version>, Entry)> = read.filter(|(_, entry)| seen.insert(entry.version.version.clone())).collect();
    read.sort_by(|(left, _), (right, _)| right.cmp(left)); // what is no version last
    read.into_iter().map(|(_, entry)| entry).collect()
}

fn entry(row: Row) -> Option<(Option<Version>, Entry)> {
    let text = row.version.0.filter(|text| !text.is_empty())?;
    let read = Version::parse(&text).ok();
    let digest = row.digest.0.map(|digest| digest.trim().trim_start_matches("sha256:").to_ascii_lowercase()).filter(|digest| !digest.is_empty());
    let version = ChartVersion {
        republished: false,
        prerelease: read.as_ref().is_some_and(Version::is_prerelease),
        version: text,
        app_version: row.app_version.0,
        description: row.description.0,
        changes: row.annotations.and_then(|mut annotations| annotations.remove(CHANGES)?.0).map(|text| changes_read(&text)).unwrap_or_default(),
        created_at: row.created.0.and_then(|text| text.parse().ok()),
        digest,
        deprecated: row.deprecated.0.is_some_and(|text| text == "true"),
    };
    Some((read, Entry { version, url: row.urls.unwrap_or_default().into_iter().find_map(|url| url.0) }))
}

#[derive(serde::Deserialize)]
struct File {
    entries: Option<HashMap<String, Option<Vec<Option<Row>>>>>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Row {
    version: Scalar,
    app_version: Scalar,
    description: Scalar,
    created: Scalar,
    digest: Scalar,
    deprecated: Scalar,
    urls: Option<Vec<Scalar>>,
    annotations: Option<HashMap<String, Scalar>>,
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
