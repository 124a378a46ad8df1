//! Values as YAML text, in the plainest style that every reader of YAML takes for the same value.

use std::fmt::Write as _;

use serde_json::Value;

use crate::values::document::{ScalarStyle, resolve_plain};

/// How the text at hand is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habit {
    /// Spaces for each level of maps.
    pub(super) step: usize,
    /// Spaces between a key and the dashes below it.
    pub(super) list_step: usize,
    pub(super) literals: Literals,
}

/// Whether texts of several lines may stand below `|`. Where a comment behind them would become part of the text, they may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Literals {
    Allowed,
    Never,
}

/// Where a scalar goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    Lines,
    Brackets,
}

/// A value as lines below a key or a dash, or behind it if it is a single one.
pub(super) fn is_single(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    }
}

/// A value on one line. `style` is that of the text it replaces.
pub(super) fn inline(value: &Value, around: Around, style: Option<ScalarStyle>) -> String {
    match value {
        Value::String(text) => string(text, around, style),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| inline(item, Around::Brackets, None)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let entries: Vec<String> = map.iter().map(|(name, item)| flow_entry(name, item)).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// `name: value` within brackets.
pub(super) fn flow_entry(name: &str, value: &Value) -> String {
    format!("{}: {}", key(name, Around::Brackets), inline(value, Around::Brackets, None))
}

/// The name of a setting.
fn key(name: &str, around: Around) -> String {
    string(name, around, None)
}

fn string(text: &str, around: Around, style: Option<ScalarStyle>) -> String {
    let is_printable = !text.chars().any(needs_escape);
    match style {
        Some(ScalarStyle::DoubleQuoted) => double_quoted(text),
        Some(ScalarStyle::SingleQuoted) if is_printable => single_quoted(text),
        _ if is_plain(text, around) => text.to_owned(),
        _ if is_printable && text.contains(['"', '\\']) => single_quoted(text),
        _ => double_quoted(text),
    }
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            other if needs_escape(other) => {
                // Writing into a String can't fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Characters that only double quotes can hold on one line.
fn needs_escape(character: char) -> bool {
    matches!(character, '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether the text needs no quotes: it is a text to Helm, to YAML 1.1 with its times in base 60, and to YAML 1.2.
fn is_plain(text: &str, around: Around) -> bool {
    let mut characters = text.chars();
    let (Some(first), second) = (characters.next(), characters.next()) else { return false };
    let first_fits = match first {
        '-' => second.is_some_and(|second| !second.is_whitespace() && second != '-' || text.len() > 3 && second == '-' && !text.starts_with("---")),
        '?' | ':' | ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' | '=' => false,
        _ => !text.starts_with("..."),
    };
    let is_text = matches!(resolve_plain(text), Some(Value::String(_))) && text != "<<" && !is_time(text);
    let marks_fit = around == Around::Lines || !text.contains([',', '[', ']', '{', '}', '?']);
    first_fits
        && is_text
        && marks_fit
        && text.trim() == text
        && !text.contains(": ")
        && !text.ends_with(':')
        && !text.contains(" #")
        && !text.chars().any(needs_escape)
}

/// Dates, and times in base 60.
fn is_time(text: &str) -> bool {
    let is_digital = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'_' | b'-' | b'+'));
    let is_date = text.as_bytes().get(4) == Some(&b'-') && text.bytes().take(4).all(|byte| byte.is_ascii_digit());
    is_date || (is_digital && text.contains(':'))
}

/// Whether lines below `|` can hold the text as it is.
pub(super) fn is_literal(text: &str, style: Option<ScalarStyle>, habit: Habit) -> bool {
    let is_quoted = matches!(style, Some(ScalarStyle::DoubleQuoted | ScalarStyle::SingleQuoted));
    let lines_fit = text.lines().all(|line| line.is_empty() || !line.trim().is_empty());
    let first_fits = text.chars().next().is_some_and(|first| !first.is_whitespace());
    let is_printable = !text.chars().any(|character| character != '\n' && character != '\t' && needs_escape(character));
    habit.literals == Literals::Allowed && !is_quoted && text.contains('\n') && lines_fit && first_fits && is_printable && !text.ends_with("\n\n")
}

/// `|`, and the lines below it.
pub(super) fn literal(text: &str, column: usize) -> (&'static str, Vec<String>) {
    let header = if text.ends_with('\n') { "|" } else { "|-" };
    (header, text.lines().map(|line| if line.is_empty() { String::new() } else { indented(column, line) }).collect())
}

fn indented(column: usize, text: &str) -> String {
    format!("{}{text}", " ".repeat(column))
}

/// A map or a list that isn't empty, as lines at a column.
pub(super) fn block(value: &Value, column: usize, habit: Habit) -> Vec<String> {
    match value {
        Value::Object(map) => map.iter().flat_map(|(name, item)| entry(name, item, column, habit)).collect(),
        Value::Array(items) => items.iter().flat_map(|value| item(value, column, habit)).collect(),
        other => vec![indented(column, &inline(other, Around::Lines, None))],
    }
}

/// `name: value` as lines at a column.
pub(super) fn entry(name: &str, value: &Value, column: usize, habit: Habit) -> Vec<String> {
    let key = indented(column, &key(name, Around::Lines));
    match value {
        Value::String(text) if is_literal(text, None, habit) => {
            let (header, lines) = literal(text, column + habit.step);
            std::iter::once(format!("{key}: {header}")).chain(lines).collect()
        }
        single if is_single(single) => vec![format!("{key}: {}", inline(single, Around::Lines, None))],
        collection => std::iter::once(format!("{key}:")).chain(block(collection, below(collection, column, habit), habit)).collect(),
    }
}

/// The column of a collection below a key.
pub(super) fn below(value: &Value, column: usize, habit: Habit) -> usize {
    column + if value.is_array() { habit.list_step } else { habit.step }
}

/// `- value` as lines at a column.
pub(super) fn item(value: &Value, column: usize, habit: Habit) -> Vec<String> {
    match value {
        Value::String(text) if is_literal(text, None, habit) => {
            let (header, lines) = literal(text, column + 2);
            std::iter::once(indented(column, &format!("- {header}"))).chain(lines).collect()
        }
        single if is_single(single) => vec![indented(column, &format!("- {}", inline(single, Around::Lines, None)))],
        collection => {
            let mut lines = block(collection, column + 2, habit);
            if let Some(first) = lines.first_mut() {
                *first = indented(column, &format!("- {}", first.trim_start()));
            }
            lines
        }
    }
}
