//! What a client-side upgrade of Helm sends for an object: everything the new manifest says, and the removal of what the
//! old one said and the new one does not. The cluster merges it by its own rules, so a dry run of it tells the outcome.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::ObjectId;
use super::lists::{like, merge_key};

/// How the cluster merges a patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MergeKind {
    /// `application/strategic-merge-patch+json`: lists with a merge key are merged by it.
    Strategic,
    /// `application/merge-patch+json` (RFC 7386): lists are replaced.
    Json,
}

/// Groups whose kinds are compiled into the API server. All others, and definitions of custom resources, are merged by
/// RFC 7386, as Helm does (`pkg/kube/client.go`, `createPatch`).
const COMPILED_GROUPS: [&str; 19] = [
    "",
    "admissionregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "flowcontrol.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
];

/// Kinds whose lists have no merge key though fields of the same name elsewhere do (`ports`).
const KINDS_WITHOUT_MERGE_KEYS: [&str; 3] = ["NetworkPolicy", "Endpoints", "EndpointSlice"];

/// How patches of this object are merged.
pub fn merge_kind(id: &ObjectId) -> MergeKind {
    if COMPILED_GROUPS.contains(&id.group()) { MergeKind::Strategic } else { MergeKind::Json }
}

/// The patch from the old manifest to the new one. `None` for `old`: there was none.
pub fn merge_patch(kind: MergeKind, old: Option<&Value>, new: &Value) -> Value {
    let whole_lists = new["kind"].as_str().is_some_and(|kind| KINDS_WITHOUT_MERGE_KEYS.contains(&kind));
    match old {
        Some(old) => merged("", if whole_lists { MergeKind::Json } else { kind }, old, new),
        None => new.clone(),
    }
}

/// Whether the new manifest no longer says something that the old one said.
pub fn has_removals(kind: MergeKind, old: &Value, new: &Value) -> bool {
    merge_patch(kind, Some(old), new) != *new
}

fn merged(field: &str, kind: MergeKind, old: &Value, new: &Value) -> Value {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let mut patch: Map<String, Value> = new
                .iter()
                .map(|(key, value)| (key.clone(), old.get(key).map_or_else(|| value.clone(), |before| merged(key, kind, before, value))))
                .collect();
            for key in old.keys().filter(|key| !new.contains_key(*key)) {
                patch.insert(key.clone(), Value::Null);
            }
            Value::Object(patch)
        }
        (Value::Array(old), Value::Array(new)) if kind == MergeKind::Strategic => merged_list(field, old, new),
        _ => new.clone(),
    }
}

fn merged_list(field: &str, old: &[Value], new: &[Value]) -> Value {
    let Some(key) = merge_key(field, new).filter(|key| old.iter().all(|element| element.get(*key).is_some())) else {
        return Value::Array(new.to_vec());
    };
    let kept =
        new.iter().map(|element| like(old, key, element).map_or_else(|| element.clone(), |before| merged("", MergeKind::Strategic, before, element)));
    let gone = old.iter().filter(|element| like(new, key, element).is_none()).map(|element| json!({ "$patch": "delete", key: element[key] }));
    Value::Array(kept.chain(gone).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_new_manifest_leaves_out_is_removed() {
        let old = json!({ "spec": { "replicas": 3, "containers": [{ "name": "app", "env": [{ "name": "A", "value": "1" }, { "name": "B", "value": "2" }] }] } });
        let new = json!({ "spec": { "containers": [{ "name": "app", "env": [{ "name": "B", "value": "3" }] }] } });
        let patch = merge_patch(MergeKind::Strategic, Some(&old), &new);
        assert_eq!(
            patch,
            json!({ "spec": { "replicas": null, "containers": [{ "name": "app", "env": [{ "name": "B", "value": "3" }, { "$patch": "delete", "name": "A" }] }] } })
        );
        assert!(has_removals(MergeKind::Strategic, &old, &new));
        assert!(!has_removals(MergeKind::Strategic, &new, &new));
    }

    #[test]
    fn the_ports_of_a_network_policy_are_replaced() {
        let policy = |ports: &Value| json!({ "kind": "NetworkPolicy", "spec": { "ingress": [{ "ports": ports }] } });
        let new = policy(&json!([{ "port": 80 }]));
        assert_eq!(merge_patch(MergeKind::Strategic, Some(&policy(&json!([{ "port": 80 }, { "port": 90 }]))), &new), new);
    }

    #[test]
    fn a_custom_resource_has_its_lists_replaced() {
        let old = json!({ "spec": { "env": [{ "name": "A" }], "gone": 1 } });
        let new = json!({ "spec": { "env": [{ "name": "B" }] } });
        assert_eq!(merge_patch(MergeKind::Json, Some(&old), &new), json!({ "spec": { "env": [{ "name": "B" }], "gone": null } }));
        let id = ObjectId { api_version: "monitoring.coreos.com/v1".into(), kind: "ServiceMonitor".into(), namespace: None, name: "a".into() };
        assert_eq!(merge_kind(&id), MergeKind::Json);
    }
}
