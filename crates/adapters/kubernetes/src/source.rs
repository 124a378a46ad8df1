//! Where clusters come from: contexts of kubeconfig files, or the pod we run in. Clients are made here, and nowhere else.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::ClusterName;
use kube::config::{ExecInteractiveMode, KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::error::KubernetesError;
use crate::reason;

/// Limit for making a client, which may run a credentials program.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(30);
/// Limit for connecting to an API server.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The name of the cluster we run in.
const IN_CLUSTER: &str = "in-cluster";

/// Which clusters to watch.
#[derive(Debug, Clone, Default)]
pub struct ClustersOptions {
    /// Kubeconfig files. Where two have a context of the same name, the earlier file counts.
    pub kubeconfigs: Vec<PathBuf>,
    /// Contexts to watch; empty for all of all files.
    pub contexts: Vec<String>,
    /// Whether to watch the cluster that Slipway runs in, by its service account, as `in-cluster`.
    pub in_cluster: bool,
}

/// One cluster's configuration. Read anew whenever a client is made, so that rotated credentials count.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Kubeconfig {
        path: PathBuf,
        context: String,
    },
    InCluster,
    /// It can't be used, and why. For what is not there at the start.
    Broken(String),
}

/// A cluster as configured.
#[derive(Debug, Clone)]
pub(crate) struct Configured {
    pub name: ClusterName,
    pub server: String,
    pub source: Source,
}

/// All clusters that the options name. A file that can't be read or a missing context becomes a cluster that says so.
pub(crate) fn sources(options: &ClustersOptions) -> Vec<Configured> {
    let mut found: Vec<Configured> = Vec::new();
    for path in &options.kubeconfigs {
        for configured in file_sources(path) {
            if found.iter().all(|other| other.name != configured.name) {
                found.push(configured);
            }
        }
    }
    if !options.contexts.is_empty() {
        found.retain(|c| matches!(c.source, Source::Broken(_)) || options.contexts.iter().any(|name| name == c.name.as_str()));
        for context in &options.contexts {
            let why = "no kubeconfig has a context of this name".to_owned();
            if let (true, Ok(name)) = (found.iter().all(|c| c.name.as_str() != context), ClusterName::new(context.as_str())) {
                found.push(Configured { name, server: String::new(), source: Source::Broken(why) });
            }
        }
    }
    if options.in_cluster
        && let Ok(name) = ClusterName::new(IN_CLUSTER)
    {
        found.push(Configured { name, server: "https://kubernetes.default.svc".into(), source: Source::InCluster });
    }
    found
}

fn file_sources(path: &Path) -> Vec<Configured> {
    let kubeconfig = match Kubeconfig::read_from(path) {
        Ok(kubeconfig) => kubeconfig,
        Err(error) => {
            let why = format!("the kubeconfig {} can't be read ({})", path.display(), reason::innermost(&error));
            let name = path.file_name().map(|name| name.to_string_lossy().replace(char::is_whitespace, "-")).unwrap_or_default();
            let broken = |name| Configured { name, server: String::new(), source: Source::Broken(why) };
            return ClusterName::new(name).map(broken).into_iter().collect();
        }
    };
    let named = kubeconfig.contexts.iter().filter_map(|context| match ClusterName::new(context.name.as_str()) {
        Ok(name) => Some((name, context)),
        Err(error) => {
            tracing::warn!(kubeconfig = %path.display(), "a context is left out: {error}");
            None
        }
    });
    named
        .map(|(name, context)| {
            let cluster = context.context.as_ref().map(|context| context.cluster.as_str()).unwrap_or_default();
            let cluster = kubeconfig.clusters.iter().find(|named| named.name == cluster).and_then(|named| named.cluster.as_ref());
            let server = cluster.and_then(|cluster| cluster.server.as_deref()).map(without_user).unwrap_or_default();
            Configured { name, server, source: Source::Kubeconfig { path: path.to_owned(), context: context.name.clone() } }
        })
        .collect()
}

/// An address without user and password.
fn without_user(server: &str) -> String {
    match (server.split_once("://"), server.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => server.to_owned(),
    }
}

impl Configured {
    /// Makes a client. Runs the credentials program if there is one, off the runtime's threads.
    pub(crate) async fn client(&self) -> Result<Client, KubernetesError> {
        let (source, cluster) = (self.source.clone(), self.name.clone());
        let broken = |why: String| KubernetesError::Configuration { cluster: cluster.clone(), why };
        let config = match source {
            Source::Broken(why) => return Err(broken(why)),
            // Not `incluster()`: that one reads the environment.
            Source::InCluster => Config::incluster_dns().map_err(|error| broken(reason::innermost(&error)))?,
            Source::Kubeconfig { path, context } => {
                let read = Kubeconfig::read_from(&path).map_err(|error| broken(format!("{}: {}", path.display(), reason::innermost(&error))))?;
                let options = KubeConfigOptions { context: Some(context), ..KubeConfigOptions::default() };
                Config::from_custom_kubeconfig(read, &options).await.map_err(|error| broken(reason::innermost(&error)))?
            }
        };
        let config = bounded(config);
        let made = tokio::task::spawn_blocking(move || Client::try_from(config));
        match tokio::time::timeout(CLIENT_TIMEOUT, made).await {
            Ok(Ok(client)) => client.map_err(|error| KubernetesError::from_kube(&self.name, &self.server, "connect", &error)),
            Ok(Err(_)) => Err(broken("the client could not be made".into())),
            Err(_) => {
                let why = format!("the credentials program of the kubeconfig takes longer than {} s", CLIENT_TIMEOUT.as_secs());
                Err(KubernetesError::Credentials { cluster, why })
            }
        }
    }
}

fn bounded(mut config: Config) -> Config {
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    if let Some(exec) = &mut config.auth_info.exec {
        // Nobody sits at our terminal, and its output must not reach ours.
        exec.interactive_mode = Some(ExecInteractiveMode::Never);
    }
    config
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
