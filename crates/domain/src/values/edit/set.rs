//! Setting a value: in place, or as a new entry.

use serde_json::{Map as JsonMap, Value};

use super::error::EditError;
use super::patch::{Owner, Patches, Slot};
use super::remove::remove_once;
use super::write::{self, Around, Habit, Literals};
use super::{prefix, walk};
use crate::values::document::{Content, Layout, Node, ScalarStyle, Values};
use crate::values::path::{Path, Segment};

/// Sets without a check of the result.
pub(super) fn set_once(text: &str, path: &Path, value: &Value, literals: Literals) -> Result<String, EditError> {
    let values = Values::parse(text)?;
    if values.get(path) == Some(value) {
        return Ok(text.to_owned());
    }
    let habit = Habit::of(values.root(), literals);
    let Some((slot, taken)) = walk(&values, path) else {
        return append_to_empty(text, path, value, habit);
    };
    let rest = path.segments().get(taken..).unwrap_or(&[]);
    let here = prefix(path, taken);
    if matches!(slot.node.content, Content::Alias(_)) {
        return Err(EditError::Aliased(path.clone()));
    }
    let Some((first, deeper)) = rest.split_first() else {
        return replace(text, path, value, slot, habit);
    };
    if is_room(slot, first) {
        return in_place(text, &wrapped(rest, value, &here)?, slot, habit);
    }
    let value = wrapped(deeper, value, &here)?;
    let mut patches = Patches::new(text);
    match (&slot.node.content, first) {
        (Content::Map(map), Segment::Key(key)) => match map.layout {
            Layout::Block(column) => patches.replace_below(patches.comments_end(slot.node.end, column), 0, &write::entry(key, &value, column, habit)),
            Layout::Flow => insert_in_brackets(&mut patches, slot, &write::flow_entry(key, &value)),
        },
        (Content::List(list), Segment::Index(index)) if *index == list.items.len() => match list.layout {
            Layout::Block(column) => patches.replace_below(patches.comments_end(slot.node.end, column), 0, &write::item(&value, column, habit)),
            Layout::Flow => insert_in_brackets(&mut patches, slot, &write::inline(&value, Around::Brackets, None)),
        },
        (Content::List(list), Segment::Index(_)) => return Err(EditError::Index { path: here, length: list.items.len() }),
        (Content::Map(_) | Content::List(_), _) => return Err(EditError::Kind(here)),
        _ => return Err(EditError::Single(here)),
    }
    Ok(patches.apply())
}

/// Whether the value is none yet, so that what comes can be written by indentation: null, or a fitting `{}` or `[]`.
fn is_room(slot: Slot<'_>, first: &Segment) -> bool {
    match (&slot.node.content, first) {
        (Content::Scalar(scalar), _) => scalar.value.is_null(),
        (Content::Map(map), Segment::Key(_)) => map.entries.is_empty() && !slot.is_in_brackets && slot.owner != Owner::Root,
        (Content::List(list), Segment::Index(0)) => list.items.is_empty() && !slot.is_in_brackets,
        _ => false,
    }
}

/// The value within the maps and lists that the steps ask for.
fn wrapped(segments: &[Segment], value: &Value, here: &Path) -> Result<Value, EditError> {
    segments.iter().rev().try_fold(value.clone(), |inner, segment| match segment {
        Segment::Key(key) => {
            let mut map = JsonMap::new();
            map.insert(key.clone(), inner);
            Ok(Value::Object(map))
        }
        Segment::Index(0) => Ok(Value::Array(vec![inner])),
        Segment::Index(_) => Err(EditError::Index { path: here.clone(), length: 0 }),
    })
}

/// A text without settings gets its first ones at its end.
fn append_to_empty(text: &str, path: &Path, value: &Value, habit: Habit) -> Result<String, EditError> {
    let value = wrapped(path.segments(), value, &Path::root())?;
    if !value.is_object() {
        return Err(EditError::Root);
    }
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut result = text.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        result.push_str(line_break);
    }
    for line in write::block(&value, 0, habit) {
        result.push_str(&line);
        result.push_str(line_break);
    }
    Ok(result)
}

/// A value that is there already. Maps and lists are changed element by element, so that their comments stay.
fn replace(text: &str, path: &Path, value: &Value, slot: Slot<'_>, habit: Habit) -> Result<String, EditError> {
    match (&slot.node.content, value) {
        (Content::Map(map), Value::Object(new)) if !map.entries.is_empty() && (!new.is_empty() || slot.owner == Owner::Root) => {
            let gone = map.entries.iter().filter(|entry| !new.contains_key(&entry.name));
            let kept = gone.into_iter().try_fold(text.to_owned(), |text, entry| remove_once(&text, &path.key(&entry.name)))?;
            new.iter().try_fold(kept, |text, (key, item)| set_once(&text, &path.key(key), item, habit.literals))
        }
        (Content::List(list), Value::Array(new)) if !list.items.is_empty() && !new.is_empty() => {
            let length = list.items.len();
            let shortened = (new.len()..length).rev().try_fold(text.to_owned(), |text, index| remove_once(&text, &path.index(index)))?;
            new.iter().enumerate().try_fold(shortened, |text, (index, item)| set_once(&text, &path.index(index), item, habit.literals))
        }
        _ if slot.owner == Owner::Root => Err(EditError::Root),
        _ => in_place(text, value, slot, habit),
    }
}

/// Another value in the place of one.
pub(super) fn in_place(text: &str, value: &Value, slot: Slot<'_>, habit: Habit) -> Result<String, EditError> {
    let style = slot.node.style().filter(|_| slot.node.start < slot.node.end);
    if slot.is_in_brackets {
        return Ok(exchange(text, slot, &write::inline(value, Around::Brackets, style), &[]));
    }
    let (column, is_item) = match slot.owner {
        Owner::Root => return Err(EditError::Root),
        Owner::Map(column) => (column, false),
        Owner::List(column) => (column, true),
    };
    let (head, lines) = match value {
        Value::String(string) if write::is_literal(string, style, habit) => {
            let (header, lines) = write::literal(string, column + if is_item { 2 } else { habit.step });
            (header.to_owned(), lines)
        }
        single if write::is_single(single) => (write::inline(single, Around::Lines, style), Vec::new()),
        collection if is_item => {
            let mut lines = write::block(collection, column + 2, habit);
            let head = if lines.is_empty() { String::new() } else { lines.remove(0) };
            (head.trim_start().to_owned(), lines)
        }
        collection => (String::new(), write::block(collection, write::below(collection, column, habit), habit)),
    };
    Ok(exchange(text, slot, &head, &lines))
}

/// Puts `head` behind the colon or the dash and `lines` below, in place of what is there. A comment behind it stays.
fn exchange(text: &str, slot: Slot<'_>, head: &str, lines: &[String]) -> String {
    let mut patches = Patches::new(text);
    let node = slot.node;
    let spaced = if head.is_empty() { String::new() } else { format!(" {head}") };
    let is_below = node.is_block() && patches.between(slot.value_from, node.start).contains('\n');
    let is_lines = matches!(node.style(), Some(ScalarStyle::Literal | ScalarStyle::Folded));
    if is_below {
        // An anchor or a tag goes with the value it belongs to.
        let first_line = patches.between(slot.value_from, node.start).lines().next().unwrap_or("");
        let properties = first_line.split(" #").next().unwrap_or("").trim_end();
        patches.replace(slot.value_from, slot.value_from + properties.len(), spaced);
        patches.replace_below(slot.value_from, patches.comments_end(node.end, slot.column() + 1), lines);
    } else if node.start == node.end {
        let has_colon = !slot.is_in_brackets || text.get(..node.start).is_some_and(|before| before.ends_with(':'));
        patches.replace(node.start, node.start, if has_colon { spaced } else { format!(":{spaced}") });
        patches.replace_below(node.start, 0, lines);
    } else {
        let is_alone = head.is_empty() && patches.between(slot.value_from, node.start).trim().is_empty();
        let head_end = if is_lines { header_end(text, node) } else { node.end };
        patches.replace(if is_alone { slot.value_from } else { node.start }, head_end, head);
        if is_lines {
            patches.replace_below(node.start, node.end, lines);
        } else if !slot.is_in_brackets {
            patches.replace_below(node.end, 0, lines);
        }
    }
    patches.apply()
}

/// The end of `|-` or the like.
fn header_end(text: &str, node: &Node) -> usize {
    let header = text.get(node.start..).unwrap_or("");
    node.start + header.find(|character: char| !matches!(character, '|' | '>' | '+' | '-' | '0'..='9')).unwrap_or(header.len())
}

/// A new last element of a map or list in brackets.
fn insert_in_brackets(patches: &mut Patches<'_>, slot: Slot<'_>, element: &str) {
    match slot.children().last() {
        None => patches.replace(slot.node.start + 1, slot.node.start + 1, element),
        // A name without a value ends in a colon, which may not touch a comma.
        Some(last) if last.node.start == last.node.end => patches.replace(last.end(), last.end(), format!(" , {element}")),
        Some(last) => patches.replace(last.end(), last.end(), format!(", {element}")),
    }
}

impl Habit {
    /// How the text is indented, by the first nested map and the first list below a key.
    fn of(root: Option<&Node>, literals: Literals) -> Self {
        let mut habit = Self { step: 0, list_step: usize::MAX, literals };
        if let Some(root) = root {
            habit.learn(root);
        }
        let step = if habit.step == 0 { 2 } else { habit.step };
        Self { step, list_step: if habit.list_step == usize::MAX { step } else { habit.list_step }, literals }
    }

    fn learn(&mut self, node: &Node) {
        let Content::Map(map) = &node.content else { return };
        let Layout::Block(column) = map.layout else { return };
        for value in map.entries.iter().map(|entry| &entry.value) {
            match &value.content {
                Content::Map(inner) => {
                    if let (Layout::Block(deeper), 0) = (inner.layout, self.step) {
                        self.step = deeper.saturating_sub(column);
                    }
                    self.learn(value);
                }
                Content::List(inner) => {
                    if let (Layout::Block(deeper), usize::MAX) = (inner.layout, self.list_step) {
                        self.list_step = deeper.saturating_sub(column);
                    }
                }
                _ => {}
            }
        }
    }
}
