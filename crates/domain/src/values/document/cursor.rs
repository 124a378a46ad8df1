//! The reader under the parser: where it is, what comes next, and the white space between tokens.

use super::error::{Fault, FaultKind};
use super::node::Node;

/// The deepest nesting that is read. Helm charts stay below 20; the parser recurses once a level.
pub(super) const DEPTH_MAX: usize = 64;

pub(super) type Parsed<T> = Result<T, Fault>;

/// A text and a place in it.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) depth: usize,
    pub(super) duplicates: super::Duplicates,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, duplicates: super::Duplicates) -> Self {
        // A byte order mark is no part of the values.
        Self { text, at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }, depth: 0, duplicates }
    }

    /// The byte some way ahead, 0 behind the end. Zeros in the text were refused before.
    pub(super) fn ahead(&self, distance: usize) -> u8 {
        self.text.as_bytes().get(self.at + distance).copied().unwrap_or(0)
    }

    pub(super) fn peek(&self) -> u8 {
        self.ahead(0)
    }

    pub(super) fn is_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn is_line_end(&self) -> bool {
        self.is_end() || matches!(self.peek(), b'\n' | b'\r')
    }

    /// The text between two offsets, which both lie beside ASCII characters.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    /// The character here.
    pub(super) fn character(&self) -> char {
        self.text.get(self.at..).and_then(|rest| rest.chars().next()).unwrap_or(' ')
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.slice(0, at).rfind('\n').map_or(0, |found| found + 1)
    }

    /// Bytes between the start of the line and here, a byte order mark not counted.
    pub(super) fn column(&self) -> usize {
        let start = self.line_start(self.at);
        self.at - start - if start == 0 && self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }

    /// The line of an offset, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.slice(0, at).bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t') {
            self.at += 1;
        }
    }

    pub(super) fn skip_spaces(&mut self) -> usize {
        let start = self.at;
        while self.peek() == b' ' {
            self.at += 1;
        }
        self.at - start
    }

    pub(super) fn skip_line(&mut self) {
        while !self.is_line_end() {
            self.at += 1;
        }
    }

    /// Over `\n` or `\r\n`.
    pub(super) fn skip_break(&mut self) {
        if self.peek() == b'\r' {
            self.at += 1;
        }
        if self.peek() == b'\n' {
            self.at += 1;
        }
    }

    /// Over white space, comments and line ends up to the next thing written. True if a new line began.
    pub(super) fn skip_to_token(&mut self) -> Parsed<bool> {
        let mut is_new_line = false;
        loop {
            if is_new_line || self.is_line_start() {
                self.skip_indent()?;
            } else {
                self.skip_blanks();
            }
            if self.peek() == b'#' && self.is_comment_start() {
                self.skip_line();
            }
            if self.is_end() || !self.is_line_end() {
                return Ok(is_new_line);
            }
            self.skip_break();
            is_new_line = true;
        }
    }

    /// Over the spaces a line begins with. Tabs may stand on an empty line only, and behind a space.
    fn skip_indent(&mut self) -> Parsed<()> {
        let spaces = self.skip_spaces();
        let tab = self.at;
        self.skip_blanks();
        if tab < self.at && (spaces == 0 || !self.is_line_end()) {
            return Err(FaultKind::Tab.at(tab));
        }
        Ok(())
    }

    /// Whether a line, or the text, begins here.
    pub(super) fn is_line_start(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        before.is_none_or(|byte| *byte == b'\n') || (self.at == '\u{feff}'.len_utf8() && self.text.starts_with('\u{feff}'))
    }

    /// Whether a `#` here begins a comment: at the start of a line, behind white space, a quote or a bracket.
    fn is_comment_start(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        before.is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'"' | b'\'' | b']' | b'}' | b',' | b'[' | b'{'))
    }

    /// Whether white space or the end comes so far ahead.
    pub(super) fn is_blank_ahead(&self, distance: usize) -> bool {
        matches!(self.ahead(distance), b' ' | b'\t' | b'\n' | b'\r' | 0)
    }

    /// `- `, `? ` and the like.
    pub(super) fn is_indicator(&self, indicator: u8) -> bool {
        self.peek() == indicator && self.is_blank_ahead(1)
    }

    /// `---` or `...` at the start of a line.
    pub(super) fn is_marker(&self) -> bool {
        matches!(self.slice(self.at, self.at + 3), "---" | "...") && self.is_blank_ahead(3) && self.is_line_start()
    }

    /// Enters a level of nesting.
    pub(super) fn nested(&mut self, read: impl FnOnce(&mut Self) -> Parsed<Node>) -> Parsed<Node> {
        if self.depth >= DEPTH_MAX {
            return Err(FaultKind::TooDeep(DEPTH_MAX).at(self.at));
        }
        self.depth += 1;
        let node = read(self)?;
        self.depth -= 1;
        Ok(node)
    }
}
