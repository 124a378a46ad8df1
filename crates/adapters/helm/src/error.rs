//! Why Helm could not be run at all. That Helm ran and said no is an outcome, not an error.

use std::path::PathBuf;

use domain::AppError;

/// Why Helm could not be run.
#[derive(Debug, thiserror::Error)]
pub enum HelmError {
    /// No such program: neither at the path, nor on the search path.
    #[error("there is no `{}`", .program.display())]
    Missing {
        /// As named in the options.
        program: PathBuf,
    },
    /// Older than the flags we need.
    #[error("helm {version} is too old")]
    TooOld {
        /// What `helm version` said.
        version: String,
    },
    /// `helm version` failed or said something else than a version.
    #[error("`{} version` answered: {answer}", .program.display())]
    NoVersion {
        /// The program asked.
        program: PathBuf,
        /// The beginning of its answer.
        answer: String,
    },
    /// The system could not start it.
    #[error("`{}` could not be started: {source}", .program.display())]
    Start {
        /// The program started: Helm, or the guard before it.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Waiting for it failed.
    #[error("the end of helm could not be waited for: {0}")]
    Wait(std::io::Error),
    /// The folder for values files and Helm's caches can't be used.
    #[error("folder {} can't be used: {source}", .path.display())]
    Folder {
        /// The folder or a file in it.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl From<HelmError> for AppError {
    fn from(error: HelmError) -> Self {
        match error {
            HelmError::Missing { program } => Self::unavailable(format!("There is no `{}` program to deploy with.", program.display()))
                .hint("Install Helm 3 or 4 on the server's PATH, or name its path in the configuration."),
            HelmError::TooOld { version } => {
                Self::unavailable(format!("Helm {version} is too old to deploy with.")).hint("Install Helm 3.13 or later, or Helm 4.")
            }
            HelmError::NoVersion { program, answer } => {
                Self::unavailable(format!("`{} version` names no version, it says: {answer}", program.display()))
                    .hint("Check that the configured program is Helm 3 or 4.")
            }
            HelmError::Start { program, source } => Self::unavailable(format!("`{}` could not be started: {source}.", program.display()))
                .hint("Check that the file may be executed by the server's user."),
            HelmError::Wait(source) => Self::internal(format!("The end of helm could not be waited for: {source}.")),
            HelmError::Folder { path, source } => Self::unavailable(format!("Helm's working folder {} can't be used: {source}.", path.display()))
                .hint("Give the server's user the right to write there, and room on the disk."),
        }
    }
}
