//! Secret values never leave the server: here they are replaced, yet seen as changed.

use serde_json::Value;

/// What stands for a value that is the same on both sides, or alone.
const HIDDEN: &str = "••••••";
/// What stands for the old one of two that differ.
const HIDDEN_BEFORE: &str = "•••••• (before)";
/// What stands for the new one of two that differ.
const HIDDEN_AFTER: &str = "•••••• (after)";

/// The fields of a Secret that hold values.
const VALUE_FIELDS: [&str; 2] = ["data", "stringData"];
/// Annotations that repeat a whole object, and so a Secret's values.
const COPIES: [&str; 1] = ["kubectl.kubernetes.io/last-applied-configuration"];

/// Replaces the values of Secrets in the old and the new state of one object. Objects of other kinds stay as they are.
pub fn secrets_mask(before: Option<&mut Value>, after: Option<&mut Value>) {
    match (before, after) {
        (Some(before), Some(after)) if is_secret(before) || is_secret(after) => {
            for field in VALUE_FIELDS {
                let known = before.get(field).cloned().unwrap_or_default();
                let coming = after.get(field).cloned().unwrap_or_default();
                mask(before, field, &coming, HIDDEN_BEFORE);
                mask(after, field, &known, HIDDEN_AFTER);
            }
            copies_drop(before);
            copies_drop(after);
        }
        (Some(object), None) | (None, Some(object)) if is_secret(object) => {
            for field in VALUE_FIELDS {
                mask_all(object, field);
            }
            copies_drop(object);
        }
        _ => {}
    }
}

fn is_secret(object: &Value) -> bool {
    object["kind"] == "Secret" && object["apiVersion"] == "v1"
}

/// Values that differ from `other`'s are marked; those only one side has, and equal ones, are hidden.
fn mask(object: &mut Value, field: &str, other: &Value, differs: &str) {
    let Some(Value::Object(values)) = object.get_mut(field) else { return hide(object, field) };
    for (key, value) in values.iter_mut() {
        let same = other.get(key).is_none_or(|known| known == value);
        *value = Value::String(if same { HIDDEN } else { differs }.to_owned());
    }
}

fn mask_all(object: &mut Value, field: &str) {
    mask(object, field, &Value::Null, HIDDEN);
}

/// What is no object where one belongs is hidden whole.
fn hide(object: &mut Value, field: &str) {
    if let Some(value) = object.get_mut(field) {
        *value = Value::String(HIDDEN.to_owned());
    }
}

fn copies_drop(object: &mut Value) {
    if let Some(Value::Object(annotations)) = object.get_mut("metadata").and_then(|metadata| metadata.get_mut("annotations")) {
        annotations.retain(|key, _| !COPIES.contains(&key.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn secret(data: &Value) -> Value {
        json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "db" }, "data": data })
    }

    #[test]
    fn a_changed_value_is_seen_as_changed_and_never_shown() {
        let (mut before, mut after) = (secret(&json!({ "same": "YQ==", "user": "Yg==", "gone": "Yw==" })), secret(&json!({ "same": "YQ==", "user": "ZA==", "new": "ZQ==" })));
        secrets_mask(Some(&mut before), Some(&mut after));
        assert_eq!(before["data"], json!({ "same": HIDDEN, "user": HIDDEN_BEFORE, "gone": HIDDEN }));
        assert_eq!(after["data"], json!({ "same": HIDDEN, "user": HIDDEN_AFTER, "new": HIDDEN }));
    }

    #[test]
    fn a_new_secret_is_hidden_and_so_is_one_of_the_wrong_shape() {
        let mut new = json!({ "apiVersion": "v1", "kind": "Secret", "stringData": { "password": "hunter2" }, "data": "aHVudGVyMg==",
            "metadata": { "annotations": { "kubectl.kubernetes.io/last-applied-configuration": "hunter2" } } });
        secrets_mask(None, Some(&mut new));
        assert!(!new.to_string().contains("hunter2") && !new.to_string().contains("aHVudGVyMg"), "{new}");
    }

    #[test]
    fn other_objects_stay_as_they_are() {
        let mut map = json!({ "apiVersion": "v1", "kind": "ConfigMap", "data": { "a": "b" } });
        secrets_mask(None, Some(&mut map));
        assert_eq!(map["data"]["a"], "b");
    }
}
