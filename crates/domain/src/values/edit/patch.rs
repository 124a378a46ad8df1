//! The places of a values text that a change touches, and the new text made of them.

use crate::values::document::{Content, Entry, Layout, Node};
use crate::values::path::Segment;

/// A text, and the pieces of it that are replaced.
#[derive(Debug)]
pub(super) struct Patches<'t> {
    text: &'t str,
    /// Start, end and new text of each piece, in the order of the text.
    pieces: Vec<(usize, usize, String)>,
}

impl<'t> Patches<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, pieces: Vec::new() }
    }

    pub(super) fn replace(&mut self, start: usize, end: usize, text: impl Into<String>) {
        self.pieces.push((start, end, text.into()));
    }

    /// Lines that come below the line of `at`, in place of the text from its end up to `until`.
    pub(super) fn replace_below(&mut self, at: usize, until: usize, lines: &[String]) {
        let start = self.line_end(at);
        let end = until.max(start);
        let line_break = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut below: String = lines.iter().flat_map(|line| [line_break, line.as_str()]).collect();
        if end == self.text.len() && !lines.is_empty() {
            below.push_str(line_break);
        }
        self.replace(start, end, below);
    }

    /// Behind the comments that follow a map's or a list's last line and stand inside it: indented more than its column, or,
    /// but for the top, alike.
    pub(super) fn comments_end(&self, at: usize, column: usize) -> usize {
        let mut end = at;
        let mut line = self.line_end(at);
        while let Some(rest) = self.text.get(line..).filter(|rest| !rest.is_empty()) {
            let start = line + rest.find('\n').map_or(rest.len(), |found| found + 1);
            let next = self.between(start, self.line_end(start));
            let indent = next.len() - next.trim_start_matches(' ').len();
            if next.trim_start().starts_with('#') && indent >= column.max(1) {
                end = start;
            } else if !next.trim().is_empty() || start >= self.text.len() {
                break;
            }
            line = self.line_end(start);
        }
        end
    }

    /// The end of the line of an offset, before its line break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or("");
        let length = rest.find('\n').unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or("");
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |found| found + 1)
    }

    /// The text between two offsets.
    pub(super) fn between(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    /// Takes out whole lines, line break included.
    pub(super) fn remove_lines(&mut self, start: usize, end: usize) {
        let line_end = self.line_end(end);
        let break_length = match self.text.as_bytes().get(line_end) {
            Some(b'\r') => 2,
            Some(_) => 1,
            None => 0,
        };
        self.replace(self.line_start(start), line_end + break_length, "");
    }

    pub(super) fn apply(mut self) -> String {
        self.pieces.sort_unstable_by_key(|piece| (piece.0, piece.1));
        let mut result = String::new();
        let mut at = 0;
        for (start, end, text) in self.pieces {
            result.push_str(self.text.get(at..start).unwrap_or(""));
            result.push_str(&text);
            at = end;
        }
        result.push_str(self.text.get(at..).unwrap_or(""));
        result
    }
}

/// A value in the text, and what holds it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<'v> {
    pub(super) node: &'v Node,
    /// Where the key or the dash begins.
    pub(super) start: usize,
    /// Behind the colon or the dash; in a list in brackets, where the value begins.
    pub(super) value_from: usize,
    pub(super) owner: Owner,
    /// Whether any collection around it is written in brackets.
    pub(super) is_in_brackets: bool,
}

/// What holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Root,
    /// A map; its column, in brackets 0.
    Map(usize),
    /// A list; its column, in brackets 0.
    List(usize),
}

impl<'v> Slot<'v> {
    pub(super) fn root(node: &'v Node) -> Self {
        Self { node, start: node.start, value_from: node.start, owner: Owner::Root, is_in_brackets: false }
    }

    /// The slots of a map or a list, in the order of the text.
    pub(super) fn children(&self) -> Vec<Slot<'v>> {
        let is_in_brackets = self.is_in_brackets || self.node.is_flow();
        match &self.node.content {
            Content::Map(map) => map.entries.iter().map(|entry| Self::entry(entry, map.layout, is_in_brackets)).collect(),
            Content::List(list) => {
                let (column, mark) = match list.layout {
                    Layout::Block(column) => (column, 1),
                    Layout::Flow => (0, 0),
                };
                let slot = |item: &'v crate::values::document::Item| Self {
                    node: &item.node,
                    start: item.start,
                    value_from: item.start + mark,
                    owner: Owner::List(column),
                    is_in_brackets,
                };
                list.items.iter().map(slot).collect()
            }
            _ => Vec::new(),
        }
    }

    fn entry(entry: &'v Entry, layout: Layout, is_in_brackets: bool) -> Self {
        let column = match layout {
            Layout::Block(column) => column,
            Layout::Flow => 0,
        };
        Self { node: &entry.value, start: entry.key_start, value_from: entry.colon_end, owner: Owner::Map(column), is_in_brackets }
    }

    /// Which of the children a step leads to.
    pub(super) fn child_index(&self, segment: &Segment) -> Option<usize> {
        match (&self.node.content, segment) {
            (Content::Map(map), Segment::Key(key)) => map.entries.iter().rposition(|entry| entry.name == *key && !entry.is_merge()),
            (Content::List(list), Segment::Index(index)) => (*index < list.items.len()).then_some(*index),
            _ => None,
        }
    }

    /// The column of what holds the value.
    pub(super) fn column(&self) -> usize {
        match self.owner {
            Owner::Root => 0,
            Owner::Map(column) | Owner::List(column) => column,
        }
    }

    /// The end of the value, or of the key without one.
    pub(super) fn end(&self) -> usize {
        self.node.end.max(self.value_from)
    }
}
