//! The limits, the folders and the files of chart sources.

use std::path::PathBuf;
use std::time::Duration;

/// Limits, with defaults fit for production; tests shorten them.
#[derive(Debug, Clone)]
pub struct ChartsOptions {
    /// Where archives are kept, as `<sha256>.tgz`.
    pub folder: PathBuf,
    /// Folders below which `file://` sources may lie. Default none.
    pub roots: Vec<PathBuf>,
    /// Docker's `config.json`, which Helm's `registry/config.json` is too: credentials for registries.
    pub registry_config: Option<PathBuf>,
    /// Helm's `repositories.yaml`: credentials for HTTP repositories.
    pub repository_config: Option<PathBuf>,
    /// Registries, as `HOST` or `HOST:PORT`, that are asked by plain `http`, as those on loopback always are.
    pub plain_http: Vec<String>,
    /// Limit for a connection. Default 5 s.
    pub connect_timeout: Duration,
    /// Limit for a whole request with its body. Default 30 s.
    pub request_timeout: Duration,
    /// How long an index is used without asking again. Default 15 s.
    pub fresh_for: Duration,
    /// How long a registry's tag is believed to stand for the same manifest, for what lists show. Default 10 min.
    pub details_fresh_for: Duration,
    /// First pause of the background after a failure. Default 30 s.
    pub backoff_first: Duration,
    /// Longest pause of the background after failures. Default 15 min.
    pub backoff_max: Duration,
    /// Longest wait within a request for a server that says “try again in a moment”. Default 2 s.
    pub retry_after_max: Duration,
    /// Largest index, unpacked. Default 64 MiB.
    pub index_bytes_max: u64,
    /// Largest archive. Default 32 MiB.
    pub archive_bytes_max: u64,
    /// Largest archive, unpacked. Default 256 MiB.
    pub unpacked_bytes_max: u64,
    /// Most that is kept in [`Self::folder`]; the archives used longest ago go first. Default 1 GiB.
    pub folder_bytes_max: u64,
    /// Most versions of a chart in a registry. Default 50,000.
    pub tags_max: usize,
}

impl ChartsOptions {
    /// The defaults, with archives in `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            roots: Vec::new(),
            registry_config: None,
            repository_config: None,
            plain_http: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(30),
            fresh_for: Duration::from_secs(15),
            details_fresh_for: Duration::from_mins(10),
            backoff_first: Duration::from_secs(30),
            backoff_max: Duration::from_mins(15),
            retry_after_max: Duration::from_secs(2),
            index_bytes_max: 64 << 20,
            archive_bytes_max: 32 << 20,
            unpacked_bytes_max: 256 << 20,
            folder_bytes_max: 1 << 30,
            tags_max: 50_000,
        }
    }
}
