//! [`Values`]: a values text with its tree, its positions, and the JSON that Helm makes of it.
//!
//! The parser is our own: the browser runs it at each keystroke, so it is small, never panics, and says in words what to
//! write. It reads what Helm's parser reads (libyaml's grammar in `go.yaml.in/yaml/v2`), but for names with `?`, anchors
//! and tags on names, and `!!binary`; the tests hold the two against each other. (saphyr-parser, the alternative, costs 27 kB
//! of gzipped wasm and can panic.)
//!
//! - `cursor.rs`: white space, comments, places. `block.rs`: maps and lists by indentation. `flow.rs`: in brackets.
//! - `plain.rs`, `quoted.rs`, `lines.rs`: scalars. `scalar.rs`: what an unquoted one means to Helm.
//! - `resolve.rs`: aliases and merge keys. `error.rs`: what can't be read.
//!
//! Not here: changes of the text (`../edit`).

mod block;
mod cursor;
mod error;
mod flow;
mod lines;
mod node;
mod plain;
mod quoted;
mod resolve;
mod scalar;

#[cfg(test)]
mod error_tests;
#[cfg(test)]
mod helm_tests;

pub use error::{Position, YamlError};
#[cfg(test)]
pub(super) use helm_tests::{Chance, damaged};
pub use node::ScalarStyle;
pub(super) use node::{Content, Entry, Item, Layout, Node};
pub(super) use scalar::{number_of, resolve_plain};

use std::collections::BTreeSet;

use serde_json::{Map as JsonMap, Value};

use self::block::Place;
use self::cursor::{Cursor, Parsed};
use self::error::FaultKind;
use self::resolve::Anchors;
use super::path::{Path, Segment};

/// Longest text that is read, in KiB. The portal takes 256; a chart's own values may be longer.
const TEXT_KIB_MAX: usize = 1024;

/// What a second setting of the same name in one map means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duplicates {
    /// An error, for texts that people edit here.
    Refuse,
    /// The last wins, as for Helm.
    LastWins,
}

/// A values text that can be read.
#[derive(Debug, Clone)]
pub struct Values {
    text: String,
    /// Where each line begins.
    lines: Vec<usize>,
    root: Option<Node>,
    json: Value,
}

impl Values {
    /// Reads a text that a person edits: one document, a map or nothing but comments, each name once in its map.
    pub fn parse(text: &str) -> Result<Self, YamlError> {
        Self::read(text, Duplicates::Refuse)
    }

    /// Reads a chart's own `values.yaml`: as [`Values::parse`], but a name may come twice, and the last wins as for Helm.
    pub fn parse_chart(text: &str) -> Result<Self, YamlError> {
        Self::read(text, Duplicates::LastWins)
    }

    fn read(text: &str, duplicates: Duplicates) -> Result<Self, YamlError> {
        read_tree(text, duplicates)
            .map(|(root, json)| Self { text: text.to_owned(), lines: line_starts(text), root, json })
            .map_err(|fault| YamlError { position: position_in(text, fault.at), message: fault.kind.to_string() })
    }

    /// The text, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The values as Helm reads them: always a map, an empty one for an empty text.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The value at a path.
    pub fn get(&self, path: &Path) -> Option<&Value> {
        path.lookup(&self.json)
    }

    /// Where the setting of a path begins: its key, or its dash. Within an alias, where the alias stands.
    pub fn position(&self, path: &Path) -> Option<Position> {
        self.place(path).map(|place| self.position_of(place.start))
    }

    /// Where the value of a path begins. A value that isn't written is where it would stand.
    pub fn value_position(&self, path: &Path) -> Option<Position> {
        self.place(path).map(|place| self.position_of(place.node.start))
    }

    fn position_of(&self, at: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        Position { line, column: characters(self.text.get(start..at).unwrap_or("")) + 1 }
    }

    /// The text of a line, counted from 1, without its line break.
    pub(super) fn line(&self, line: usize) -> Option<&str> {
        let start = *self.lines.get(line.checked_sub(1)?)?;
        let end = self.lines.get(line).copied().unwrap_or(self.text.len());
        self.text.get(start..end).map(|text| text.trim_end_matches(['\n', '\r']))
    }

    /// A scalar as it is written, with its quotes.
    pub(super) fn written(&self, path: &Path) -> Option<&str> {
        let node = self.node(path)?;
        node.style()?;
        self.text.get(node.start..node.end)
    }

    /// What stands behind a value on its last line, or behind the key of a map or list.
    pub(super) fn behind(&self, path: &Path) -> Option<&str> {
        let place = self.place(path)?;
        let is_inside = matches!(place.node.content, Content::Scalar(_) | Content::Alias(_)) || place.node.is_flow();
        let from =
            if is_inside && !matches!(place.node.style(), Some(ScalarStyle::Literal | ScalarStyle::Folded)) { place.node.end } else { place.start };
        self.text.get(from..)?.lines().next()
    }

    /// How a scalar is written; none for maps, lists, aliases and unknown paths.
    pub fn style(&self, path: &Path) -> Option<ScalarStyle> {
        self.node(path)?.style()
    }

    /// The keys of the map at a path in the order of the text, each once; merge keys are left out.
    pub fn keys(&self, path: &Path) -> Vec<&str> {
        let Some(Content::Map(map)) = self.node(path).map(|node| &node.content) else { return Vec::new() };
        let mut seen = BTreeSet::new();
        let names = map.entries.iter().filter(|entry| !entry.is_merge()).map(|entry| entry.name.as_str());
        names.filter(|name| seen.insert(*name)).collect()
    }

    pub(super) fn root(&self) -> Option<&Node> {
        self.root.as_ref()
    }

    /// The node that is written for a path; none within an alias.
    pub(super) fn node(&self, path: &Path) -> Option<&Node> {
        path.segments().iter().try_fold(self.root.as_ref()?, |node, segment| Some(node.child(segment)?.1))
    }

    fn place(&self, path: &Path) -> Option<NodePlace<'_>> {
        let root = self.root.as_ref()?;
        let mut place = NodePlace { start: root.start, node: root };
        for segment in path.segments() {
            match place.node.child(segment) {
                Some((start, node)) => place = NodePlace { start, node },
                None => return place.node.is_aliased(segment).then_some(place),
            }
        }
        Some(place)
    }
}

struct NodePlace<'v> {
    start: usize,
    node: &'v Node,
}

impl Node {
    /// The child of a step, with the offset where its key or dash begins. Of two settings of one name the last.
    fn child(&self, segment: &Segment) -> Option<(usize, &Node)> {
        match (&self.content, segment) {
            (Content::Map(map), Segment::Key(key)) => {
                let entry = map.entries.iter().rev().find(|entry| entry.name == *key && !entry.is_merge())?;
                Some((entry.key_start, &entry.value))
            }
            (Content::List(list), Segment::Index(index)) => list.items.get(*index).map(|item| (item.start, &item.node)),
            _ => None,
        }
    }

    /// Whether a child that isn't written may come from an alias or a merge key.
    fn is_aliased(&self, segment: &Segment) -> bool {
        match (&self.content, segment) {
            (Content::Alias(_), _) => true,
            (Content::Map(map), Segment::Key(_)) => map.entries.iter().any(Entry::is_merge),
            _ => false,
        }
    }
}

fn read_tree(text: &str, duplicates: Duplicates) -> Parsed<(Option<Node>, Value)> {
    if text.len() > TEXT_KIB_MAX * 1024 {
        return Err(FaultKind::TooLong(TEXT_KIB_MAX).at(0));
    }
    refuse_characters(text)?;
    let mut cursor = Cursor::new(text, duplicates);
    cursor.document_start()?;
    let root = cursor.block_value(-1, Place::Top)?;
    let root_column = cursor.text.get(cursor.line_start(root.start)..root.start).map_or(0, str::len);
    cursor.document_end(root_column)?;
    if matches!(root.content, Content::Scalar(_)) && root.start == root.end {
        return Ok((None, Value::Object(JsonMap::new())));
    }
    if !matches!(root.content, Content::Map(_)) {
        return Err(FaultKind::NotAMap.at(root.start));
    }
    let json = Anchors::default().resolve(&root)?;
    Ok((Some(root), json))
}

/// Helm refuses control characters; the line ends of YAML 1.1 (NEL, LS, PS, a lone CR) would only surprise.
fn refuse_characters(text: &str) -> Parsed<()> {
    let is_refused = |at: usize, character: char| match character {
        '\n' | '\t' => false,
        '\r' => text.as_bytes().get(at + 1) != Some(&b'\n'),
        '\u{feff}' => at != 0,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => false,
    };
    match text.char_indices().find(|(at, character)| is_refused(*at, *character)) {
        Some((at, character)) => Err(FaultKind::Character(u32::from(character)).at(at)),
        None => Ok(()),
    }
}

impl Cursor<'_> {
    /// Over `%YAML 1.1` and `---`.
    fn document_start(&mut self) -> Parsed<()> {
        self.skip_to_token()?;
        if matches!(self.slice(self.at, self.at + 9), "%YAML 1.1" | "%YAML 1.2") && self.is_line_start() && self.is_blank_ahead(9) {
            let directive = self.at;
            self.at += 9;
            self.skip_to_token()?;
            if !self.is_marker() {
                return Err(FaultKind::Indicator('%').at(directive));
            }
        }
        if self.is_marker() && self.peek() == b'-' {
            self.at += 3;
            self.skip_blanks();
            if !self.is_line_end() && self.peek() != b'#' {
                return Err(FaultKind::AfterMarker.at(self.at));
            }
        }
        Ok(())
    }

    /// Nothing may come behind the document but `...` and comments.
    fn document_end(&mut self, root_column: usize) -> Parsed<()> {
        self.skip_to_token()?;
        let at = self.at;
        if self.is_end() {
            return Ok(());
        }
        if self.is_marker() && self.peek() == b'.' {
            self.at += 3;
            self.skip_to_token()?;
        }
        if self.is_end() {
            return Ok(());
        }
        let is_second = self.is_marker() || self.at != at;
        Err(if is_second { FaultKind::SecondDocument } else { FaultKind::Indent { found: self.column(), expected: root_column } }.at(self.at))
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// Characters of a piece of a line, a byte order mark not counted.
fn characters(piece: &str) -> usize {
    piece.chars().filter(|character| *character != '\u{feff}').count()
}

/// The line and column of a byte offset.
fn position_in(text: &str, at: usize) -> Position {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |found| found + 1);
    let column = characters(before.get(line_start..).unwrap_or("")) + 1;
    Position { line: before.bytes().filter(|byte| *byte == b'\n').count() + 1, column }
}
