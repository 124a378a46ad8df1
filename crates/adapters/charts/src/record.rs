//! Which digest each version had when it was opened or deployed first, kept over restarts: a version that has another one
//! later was published again with other contents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::Timestamp;
use domain::catalog::{ChartRef, ChartVersion};
use serde::{Deserialize, Serialize};

/// The file, in the folder of archives.
const FILE: &str = "digests.json";
/// Most versions that are remembered; those opened first are forgotten first.
const SEEN_MAX: usize = 20_000;
/// Largest file that is read.
const FILE_BYTES_MAX: u64 = 16 << 20;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    source: String,
    chart: String,
    version: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Seen {
    digest: String,
    republished: bool,
    at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Row {
    #[serde(flatten)]
    key: Key,
    #[serde(flatten)]
    seen: Seen,
}

/// The record.
#[derive(Debug)]
pub(crate) struct Record {
    folder: PathBuf,
    seen: Mutex<BTreeMap<Key, Seen>>,
}

impl Record {
    /// Reads what was kept; a file that can't be read is begun anew.
    pub(crate) fn open(folder: &Path) -> Self {
        let path = folder.join(FILE);
        let read = || -> Result<Vec<Row>, String> {
            match std::fs::metadata(&path) {
                Err(_) => return Ok(Vec::new()),
                Ok(metadata) if metadata.len() > FILE_BYTES_MAX => return Err("it is too large".to_owned()),
                Ok(_) => {}
            }
            let text = std::fs::read(&path).map_err(|error| error.to_string())?;
            serde_json::from_slice(&text).map_err(|error| error.to_string())
        };
        let rows = read().unwrap_or_else(|why| {
            tracing::warn!(why, "{} can't be read: versions published again before now are not noticed", path.display());
            Vec::new()
        });
        Self { folder: folder.to_owned(), seen: Mutex::new(rows.into_iter().map(|row| (row.key, row.seen)).collect()) }
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<Key, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the digest of a version that was opened. Does I/O if there is something to note.
    pub(crate) fn note(&self, chart: &ChartRef, version: &str, digest: &str) {
        let key = Key { source: chart.repository.clone(), chart: chart.name.clone(), version: version.to_owned() };
        let mut all = self.seen();
        match all.get_mut(&key) {
            Some(seen) if seen.digest == digest || seen.republished => return,
            Some(seen) => {
                tracing::warn!("{} {version} of {} was published again with other contents", chart.name, chart.repository);
                seen.republished = true;
            }
            None => {
                if all.len() >= SEEN_MAX {
                    let oldest = all.iter().min_by_key(|(_, seen)| seen.at).map(|(key, _)| key.clone());
                    oldest.and_then(|key| all.remove(&key));
                }
                all.insert(key, Seen { digest: digest.to_owned(), republished: false, at: Timestamp::now() });
            }
        }
        if let Err(error) = self.write(&all) {
            tracing::warn!(%error, "{} can't be written", self.folder.join(FILE).display());
        }
    }

    fn write(&self, all: &BTreeMap<Key, Seen>) -> std::io::Result<()> {
        let rows: Vec<Row> = all.iter().map(|(key, seen)| Row { key: key.clone(), seen: seen.clone() }).collect();
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer(std::io::BufWriter::new(file.as_file_mut()), &rows)?;
        file.as_file().sync_all()?;
        file.persist(self.folder.join(FILE))?;
        Ok(())
    }

    /// Marks the versions that had another digest when they were opened first.
    pub(crate) fn mark(&self, chart: &ChartRef, versions: &mut [ChartVersion]) {
        let from = Key { source: chart.repository.clone(), chart: chart.name.clone(), version: String::new() };
        let all = self.seen();
        let of_chart = all.range(from..).take_while(|(key, _)| key.source == chart.repository && key.chart == chart.name);
        let known: BTreeMap<&str, &Seen> = of_chart.map(|(key, seen)| (key.version.as_str(), seen)).collect();
        if known.is_empty() {
            return;
        }
        for version in versions {
            let Some(seen) = known.get(version.version.as_str()) else { continue };
            version.republished |= seen.republished || version.digest.as_ref().is_some_and(|digest| *digest != seen.digest);
        }
    }
}
