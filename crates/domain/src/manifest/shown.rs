//! What of an object a person should see: what somebody wrote, not what the cluster added.

use serde_json::{Map, Value};

use super::lists::{like, merge_key};

/// Fields of the metadata that the cluster keeps for itself.
const METADATA_OF_CLUSTER: [&str; 8] =
    ["managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"];
/// Annotations that controllers and clients keep for themselves.
const ANNOTATIONS_OF_CLUSTER: [&str; 4] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
    "autoscaling.alpha.kubernetes.io/conditions",
];

/// One object alone: without what the cluster keeps for itself.
pub fn shown_alone(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
        if let Some(Value::Object(metadata)) = fields.get_mut("metadata") {
            metadata.retain(|key, _| !METADATA_OF_CLUSTER.contains(&key.as_str()));
            if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
                annotations.retain(|key, _| !ANNOTATIONS_OF_CLUSTER.contains(&key.as_str()));
                if annotations.is_empty() {
                    metadata.remove("annotations");
                }
            }
        }
    }
    object
}

/// The live object and what becomes of it, both reduced to what the manifests speak of and what differs. Fields that the
/// cluster filled in on both sides alike are left out.
pub fn shown_pair(live: &Value, after: &Value, manifest: &Value) -> (Value, Value) {
    let (live, after) = (shown_alone(live), shown_alone(after));
    pair("", &live, &after, manifest)
}

fn pair(field: &str, live: &Value, after: &Value, manifest: &Value) -> (Value, Value) {
    match (live, after) {
        (Value::Object(old), Value::Object(new)) => pair_fields(old, new, manifest),
        (Value::Array(old), Value::Array(new)) => {
            let wanted = manifest.as_array().map_or(&[][..], Vec::as_slice);
            let key = merge_key(field, new).filter(|key| old.iter().all(|element| element.get(*key).is_some()));
            let reduced = |elements: &[Value], others: &[Value], left: bool| -> Vec<Value> {
                let one = |(place, element): (usize, &Value)| {
                    let (other, wanted) = match key {
                        Some(key) => (like(others, key, element), like(wanted, key, element)),
                        None => (others.get(place), wanted.get(place)),
                    };
                    let wanted = wanted.unwrap_or(&Value::Null);
                    match (other, left) {
                        (Some(other), true) => pair("", element, other, wanted).0,
                        (Some(other), false) => pair("", other, element, wanted).1,
                        (None, _) => element.clone(),
                    }
                };
                elements.iter().enumerate().map(one).collect()
            };
            (Value::Array(reduced(old, new, true)), Value::Array(reduced(new, old, false)))
        }
        _ => (live.clone(), after.clone()),
    }
}

fn pair_fields(old: &Map<String, Value>, new: &Map<String, Value>, manifest: &Value) -> (Value, Value) {
    let (mut left, mut right) = (Map::new(), Map::new());
    for (key, before) in old {
        let wanted = manifest.get(key);
        match new.get(key) {
            Some(after) if wanted.is_none() && before == after => {}
            Some(after) => {
                let (before, after) = pair(key, before, after, wanted.unwrap_or(&Value::Null));
                left.insert(key.clone(), before);
                right.insert(key.clone(), after);
            }
            None => {
                left.insert(key.clone(), before.clone());
            }
        }
    }
    for (key, after) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        right.insert(key.clone(), after.clone());
    }
    (Value::Object(left), Value::Object(right))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_cluster_filled_in_on_both_sides_is_left_out() {
        let manifest = json!({ "kind": "Deployment", "spec": { "template": { "containers": [{ "name": "app", "image": "a:2" }] } } });
        let live = json!({ "kind": "Deployment", "metadata": { "uid": "1", "managedFields": [] }, "status": { "ready": 1 },
            "spec": { "progressDeadlineSeconds": 600, "template": { "containers": [{ "name": "app", "image": "a:1", "terminationMessagePath": "/dev" }] } } });
        let mut after = live.clone();
        after["spec"]["template"]["containers"][0]["image"] = "a:2".into();
        let (left, right) = shown_pair(&live, &after, &manifest);
        assert_eq!(left["spec"], json!({ "template": { "containers": [{ "name": "app", "image": "a:1" }] } }));
        assert_eq!(right["spec"], json!({ "template": { "containers": [{ "name": "app", "image": "a:2" }] } }));
    }

    #[test]
    fn what_goes_and_what_comes_is_shown_though_no_manifest_speaks_of_it() {
        let (left, right) =
            shown_pair(&json!({ "spec": { "gone": 1, "same": 2 } }), &json!({ "spec": { "new": 3, "same": 2 } }), &json!({ "spec": {} }));
        assert_eq!((left, right), (json!({ "spec": { "gone": 1 } }), json!({ "spec": { "new": 3 } })));
    }

    #[test]
    fn an_object_alone_is_shown_without_what_the_cluster_keeps() {
        let object = json!({ "kind": "A", "status": {}, "metadata": { "name": "a", "resourceVersion": "7", "annotations": { "deployment.kubernetes.io/revision": "2" } } });
        assert_eq!(shown_alone(&object), json!({ "kind": "A", "metadata": { "name": "a" } }));
    }
}
