//! Block scalars: the lines below `|` and `>`. The folding follows `yaml_parser_scan_block_scalar` of libyaml.

use serde_json::Value;

use super::cursor::{Cursor, Parsed};
use super::error::FaultKind;
use super::node::{Node, ScalarStyle};

/// What becomes of the line ends behind the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Cursor<'_> {
    /// A block scalar; its lines are indented more than `parent`.
    pub(super) fn block_scalar(&mut self, parent: isize) -> Parsed<Node> {
        let start = self.at;
        let style = if self.peek() == b'|' { ScalarStyle::Literal } else { ScalarStyle::Folded };
        let (chomping, indicated) = self.block_header()?;
        let header_end = self.at;
        self.skip_line();
        self.skip_break();
        let base = usize::try_from(parent).unwrap_or(0);
        let indent = match indicated {
            Some(digit) => base + digit,
            None => self.detect_indent(usize::try_from(parent + 1).unwrap_or(0).max(1))?,
        };
        let (text, end) = self.block_lines(indent, style, chomping)?;
        Ok(Node::scalar(start, end.max(header_end), style, Value::String(text)))
    }

    fn block_header(&mut self) -> Parsed<(Chomping, Option<usize>)> {
        let (mut chomping, mut indent) = (None, None);
        self.at += 1;
        loop {
            match self.peek() {
                b'+' if chomping.is_none() => chomping = Some(Chomping::Keep),
                b'-' if chomping.is_none() => chomping = Some(Chomping::Strip),
                digit @ b'1'..=b'9' if indent.is_none() => indent = Some(usize::from(digit - b'0')),
                _ => break,
            }
            self.at += 1;
        }
        let end = self.at;
        self.skip_blanks();
        if !self.is_line_end() && self.peek() != b'#' {
            return Err(FaultKind::BlockHeader.at(self.at));
        }
        self.at = end;
        Ok((chomping.unwrap_or(Chomping::Clip), indent))
    }

    /// The deepest indentation up to the first line with text. The cursor stays.
    fn detect_indent(&mut self, least: usize) -> Parsed<usize> {
        let start = self.at;
        let mut indent = least;
        loop {
            indent = indent.max(self.skip_spaces());
            if self.peek() == b'\t' {
                return Err(FaultKind::Tab.at(self.at));
            }
            if self.is_end() || !self.is_line_end() {
                break;
            }
            self.skip_break();
        }
        self.at = start;
        Ok(indent)
    }

    /// The lines, and where they end. The cursor stops at the first line that is no part of them.
    fn block_lines(&mut self, indent: usize, style: ScalarStyle, chomping: Chomping) -> Parsed<(String, usize)> {
        let mut text = String::new();
        let mut end = 0;
        let mut line_break = "";
        let mut leading_blank = false;
        let mut breaks = self.blank_lines(indent)?;
        while !self.is_end() && self.column() == indent && !self.is_line_end() {
            let is_blank = matches!(self.peek(), b' ' | b'\t');
            if style == ScalarStyle::Folded && !line_break.is_empty() && !leading_blank && !is_blank {
                if breaks == 0 {
                    text.push(' ');
                }
            } else {
                text.push_str(line_break);
            }
            text.extend(std::iter::repeat_n('\n', breaks));
            leading_blank = is_blank;
            let start = self.at;
            self.skip_line();
            text.push_str(self.slice(start, self.at));
            end = self.at;
            line_break = if self.is_end() { "" } else { "\n" };
            self.skip_break();
            breaks = self.blank_lines(indent)?;
        }
        if chomping != Chomping::Strip {
            text.push_str(line_break);
        }
        if chomping == Chomping::Keep {
            text.extend(std::iter::repeat_n('\n', breaks));
            end = self.line_start(self.at).saturating_sub(1).max(end);
        }
        Ok((text, end))
    }

    /// Over the empty lines up to one with text, and over that one's indentation; answers how many there were.
    fn blank_lines(&mut self, indent: usize) -> Parsed<usize> {
        let mut count = 0;
        loop {
            while self.column() < indent && self.peek() == b' ' {
                self.at += 1;
            }
            if self.column() < indent && self.peek() == b'\t' {
                return Err(FaultKind::Tab.at(self.at));
            }
            if self.is_end() || !self.is_line_end() {
                return Ok(count);
            }
            self.skip_break();
            count += 1;
        }
    }
}
