//! The limits and the folder of chart repositories.

use std::path::PathBuf;
use std::time::Duration;

/// Limits, with defaults fit for production; tests shorten them.
#[derive(Debug, Clone)]
pub struct ChartsOptions {
    /// Where archives are kept, as `<sha256>.tgz`.
    pub folder: PathBuf,
    /// Limit for a connection. Default 5 s.
    pub connect_timeout: Duration,
    /// Limit for a whole request with its body. Default 30 s.
    pub request_timeout: Duration,
    /// How long an index is used without asking again. Default 15 s.
    pub fresh_for: Duration,
    /// Largest index, unpacked. Default 64 MiB.
    pub index_bytes_max: u64,
    /// Largest archive. Default 32 MiB.
    pub archive_bytes_max: u64,
    /// Largest archive, unpacked. Default 256 MiB.
    pub unpacked_bytes_max: u64,
}

impl ChartsOptions {
    /// The defaults, with archives in `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(30),
            fresh_for: Duration::from_secs(15),
            index_bytes_max: 64 << 20,
            archive_bytes_max: 32 << 20,
            unpacked_bytes_max: 256 << 20,
        }
    }
}
