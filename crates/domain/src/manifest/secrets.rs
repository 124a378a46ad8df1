//! Secret values never leave the server: here they are replaced, yet seen as changed.

use serde_json::Value;

/// What stands for a value that is the same on both sides, or alone.
pub const HIDDEN: &str = "••••••";
/// What stands for the old one of two that differ.
const HIDDEN_BEFORE: &str = "•••••• (before)";
/// What stands for the new one of two that differ.
const HIDDEN_AFTER: &str = "•••••• (after)";

/// The fields of a Secret that hold values.
const VALUE_FIELDS: [&str; 2] = ["data", "stringData"];
/// Annotations that repeat a whole object, and so a Secret's values.
const COPIES: [&str; 1] = ["kubectl.kubernetes.io/last-applied-configuration"];

/// Words in the name of a setting whose value is not shown, wherever it stands.
const SECRET_WORDS: [&str; 12] =
    ["password", "passwd", "secret", "token", "apikey", "api_key", "api-key", "privatekey", "private_key", "private-key", "credential", "accesskey"];
/// Endings of names that speak of a secret without holding one.
const REFERENCE_ENDINGS: [&str; 12] =
    ["name", "ref", "refs", "key", "path", "file", "enabled", "ttl", "expiry", "type", "create", "automountserviceaccounttoken"];
/// Endings that hold one although they look like a reference.
const HOLDER_ENDINGS: [&str; 6] = ["apikey", "api_key", "api-key", "privatekey", "private_key", "private-key"];

/// Whether a setting of this name holds a secret, going by its name alone: `dbPassword`, `API_TOKEN`; not `secretName`.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let speaks = SECRET_WORDS.iter().any(|word| name.contains(word));
    let holds = HOLDER_ENDINGS.iter().any(|ending| name.ends_with(ending)) || !REFERENCE_ENDINGS.iter().any(|ending| name.ends_with(ending));
    speaks && holds
}

/// A line of text with the value hidden if it sets something secret: `password: x`, `API_TOKEN=x`.
pub fn line_mask(line: &str) -> Option<String> {
    let (name, value) = line.split_once(": ").or_else(|| line.split_once('='))?;
    let bare = name.trim_start_matches([' ', '-', '\t', '"', '\'']).trim_end_matches(['"', '\'', ' ']);
    let hidden = value.trim().is_empty() || matches!(value.trim(), "''" | "\"\"" | "null" | "true" | "false" | "{}" | "[]") || value.contains(HIDDEN);
    if hidden || bare.contains(char::is_whitespace) || !is_secret_name(bare) {
        return None;
    }
    let separator = &line[name.len()..line.len() - value.len()];
    Some(format!("{name}{separator}{HIDDEN}"))
}

/// Replaces the values of Secrets in the old and the new state of one object, and in any object the values of environment
/// variables whose name says that they are secret.
pub fn secrets_mask(mut before: Option<&mut Value>, mut after: Option<&mut Value>) {
    let (known, coming) = (before.as_deref().cloned(), after.as_deref().cloned());
    if let Some(before) = before.as_deref_mut() {
        variables_mask(before, coming.as_ref(), HIDDEN_BEFORE);
    }
    if let Some(after) = after.as_deref_mut() {
        variables_mask(after, known.as_ref(), HIDDEN_AFTER);
    }
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

/// Hides `value` wherever it stands beside a `name` that says it is secret; one that the other side has otherwise is marked.
fn variables_mask(object: &mut Value, other: Option<&Value>, differs: &str) {
    match object {
        Value::Object(fields) => {
            let named = fields.get("name").and_then(Value::as_str).is_some_and(is_secret_name);
            if let Some(value) = fields.get_mut("value").filter(|value| named && value.as_str().is_some_and(|text| !text.is_empty())) {
                let same = other.and_then(|other| other.get("value")).is_none_or(|known| *known == *value);
                *value = Value::String(if same { HIDDEN } else { differs }.to_owned());
            }
            for (key, value) in fields {
                variables_mask(value, other.and_then(|other| other.get(key)), differs);
            }
        }
        Value::Array(elements) => {
            let others = other.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            for (place, element) in elements.iter_mut().enumerate() {
                let named = element.get("name").and_then(|name| others.iter().find(|other| other.get("name") == Some(name)));
                variables_mask(element, named.or_else(|| others.get(place)), differs);
            }
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
        let (mut before, mut after) =
            (secret(&json!({ "same": "YQ==", "user": "Yg==", "gone": "Yw==" })), secret(&json!({ "same": "YQ==", "user": "ZA==", "new": "ZQ==" })));
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
    fn a_variable_with_a_secret_name_is_hidden_and_seen_as_changed() {
        let pod = |value: &str| {
            json!({ "kind": "Pod", "spec": { "containers": [{ "name": "app", "env": [
            { "name": "LOG_LEVEL", "value": "info" }, { "name": "DB_PASSWORD", "value": value }, { "name": "TOKEN", "valueFrom": { "secretKeyRef": { "key": "a" } } }] }] } })
        };
        let (mut before, mut after) = (pod("hunter1"), pod("hunter2"));
        secrets_mask(Some(&mut before), Some(&mut after));
        assert_eq!(after["spec"]["containers"][0]["env"][1]["value"], HIDDEN_AFTER);
        assert!(!format!("{before}{after}").contains("hunter") && after.to_string().contains("info") && after.to_string().contains("secretKeyRef"));
    }

    #[test]
    fn a_line_that_sets_a_secret_is_hidden() {
        assert_eq!(line_mask("  dbPassword: hunter2").as_deref(), Some("  dbPassword: ••••••"));
        assert_eq!(line_mask("- API_TOKEN=abc").as_deref(), Some("- API_TOKEN=••••••"));
        assert_eq!(line_mask("\"apiKey\": \"abc\",").as_deref(), Some("\"apiKey\": ••••••"));
        for harmless in [
            "secretName: db",
            "existingSecret: ''",
            "tokenTTL: 5",
            "replicas: 3",
            "password:",
            "imagePullSecrets: []",
            "# the password: is elsewhere",
        ] {
            assert_eq!(line_mask(harmless), None, "{harmless}");
        }
    }

    #[test]
    fn other_objects_stay_as_they_are() {
        let mut map = json!({ "apiVersion": "v1", "kind": "ConfigMap", "data": { "a": "b" } });
        secrets_mask(None, Some(&mut map));
        assert_eq!(map["data"]["a"], "b");
    }
}
