//! How to run Helm, as the configuration says, and which program that is.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use domain::ClusterName;

use crate::error::HelmError;

/// The cluster that the server itself runs in. Every other name is a kubeconfig context.
const IN_CLUSTER: &str = "in-cluster";

/// Variables of the server that Helm may see: what it, an exec credential plugin and TLS need. Nothing else passes.
const PASSED: [&str; 16] = [
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "TZ",
    "TMPDIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "XDG_CACHE_HOME",
    "USE_GKE_GCLOUD_AUTH_PLUGIN",
];
/// The same, by how the name begins.
const PASSED_PREFIXES: [&str; 2] = ["AWS_", "KUBERNETES_SERVICE_"];

/// How to run Helm.
#[derive(Debug, Clone)]
pub struct HelmOptions {
    /// The program: a path, or a name to look for in the `PATH` of `environment`. Default `helm`.
    pub program: PathBuf,
    /// The kubeconfig; `None` leaves it to Helm (`~/.kube/config`).
    pub kubeconfig: Option<PathBuf>,
    /// A command that Helm's own command line is appended to, such as `slipway guard --`, which ends Helm when the
    /// server dies. It must end by executing what follows, so that the process stays the same.
    pub guard: Option<Vec<OsString>>,
    /// Where values files live while Helm runs, and Helm's caches. One [`crate::HelmProgram`] has it to itself.
    pub folder: PathBuf,
    /// The server's environment. Only what Helm needs of it is passed on.
    pub environment: BTreeMap<String, OsString>,
    /// Variables set for Helm in any case.
    pub extra_environment: BTreeMap<String, OsString>,
}

impl HelmOptions {
    /// `helm` from the `PATH` of `environment`, with its working folder.
    pub fn new(folder: impl Into<PathBuf>, environment: impl IntoIterator<Item = (String, OsString)>) -> Self {
        Self {
            program: PathBuf::from("helm"),
            kubeconfig: None,
            guard: None,
            folder: folder.into(),
            environment: environment.into_iter().collect(),
            extra_environment: BTreeMap::new(),
        }
    }

    /// The program as an absolute path.
    pub(crate) fn program_find(&self) -> Result<PathBuf, HelmError> {
        let missing = || HelmError::Missing { program: self.program.clone() };
        if self.program.components().count() > 1 {
            return std::path::absolute(&self.program).ok().filter(|path| is_executable(path)).ok_or_else(missing);
        }
        let search_path = self.environment.get("PATH").cloned().unwrap_or_default();
        std::env::split_paths(&search_path)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(&self.program))
            .find(|path| is_executable(path))
            .ok_or_else(missing)
    }

    /// The kubeconfig context of a cluster; `None` for the one the server runs in.
    pub(crate) fn context_of(cluster: &ClusterName) -> Option<&str> {
        Some(cluster.as_str()).filter(|name| *name != IN_CLUSTER)
    }

    /// The whole environment of a child.
    pub(crate) fn environment_of_child(&self) -> BTreeMap<String, OsString> {
        let passed = |name: &str| PASSED.contains(&name) || PASSED_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        let mut child: BTreeMap<String, OsString> =
            self.environment.iter().filter(|(name, _)| passed(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
        // Ours, so that nobody's plugins, repositories or discovery caches have a say in what is deployed.
        for (name, part) in [("HELM_CACHE_HOME", "cache"), ("HELM_CONFIG_HOME", "config"), ("HELM_DATA_HOME", "data"), ("KUBECACHEDIR", "discovery")]
        {
            child.insert(name.to_owned(), self.folder.join(part).into_os_string());
        }
        child.insert("NO_COLOR".to_owned(), "1".into());
        child.extend(self.extra_environment.clone());
        child
    }
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helm_sees_of_the_servers_environment_only_what_it_needs() {
        let environment = ["PATH", "HOME", "AWS_REGION", "KUBERNETES_SERVICE_HOST", "SLIPWAY_DATABASE_URL", "HELM_PLUGINS", "KUBECONFIG"];
        let mut options = HelmOptions::new("/var/slipway/helm", environment.map(|name| (name.to_owned(), OsString::from("x"))));
        options.extra_environment.insert("HELM_DEBUG".to_owned(), "false".into());
        let seen: Vec<String> = options.environment_of_child().iter().map(|(name, value)| format!("{name}={}", value.display())).collect();
        insta::assert_snapshot!(seen.join("\n"), @r"
        AWS_REGION=x
        HELM_CACHE_HOME=/var/slipway/helm/cache
        HELM_CONFIG_HOME=/var/slipway/helm/config
        HELM_DATA_HOME=/var/slipway/helm/data
        HELM_DEBUG=false
        HOME=x
        KUBECACHEDIR=/var/slipway/helm/discovery
        KUBERNETES_SERVICE_HOST=x
        NO_COLOR=1
        PATH=x
        ");
    }

    #[test]
    fn the_cluster_we_run_in_has_no_context() {
        assert_eq!(HelmOptions::context_of(&ClusterName::new("in-cluster").unwrap()), None);
        assert_eq!(HelmOptions::context_of(&ClusterName::new("eu-prod-1").unwrap()), Some("eu-prod-1"));
    }
}
