//! Unquoted values, anchors, aliases and tags.

use serde_json::Value;

use super::cursor::{Cursor, Parsed};
use super::error::FaultKind;
use super::node::{Content, Node, ScalarStyle};
use super::scalar::resolve_plain;

/// Where a tag stands, and what it is.
pub(super) type Tag = (usize, String);

impl Cursor<'_> {
    /// An unquoted value, which goes on over the lines that are indented more than its key.
    pub(super) fn plain_block(&mut self, parent: isize) -> Parsed<Node> {
        let start = self.at;
        self.refuse_indicator()?;
        self.skip_plain_on_line();
        let mut text = self.slice(start, self.at).to_owned();
        let mut end = self.at;
        while let Some(breaks) = self.next_plain_line(parent) {
            let line_start = self.at;
            self.skip_plain_on_line();
            let line = self.slice(line_start, self.at);
            end = self.at;
            self.skip_blanks();
            if self.is_indicator(b':') {
                return Err(FaultKind::Indent { found: self.column_of(line_start), expected: usize::try_from(parent).unwrap_or(0) }.at(line_start));
            }
            self.at = end;
            fold(&mut text, breaks);
            text.push_str(line);
        }
        self.at = end;
        let value = resolve_plain(&text).ok_or_else(|| FaultKind::NotFinite.at(start))?;
        Ok(Node::scalar(start, end, ScalarStyle::Plain, value))
    }

    fn column_of(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// Moves to the next line of an unquoted value; answers how many line ends were crossed. A comment ends the value.
    fn next_plain_line(&mut self, parent: isize) -> Option<usize> {
        let end = self.at;
        self.skip_blanks();
        let mut breaks = 0;
        while !self.is_end() && self.is_line_end() {
            self.skip_break();
            breaks += 1;
            self.skip_spaces();
            let indent_end = self.at;
            self.skip_blanks();
            if !self.is_line_end() {
                self.at = indent_end;
            }
        }
        let goes_on = breaks > 0 && !self.is_end() && !matches!(self.peek(), b'#' | b'\t') && !self.is_marker() && self.column() as isize > parent;
        if !goes_on {
            self.at = end;
            return None;
        }
        Some(breaks)
    }

    /// Refuses the characters that no unquoted value may begin with.
    pub(super) fn refuse_indicator(&self) -> Parsed<()> {
        match self.peek() {
            b']' | b'}' => Err(FaultKind::StrayBracket.at(self.at)),
            b'%' | b'@' | b'`' | b',' | b'|' | b'>' | b'&' | b'*' | b'!' => Err(FaultKind::Indicator(self.character()).at(self.at)),
            _ => Ok(()),
        }
    }

    /// The anchor and the tag before a value.
    pub(super) fn properties(&mut self) -> Parsed<(Option<String>, Option<Tag>)> {
        let (mut anchor, mut tag) = (None, None);
        loop {
            match self.peek() {
                b'&' if anchor.is_none() => anchor = Some(self.anchor_name()?),
                b'!' if tag.is_none() => {
                    let start = self.at;
                    while !self.is_blank_ahead(0) {
                        self.at += 1;
                    }
                    let name = self.slice(start, self.at);
                    if !name.bytes().skip(1).all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'!' | b'-' | b'.' | b'_')) {
                        return Err(FaultKind::Tag(name.to_owned()).at(start));
                    }
                    tag = Some((start, name.to_owned()));
                }
                _ => return Ok((anchor, tag)),
            }
            self.skip_blanks();
        }
    }

    /// The name behind `&` or `*`.
    pub(super) fn anchor_name(&mut self) -> Parsed<String> {
        self.at += 1;
        let start = self.at;
        while self.peek().is_ascii_alphanumeric() || matches!(self.peek(), b'_' | b'-') {
            self.at += 1;
        }
        let is_followed = self.is_blank_ahead(0) || matches!(self.peek(), b',' | b']' | b'}' | b':');
        if start == self.at || !is_followed {
            return Err(FaultKind::AnchorName.at(start - 1));
        }
        Ok(self.slice(start, self.at).to_owned())
    }

    /// Reads a value by its tag as `resolve.go` does.
    pub(super) fn apply_tag(&self, node: &mut Node, (at, tag): Tag) -> Parsed<()> {
        let kind = tag.strip_prefix("!!");
        let (start, end) = (node.start, node.end);
        let Content::Scalar(scalar) = &mut node.content else {
            return match kind {
                Some("map" | "seq") => Ok(()),
                Some(_) => Err(FaultKind::Tag(tag).at(at)),
                None => Ok(()),
            };
        };
        let text = match (&scalar.value, scalar.style) {
            (Value::String(text), _) => text.clone(),
            (_, ScalarStyle::Plain) => self.slice(start, end).to_owned(),
            _ => String::new(),
        };
        let resolved = resolve_plain(&text).ok_or_else(|| FaultKind::NotFinite.at(start))?;
        let fits = match kind {
            Some("bool") => resolved.is_boolean(),
            Some("null") => resolved.is_null(),
            Some("int") => resolved.is_i64() || resolved.is_u64(),
            Some("float") => resolved.is_number(),
            Some("binary") => return Err(FaultKind::Tag(tag).at(at)),
            _ => {
                scalar.value = Value::String(text);
                return Ok(());
            }
        };
        if !fits {
            return Err(FaultKind::TagMismatch { text: text.chars().take(40).collect(), tag }.at(start));
        }
        scalar.value = resolved;
        Ok(())
    }
}

/// One line end becomes a space, each further one stays.
pub(super) fn fold(text: &mut String, breaks: usize) {
    if breaks == 1 {
        text.push(' ');
    }
    text.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1)));
}
