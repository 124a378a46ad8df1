//! Maps and lists in brackets.

use std::collections::BTreeMap;

use super::cursor::{Cursor, Parsed};
use super::error::FaultKind;
use super::node::{Content, Entry, Item, Layout, List, Map, Node, ScalarStyle};
use super::plain::fold;
use super::scalar::{key_name, resolve_plain};

impl Cursor<'_> {
    /// A map or a list in brackets, or a value within them.
    pub(super) fn flow_value(&mut self, parent: isize) -> Parsed<Node> {
        let properties_start = self.at;
        let (anchor, tag) = if matches!(self.peek(), b'&' | b'!') { self.properties()? } else { (None, None) };
        self.skip_to_flow_token()?;
        let start = self.at;
        let mut node = match self.peek() {
            b'[' => self.nested(|cursor| cursor.flow_list(parent))?,
            b'{' => self.nested(|cursor| cursor.flow_map(parent))?,
            b'"' | b'\'' => self.quoted(parent)?,
            b'*' => {
                let name = self.anchor_name()?;
                Node { content: Content::Alias(name), end: self.at, ..Node::empty(start) }
            }
            b',' | b']' | b'}' | b':' | 0 => Node::empty(properties_start),
            _ => self.plain_flow()?,
        };
        if let Some(tag) = tag {
            self.apply_tag(&mut node, tag)?;
        }
        node.anchor = anchor;
        Ok(node)
    }

    fn flow_list(&mut self, parent: isize) -> Parsed<Node> {
        let start = self.at;
        let mut items = Vec::new();
        self.at += 1;
        while self.flow_goes_on(start, ']', items.is_empty())? {
            let item_start = self.at;
            let mut node = self.flow_value(parent)?;
            let end = self.at;
            self.skip_blanks();
            if self.is_flow_colon(&node) {
                self.refuse_long_key(&node, start, ']')?;
                node = self.flow_pair(parent, item_start, node)?;
            } else {
                self.at = end;
            }
            items.push(Item { start: item_start, node });
        }
        Ok(Node { content: Content::List(List { layout: Layout::Flow, items }), end: self.at, ..Node::empty(start) })
    }

    /// `[key: value]`, a list that holds a map of one.
    fn flow_pair(&mut self, parent: isize, start: usize, key: Node) -> Parsed<Node> {
        let entry = self.flow_entry(parent, key)?;
        let end = entry.value.end.max(entry.colon_end);
        Ok(Node { content: Content::Map(Map { layout: Layout::Flow, entries: vec![entry] }), end, ..Node::empty(start) })
    }

    fn flow_map(&mut self, parent: isize) -> Parsed<Node> {
        let start = self.at;
        let mut entries = Vec::new();
        let mut names = BTreeMap::new();
        self.at += 1;
        while self.flow_goes_on(start, '}', entries.is_empty())? {
            let key = self.flow_value(parent)?;
            if self.is_flow_colon(&key) {
                self.refuse_long_key(&key, start, '}')?;
            }
            let entry = self.flow_entry(parent, key)?;
            self.name_once(&mut names, &entry)?;
            entries.push(entry);
        }
        Ok(Node { content: Content::Map(Map { layout: Layout::Flow, entries }), end: self.at, ..Node::empty(start) })
    }

    /// A name over two lines is a value without a comma, or a bracket that was left open.
    fn refuse_long_key(&self, key: &Node, opened: usize, close: char) -> Parsed<()> {
        match self.slice(key.start, key.end).rfind('\n') {
            Some(at) => Err(FaultKind::Comma { close, line: self.line(opened) }.at(key.start + at + 1)),
            None => Ok(()),
        }
    }

    fn flow_entry(&mut self, parent: isize, key: Node) -> Parsed<Entry> {
        let Content::Scalar(scalar) = &key.content else {
            return Err(FaultKind::KeyKind.at(key.start));
        };
        if key.anchor.is_some() {
            return Err(FaultKind::KeyProperty.at(key.start));
        }
        let (key_start, key_end) = (key.start, key.end);
        let name = match (scalar.style, scalar.value.as_str()) {
            (ScalarStyle::Plain, _) => key_name(self.slice(key_start, key_end)),
            (_, text) => text.map(ToOwned::to_owned),
        };
        let name = name.ok_or_else(|| FaultKind::KeyKind.at(key_start))?;
        self.skip_blanks();
        if !self.is_flow_colon(&key) {
            self.at = key_end;
            return Ok(Entry { name, key_start, key_end, colon_end: key_end, value: Node::empty(key_end) });
        }
        self.at += 1;
        let colon_end = self.at;
        self.skip_to_flow_token()?;
        let mut value = self.flow_value(parent)?;
        if value.start == value.end {
            value = Node { anchor: value.anchor, ..Node::empty(colon_end) };
        }
        Ok(Entry { name, key_start, key_end, colon_end, value })
    }

    /// A colon behind a key: followed by white space or a bracket, or behind a quoted key.
    fn is_flow_colon(&self, key: &Node) -> bool {
        let is_quoted = matches!(key.style(), Some(ScalarStyle::DoubleQuoted | ScalarStyle::SingleQuoted));
        self.peek() == b':' && (is_quoted || self.is_blank_ahead(1) || is_flow_mark(self.ahead(1)))
    }

    /// Whether another value comes before the closing bracket; takes the comma or the bracket.
    fn flow_goes_on(&mut self, opened: usize, close: char, is_first: bool) -> Parsed<bool> {
        self.skip_to_flow_token()?;
        if self.is_end() || self.is_marker() {
            return Err(FaultKind::Bracket(close).at(opened));
        }
        if !is_first && self.peek() == b',' {
            self.at += 1;
            self.skip_to_flow_token()?;
        } else if !is_first && self.character() != close {
            return Err(FaultKind::Comma { close, line: self.line(opened) }.at(self.at));
        }
        if self.is_end() || self.is_marker() {
            return Err(FaultKind::Bracket(close).at(opened));
        }
        if self.character() == close {
            self.at += 1;
            return Ok(false);
        }
        match self.peek() {
            b',' => Err(FaultKind::EmptyItem.at(self.at)),
            b']' | b'}' => Err(FaultKind::Bracket(close).at(opened)),
            b'?' if self.is_blank_ahead(1) => Err(FaultKind::LongKey.at(self.at)),
            b'-' if self.is_blank_ahead(1) => Err(FaultKind::Indicator('-').at(self.at)),
            b':' if self.is_blank_ahead(1) => Err(FaultKind::Indicator(':').at(self.at)),
            _ => Ok(true),
        }
    }

    /// Over white space, line ends and comments; in brackets tabs may indent.
    fn skip_to_flow_token(&mut self) -> Parsed<()> {
        loop {
            self.skip_blanks();
            if self.peek() == b'#' {
                self.skip_line();
            }
            if self.is_end() || !self.is_line_end() {
                return Ok(());
            }
            self.skip_break();
        }
    }

    /// An unquoted value in brackets, perhaps over several lines.
    fn plain_flow(&mut self) -> Parsed<Node> {
        let start = self.at;
        self.refuse_indicator()?;
        let is_dash = self.peek() == b'-' && (self.is_blank_ahead(1) || is_flow_mark(self.ahead(1)));
        if is_dash || matches!(self.peek(), b'?' | b':') {
            return Err(FaultKind::Indicator(self.character()).at(start));
        }
        let mut text = String::new();
        let mut end;
        loop {
            let line_start = self.at;
            self.skip_plain_in_flow()?;
            text.push_str(self.slice(line_start, self.at));
            end = self.at;
            let breaks = self.flow_line_breaks();
            let ends = breaks == 0 || self.is_end() || self.is_marker() || is_flow_mark(self.peek()) || matches!(self.peek(), b'#' | b':');
            if ends {
                break;
            }
            fold(&mut text, breaks);
        }
        self.at = end;
        let value = resolve_plain(&text).ok_or_else(|| FaultKind::NotFinite.at(start))?;
        Ok(Node::scalar(start, end, ScalarStyle::Plain, value))
    }

    fn flow_line_breaks(&mut self) -> usize {
        let mut breaks = 0;
        loop {
            self.skip_blanks();
            if self.is_end() || !self.is_line_end() {
                return breaks;
            }
            self.skip_break();
            breaks += 1;
        }
    }

    fn skip_plain_in_flow(&mut self) -> Parsed<()> {
        let mut end = self.at;
        while !self.is_line_end() && !is_flow_mark(self.peek()) {
            if self.peek() == b'?' {
                return Err(FaultKind::FlowQuestion.at(self.at));
            }
            if self.peek() == b':' && is_flow_mark(self.ahead(1)) {
                return Err(FaultKind::FlowColon.at(self.at));
            }
            if self.is_indicator(b':') || (self.peek() == b'#' && end < self.at) {
                break;
            }
            let is_blank = matches!(self.peek(), b' ' | b'\t');
            self.at += 1;
            if !is_blank {
                end = self.at;
            }
        }
        self.at = end;
        Ok(())
    }
}

/// The characters that end an unquoted value in brackets.
fn is_flow_mark(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}
