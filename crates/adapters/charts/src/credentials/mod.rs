//! Credentials from the files that Docker and Helm keep. They are read again when they change, held as secrets, and given
//! out for one host at a time.

mod docker;
mod helm;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use reqwest::Url;
use secrecy::SecretString;

use docker::DockerConfig;
pub(crate) use docker::RegistrySecret;
use helm::Repositories;
pub(crate) use helm::RepositorySecret;

use crate::error::ChartsError;
use crate::options::ChartsOptions;

/// Largest file of credentials.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// What is shown to a server.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    Basic { user: String, password: SecretString },
    Bearer(SecretString),
}

/// The files.
#[derive(Debug)]
pub(crate) struct Credentials {
    registries: Option<Watched<DockerConfig>>,
    repositories: Option<Watched<Repositories>>,
}

impl Credentials {
    /// Reads the files once, so that a wrong one is told at the start.
    pub(crate) fn load(options: &ChartsOptions) -> Result<Self, ChartsError> {
        let registries = options.registry_config.as_deref().map(|path| Watched::open(path, docker::parse)).transpose()?;
        let repositories = options.repository_config.as_deref().map(|path| Watched::open(path, helm::parse)).transpose()?;
        Ok(Self { registries, repositories })
    }

    /// For the repository `name` at `host` (with its port).
    pub(crate) fn registry(&self, host: &str, name: &str) -> RegistrySecret {
        self.registries.as_ref().map_or(RegistrySecret::None, |file| file.current().secret(host, name))
    }

    /// For the HTTP repository at this address.
    pub(crate) fn repository(&self, address: &Url) -> Option<RepositorySecret> {
        self.repositories.as_ref().and_then(|file| file.current().secret(address))
    }
}

/// A file that is read again when its size or its time of change is another.
struct Watched<T> {
    path: PathBuf,
    parse: fn(&[u8]) -> Result<T, String>,
    read: Mutex<(Stamp, Arc<T>)>,
}

type Stamp = (u64, Option<SystemTime>);

impl<T> Watched<T> {
    fn open(path: &Path, parse: fn(&[u8]) -> Result<T, String>) -> Result<Self, ChartsError> {
        let stamp = stamp(path);
        let content = read(path, parse).map_err(|why| ChartsError::CredentialsFile { path: path.display().to_string(), why })?;
        Ok(Self { path: path.to_owned(), parse, read: Mutex::new((stamp, Arc::new(content))) })
    }

    /// The content as it is now, or as it was before somebody broke it.
    fn current(&self) -> Arc<T> {
        let now = stamp(&self.path);
        let mut last = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 != now {
            match read(&self.path, self.parse) {
                Ok(content) => last.1 = Arc::new(content),
                Err(why) => tracing::warn!(why, "the credentials in {} can't be read and stay as they were", self.path.display()),
            }
            last.0 = now;
        }
        Arc::clone(&last.1)
    }
}

impl<T> fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watched").field(&self.path).finish()
    }
}

fn stamp(path: &Path) -> Stamp {
    std::fs::metadata(path).map_or((0, None), |metadata| (metadata.len(), metadata.modified().ok()))
}

fn read<T>(path: &Path, parse: fn(&[u8]) -> Result<T, String>) -> Result<T, String> {
    let length = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if length > FILE_BYTES_MAX {
        return Err("it is larger than 1 MiB".to_owned());
    }
    parse(&std::fs::read(path).map_err(|error| error.to_string())?)
}
