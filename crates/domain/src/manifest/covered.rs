//! Whether applying a manifest would change nothing, told without asking the cluster.

use serde_json::Value;

use super::lists::{like, merge_key};

/// Whether everything `wanted` says is in `live` already. `false` may also mean that the same is written differently (a
/// quantity of `1000m` and `1`): then the cluster has to be asked.
pub fn is_covered(wanted: &Value, live: &Value) -> bool {
    covered("", wanted, live)
}

fn covered(field: &str, wanted: &Value, live: &Value) -> bool {
    match (wanted, live) {
        (Value::Object(wanted), Value::Object(live)) => wanted.iter().all(|(key, value)| match live.get(key) {
            Some(found) => covered(key, value, found),
            // What is empty and not there was dropped by the cluster.
            None => is_nothing(value),
        }),
        (Value::Array(wanted), Value::Array(live)) => match merge_key(field, wanted) {
            Some(key) => wanted.iter().all(|element| like(live, key, element).is_some_and(|found| covered("", element, found))),
            None => wanted.len() == live.len() && wanted.iter().zip(live).all(|(wanted, live)| covered("", wanted, live)),
        },
        (wanted, live) => wanted == live,
    }
}

/// Null, or an object or list with nothing in it.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.values().all(is_nothing),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn defaulted_fields_beside_the_wanted_ones_change_nothing() {
        let wanted = json!({ "spec": { "containers": [{ "name": "app", "image": "a:1", "env": [], "resources": {} }] } });
        let live = json!({ "spec": { "containers": [{ "name": "side", "image": "s:1" }, { "name": "app", "image": "a:1", "terminationMessagePath": "/dev" }] } });
        assert!(is_covered(&wanted, &live));
    }

    #[test]
    fn another_value_or_a_longer_list_is_a_change() {
        assert!(!is_covered(&json!({ "replicas": 3 }), &json!({ "replicas": 5 })));
        assert!(!is_covered(&json!({ "args": ["a"] }), &json!({ "args": ["a", "b"] })));
        assert!(!is_covered(&json!({ "data": { "a": "1" } }), &json!({})));
    }
}
