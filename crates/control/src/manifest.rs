//! Rendered manifests: from YAML documents to objects, and from objects to the YAML that people compare.

use std::collections::HashMap;

use domain::diff::TextDiff;
use domain::manifest::{ObjectId, install_place, secrets_mask, shown_alone};
use domain::plan::{ObjectChange, ObjectFate};
use domain::release::ReleaseKey;
use domain::values::Values;
use domain::{AppError, Namespace};
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
    for document in documents(manifest) {
        let value = document_read(document)
            .map_err(|why| AppError::invalid(format!("A template of {what} renders to something that is not YAML: {why}.")))?;
        flatten(value, namespace, &mut objects);
        if objects.len() > OBJECTS_MAX {
            return Err(AppError::too_large(format!("{what} renders to more than {OBJECTS_MAX} objects.")));
        }
    }
    objects.sort_by(|left, right| (install_place(&left.id.kind), &left.id).cmp(&(install_place(&right.id.kind), &right.id)));
    Ok(objects)
}

/// The texts between lines of three hyphens, as Helm splits a manifest (`pkg/release/v1/util/manifest.go`).
fn documents(manifest: &str) -> Vec<&str> {
    let mut documents = Vec::new();
    let (mut start, mut place) = (0, 0);
    for line in manifest.split_inclusive('\n') {
        if line.strip_prefix("---").is_some_and(|rest| rest.trim().is_empty()) {
            documents.push(&manifest[start..place]);
            start = place + line.len();
        }
        place += line.len();
    }
    documents.push(&manifest[start..]);
    documents
}

/// Read as Helm reads YAML (`on` is a truth value, `0644` is octal), so that it compares with what the cluster has. What
/// that reader refuses for its size or form is read by the common rules.
fn document_read(document: &str) -> Result<Value, String> {
    match Values::parse_chart(document) {
        Ok(read) => Ok(read.json().clone()),
        Err(_) => serde_norway::from_str(document).map_err(|error| error.to_string()),
    }
}

/// Lists are taken apart, as Helm does; what has no name is no object.
fn flatten(value: Value, namespace: &Namespace, objects: &mut Vec<Rendered>) {
    let is_list = value["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) && value["items"].is_array();
    if is_list {
        if let Some(Value::Array(items)) = value.get("items").cloned() {
            for item in items {
                flatten(item, namespace, objects);
            }
        }
    } else if let Some(mut id) = ObjectId::of(&value) {
        id.namespace = id.namespace.filter(|named| named != namespace.as_str());
        objects.push(Rendered { id, object: value });
    }
}

/// The marks by which Helm knows its objects; it sets them when it applies a manifest (`pkg/action/validate.go`,
/// `setMetadataVisitor`).
pub(crate) fn owner_mark(object: &mut Value, key: &ReleaseKey) {
    let marks = [
        ("labels", "app.kubernetes.io/managed-by", "Helm"),
        ("annotations", "meta.helm.sh/release-name", key.name.as_str()),
        ("annotations", "meta.helm.sh/release-namespace", key.namespace.as_str()),
    ];
    for (field, name, value) in marks {
        let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
        let holder = metadata.entry(field).or_insert_with(|| Value::Object(serde_json::Map::new()));
        if let Some(holder) = holder.as_object_mut() {
            holder.insert(name.to_owned(), value.into());
        }
    }
}

/// Labels on an object that name the version it came with, and mean nothing to the cluster.
const VERSION_LABELS: [&str; 2] = ["helm.sh/chart", "app.kubernetes.io/version"];

/// Whether nothing but the object's own version labels differs. Labels of a pod template count: they replace pods.
pub(crate) fn is_relabelled(before: &Value, after: &Value) -> bool {
    let without = |object: &Value| {
        let mut object = object.clone();
        if let Some(Value::Object(labels)) = object.get_mut("metadata").and_then(|metadata| metadata.get_mut("labels")) {
            labels.retain(|name, _| !VERSION_LABELS.contains(&name.as_str()));
        }
        object
    };
    before != after && without(before) == without(after)
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

/// How two states of an object, or of values, differ, with what is secret hidden.
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
            let after = shown_alone(&rendered.object);
            let fate = match &before {
                Some(before) if is_relabelled(before, &after) => ObjectFate::Relabelled,
                Some(_) => ObjectFate::Changed,
                None => ObjectFate::Added,
            };
            let diff = objects_diff(before, Some(after));
            (!diff.is_empty()).then(|| ObjectChange { id: rendered.id.clone(), fate, diff })
        })
        .collect();
    let gone = old.iter().filter(|rendered| !of_new.contains_key(&identity(&rendered.id)));
    changes.extend(gone.map(|rendered| ObjectChange {
        id: rendered.id.clone(),
        fate: ObjectFate::Removed,
        diff: objects_diff(Some(shown_alone(&rendered.object)), None),
    }));
    changes.sort_by_key(|change| (change.fate == ObjectFate::Relabelled, install_place(&change.id.kind)));
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
    fn a_manifest_is_read_as_helm_reads_it() {
        let read = read("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\nmode: 0644\non: yes\ntext: |\n  a\n  ---- b\n").unwrap();
        assert_eq!((&read[0].object["mode"], &read[0].object["true"]), (&serde_json::json!(420), &serde_json::json!(true)));
        assert_eq!(read[0].object["text"], "a\n---- b\n");
    }

    #[test]
    fn an_object_of_which_only_the_version_label_differs_is_relabelled() {
        let service = |chart: &str, port: u32| serde_json::json!({ "metadata": { "labels": { "helm.sh/chart": chart } }, "spec": { "port": port } });
        assert!(is_relabelled(&service("a-1", 80), &service("a-2", 80)));
        assert!(!is_relabelled(&service("a-1", 80), &service("a-2", 81)));
        assert!(!is_relabelled(&service("a-1", 80), &service("a-1", 80)));
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
