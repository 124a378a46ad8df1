//! The tree of a values text: what stands where, by byte offsets. How it came about is in `parse.rs`.

use serde_json::Value;

/// A value in the text. `start..end` are the bytes of its content, without anchor, tag and comment.
#[derive(Debug, Clone)]
pub(in crate::values) struct Node {
    pub(in crate::values) start: usize,
    pub(in crate::values) end: usize,
    /// The name after `&`.
    pub(in crate::values) anchor: Option<String>,
    pub(in crate::values) content: Content,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(in crate::values) enum Content {
    Scalar(Scalar),
    Map(Map),
    List(List),
    /// `*name`.
    Alias(String),
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScalarStyle {
    /// As it is: `text`.
    Plain,
    /// `'text'`.
    SingleQuoted,
    /// `"text"`.
    DoubleQuoted,
    /// Lines below `|`.
    Literal,
    /// Lines below `>`.
    Folded,
}

/// A single value: its style, and what Helm makes of it.
#[derive(Debug, Clone)]
pub(in crate::values) struct Scalar {
    pub(in crate::values) style: ScalarStyle,
    pub(in crate::values) value: Value,
}

/// Whether a collection is written by indentation or in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::values) enum Layout {
    /// By indentation; the number is the column of its keys or dashes, counted in bytes from 0.
    Block(usize),
    /// In brackets.
    Flow,
}

#[derive(Debug, Clone)]
pub(in crate::values) struct Map {
    pub(in crate::values) layout: Layout,
    pub(in crate::values) entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
pub(in crate::values) struct Entry {
    /// The key as Helm knows it: `yes` is `true`.
    pub(in crate::values) name: String,
    pub(in crate::values) key_start: usize,
    pub(in crate::values) key_end: usize,
    /// Behind the colon; where there is none, in brackets, the end of the key.
    pub(in crate::values) colon_end: usize,
    pub(in crate::values) value: Node,
}

#[derive(Debug, Clone)]
pub(in crate::values) struct List {
    pub(in crate::values) layout: Layout,
    pub(in crate::values) items: Vec<Item>,
}

#[derive(Debug, Clone)]
pub(in crate::values) struct Item {
    /// The dash, or in brackets the value itself.
    pub(in crate::values) start: usize,
    pub(in crate::values) node: Node,
}

impl Node {
    /// A value that isn't written: null.
    pub(super) fn empty(at: usize) -> Self {
        Self::scalar(at, at, ScalarStyle::Plain, Value::Null)
    }

    pub(super) fn scalar(start: usize, end: usize, style: ScalarStyle, value: Value) -> Self {
        Self { start, end, anchor: None, content: Content::Scalar(Scalar { style, value }) }
    }

    pub(in crate::values) fn is_flow(&self) -> bool {
        matches!(&self.content, Content::Map(Map { layout: Layout::Flow, .. }) | Content::List(List { layout: Layout::Flow, .. }))
    }

    /// A collection written by indentation: it begins on a line of its own, or behind a dash.
    pub(in crate::values) fn is_block(&self) -> bool {
        matches!(&self.content, Content::Map(Map { layout: Layout::Block(_), .. }) | Content::List(List { layout: Layout::Block(_), .. }))
    }

    pub(in crate::values) fn style(&self) -> Option<ScalarStyle> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar.style),
            _ => None,
        }
    }
}
