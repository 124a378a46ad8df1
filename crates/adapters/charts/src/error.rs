//! What can go wrong with a chart repository. Cloneable, because callers who waited together share one answer.

use domain::AppError;

use crate::archive::size;

/// What went wrong with a chart repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChartsError {
    /// Not an address we would open.
    #[error("{address} is no address of a chart repository: {why}")]
    BadAddress {
        /// The address, without credentials.
        address: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No answer, or one that tells of trouble.
    #[error("{host}: {reason}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// Why, without a full stop.
        reason: String,
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
    /// The archive is not what the index promised.
    #[error("digest of {chart} {version} is {found}, the index says {expected}")]
    DigestMismatch {
        /// The chart.
        chart: String,
        /// Its version.
        version: String,
        /// From the index.
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

fn first_8(digest: &str) -> String {
    digest.chars().take(8).collect()
}

impl From<ChartsError> for AppError {
    fn from(error: ChartsError) -> Self {
        match error {
            ChartsError::BadAddress { address, why } => Self::invalid(format!("“{address}” is no address of a chart repository: {why}."))
                .hint("Give the http or https address of the folder that holds index.yaml.")
                .field("repository"),
            ChartsError::Unreachable { host, reason } => Self::unavailable(format!("The chart repository at {host} can't be read: {reason}."))
                .hint("Check that the address is right and that the server may reach it, then try again."),
            ChartsError::NoRepository { address } => Self::not_found("chart repository", address)
                .hint("The server answers, but has no index.yaml there: give the address of the folder that holds it.")
                .field("repository"),
            ChartsError::NotAnIndex { address, why } => Self::invalid(format!("What {address} holds is not the index of a chart repository: {why}."))
                .hint("Check the repository's address; `helm repo index` makes such a file.")
                .field("repository"),
            ChartsError::TooLarge { what, bytes_max } => Self::too_large(format!("{what} is larger than {}.", size(bytes_max)))
                .hint("Split the repository, or leave out of the chart what doesn't belong there."),
            ChartsError::NoChart { chart, repository, near, count } => {
                let there = if near.is_empty() {
                    format!("{repository} holds {count} charts, none with a name like it.")
                } else {
                    format!("{repository} holds {}.", near.join(", "))
                };
                Self::not_found("chart", chart).hint(there).field("chart")
            }
            ChartsError::NoVersion { chart, version, newest } => Self::not_found("version", format!("{version}” of chart “{chart}"))
                .hint(format!("The newest are {}.", newest.join(", ")))
                .field("version"),
            ChartsError::DigestMismatch { chart, version, expected, found } => Self::conflict(format!(
                "The archive of {chart} {version} is not the one in the index: its sha256 begins with {}, the index says {}.",
                first_8(&found),
                first_8(&expected)
            ))
            .hint("Somebody replaced the archive or the index is stale: publish the version again under a new number."),
            ChartsError::BadArchive { chart, version, why } => {
                Self::invalid(format!("The archive of {chart} {version} is not a chart that can be deployed: {why}."))
                    .hint("Make it with `helm package` (`--dependency-update` puts its dependencies in) and publish it under a new version.")
            }
            ChartsError::Folder { path, why } => Self::unavailable(format!("The folder for charts, {path}, can't be used: {why}."))
                .hint("Give the server's user the right to write there, and room on the disk."),
        }
    }
}
