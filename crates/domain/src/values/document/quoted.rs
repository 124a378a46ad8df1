//! Values in single and double quotes.

use serde_json::Value;

use super::cursor::{Cursor, Parsed};
use super::error::FaultKind;
use super::node::{Node, ScalarStyle};
use super::plain::fold;

impl Cursor<'_> {
    /// A quoted value. Further lines are indented more than `parent`.
    pub(super) fn quoted(&mut self, parent: isize) -> Parsed<Node> {
        let start = self.at;
        let style = if self.peek() == b'"' { ScalarStyle::DoubleQuoted } else { ScalarStyle::SingleQuoted };
        let text = self.quoted_text(parent)?;
        Ok(Node::scalar(start, self.at, style, Value::String(text)))
    }

    /// What the quotes hold.
    pub(super) fn quoted_text(&mut self, parent: isize) -> Parsed<String> {
        let (start, quote) = (self.at, self.peek());
        let mut text = String::new();
        self.at += 1;
        loop {
            let character = self.character();
            if self.is_end() {
                return Err(FaultKind::Quote(char::from(quote)).at(start));
            } else if self.peek() == quote && quote == b'\'' && self.ahead(1) == quote {
                text.push('\'');
                self.at += 2;
            } else if self.peek() == quote {
                self.at += 1;
                return Ok(text);
            } else if matches!(self.peek(), b' ' | b'\t' | b'\r' | b'\n') {
                let blanks = self.at;
                let breaks = self.quoted_break(start, parent)?;
                if breaks == 0 {
                    text.push_str(self.slice(blanks, self.at));
                }
                fold(&mut text, breaks);
            } else if character == '\\' && quote == b'"' {
                self.escape(&mut text, start, parent)?;
            } else {
                text.push(character);
                self.at += character.len_utf8();
            }
        }
    }

    /// Over white space in quotes; answers how many line ends it held. Blanks beside a line end don't count.
    fn quoted_break(&mut self, start: usize, parent: isize) -> Parsed<usize> {
        let mut breaks = 0;
        loop {
            self.skip_blanks();
            if self.is_end() || !self.is_line_end() {
                break;
            }
            self.skip_break();
            breaks += 1;
        }
        if breaks == 0 || self.is_end() {
            return Ok(breaks);
        }
        let quote = char::from(self.text.as_bytes().get(start).copied().unwrap_or(b'"'));
        if (self.column() as isize) <= parent || self.is_marker() {
            return Err(FaultKind::QuoteIndent { quote, line: self.line(start) }.at(self.at));
        }
        Ok(breaks)
    }

    /// An escape of `scannerc.go`: YAML 1.1's, so `\/` is none.
    fn escape(&mut self, text: &mut String, start: usize, parent: isize) -> Parsed<()> {
        let at = self.at;
        self.at += 1;
        let letter = self.character();
        if matches!(letter, '\n' | '\r') {
            let breaks = self.quoted_break(start, parent)?;
            text.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1)));
            return Ok(());
        }
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let wrong = || FaultKind::Escape(letter).at(at);
        let character = match letter {
            'x' | 'u' | 'U' => {
                let hex = self.text.get(self.at + 1..self.at + 1 + digits).ok_or_else(wrong)?;
                let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
                let code = u32::from_str_radix(hex, 16).ok().filter(|_| is_hex).ok_or_else(wrong)?;
                char::from_u32(code).ok_or_else(wrong)?
            }
            '0' => '\0',
            'a' => '\x07',
            'b' => '\x08',
            't' | '\t' => '\t',
            'n' => '\n',
            'v' => '\x0b',
            'f' => '\x0c',
            'r' => '\r',
            'e' => '\x1b',
            ' ' | '"' | '\\' | '\'' => letter,
            'N' => '\u{85}',
            '_' => '\u{a0}',
            'L' => '\u{2028}',
            'P' => '\u{2029}',
            _ => return Err(wrong()),
        };
        text.push(character);
        self.at += letter.len_utf8() + digits;
        Ok(())
    }

    /// To behind the closing quote, if it is on this line; a look ahead for keys.
    pub(super) fn skip_quoted_on_line(&mut self, quote: u8) {
        self.at += 1;
        while !self.is_line_end() {
            let byte = self.peek();
            if byte == quote && !(quote == b'\'' && self.ahead(1) == quote) {
                self.at += 1;
                return;
            }
            let is_pair = (byte == b'\\' && quote == b'"') || byte == quote;
            self.at += 1;
            if is_pair && !self.is_line_end() {
                self.at += 1;
            }
        }
    }
}
