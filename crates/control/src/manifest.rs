//! Rendered manifests: from YAML documents to objects, and from objects to the YAML that people compare.

use std::collections::HashMap;

use domain::diff::TextDiff;
use domain::manifest::{ObjectId, install_place, secrets_mask, shown_alone};
use domain::plan::{ObjectChange, ObjectFate};
use domain::{AppError, Namespace};
use serde::Deserialize as _;
use serde_json::Value;

/// Objects of one release at most.
const OBJECTS_MAX: usize = 5_000;

/// One rendered object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rendered {
    pub(crate) id: ObjectId,
    pub(crate) object: Value,
}

/// The objects of a manifest of several documents, in Helm's order. `namespace` is the release's own: objects in it need not
/// name it. `what` names the release in messages.
pub(crate) fn objects_read(manifest: &str, namespace: &Namespace, what: &str) -> Result<Vec<Rendered>, AppError> {
    let mut objects = Vec::new();
    for document in serde_norway::Deserializer::from_str(manifest) {
        let value = Value::deserialize(document)
            .map_err(|error| AppError::invalid(format!("A template of {what} renders to something that is not YAML: {error}.")))?;
        flatten(value, namespace, &mut objects);
        if objects.len() > OBJECTS_MAX {
            return Err(AppError::too_large(format!("{what} renders to more than {OBJECTS_MAX} objects.")));
        }
    }
    objects.sort_by(|left, right| (install_place(&left.id.kind), &left.id).cmp(&(install_place(&right.id.kind), &right.id)));
    Ok(objects)
}

/// Lists are taken apart, as Helm does; what has no name is no object.
fn flatten(value: Value, namespace: &Namespace, objects: &mut Vec<Rendered>) {
    let is_list = value["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) && value["items"].is_array();
    if is_list {
        if let Some(Value::Array(items)) = value.get("items").cloned() {
            items.into_iter().for_each(|item| flatten(item, namespace, objects));
        }
    } else if let Some(mut id) = ObjectId::of(&value) {
        id.namespace = id.namespace.filter(|named| named != namespace.as_str());
        objects.push(Rendered { id, object: value });
    }
}

/// Objects by what they are, whatever version of the API names them.
pub(crate) fn by_identity(objects: &[Rendered]) -> HashMap<(&str, &str, Option<&str>, &str), &Rendered> {
    objects.iter().map(|rendered| (identity(&rendered.id), rendered)).collect()
}

/// Group, kind, namespace and name.
pub(crate) fn identity(id: &ObjectId) -> (&str, &str, Option<&str>, &str) {
    (id.group(), &id.kind, id.namespace.as_deref(), &id.name)
}

/// An object as people read it.
pub(crate) fn yaml(object: &Value) -> String {
    match object {
        Value::Object(fields) if fields.is_empty() => String::new(),
        Value::Null => String::new(),
        _ => serde_norway::to_string(object).unwrap_or_default(),
    }
}

/// How two states of an object differ, with the values of Secrets hidden.
pub(crate) fn objects_diff(mut before: Option<Value>, mut after: Option<Value>) -> TextDiff {
    secrets_mask(before.as_mut(), after.as_mut());
    let text = |object: Option<Value>| object.as_ref().map(yaml).unwrap_or_default();
    TextDiff::of(&text(before), &text(after)).masked()
}

/// What differs between two sets of rendered objects.
pub(crate) fn sets_compare(old: &[Rendered], new: &[Rendered]) -> Vec<ObjectChange> {
    let (of_old, of_new) = (by_identity(old), by_identity(new));
    let mut changes: Vec<ObjectChange> = new
        .iter()
        .filter_map(|rendered| {
            let before = of_old.get(&identity(&rendered.id)).map(|found| shown_alone(&found.object));
            let fate = if before.is_some() { ObjectFate::Changed } else { ObjectFate::Added };
            let diff = objects_diff(before, Some(shown_alone(&rendered.object)));
            (!diff.is_empty()).then(|| ObjectChange { id: rendered.id.clone(), fate, diff })
        })
        .collect();
    let gone = old.iter().filter(|rendered| !of_new.contains_key(&identity(&rendered.id)));
    changes.extend(gone.map(|rendered| ObjectChange {
        id: rendered.id.clone(),
        fate: ObjectFate::Removed,
        diff: objects_diff(Some(shown_alone(&rendered.object)), None),
    }));
    changes.sort_by_key(|change| install_place(&change.id.kind));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(manifest: &str) -> Result<Vec<Rendered>, AppError> {
        objects_read(manifest, &Namespace::new("shop").unwrap(), "jobs 3.1.0")
    }

    #[test]
    fn documents_are_read_in_helms_order_and_lists_are_taken_apart() {
        let manifest = "---\n# Source: a.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n---\n# nothing\n---\n\
            apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n- {apiVersion: v1, kind: Service, metadata: {name: s, namespace: shop}}\n";
        let names: Vec<String> = read(manifest).unwrap().iter().map(|rendered| rendered.id.to_string()).collect();
        assert_eq!(names, ["ConfigMap c", "Service s", "Deployment a"]);
    }

    #[test]
    fn a_manifest_that_is_no_yaml_is_named() {
        assert_eq!(read("a: [").unwrap_err().kind, domain::ErrorKind::Invalid);
    }

    #[test]
    fn a_secret_that_changes_is_told_without_its_values() {
        let secret = |value: &str| read(&format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{key: {value}}}\n")).unwrap();
        let changes = sets_compare(&secret("hunter1"), &secret("hunter2"));
        assert_eq!((changes.len(), changes[0].diff.added), (1, 1));
        assert!(!serde_json::to_string(&changes).unwrap().contains("hunter"));
    }
}
