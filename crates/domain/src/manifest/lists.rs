//! Lists whose elements have a name: which field it is, so that elements are compared with their like.

use serde_json::Value;

/// The merge keys of Kubernetes' lists by the field that holds them (`patchMergeKey` in `k8s.io/api`; where a field of one
/// name has another key elsewhere, the elements' own fields decide). A list that is not here is replaced as a whole.
const MERGE_KEYS: [(&str, &[&str]); 18] = [
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("env", &["name"]),
    ("volumes", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("ports", &["containerPort", "port"]),
    ("imagePullSecrets", &["name"]),
    ("secrets", &["name"]),
    ("hostAliases", &["ip"]),
    ("topologySpreadConstraints", &["topologyKey"]),
    ("schedulingGates", &["name"]),
    ("resourceClaims", &["name"]),
    ("resizePolicy", &["resourceName"]),
    ("ownerReferences", &["uid"]),
    ("conditions", &["type"]),
    ("webhooks", &["name"]),
];

/// The merge key of a list held by the field `field`, if it has one and all elements carry it.
pub(super) fn merge_key(field: &str, elements: &[Value]) -> Option<&'static str> {
    let keys = MERGE_KEYS.iter().find(|(name, _)| *name == field)?.1;
    keys.iter().find(|key| elements.iter().all(|element| element.get(**key).is_some())).copied()
}

/// The element with the same key.
pub(super) fn like<'a>(elements: &'a [Value], key: &str, element: &Value) -> Option<&'a Value> {
    elements.iter().find(|other| other.get(key) == element.get(key))
}
