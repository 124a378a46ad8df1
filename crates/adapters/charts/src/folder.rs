//! Folders on the server as chart sources: packaged charts, and charts unpacked, each in a folder of its own. Only below
//! the roots of the configuration, and never along a link.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use domain::Timestamp;
use domain::catalog::ChartVersion;
use domain::chart::ChartMetadata;
use sha2::{Digest, Sha256};

use crate::archive::archive_walk;
use crate::chart_yaml::metadata_read;
use crate::error::ChartsError;
use crate::index::{Entry, Index};
use crate::options::ChartsOptions;

/// Most archives and folders of one source.
const CHARTS_MAX: usize = 5_000;
/// Most files of a chart that is not packaged.
const FILES_MAX: usize = 10_000;
/// Largest `Chart.yaml`.
const CHART_YAML_BYTES_MAX: u64 = 1 << 20;
/// Most packaged charts of which it is remembered what they are.
const SCANNED_MAX: usize = 20_000;

/// The roots, and what packaged charts below them were.
#[derive(Debug)]
pub(crate) struct Folders {
    roots: Vec<PathBuf>,
    archive_bytes_max: u64,
    unpacked_bytes_max: u64,
    /// By path: size and time of change, and what was read then.
    scanned: Mutex<HashMap<PathBuf, (Stamp, Option<Scanned>)>>,
}

type Stamp = (u64, Option<SystemTime>);

#[derive(Debug, Clone)]
struct Scanned {
    metadata: ChartMetadata,
    digest: String,
}

impl Folders {
    pub(crate) fn new(options: &ChartsOptions) -> Self {
        Self {
            roots: options.roots.clone(),
            archive_bytes_max: options.archive_bytes_max,
            unpacked_bytes_max: options.unpacked_bytes_max,
            scanned: Mutex::default(),
        }
    }

    /// The folder itself, links resolved, if it lies below a root.
    fn place(&self, path: &Path) -> Result<PathBuf, ChartsError> {
        let shown = || path.display().to_string();
        let found = fs::canonicalize(path);
        let below = |path: &Path| self.roots.iter().filter_map(|root| fs::canonicalize(root).ok()).any(|root| path.starts_with(root));
        match found {
            Ok(real) if below(&real) => Ok(real),
            // What isn't below a root is not told whether it is there.
            Err(_) if self.roots.iter().any(|root| path.starts_with(root)) => Err(ChartsError::NoFolder { path: shown() }),
            _ => Err(ChartsError::FolderOutside { path: shown() }),
        }
    }

    /// All charts of a folder. Blocks.
    pub(crate) fn index_read(&self, path: &Path) -> Result<Index, ChartsError> {
        let folder = self.place(path)?;
        let failed = |error: io::Error| ChartsError::Folder { path: path.display().to_string(), why: error.to_string() };
        let mut charts: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        let mut count = 0;
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let Ok(metadata) = path.symlink_metadata() else { continue };
            let Some((file, scanned)) = self.chart_read(&path, &metadata) else { continue };
            count += 1;
            if count > CHARTS_MAX {
                return Err(ChartsError::TooMany { what: format!("The folder {}", path.display()), most: CHARTS_MAX });
            }
            let Scanned { metadata: chart, digest } = scanned;
            let version = ChartVersion {
                version: chart.version,
                app_version: chart.app_version,
                description: chart.description,
                changes: chart.changes,
                created_at: metadata.modified().ok().and_then(|at| Timestamp::try_from(at).ok()),
                digest: Some(digest),
                deprecated: chart.deprecated,
                prerelease: false,
                republished: false,
            };
            charts.entry(chart.name).or_default().push(Entry { version, url: Some(file) });
        }
        Ok(Index::sorted(charts))
    }

    /// The file's name as [`Folders::archive_read`] wants it, and what it holds; nothing if it is no chart.
    fn chart_read(&self, path: &Path, metadata: &Metadata) -> Option<(String, Scanned)> {
        let name = path.file_name()?.to_str()?;
        if metadata.is_dir() {
            let bytes = self.pack(path).map_err(|why| tracing::debug!(why, "{} is no chart", path.display())).ok()?;
            return Some((name.to_owned(), scan(&bytes, self.unpacked_bytes_max)?));
        }
        if !metadata.is_file() || path.extension().is_none_or(|extension| extension != "tgz") || metadata.len() > self.archive_bytes_max {
            return None;
        }
        let stamp = (metadata.len(), metadata.modified().ok());
        let mut known = self.scanned.lock().unwrap_or_else(PoisonError::into_inner);
        if known.get(path).is_none_or(|(before, _)| *before != stamp) {
            let scanned = fs::read(path).ok().and_then(|bytes| scan(&bytes, self.unpacked_bytes_max));
            if scanned.is_none() {
                tracing::warn!("{} is not a packaged chart", path.display());
            }
            if known.len() >= SCANNED_MAX {
                known.clear();
            }
            known.insert(path.to_owned(), (stamp, scanned));
        }
        known.get(path).and_then(|(_, scanned)| scanned.clone()).map(|scanned| (name.to_owned(), scanned))
    }

    /// The archive of a chart, packed now if it isn't. The error says what is wrong, beginning in lower case. Blocks.
    pub(crate) fn archive_read(&self, path: &Path, file: &str) -> Result<Vec<u8>, String> {
        let path = self.place(path).map_err(|error| error.to_string())?.join(file);
        let metadata = path.symlink_metadata().map_err(|error| error.to_string())?;
        if metadata.is_dir() {
            return self.pack(&path);
        }
        if !metadata.is_file() {
            return Err(format!("{file} is a link or a device, not a file"));
        }
        if metadata.len() > self.archive_bytes_max {
            return Err(format!("{file} is too large"));
        }
        fs::read(&path).map_err(|error| error.to_string())
    }

    /// Packs a chart's folder; the same files always give the same bytes. Hidden files are left out.
    fn pack(&self, folder: &Path) -> Result<Vec<u8>, String> {
        let chart = fs::symlink_metadata(folder.join("Chart.yaml")).map_err(|_| "it has no Chart.yaml".to_owned())?;
        if !chart.is_file() || chart.len() > CHART_YAML_BYTES_MAX {
            return Err("its Chart.yaml is no file, or too long".to_owned());
        }
        let text = fs::read_to_string(folder.join("Chart.yaml")).map_err(|error| error.to_string())?;
        let name = metadata_read(&text)?.name;
        let mut packing = Packing { files: Vec::new(), bytes_left: self.archive_bytes_max };
        packing.walk(folder, Path::new(&name))?;
        packing.files.sort();
        let gzip = flate2::GzBuilder::new().mtime(0).write(Vec::new(), flate2::Compression::fast());
        let mut archive = tar::Builder::new(gzip);
        for (inside, path) in packing.files {
            let content = fs::read(&path).map_err(|error| error.to_string())?;
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, &inside, content.as_slice()).map_err(|error| error.to_string())?;
        }
        archive.into_inner().and_then(flate2::write::GzEncoder::finish).map_err(|error| error.to_string())
    }
}

struct Packing {
    /// Path in the archive, path on the disk.
    files: Vec<(PathBuf, PathBuf)>,
    bytes_left: u64,
}

impl Packing {
    fn walk(&mut self, folder: &Path, inside: &Path) -> Result<(), String> {
        for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
            let entry = entry.map_err(|error| error.to_string())?;
            let (name, path) = (entry.file_name(), entry.path());
            let metadata = path.symlink_metadata().map_err(|error| error.to_string())?;
            let inside = inside.join(&name);
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if metadata.is_dir() {
                self.walk(&path, &inside)?;
            } else if metadata.is_file() {
                self.bytes_left = self.bytes_left.checked_sub(metadata.len()).ok_or("it is too large")?;
                self.files.push((inside, path));
            } else {
                return Err(format!("{} is a link or a device, not a file", inside.display()));
            }
            if self.files.len() > FILES_MAX {
                return Err(format!("it holds more than {FILES_MAX} files"));
            }
        }
        Ok(())
    }
}

/// What an archive says it is; nothing if it is no chart.
fn scan(bytes: &[u8], unpacked_bytes_max: u64) -> Option<Scanned> {
    let mut text = None;
    archive_walk(bytes, unpacked_bytes_max, |path, _, content| {
        if path.split_once('/').is_some_and(|(_, rest)| rest == "Chart.yaml") {
            let mut read = String::new();
            content.take(CHART_YAML_BYTES_MAX).read_to_string(&mut read)?;
            text = Some(read);
        }
        Ok(())
    })
    .ok()?;
    let metadata = metadata_read(&text?).ok()?;
    Some(Scanned { metadata, digest: format!("{:x}", Sha256::digest(bytes)) })
}
