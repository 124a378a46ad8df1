//! Maps and lists written by indentation, and the dispatch to every other kind of value.

use std::collections::BTreeMap;

use super::cursor::{Cursor, Parsed};
use super::error::FaultKind;
use super::node::{Content, Entry, Item, Layout, List, Map, Node};
use super::scalar::key_name;

/// What may stand where a value is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At the top of the document.
    Top,
    /// Behind `key:`.
    MapValue,
    /// Behind `- `, where a map or a list may begin on the same line.
    ListItem,
}

/// The kinds of key that a line may begin with.
enum KeyStart {
    Plain(usize),
    Quoted,
    None,
}

impl Cursor<'_> {
    /// The value behind a colon, a dash or at the top. `parent` is the column of the key or dash, -1 at the top.
    pub(super) fn block_value(&mut self, parent: isize, place: Place) -> Parsed<Node> {
        let empty_at = self.at;
        let mut is_fresh = self.skip_to_token()? || place != Place::MapValue;
        let (mut anchor, mut tag) = (None, None);
        let properties_start = self.at;
        if self.is_inside(parent, place) && matches!(self.peek(), b'&' | b'!') {
            (anchor, tag) = self.properties()?;
            let was_fresh = is_fresh;
            is_fresh = self.skip_to_token()?;
            if !is_fresh && was_fresh && !matches!(self.key_start(), KeyStart::None) {
                return Err(FaultKind::KeyProperty.at(properties_start));
            }
        }
        let mut node = if self.is_inside(parent, place) {
            self.nested(|cursor| cursor.block_content(parent, is_fresh))?
        } else {
            let has_properties = anchor.is_some() || tag.is_some();
            Node::empty(if has_properties { self.end_of_written(properties_start) } else { empty_at })
        };
        if let Some(tag) = tag {
            self.apply_tag(&mut node, tag)?;
        }
        node.anchor = anchor;
        Ok(node)
    }

    /// Whether what comes belongs to the value: it is on the same line, or indented more than its key.
    fn is_inside(&self, parent: isize, place: Place) -> bool {
        if self.is_end() || self.is_marker() {
            return false;
        }
        let column = self.column() as isize;
        let is_on_new_line = self.slice(self.line_start(self.at), self.at).trim().is_empty();
        !is_on_new_line || column > parent || (column == parent && place == Place::MapValue && self.is_indicator(b'-'))
    }

    /// The end of the properties that begin there and are followed by nothing.
    fn end_of_written(&self, start: usize) -> usize {
        start + self.slice(start, self.at).lines().next().unwrap_or("").split(" #").next().unwrap_or("").trim_end().len()
    }

    fn block_content(&mut self, parent: isize, is_fresh: bool) -> Parsed<Node> {
        if self.is_indicator(b'-') {
            return if is_fresh { self.block_list(parent) } else { Err(FaultKind::DashInValue.at(self.at)) };
        }
        if self.is_indicator(b'?') {
            return Err(FaultKind::LongKey.at(self.at));
        }
        let start = self.at;
        match self.key_start() {
            KeyStart::None => {}
            _ if is_fresh => return self.block_map(),
            _ => return Err(FaultKind::ColonInValue.at(start)),
        }
        let mut node = match self.peek() {
            b'|' | b'>' => return self.block_scalar(parent),
            b'[' | b'{' => self.flow_value(parent)?,
            b'"' | b'\'' => self.quoted(parent)?,
            b'*' => {
                let name = self.anchor_name()?;
                Node { content: Content::Alias(name), ..Node::empty(start) }
            }
            _ if parent < 0 => return Err(self.no_key(start)),
            _ => return self.plain_block(parent),
        };
        node.start = start;
        node.end = self.at;
        self.refuse_rest()?;
        Ok(node)
    }

    /// Behind a complete value only a comment may stand on its line.
    fn refuse_rest(&mut self) -> Parsed<()> {
        let end = self.at;
        self.skip_blanks();
        let is_comment = self.peek() == b'#';
        if self.is_line_end() || is_comment {
            self.at = end;
            return Ok(());
        }
        Err(match self.peek() {
            b':' if self.is_blank_ahead(1) => FaultKind::KeyKind.at(self.at),
            b']' | b'}' => FaultKind::StrayBracket.at(self.at),
            _ => FaultKind::AfterValue.at(self.at),
        })
    }

    /// Whether a `key:` begins here. The cursor stays.
    fn key_start(&mut self) -> KeyStart {
        let start = self.at;
        let found = match self.peek() {
            quote @ (b'"' | b'\'') => {
                self.skip_quoted_on_line(quote);
                self.skip_blanks();
                if self.is_indicator(b':') { KeyStart::Quoted } else { KeyStart::None }
            }
            b'[' | b'{' | b'|' | b'>' | b'#' | b'%' | b'@' | b'`' | b']' | b'}' | b',' => KeyStart::None,
            b'*' | b'&' | b'!' => KeyStart::None,
            _ => {
                self.skip_plain_on_line();
                let end = self.at;
                self.skip_blanks();
                if self.is_indicator(b':') { KeyStart::Plain(end) } else { KeyStart::None }
            }
        };
        self.at = start;
        found
    }

    /// Over an unquoted text up to `: `, ` #` or the end of the line, without the blanks at its end.
    pub(super) fn skip_plain_on_line(&mut self) {
        let mut end = self.at;
        while !(self.is_line_end() || self.is_indicator(b':') || self.peek() == b'#' && end < self.at) {
            let is_blank = matches!(self.peek(), b' ' | b'\t');
            self.at += 1;
            if !is_blank {
                end = self.at;
            }
        }
        self.at = end;
    }

    fn block_map(&mut self) -> Parsed<Node> {
        let (start, column) = (self.at, self.column());
        let mut entries = Vec::new();
        let mut names = BTreeMap::new();
        let mut end = start;
        while !self.is_end() && !self.is_marker() && self.column() == column {
            if self.is_indicator(b'-') {
                return Err(FaultKind::ItemInMap.at(self.at));
            }
            let entry = self.block_entry(column)?;
            self.name_once(&mut names, &entry)?;
            end = entry.value.end.max(entry.colon_end);
            entries.push(entry);
            self.skip_to_token()?;
        }
        self.refuse_deeper(column)?;
        Ok(Node { content: Content::Map(Map { layout: Layout::Block(column), entries }), end, ..Node::empty(start) })
    }

    fn block_entry(&mut self, column: usize) -> Parsed<Entry> {
        let key_start = self.at;
        let name = match self.key_start() {
            KeyStart::Plain(end) => {
                self.at = end;
                key_name(self.slice(key_start, end)).ok_or_else(|| FaultKind::KeyKind.at(key_start))?
            }
            KeyStart::Quoted => self.quoted_text(column as isize)?,
            KeyStart::None => return Err(self.no_key(key_start)),
        };
        let key_end = self.at;
        self.skip_blanks();
        self.at += 1;
        let colon_end = self.at;
        let value = self.block_value(column as isize, Place::MapValue)?;
        Ok(Entry { name, key_start, key_end, colon_end, value })
    }

    fn no_key(&mut self, start: usize) -> super::error::Fault {
        match self.peek() {
            b'?' if self.is_indicator(b'?') => FaultKind::LongKey.at(start),
            b'*' | b'&' | b'!' => FaultKind::KeyProperty.at(start),
            b']' | b'}' => FaultKind::StrayBracket.at(start),
            b'[' | b'{' | b'|' | b'>' => FaultKind::KeyKind.at(start),
            b'%' | b'@' | b'`' | b',' => FaultKind::Indicator(self.character()).at(start),
            _ => {
                self.skip_plain_on_line();
                let text = self.slice(start, self.at);
                let name: String = text.split([':', '=', ' ']).next().unwrap_or("").chars().take(40).collect();
                FaultKind::Colon(name).at(start)
            }
        }
    }

    /// Refuses a second setting of one name, or lets the last win as Helm does.
    pub(super) fn name_once(&self, names: &mut BTreeMap<String, usize>, entry: &Entry) -> Parsed<()> {
        let before = names.insert(entry.name.clone(), entry.key_start);
        match before {
            Some(first) if self.duplicates == super::Duplicates::Refuse && entry.name != "<<" => {
                Err(FaultKind::Duplicate { key: entry.name.clone(), line: self.line(first) }.at(entry.key_start))
            }
            _ => Ok(()),
        }
    }

    fn block_list(&mut self, parent: isize) -> Parsed<Node> {
        let (start, column) = (self.at, self.column());
        let mut items = Vec::new();
        let mut end = start;
        while !self.is_end() && !self.is_marker() && self.column() == column && self.is_indicator(b'-') {
            let dash = self.at;
            self.at += 1;
            self.refuse_tab_behind_dash()?;
            let node = self.block_value(column as isize, Place::ListItem)?;
            end = node.end.max(dash + 1);
            items.push(Item { start: dash, node });
            self.skip_to_token()?;
        }
        if !self.is_end() && !self.is_marker() && self.column() == column && column as isize > parent {
            return Err(FaultKind::KeyInList.at(self.at));
        }
        self.refuse_deeper(column)?;
        Ok(Node { content: Content::List(List { layout: Layout::Block(column), items }), end, ..Node::empty(start) })
    }

    fn refuse_tab_behind_dash(&mut self) -> Parsed<()> {
        let start = self.at;
        self.skip_spaces();
        let tab = self.at;
        self.skip_blanks();
        if tab < self.at && !self.is_line_end() {
            return Err(FaultKind::Tab.at(tab));
        }
        self.at = start;
        Ok(())
    }

    /// After a collection the next line stands at its column or further out.
    fn refuse_deeper(&self, column: usize) -> Parsed<()> {
        if self.is_end() || self.column() <= column {
            return Ok(());
        }
        Err(FaultKind::Indent { found: self.column(), expected: column }.at(self.at))
    }
}
