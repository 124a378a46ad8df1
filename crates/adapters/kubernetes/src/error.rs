//! What can go wrong with a cluster, a variant per failure that callers treat differently, and what people read of it.
//!
//! No message holds a body, a token or the output of a credentials program. How a transport failure is put into words is
//! in [`crate::reason`].

use domain::{AppError, ClusterName};

use crate::body::BodyError;
use crate::reason;

/// A failure of a call to a cluster. `deed` is what was tried, to follow “to”: `read namespace “x”`.
#[derive(Debug, thiserror::Error)]
pub enum KubernetesError {
    /// No cluster of this name is configured.
    #[error("there is no cluster “{0}”")]
    UnknownCluster(ClusterName),
    /// The kubeconfig or the service account can't be read or is not complete.
    #[error("the configuration of cluster “{cluster}” can't be used: {why}")]
    Configuration {
        /// The cluster.
        cluster: ClusterName,
        /// Words without a full stop.
        why: String,
    },
    /// The program or file that gives credentials failed.
    #[error("there are no credentials for cluster “{cluster}”: {why}")]
    Credentials {
        /// The cluster.
        cluster: ClusterName,
        /// Words without a full stop.
        why: String,
    },
    /// No answer, or none in time.
    #[error("cluster “{cluster}” is away: {why}")]
    Unreachable {
        /// The cluster.
        cluster: ClusterName,
        /// Words with the server's address, without a full stop.
        why: String,
    },
    /// It was never connected to.
    #[error("{reason}")]
    NotConnected {
        /// Sentences with the next step.
        reason: String,
    },
    /// 401: it does not accept who we are.
    #[error("cluster “{cluster}” does not accept Slipway's credentials")]
    Unauthenticated {
        /// The cluster.
        cluster: ClusterName,
    },
    /// 403: it does not allow it.
    #[error("Slipway's credentials for cluster “{cluster}” may not {deed}")]
    Forbidden {
        /// The cluster.
        cluster: ClusterName,
        /// What was tried.
        deed: String,
    },
    /// 404.
    #[error("cluster “{cluster}” has nothing of that name: can't {deed}")]
    NotFound {
        /// The cluster.
        cluster: ClusterName,
        /// What was tried.
        deed: String,
    },
    /// 409: somebody was quicker, repeatedly.
    #[error("somebody else changed it in cluster “{cluster}” at the same time: can't {deed}")]
    Conflict {
        /// The cluster.
        cluster: ClusterName,
        /// What was tried.
        deed: String,
    },
    /// The namespace is another environment's.
    #[error("namespace “{namespace}” of cluster “{cluster}” belongs to environment “{owner}”")]
    NamespaceTaken {
        /// The cluster.
        cluster: ClusterName,
        /// The namespace.
        namespace: String,
        /// The environment on its label.
        owner: String,
    },
    /// The namespace is being deleted.
    #[error("namespace “{namespace}” of cluster “{cluster}” is being deleted")]
    NamespaceTerminating {
        /// The cluster.
        cluster: ClusterName,
        /// The namespace.
        namespace: String,
    },
    /// A release's body can't be read or written.
    #[error("revision {revision} of release “{release}” in cluster “{cluster}” can't be read: {why}")]
    Body {
        /// The cluster.
        cluster: ClusterName,
        /// The release, with its namespace.
        release: String,
        /// The revision.
        revision: u32,
        /// Why.
        why: BodyError,
    },
    /// Any other answer of the API server.
    #[error("cluster “{cluster}” refuses to {deed}: {why}")]
    Rejected {
        /// The cluster.
        cluster: ClusterName,
        /// What was tried.
        deed: String,
        /// HTTP status; 0 for an answer that can't be read.
        code: u16,
        /// The API server's message, without a full stop.
        why: String,
    },
}

impl KubernetesError {
    /// Sorts an error of the client. `server` is the address for the words of an unreachable one.
    pub(crate) fn from_kube(cluster: &ClusterName, server: &str, deed: &str, error: &kube::Error) -> Self {
        let (cluster, deed) = (cluster.clone(), deed.to_owned());
        let status = match error {
            kube::Error::Api(status) => status,
            kube::Error::InferConfig(_) | kube::Error::InferKubeconfig(_) | kube::Error::TlsRequired => {
                return Self::Configuration { cluster, why: reason::innermost(error) };
            }
            kube::Error::ProxyProtocolDisabled { .. } | kube::Error::ProxyProtocolUnsupported { .. } => {
                return Self::Configuration { cluster, why: "this kind of proxy is not supported".into() };
            }
            kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => {
                return Self::Rejected { cluster, deed, code: 0, why: "its answer can't be read".into() };
            }
            kube::Error::RustlsTls(_) => {
                return Self::Configuration { cluster, why: format!("its certificates are not usable ({})", reason::innermost(error)) };
            }
            _ => {
                return match reason::credentials(error) {
                    Some(why) => Self::Credentials { cluster, why },
                    None => Self::Unreachable { cluster, why: reason::unreachable(server, error) },
                };
            }
        };
        match status.code {
            401 => Self::Unauthenticated { cluster },
            403 => Self::Forbidden { cluster, deed },
            404 => Self::NotFound { cluster, deed },
            409 => Self::Conflict { cluster, deed },
            429 | 500..=599 => Self::Unreachable { cluster, why: format!("{server} answers {}: {}", status.code, reason::short(&status.message)) },
            code => Self::Rejected { cluster, deed, code, why: reason::short(&status.message) },
        }
    }

    /// Whether the cluster answers, and refuses who we are or what we ask.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Unauthenticated { .. } | Self::Forbidden { .. })
    }

    /// What to do next.
    fn next_step(&self) -> Option<&'static str> {
        match self {
            Self::Configuration { .. } => Some("Correct its kubeconfig; Slipway reads it again by itself."),
            Self::Credentials { .. } => {
                Some("Run `kubectl get namespaces` with the same kubeconfig on Slipway's host; Slipway tries again by itself.")
            }
            Self::Unreachable { .. } => Some("Check its address, the network and the cluster itself; Slipway tries again by itself."),
            Self::Unauthenticated { .. } => Some("Renew the credentials in its kubeconfig; Slipway reads it again by itself."),
            Self::Forbidden { .. } => Some("Grant it with the ClusterRole of Slipway's chart."),
            Self::Conflict { .. } => Some("Try again."),
            Self::NamespaceTaken { .. } => Some("Choose another namespace, or remove that environment first."),
            Self::NamespaceTerminating { .. } => Some("Wait until it is gone, or choose another name."),
            Self::UnknownCluster(_) | Self::NotConnected { .. } | Self::NotFound { .. } | Self::Body { .. } | Self::Rejected { .. } => None,
        }
    }

    /// The failure as a sentence with the next step, for the state of a cluster.
    pub(crate) fn sentence(&self) -> String {
        let step = self.next_step().map(|step| format!(" {step}")).unwrap_or_default();
        format!("{}.{step}", capitalised(&self.to_string()))
    }
}

impl From<KubernetesError> for AppError {
    fn from(error: KubernetesError) -> Self {
        let message = format!("{}.", capitalised(&error.to_string()));
        let app = match &error {
            KubernetesError::UnknownCluster(cluster) => return AppError::not_found("cluster", cluster),
            KubernetesError::NotConnected { reason } => return AppError::unavailable(reason.as_str()),
            // Not `forbidden`: that is about the person who asks, and this is about Slipway's own credentials.
            KubernetesError::Forbidden { .. }
            | KubernetesError::Unauthenticated { .. }
            | KubernetesError::Configuration { .. }
            | KubernetesError::Credentials { .. }
            | KubernetesError::Unreachable { .. } => AppError::unavailable(message),
            KubernetesError::NotFound { .. } => AppError { kind: domain::ErrorKind::NotFound, ..AppError::invalid(message) },
            KubernetesError::Conflict { .. } | KubernetesError::NamespaceTaken { .. } | KubernetesError::NamespaceTerminating { .. } => {
                AppError::conflict(message)
            }
            KubernetesError::Body { why: BodyError::TooLarge, .. } => AppError::too_large(message),
            KubernetesError::Body { .. } => AppError::unavailable(message),
            KubernetesError::Rejected { code: 400..=499, .. } => AppError::invalid(message),
            KubernetesError::Rejected { .. } => AppError::unavailable(message),
        };
        match error.next_step() {
            Some(step) => app.hint(step),
            None => app,
        }
    }
}

/// The text with its first letter in upper case.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
