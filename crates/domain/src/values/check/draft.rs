//! Versions of JSON Schema, and references within one schema.

use serde_json::Value;

/// The versions that Helm's validator knows, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::values) enum Draft {
    Draft4,
    Draft6,
    Draft7,
    Draft2019,
    Draft2020,
}

impl Draft {
    /// The version of a schema; without `$schema` it is the newest. `None` for one that Helm's validator would have to fetch.
    pub(in crate::values) fn of(schema: &Value) -> Option<Self> {
        let Some(name) = schema.get("$schema") else { return Some(Self::Draft2020) };
        let name = name.as_str()?.trim_end_matches('#');
        let name = name.strip_prefix("http://").or_else(|| name.strip_prefix("https://"))?;
        match name {
            "json-schema.org/draft-04/schema" => Some(Self::Draft4),
            "json-schema.org/draft-06/schema" => Some(Self::Draft6),
            "json-schema.org/draft-07/schema" => Some(Self::Draft7),
            "json-schema.org/draft/2019-09/schema" => Some(Self::Draft2019),
            "json-schema.org/draft/2020-12/schema" | "json-schema.org/schema" => Some(Self::Draft2020),
            _ => None,
        }
    }
}

/// The schema that a reference within the document names; `None` for every other reference.
pub(in crate::values) fn follow<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    let pointer = reference.strip_prefix('#')?;
    if pointer.contains('%') {
        return None;
    }
    root.pointer(pointer)
}

/// Whether references may mean something else than they seem to: a schema within has an identity, or a version, of its own.
pub(super) fn has_identities(schema: &Value, draft: Draft) -> bool {
    let identity = if draft == Draft::Draft4 { "id" } else { "$id" };
    holds_identity(schema, identity, 0)
}

fn holds_identity(schema: &Value, identity: &str, depth: usize) -> bool {
    match schema {
        Value::Object(map) => {
            let is_named = depth > 0 && [identity, "$schema"].iter().any(|key| map.get(*key).is_some_and(Value::is_string));
            let mut schemas = map.iter().filter(|(key, _)| !matches!(key.as_str(), "default" | "enum" | "const" | "examples"));
            is_named || schemas.any(|(_, inner)| holds_identity(inner, identity, depth + 1))
        }
        Value::Array(items) => items.iter().any(|inner| holds_identity(inner, identity, depth + 1)),
        _ => false,
    }
}
