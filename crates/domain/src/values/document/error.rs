//! [`YamlError`]: where a values text can't be read, and what to write instead.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in a text. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// A values text that can't be read. The message says what is wrong and what to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YamlError {
    /// Where.
    pub position: Position,
    /// What, and the next step, in sentences.
    pub message: String,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line {}, column {}: {}", self.position.line, self.position.column, self.message)
    }
}

impl std::error::Error for YamlError {}

/// A fault at a byte offset, before its line and column are known.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) kind: FaultKind,
}

/// Each way in which a text can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FaultKind {
    #[error("The text is longer than {0} KiB, which is more than Slipway reads.")]
    TooLong(usize),
    #[error("This is nested deeper than {0} levels, which is more than Slipway reads.")]
    TooDeep(usize),
    #[error("Aliases (*name) make this text too large. Write the values out where they differ, or use fewer aliases.")]
    TooLarge,
    #[error("A tab can't indent. Use spaces.")]
    Tab,
    #[error("This character (U+{0:04X}) can't be read. Remove it, or write it as \\u{0:04X} in double quotes.")]
    Character(u32),
    #[error("`{key}` is already set on line {line}. Keep one of the two.")]
    Duplicate { key: String, line: usize },
    #[error("This quote is not closed. Write {0} at the end of the text.")]
    Quote(char),
    #[error("The quote opened on line {line} is not closed before this line. Write {quote} at the end of the text, or indent this line.")]
    QuoteIndent { quote: char, line: usize },
    #[error("This bracket is not closed. Write {0} behind the last value.")]
    Bracket(char),
    #[error("Write a comma between two values, or {close} to close the bracket of line {line}.")]
    Comma { close: char, line: usize },
    #[error("A value is missing before this comma.")]
    EmptyItem,
    #[error("There is no bracket to close here. Remove it, or put the value in quotes.")]
    StrayBracket,
    #[error("A second document begins here. Values are a single document: remove this line and keep one.")]
    SecondDocument,
    #[error("Nothing can stand on a line with ---. Begin a new line.")]
    AfterMarker,
    #[error("Values are settings, one on each line: write `name: value`.")]
    NotAMap,
    #[error("Write a colon and a space behind the name: `{0}: value`.")]
    Colon(String),
    #[error("A value that holds a colon and a space needs quotes. Quote it, or begin a new line for a setting.")]
    ColonInValue,
    #[error("Write a space behind this colon, or put the value in quotes.")]
    FlowColon,
    #[error("Put a value with a question mark in quotes: in brackets, Helm can't read it otherwise.")]
    FlowQuestion,
    #[error("A list begins on a new line: write each `- item` on a line of its own, below the name.")]
    DashInValue,
    #[error("This line is indented by {found} spaces, the lines it belongs to by {expected}. Indent it alike.")]
    Indent { found: usize, expected: usize },
    #[error("A setting can't stand beside the items of a list. Indent it, or begin it with a dash.")]
    KeyInList,
    #[error("A list item can't stand beside settings. Indent it below the name it belongs to.")]
    ItemInMap,
    #[error("Something stands behind the end of the value. Remove it, put the whole in quotes, or begin a comment with ` #`.")]
    AfterValue,
    #[error("A value can't begin with {0}. Put it in quotes.")]
    Indicator(char),
    #[error("The backslash before “{0}” means nothing in double quotes. Write \\\\ for a backslash, or use single quotes.")]
    Escape(char),
    #[error("A name stands on one line, without a ? before it: write `name: value`.")]
    LongKey,
    #[error("A name is a text. Put it in quotes.")]
    KeyKind,
    #[error("A name can't have an anchor, an alias or a tag here. Write the name itself.")]
    KeyProperty,
    #[error("Write |, > with nothing but + or - and a digit behind it; the text begins on the next line.")]
    BlockHeader,
    #[error("Write a name behind & or *: letters, digits, hyphens.")]
    AnchorName,
    #[error("There is no anchor &{0} above this line. Write the value itself, or define the anchor first.")]
    UnknownAnchor(String),
    #[error("`<<` takes an alias of a map, or a list of such aliases.")]
    Merge,
    #[error("The tag {0} is not supported in values. Write the value without it.")]
    Tag(String),
    #[error("“{text}” is not a value of the kind {tag}. Remove the tag, or write a value of that kind.")]
    TagMismatch { text: String, tag: String },
    #[error("Helm can't pass on this number. Put it in quotes.")]
    NotFinite,
}

impl FaultKind {
    pub(super) fn at(self, at: usize) -> Fault {
        Fault { at, kind: self }
    }
}
