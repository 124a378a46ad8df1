//! Newtype ids of all nouns, and the rules a name must keep. Nothing but names lives here.

use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// Longest DNS-1123 label (RFC 1123, section 2.1; the rule of Kubernetes for namespaces and labels' values).
const LABEL_LENGTH_MAX: usize = 63;
/// Longest Helm release name (Helm keeps ten characters of 63 for suffixes of its own: `pkg/chartutil`).
const RELEASE_LENGTH_MAX: usize = 53;
/// Longest name of a kubeconfig context or a user that we accept.
const FREE_LENGTH_MAX: usize = 253;

fn dns_label(what: &str, text: &str, length_max: usize) -> Result<(), AppError> {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let inner = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if text.len() <= length_max && inner && edge(text.chars().next()) && edge(text.chars().next_back()) {
        return Ok(());
    }
    Err(AppError::invalid(format!("{} is not a valid {what} name.", quoted(text)))
        .hint(format!("Use 1 to {length_max} lower-case letters, digits and hyphens; begin and end with a letter or digit."))
        .field("name"))
}

fn free_text(what: &str, text: &str) -> Result<(), AppError> {
    if !text.is_empty() && text.len() <= FREE_LENGTH_MAX && !text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Ok(());
    }
    Err(AppError::invalid(format!("{} is not a valid {what} name.", quoted(text)))
        .hint(format!("Use 1 to {FREE_LENGTH_MAX} characters without spaces.")))
}

/// The text in typographic quotes, cut to a length fit for a message.
fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(80).collect();
    format!("“{shown}{}”", if text.chars().count() > 80 { "…" } else { "" })
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// Checks the text against the rule of this kind of name.
            pub fn new(text: impl Into<String>) -> Result<Self, AppError> {
                let text = text.into();
                let check: fn(&str, &str) -> Result<(), AppError> = $check;
                check($what, &text)?;
                Ok(Self(text))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $type {
            type Error = AppError;
            fn try_from(text: String) -> Result<Self, AppError> {
                Self::new(text)
            }
        }

        impl std::str::FromStr for $type {
            type Err = AppError;
            fn from_str(text: &str) -> Result<Self, AppError> {
                Self::new(text)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0
            }
        }
    };
}

name!(
    /// A team: people who own services and environments.
    TeamName, "team", |w, t| dns_label(w, t, LABEL_LENGTH_MAX));
name!(
    /// A cluster: the name of a kubeconfig context, or `in-cluster`.
    ClusterName, "cluster", |w, t| free_text(w, t));
name!(
    /// An environment: a place to run services.
    EnvironmentName, "environment", |w, t| dns_label(w, t, LABEL_LENGTH_MAX));
name!(
    /// A Kubernetes namespace.
    Namespace, "namespace", |w, t| dns_label(w, t, LABEL_LENGTH_MAX));
name!(
    /// A service: something deployable. Also the default name of its release, hence Helm's shorter limit.
    ServiceName, "service", |w, t| dns_label(w, t, RELEASE_LENGTH_MAX));
name!(
/// A Helm release. Helm allows dots as in a DNS subdomain (`pkg/chartutil/validate_name.go`).
ReleaseName, "release", |w, t| {
    if t.split('.').all(|part| dns_label(w, part, RELEASE_LENGTH_MAX).is_ok()) && t.len() <= RELEASE_LENGTH_MAX { Ok(()) } else { dns_label(w, t, RELEASE_LENGTH_MAX) }
});
name!(
    /// A person or pipeline, as its identity provider names it.
    UserName, "user", |w, t| free_text(w, t));

impl From<&ServiceName> for ReleaseName {
    fn from(name: &ServiceName) -> Self {
        Self(name.0.clone())
    }
}

/// The number of an operation, counted from 1 over the whole installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OperationId(pub i64);

impl std::fmt::Display for OperationId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_name_is_a_dns_label_of_at_most_53_characters() {
        assert!(ServiceName::new("candidates").is_ok());
        assert!(ServiceName::new("a".repeat(53)).is_ok());
        for bad in ["", "-a", "a-", "A", "a_b", "a.b", "ä", &"a".repeat(54)] {
            let error = ServiceName::new(bad).unwrap_err();
            assert!(error.message.contains(&format!("“{bad}”")), "{}", error.message);
        }
    }

    #[test]
    fn a_cluster_name_may_be_any_kubeconfig_context_without_spaces() {
        assert!(ClusterName::new("arn:aws:eks:eu-central-1:123456789012:cluster/eu-prod-1").is_ok());
        assert!(ClusterName::new("kubernetes admin").is_err());
        assert!(ClusterName::new("a\nb").is_err());
    }

    #[test]
    fn a_release_name_may_hold_dots() {
        assert!(ReleaseName::new("a.b").is_ok());
        assert!(ReleaseName::new("a..b").is_err());
    }

    #[test]
    fn a_bad_name_does_not_deserialise() {
        assert!(serde_json::from_str::<TeamName>("\"No Spaces\"").is_err());
    }
}
