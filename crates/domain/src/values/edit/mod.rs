//! Changes of a values text that leave every other byte as it is: comments, order, quotes, indentation.
//!
//! A change finds its place in the tree, replaces only that piece, reads the new text again, and is made only if the new
//! text says exactly what was asked and nothing else changed. So a case that nobody thought of ends in words, not in damage.
//!
//! - `patch.rs`: places and pieces. `write.rs`: values as YAML. `set.rs`, `remove.rs`: the changes.

mod error;
mod patch;
mod remove;
mod set;
mod write;

#[cfg(test)]
mod edit_tests;
#[cfg(test)]
mod property_tests;

pub use error::EditError;

use serde_json::{Map as JsonMap, Value};

use self::patch::Slot;
use self::write::Literals;
use super::document::{Values, number_of};
use super::path::{Path, Segment};

/// The text with the value of a path set. Maps on the way are made; an index right behind a list's end appends.
pub fn set(text: &str, path: &Path, value: &Value) -> Result<String, EditError> {
    let before = Values::parse(text)?;
    let value = normalised(value);
    if before.get(path) == Some(&value) {
        return Ok(text.to_owned());
    }
    let mut expected = before.json().clone();
    put(&mut expected, path.segments(), value.clone());
    let with = |literals| verified(set::set_once(text, path, &value, literals)?, &expected, &before, path);
    match with(Literals::Allowed).or_else(|_| with(Literals::Never)) {
        // Without a line break at the end, lines below `|` have none either, and would gain it.
        Err(EditError::Unsafe(_)) if !text.is_empty() && !text.ends_with('\n') => set(&format!("{text}\n"), path, &value),
        outcome => outcome,
    }
}

/// The text without the setting of a path; as it is if there is none. A map or a list that loses its last element stays,
/// as `{}` or `[]`.
pub fn remove(text: &str, path: &Path) -> Result<String, EditError> {
    let before = Values::parse(text)?;
    if before.get(path).is_none() {
        return Ok(text.to_owned());
    }
    let mut expected = before.json().clone();
    take(&mut expected, path.segments());
    verified(remove::remove_once(text, path)?, &expected, &before, path)
}

/// As [`remove`], and the maps around it go too if nothing else is in them: what resetting a setting of a layer means.
pub fn reset(text: &str, path: &Path) -> Result<String, EditError> {
    let before = Values::parse(text)?;
    let mut path = path.clone();
    if before.get(&path).is_none() {
        return Ok(text.to_owned());
    }
    while let Some(parent) = path.parent().filter(|parent| !parent.is_root()) {
        match before.get(&parent) {
            Some(Value::Object(map)) if map.len() == 1 => path = parent,
            _ => break,
        }
    }
    remove(text, &path)
}

/// The new text, if it says what was asked.
fn verified(text: String, expected: &Value, before: &Values, path: &Path) -> Result<String, EditError> {
    let is_anchored = |length: usize| before.node(&prefix(path, length)).is_some_and(|node| node.anchor.is_some());
    match Values::parse(&text) {
        Ok(after) if after.json() == expected => Ok(text),
        _ if (0..=path.segments().len()).any(is_anchored) => Err(EditError::Aliased(path.clone())),
        _ => Err(EditError::Unsafe(path.clone())),
    }
}

/// The value as the parser reads it back: whole numbers without a fraction.
pub(super) fn normalised(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => number.as_f64().and_then(number_of).map_or_else(|| value.clone(), Value::Number),
        Value::Array(items) => Value::Array(items.iter().map(normalised).collect()),
        Value::Object(map) => {
            let mut object = JsonMap::new();
            for (key, item) in map {
                object.insert(key.clone(), normalised(item));
            }
            Value::Object(object)
        }
        other => other.clone(),
    }
}

/// Sets in JSON what [`set`] sets in the text.
fn put(target: &mut Value, segments: &[Segment], value: Value) {
    let Some((first, rest)) = segments.split_first() else {
        *target = value;
        return;
    };
    if target.is_null() {
        *target = match first {
            Segment::Key(_) => Value::Object(JsonMap::new()),
            Segment::Index(_) => Value::Array(Vec::new()),
        };
    }
    match (target, first) {
        (Value::Object(map), Segment::Key(key)) => put(map.entry(key.clone()).or_insert(Value::Null), rest, value),
        (Value::Array(items), Segment::Index(index)) => {
            if *index == items.len() {
                items.push(Value::Null);
            }
            if let Some(item) = items.get_mut(*index) {
                put(item, rest, value);
            }
        }
        _ => {}
    }
}

fn take(target: &mut Value, segments: &[Segment]) {
    let Some((first, rest)) = segments.split_first() else { return };
    match (target, first) {
        (Value::Object(map), Segment::Key(key)) if rest.is_empty() => drop(map.remove(key)),
        (Value::Object(map), Segment::Key(key)) => {
            if let Some(inner) = map.get_mut(key) {
                take(inner, rest);
            }
        }
        (Value::Array(items), Segment::Index(index)) if rest.is_empty() && *index < items.len() => drop(items.remove(*index)),
        (Value::Array(items), Segment::Index(index)) => {
            if let Some(inner) = items.get_mut(*index) {
                take(inner, rest);
            }
        }
        _ => {}
    }
}

/// The slot a path leads to as far as the text goes, and the number of steps taken.
fn walk<'v>(values: &'v Values, path: &Path) -> Option<(Slot<'v>, usize)> {
    let mut slot = Slot::root(values.root()?);
    for (taken, segment) in path.segments().iter().enumerate() {
        match slot.child_index(segment).and_then(|index| slot.children().get(index).copied()) {
            Some(child) => slot = child,
            None => return Some((slot, taken)),
        }
    }
    Some((slot, path.segments().len()))
}

/// The first steps of a path.
fn prefix(path: &Path, length: usize) -> Path {
    Path::from(path.segments().iter().take(length).cloned().collect::<Vec<_>>())
}
