//! Removing a setting or a list element.

use serde_json::{Map as JsonMap, Value};

use super::error::EditError;
use super::patch::{Owner, Patches, Slot};
use super::set::in_place;
use super::walk;
use super::write::{Habit, Literals};
use crate::values::document::{Content, Values};
use crate::values::path::Path;

/// Removes without a check of the result.
pub(super) fn remove_once(text: &str, path: &Path) -> Result<String, EditError> {
    let values = Values::parse(text)?;
    let (Some(parent), Some(last)) = (path.parent(), path.last()) else { return Err(EditError::Root) };
    let aliased = || EditError::Aliased(path.clone());
    let (slot, taken) = walk(&values, &parent).ok_or_else(aliased)?;
    if taken < parent.segments().len() {
        return Err(aliased());
    }
    let index = slot.child_index(last).ok_or_else(aliased)?;
    let children = slot.children();
    let Some(child) = children.get(index) else { return Err(aliased()) };
    let mut patches = Patches::new(text);
    if children.len() == 1 && !(slot.owner == Owner::Root && slot.node.is_block()) {
        return empty(text, slot);
    } else if slot.node.is_flow() {
        remove_in_brackets(&mut patches, &children, index);
    } else if patches.between(patches.line_start(child.start), child.start).trim().is_empty() {
        let end = if child.node.is_block() { patches.comments_end(child.end(), child.column() + 1) } else { child.end() };
        patches.remove_lines(child.start, end);
    } else {
        // The first element stands behind a dash, and the next one takes its place.
        let next = children.get(index + 1).map_or(child.end(), |next| next.start);
        patches.replace(child.start, next, "");
    }
    Ok(patches.apply())
}

/// The map or list that loses its only element.
fn empty(text: &str, slot: Slot<'_>) -> Result<String, EditError> {
    let nothing = match &slot.node.content {
        Content::List(_) => Value::Array(Vec::new()),
        _ => Value::Object(JsonMap::new()),
    };
    if slot.owner == Owner::Root {
        let mut patches = Patches::new(text);
        patches.replace(slot.node.start, slot.node.end, "{}");
        return Ok(patches.apply());
    }
    in_place(text, &nothing, slot, Habit { step: 2, list_step: 2, literals: Literals::Never })
}

fn remove_in_brackets(patches: &mut Patches<'_>, children: &[Slot<'_>], index: usize) {
    let end_of = |slot: &Slot<'_>| slot.end();
    let (Some(child), next) = (children.get(index), children.get(index + 1)) else { return };
    match (next, index.checked_sub(1).and_then(|before| children.get(before))) {
        (Some(next), _) => patches.replace(child.start, next.start, ""),
        (None, Some(before)) => patches.replace(end_of(before), end_of(child), ""),
        (None, None) => patches.replace(child.start, end_of(child), ""),
    }
}
