//! From the tree to the JSON that Helm sees: aliases written out, merge keys merged.

use std::collections::BTreeMap;

use serde_json::{Map as JsonMap, Value};

use super::cursor::Parsed;
use super::error::FaultKind;
use super::node::{Content, Entry, Node};

/// How much aliases may add: a node counts one, and each byte of a text one. Real charts stay below a thousandth.
const ALIAS_SIZE_MAX: usize = 4 * 1024 * 1024;

/// The anchors above the place that is being read, with their values and sizes.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    known: BTreeMap<String, (Value, usize)>,
    size: usize,
}

impl Anchors {
    /// The value of a node.
    pub(super) fn resolve(&mut self, node: &Node) -> Parsed<Value> {
        let value = match &node.content {
            Content::Scalar(scalar) => scalar.value.clone(),
            Content::Alias(name) => self.alias(name, node.start)?,
            Content::List(list) => Value::Array(list.items.iter().map(|item| self.resolve(&item.node)).collect::<Parsed<_>>()?),
            Content::Map(map) => Value::Object(self.map(&map.entries)?),
        };
        if let Some(anchor) = &node.anchor {
            self.known.insert(anchor.clone(), (value.clone(), size_of(&value)));
        }
        Ok(value)
    }

    fn map(&mut self, entries: &[Entry]) -> Parsed<JsonMap<String, Value>> {
        let mut object = JsonMap::new();
        for entry in entries {
            let value = self.resolve(&entry.value)?;
            if entry.is_merge() {
                merge(&mut object, value, entry)?;
            } else {
                object.insert(entry.name.clone(), value);
            }
        }
        Ok(object)
    }

    fn alias(&mut self, name: &str, at: usize) -> Parsed<Value> {
        let (value, size) = self.known.get(name).ok_or_else(|| FaultKind::UnknownAnchor(name.to_owned()).at(at))?;
        self.size += size;
        if self.size > ALIAS_SIZE_MAX {
            return Err(FaultKind::TooLarge.at(at));
        }
        Ok(value.clone())
    }
}

impl Entry {
    /// `<<`, unless it is quoted.
    pub(in crate::values) fn is_merge(&self) -> bool {
        self.name == "<<" && self.key_end - self.key_start == self.name.len()
    }
}

/// `decoder.merge` of yaml.v2: in the order of the text, so a merge key overrides what stands above it; of a list the first
/// map wins.
fn merge(object: &mut JsonMap<String, Value>, value: Value, entry: &Entry) -> Parsed<()> {
    let wrong = || FaultKind::Merge.at(entry.value.start);
    let maps = match value {
        Value::Object(map) => vec![Value::Object(map)],
        Value::Array(maps) => maps,
        _ => return Err(wrong()),
    };
    for map in maps.into_iter().rev() {
        let Value::Object(map) = map else { return Err(wrong()) };
        object.extend(map);
    }
    Ok(())
}

fn size_of(value: &Value) -> usize {
    match value {
        Value::String(text) => 1 + text.len(),
        Value::Array(items) => items.iter().fold(1, |size, item| size + size_of(item)),
        Value::Object(map) => map.iter().fold(1, |size, (key, item)| size + key.len() + size_of(item)),
        _ => 1,
    }
}
