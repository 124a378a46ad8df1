//! A schema, what it refers to and what its `allOf` adds, read as one.

use serde_json::{Map, Value};

use crate::values::check::{Draft, follow};

/// Most parts of one schema that are looked at.
const PARTS_MAX: usize = 32;

/// The parts of a schema, the nearest first.
#[derive(Debug, Clone)]
pub(super) struct Facets<'s> {
    parts: Vec<&'s Map<String, Value>>,
}

impl<'s> Facets<'s> {
    pub(super) fn of(root: &'s Value, schema: &'s Value, draft: Draft) -> Self {
        let mut facets = Self { parts: Vec::new() };
        facets.add(root, schema, draft);
        facets
    }

    /// Adds a schema and what belongs to it. A part that is there already is a circle, and ends it.
    fn add(&mut self, root: &'s Value, schema: &'s Value, draft: Draft) {
        let Some(object) = schema.as_object() else { return };
        if self.parts.len() >= PARTS_MAX || self.parts.iter().any(|part| std::ptr::eq(*part, object)) {
            return;
        }
        self.parts.push(object);
        if let Some(target) = object.get("$ref").and_then(Value::as_str).and_then(|reference| follow(root, reference)) {
            self.add(root, target, draft);
            if draft < Draft::Draft2019 {
                return;
            }
        }
        for part in object.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.add(root, part, draft);
        }
        let branches = ["anyOf", "oneOf"].iter().filter_map(|key| object.get(*key)?.as_array());
        for branches in branches {
            if let Some(only) = only_branch(branches) {
                self.add(root, only, draft);
            }
        }
    }

    /// The nearest part's value of a keyword.
    pub(super) fn get(&self, key: &str) -> Option<&'s Value> {
        self.parts.iter().find_map(|part| part.get(key))
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(Value::as_str).map(ToOwned::to_owned)
    }

    /// Whether any part sets a flag.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.parts.iter().any(|part| part.get(key) == Some(&Value::Bool(true)))
    }

    /// All settings with their schemas, those of `then` and `else` last. A setting of two parts is read from the nearest.
    pub(super) fn properties(&self) -> Vec<(&'s str, &'s Value)> {
        let mut found: Vec<(&str, &Value)> = Vec::new();
        let conditional = |part: &'s Map<String, Value>| ["then", "else"].into_iter().filter_map(move |key| part.get(key)?.as_object());
        let own = self.parts.iter().copied();
        for part in own.chain(self.parts.iter().flat_map(|part| conditional(part))) {
            for (name, schema) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
                if !found.iter().any(|(known, _)| known == name) && schema != &Value::Bool(false) {
                    found.push((name, schema));
                }
            }
        }
        found
    }

    pub(super) fn requires(&self, name: &str) -> bool {
        let lists = self.parts.iter().filter_map(|part| part.get("required")?.as_array());
        lists.flatten().any(|required| required.as_str() == Some(name))
    }

    /// The types that are allowed, without null; and whether null is.
    pub(super) fn types(&self) -> (Vec<&'s str>, bool) {
        let names: Vec<&str> = match self.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let is_nullable = names.contains(&"null") || self.parts.iter().any(|part| allows_null(part));
        (names.into_iter().filter(|name| *name != "null").collect(), is_nullable)
    }

    /// The values to choose from: an `enum`, a `const`, or branches that are nothing else.
    pub(super) fn choices(&self) -> Option<Vec<Value>> {
        if let Some(choices) = self.get("enum").and_then(Value::as_array) {
            return Some(choices.iter().filter(|choice| !choice.is_object() && !choice.is_array()).cloned().collect());
        }
        if let Some(constant) = self.get("const") {
            return Some(vec![constant.clone()]);
        }
        let branches = self.get("oneOf").or_else(|| self.get("anyOf"))?.as_array()?;
        let constants: Vec<Vec<Value>> = branches
            .iter()
            .map(|branch| branch.get("const").map(|only| vec![only.clone()]).or_else(|| branch.get("enum")?.as_array().cloned()))
            .collect::<Option<_>>()?;
        Some(constants.concat())
    }

    /// Whether several forms are possible, of which no single field is made.
    pub(super) fn is_mixed(&self) -> bool {
        let is_open = |branches: &Value| {
            branches.as_array().is_some_and(|branches| {
                only_branch(branches).is_none()
                    && branches
                        .iter()
                        .any(|branch| branch.get("type").is_some() || branch.get("properties").is_some() || branch.get("$ref").is_some())
            })
        };
        self.parts.iter().any(|part| ["anyOf", "oneOf"].iter().any(|key| part.get(*key).is_some_and(is_open)))
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

fn allows_null(part: &Map<String, Value>) -> bool {
    ["anyOf", "oneOf"].iter().filter_map(|key| part.get(*key)?.as_array()).flatten().any(is_null)
}

/// The branch beside null.
fn only_branch(branches: &[Value]) -> Option<&Value> {
    let mut others = branches.iter().filter(|branch| !is_null(branch));
    others.next().filter(|_| others.next().is_none())
}
