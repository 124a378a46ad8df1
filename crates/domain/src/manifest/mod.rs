//! Objects of a chart as rendered and as live: which is which, what a patch of them has to say, and what of them a
//! person should see. Pure functions on JSON; reading YAML and asking a cluster happen elsewhere.

mod covered;
mod lists;
mod order;
mod patch;
mod secrets;
mod shown;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use covered::is_covered;
pub use order::install_place;
pub use patch::{MergeKind, has_removals, merge_kind, merge_patch};
pub use secrets::{HIDDEN, line_mask, secrets_mask};
pub use shown::{shown_alone, shown_pair};

/// What names an object in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId {
    /// Group and version as in the manifest: `apps/v1`, `v1`.
    pub api_version: String,
    /// The kind: `Deployment`.
    pub kind: String,
    /// The namespace; `None` where the manifest names none: the release's own, or none at all.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl ObjectId {
    /// The identity of a manifest; `None` if it lacks version, kind or name.
    pub fn of(object: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let metadata = object.get("metadata")?;
        Some(Self {
            api_version: text(object.get("apiVersion")?)?,
            kind: text(object.get("kind")?)?,
            namespace: metadata.get("namespace").and_then(text),
            name: text(metadata.get("name")?)?,
        })
    }

    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// Whether it is the same object whatever version of the API names it.
    pub fn is_same_object(&self, other: &Self) -> bool {
        (self.group(), &self.kind, &self.namespace, &self.name) == (other.group(), &other.kind, &other.namespace, &other.name)
    }
}

impl std::fmt::Display for ObjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// Helm keeps an object with this annotation when it leaves the chart (`pkg/kube/resource_policy.go`).
pub fn is_kept_by_policy(object: &Value) -> bool {
    object["metadata"]["annotations"]["helm.sh/resource-policy"].as_str().is_some_and(|policy| policy.trim().eq_ignore_ascii_case("keep"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_named_by_kind_and_name() {
        let object = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "api", "namespace": "" } });
        let id = ObjectId::of(&object).unwrap();
        assert_eq!((id.to_string().as_str(), id.group(), id.namespace.clone()), ("Deployment api", "apps", None));
        assert!(id.is_same_object(&ObjectId { api_version: "apps/v1beta1".into(), ..id.clone() }));
        assert_eq!(ObjectId::of(&json!({ "kind": "Deployment" })), None);
    }

    #[test]
    fn an_object_may_ask_to_be_kept() {
        assert!(is_kept_by_policy(&json!({ "metadata": { "annotations": { "helm.sh/resource-policy": "keep" } } })));
        assert!(!is_kept_by_policy(&json!({ "metadata": {} })));
    }
}
