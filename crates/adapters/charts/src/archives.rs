//! The folder of archives: each is written beside its place, checked, and moved there under its digest; those used longest
//! ago go when there is no room any more.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use domain::ports::ChartArchive;
use reqwest::{Response, Url};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

use crate::archive::archive_check;
use crate::error::{ChartsError, SourceKind};
use crate::http::unreachable;
use crate::options::ChartsOptions;

/// An archive used a shorter time ago stays, whatever its size: Helm may be reading it.
const STAYS_FOR: Duration = Duration::from_hours(1);

/// What an archive is to be.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) chart: String,
    pub(crate) version: String,
    /// `sha256` in hexadecimal, where it is known beforehand.
    pub(crate) digest: Option<String>,
    /// What knows it: “index” or “manifest”.
    pub(crate) promised_by: &'static str,
}

impl Wanted {
    pub(crate) fn bad(&self, why: impl Into<String>) -> ChartsError {
        ChartsError::BadArchive { chart: self.chart.clone(), version: self.version.clone(), why: why.into() }
    }

    pub(crate) fn too_large(&self, bytes_max: u64) -> ChartsError {
        ChartsError::TooLarge { what: format!("The archive of {} {}", self.chart, self.version), bytes_max }
    }
}

/// The folder.
#[derive(Debug)]
pub(crate) struct Archives {
    folder: PathBuf,
    archive_bytes_max: u64,
    unpacked_bytes_max: u64,
    folder_bytes_max: u64,
}

impl Archives {
    pub(crate) fn new(options: &ChartsOptions) -> Self {
        Self {
            folder: options.folder.clone(),
            archive_bytes_max: options.archive_bytes_max,
            unpacked_bytes_max: options.unpacked_bytes_max,
            folder_bytes_max: options.folder_bytes_max,
        }
    }

    /// The archive of a digest, if it was fetched before.
    pub(crate) fn cached(&self, digest: Option<&str>) -> Option<ChartArchive> {
        let digest = digest.filter(|digest| digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let path = self.path(digest);
        let file = std::fs::File::options().append(true).open(&path).ok()?;
        // Pruning goes by this time; without it the archive only goes sooner.
        file.set_modified(SystemTime::now()).ok();
        Some(ChartArchive { path, digest: digest.to_owned() })
    }

    /// Takes in an archive as it comes.
    pub(crate) async fn download(&self, kind: SourceKind, wanted: &Wanted, mut response: Response) -> Result<ChartArchive, ChartsError> {
        let url: Url = response.url().clone();
        let mut incoming = self.incoming().await?;
        while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(kind, &url, &error))? {
            self.write(&mut incoming, wanted, &chunk).await?;
        }
        self.keep(incoming, wanted).await
    }

    /// Takes in an archive that is in memory already.
    pub(crate) async fn store(&self, wanted: &Wanted, bytes: &[u8]) -> Result<ChartArchive, ChartsError> {
        let mut incoming = self.incoming().await?;
        self.write(&mut incoming, wanted, bytes).await?;
        self.keep(incoming, wanted).await
    }

    async fn incoming(&self) -> Result<Incoming, ChartsError> {
        tokio::fs::create_dir_all(&self.folder).await.map_err(|error| self.failed(&error))?;
        let temporary = NamedTempFile::new_in(&self.folder).map_err(|error| self.failed(&error))?;
        let file = tokio::fs::File::from_std(temporary.reopen().map_err(|error| self.failed(&error))?);
        Ok(Incoming { temporary, file, hash: Sha256::new(), length: 0 })
    }

    async fn write(&self, incoming: &mut Incoming, wanted: &Wanted, chunk: &[u8]) -> Result<(), ChartsError> {
        incoming.length += chunk.len() as u64;
        if incoming.length > self.archive_bytes_max {
            return Err(wanted.too_large(self.archive_bytes_max));
        }
        incoming.hash.update(chunk);
        incoming.file.write_all(chunk).await.map_err(|error| self.failed(&error))
    }

    async fn keep(&self, incoming: Incoming, wanted: &Wanted) -> Result<ChartArchive, ChartsError> {
        let Incoming { temporary, file, hash, .. } = incoming;
        file.sync_all().await.map_err(|error| self.failed(&error))?;
        let digest = format!("{:x}", hash.finalize());
        if let Some(expected) = wanted.digest.as_ref().filter(|expected| **expected != digest) {
            return Err(ChartsError::DigestMismatch {
                chart: wanted.chart.clone(),
                version: wanted.version.clone(),
                promised_by: wanted.promised_by,
                expected: expected.clone(),
                found: digest,
            });
        }
        let path = self.path(&digest);
        let (name, kept, folder) = (wanted.chart.clone(), path.clone(), self.folder.clone());
        let (unpacked_bytes_max, folder_bytes_max) = (self.unpacked_bytes_max, self.folder_bytes_max);
        let checked = tokio::task::spawn_blocking(move || {
            let file = temporary.reopen().map_err(|error| error.to_string())?;
            archive_check(std::io::BufReader::new(file), &name, unpacked_bytes_max)?;
            temporary.persist(&kept).map_err(|error| error.to_string())?;
            prune(&folder, folder_bytes_max);
            Ok(())
        });
        checked.await.unwrap_or_else(|error| Err(error.to_string())).map_err(|why: String| wanted.bad(why))?;
        Ok(ChartArchive { path, digest })
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder.join(format!("{digest}.tgz"))
    }

    fn failed(&self, error: &std::io::Error) -> ChartsError {
        ChartsError::Folder { path: self.folder.display().to_string(), why: error.to_string() }
    }
}

/// An archive on its way; the temporary file goes with it if it comes to nothing.
struct Incoming {
    temporary: NamedTempFile,
    file: tokio::fs::File,
    hash: Sha256,
    length: u64,
}

/// Removes the archives used longest ago until the rest fits. What can't be read or removed is left for the next time.
fn prune(folder: &Path, bytes_max: u64) {
    let archive = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.ok()?.path();
        let metadata = path.extension().filter(|extension| *extension == "tgz").and_then(|_| path.metadata().ok())?;
        Some((metadata.modified().ok()?, metadata.len(), path))
    };
    let mut archives: Vec<(SystemTime, u64, PathBuf)> = std::fs::read_dir(folder).into_iter().flatten().filter_map(archive).collect();
    let mut total: u64 = archives.iter().map(|(_, bytes, _)| bytes).sum();
    archives.sort();
    for (used_at, bytes, path) in archives {
        if total <= bytes_max || used_at.elapsed().is_ok_and(|age| age < STAYS_FOR) {
            return;
        }
        if std::fs::remove_file(&path).is_ok() {
            total -= bytes;
            tracing::debug!("removed {} to make room for other charts", path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archives_used_longest_ago_go_first_and_those_in_use_stay() {
        let folder = tempfile::tempdir().unwrap();
        for (name, age_hours) in [("a", 5), ("b", 9), ("c", 0), ("d", 2)] {
            let path = folder.path().join(format!("{name}.tgz"));
            std::fs::write(&path, "0123456789").unwrap();
            let used_at = SystemTime::now() - Duration::from_hours(age_hours);
            std::fs::File::options().append(true).open(&path).unwrap().set_modified(used_at).unwrap();
        }
        std::fs::write(folder.path().join("digests.json"), "0123456789").unwrap();
        let left = || {
            let mut names: Vec<String> =
                std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names.join(" ")
        };
        prune(folder.path(), 40);
        assert_eq!(left(), "a.tgz b.tgz c.tgz d.tgz digests.json");
        prune(folder.path(), 25);
        assert_eq!(left(), "c.tgz d.tgz digests.json");
        prune(folder.path(), 0);
        assert_eq!(left(), "c.tgz digests.json");
    }
}
