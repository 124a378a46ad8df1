//! Secret values never leave the server: here they are replaced, yet seen as changed.

use serde_json::Value;

use crate::values::{Path, looks_secret};

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
/// Wider than [`looks_secret`], which judges what people edit: nobody has to read on what is hidden here.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let speaks = SECRET_WORDS.iter().any(|word| name.contains(word));
    let holds = HOLDER_ENDINGS.iter().any(|ending| name.ends_with(ending)) || !REFERENCE_ENDINGS.iter().any(|ending| name.ends_with(ending));
    speaks && holds
}

/// A line of text with the value hidden if it sets or is something secret: `password: x`, `API_TOKEN=x`, `- postgres://u:p@h`.
pub fn line_mask(line: &str) -> Option<String> {
    let (name, value) = line.split_once(": ").or_else(|| line.split_once('=')).unwrap_or_else(|| {
        let text = line.trim_start_matches([' ', '-']);
        line.split_at(line.len() - text.len())
    });
    let bare = name.trim_matches([' ', '-', '\t', '"', '\'']);
    let text = value.trim().trim_end_matches(',').trim_matches(['"', '\'']);
    if matches!(text, "" | "null" | "true" | "false" | "{}" | "[]") || text.contains(HIDDEN) {
        return None;
    }
    let by_name = !bare.is_empty() && !bare.contains(char::is_whitespace) && is_secret_name(bare);
    let by_form = || looks_secret(&Path::root().key(bare), &Value::String(text.to_owned())).is_some();
    let is_setting = !name.trim_start().starts_with('#');
    (is_setting && (by_name || by_form())).then(|| format!("{}{HIDDEN}", &line[..line.len() - value.len()]))
}

/// Replaces the values of Secrets in the old and the new state of one object, and in any object or values whatever looks
/// secret by its form, by its name, or by the name of the environment variable it is the value of.
pub fn secrets_mask(mut before: Option<&mut Value>, mut after: Option<&mut Value>) {
    let (known, coming) = (before.as_deref().cloned(), after.as_deref().cloned());
    if let Some(before) = before.as_deref_mut() {
        settings_mask(before, coming.as_ref(), &Path::root(), HIDDEN_BEFORE);
    }
    if let Some(after) = after.as_deref_mut() {
        settings_mask(after, known.as_ref(), &Path::root(), HIDDEN_AFTER);
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

/// Hides what looks secret below `path`; what the other side has otherwise is marked.
fn settings_mask(value: &mut Value, other: Option<&Value>, path: &Path, differs: &str) {
    match value {
        Value::Object(fields) => {
            let variable = fields.get("name").and_then(Value::as_str).map(str::to_owned);
            for (key, inner) in fields {
                let of_variable = variable.as_deref().filter(|_| key == "value");
                let judged = path.key(of_variable.unwrap_or(key));
                let by_name = of_variable.is_some_and(is_secret_name) && inner.as_str().is_some_and(|text| !text.is_empty());
                let counterpart = other.and_then(|other| other.get(key));
                if by_name || looks_secret(&judged, inner).is_some() {
                    hide_leaf(inner, counterpart, differs);
                } else {
                    settings_mask(inner, counterpart, &path.key(key.as_str()), differs);
                }
            }
        }
        Value::Array(elements) => {
            let others = other.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            for (place, element) in elements.iter_mut().enumerate() {
                let named = element.get("name").and_then(|name| others.iter().find(|other| other.get("name") == Some(name)));
                let counterpart = named.or_else(|| others.get(place));
                let here = path.index(place);
                if looks_secret(&here, element).is_some() {
                    hide_leaf(element, counterpart, differs);
                } else {
                    settings_mask(element, counterpart, &here, differs);
                }
            }
        }
        _ => {}
    }
}

/// Hides one value, and marks it if the other side has another.
fn hide_leaf(value: &mut Value, other: Option<&Value>, differs: &str) {
    let same = other.is_none_or(|known| known == value);
    *value = Value::String(if same { HIDDEN } else { differs }.to_owned());
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
    fn a_secret_known_by_its_form_is_hidden_in_any_object_and_any_values() {
        let with = |password: &str| {
            json!({ "kind": "ConfigMap", "data": { "url": format!("postgres://app:{password}@db/app"), "log": "info" },
                "spec": { "env": [{ "name": "DATABASE_URL", "value": format!("postgres://app:{password}@db/app") }] },
                "key": "-----BEGIN PRIVATE KEY-----\nhunter\n-----END PRIVATE KEY-----" })
        };
        let (mut before, mut after) = (with("hunter1"), with("hunter2"));
        secrets_mask(Some(&mut before), Some(&mut after));
        assert!(!format!("{before}{after}").contains("hunter"), "{before}{after}");
        assert_eq!((&before["data"]["url"], &after["data"]["url"]), (&json!(HIDDEN_BEFORE), &json!(HIDDEN_AFTER)));
        assert_eq!((&before["key"], &after["key"], &after["data"]["log"]), (&json!(HIDDEN), &json!(HIDDEN), &json!("info")));
        assert_eq!(after["spec"]["env"][0]["value"], HIDDEN_AFTER);
    }

    #[test]
    fn a_variable_is_compared_with_the_one_of_its_name() {
        let env = |entries: &[(&str, &str)]| json!({ "env": entries.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect::<Vec<_>>() });
        let (mut before, mut after) = (env(&[("TOKEN", "a")]), env(&[("LEVEL", "info"), ("TOKEN", "a")]));
        secrets_mask(Some(&mut before), Some(&mut after));
        assert_eq!((&before["env"][0]["value"], &after["env"][1]["value"]), (&json!(HIDDEN), &json!(HIDDEN)));
        assert_eq!(after["env"][0]["value"], "info");
    }

    #[test]
    fn a_line_that_holds_a_secret_by_its_form_is_hidden() {
        assert_eq!(line_mask("  url: postgres://app:hunter2@db/app").as_deref(), Some("  url: ••••••"));
        assert_eq!(line_mask("- --dsn=postgres://app:hunter2@db/app").as_deref(), Some("- --dsn=••••••"));
        assert_eq!(line_mask("- postgres://app:hunter2@db/app").as_deref(), Some("- ••••••"));
        assert_eq!(line_mask("  home: https://example.com/a"), None);
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
