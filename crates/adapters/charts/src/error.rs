//! What can go wrong with a chart source. Cloneable, because callers who waited together share one answer.

use std::fmt;
use std::time::Duration;

use domain::Timestamp;

/// What a message calls a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// An HTTP chart repository.
    Repository,
    /// An OCI registry.
    Registry,
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Repository => "chart repository",
            Self::Registry => "chart registry",
        })
    }
}

/// What went wrong with a chart source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChartsError {
    /// Not an address we would open.
    #[error("{address} is no chart source: {why}")]
    BadAddress {
        /// The address, without credentials.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// No answer, or one that tells of trouble.
    #[error("{host}: {reason}")]
    Unreachable {
        /// What it is.
        kind: SourceKind,
        /// Host and port.
        host: String,
        /// Why, without a full stop.
        reason: String,
    },
    /// It refuses without credentials, or with those it was given.
    #[error("{host} answers {status} for {path}")]
    CredentialsWanted {
        /// What it is.
        kind: SourceKind,
        /// Host and port.
        host: String,
        /// What was asked for.
        path: String,
        /// 401 or 403.
        status: u16,
        /// Whether credentials were shown.
        shown: bool,
        /// The helper that Docker's configuration names instead of credentials.
        helper: Option<String>,
    },
    /// It asks to be left alone for a while.
    #[error("{host} answers {status}, until {until}")]
    Throttled {
        /// What it is.
        kind: SourceKind,
        /// Host and port.
        host: String,
        /// 429 or 503.
        status: u16,
        /// Until when.
        until: Timestamp,
        /// How long that was from when it said so.
        wait: Duration,
    },
    /// It failed before, and fails again.
    #[error("since {since}: {error}")]
    StillFailing {
        /// The first failure.
        since: Timestamp,
        /// The last one.
        error: Box<ChartsError>,
    },
    /// The registry has no repository for the chart.
    #[error("no repository {name} at {host}")]
    NoRegistryRepository {
        /// The chart.
        chart: String,
        /// The repository's name.
        name: String,
        /// Host and port.
        host: String,
    },
    /// The answer is not what the distribution specification says.
    #[error("{address}: {why}")]
    NotARegistry {
        /// What was asked for.
        address: String,
        /// What is wrong, beginning in lower case.
        why: String,
    },
    /// A folder that isn't below a root, or leads out of it by a link.
    #[error("{path} is below no root")]
    FolderOutside {
        /// The folder.
        path: String,
    },
    /// A folder that isn't there.
    #[error("no folder {path}")]
    NoFolder {
        /// The folder.
        path: String,
    },
    /// A file of credentials can't be used.
    #[error("the credentials in {path}: {why}")]
    CredentialsFile {
        /// The file.
        path: String,
        /// Why, beginning in lower case; never what it holds.
        why: String,
    },
    /// The server answers, but has no index there.
    #[error("no index at {address}")]
    NoRepository {
        /// The repository's address.
        address: String,
    },
    /// The answer is not an index.
    #[error("{address} is not an index: {why}")]
    NotAnIndex {
        /// The address of the index.
        address: String,
        /// Why not.
        why: String,
    },
    /// Over a limit.
    #[error("{what} is larger than {bytes_max} bytes")]
    TooLarge {
        /// What is.
        what: String,
        /// The limit.
        bytes_max: u64,
    },
    /// More than a limit.
    #[error("{what} holds more than {most} versions")]
    TooMany {
        /// What does.
        what: String,
        /// The limit.
        most: usize,
    },
    /// The index has no such chart.
    #[error("no chart {chart} in {repository}")]
    NoChart {
        /// The chart asked for.
        chart: String,
        /// The repository.
        repository: String,
        /// Names that are near.
        near: Vec<String>,
        /// How many charts there are.
        count: usize,
    },
    /// The chart has no such version.
    #[error("no version {version} of {chart}")]
    NoVersion {
        /// The chart.
        chart: String,
        /// The version asked for.
        version: String,
        /// The newest ones there are.
        newest: Vec<String>,
    },
    /// The archive is not what the index or the manifest promised.
    #[error("digest of {chart} {version} is {found}, the {promised_by} says {expected}")]
    DigestMismatch {
        /// The chart.
        chart: String,
        /// Its version.
        version: String,
        /// “index” or “manifest”.
        promised_by: &'static str,
        /// What that says.
        expected: String,
        /// Of the archive.
        found: String,
    },
    /// The archive is not a chart that we would hand to Helm.
    #[error("the archive of {chart} {version}: {why}")]
    BadArchive {
        /// The chart.
        chart: String,
        /// Its version.
        version: String,
        /// Why not, beginning in lower case.
        why: String,
    },
    /// The folder for archives can't be used.
    #[error("folder {path}: {why}")]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        why: String,
    },
}
