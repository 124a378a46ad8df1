//! What can't be read as a version or a constraint: the sentence, and the hint that says what to write.

use super::{ALTERNATIVES_MAX, CONSTRAINT_BYTES_MAX, VERSION_BYTES_MAX};

/// Longest excerpt of a foreign text in a message, in characters.
const QUOTED_CHARACTERS_MAX: usize = 80;

/// A text that is no version. Displayed as a sentence that quotes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Longer than [`VERSION_BYTES_MAX`].
    #[error("{} is not a version: it has {bytes} bytes, and at most {VERSION_BYTES_MAX} are read.", quoted(.text))]
    TooLong {
        /// The text.
        text: String,
        /// Its length in bytes.
        bytes: usize,
    },
    /// Not of the form of a version.
    #[error("{} is not a version.", quoted(.0))]
    Malformed(String),
    /// A number does not fit into 64 bits.
    #[error("{} is not a version: {} is too large a number.", quoted(.text), quoted(.number))]
    NumberTooLarge {
        /// The text.
        text: String,
        /// The number in it.
        number: String,
    },
    /// A number in the pre-release begins with a zero.
    #[error("{} is not a version: the number {} of its pre-release begins with a zero.", quoted(.text), quoted(.number))]
    LeadingZero {
        /// The text.
        text: String,
        /// The number in it.
        number: String,
    },
}

impl VersionError {
    /// The same about another text: what a person wrote, where it was rewritten before it was read.
    pub(super) fn about(self, written: &str) -> Self {
        let text = written.to_owned();
        match self {
            Self::TooLong { bytes, .. } => Self::TooLong { text, bytes },
            Self::Malformed(_) => Self::Malformed(text),
            Self::NumberTooLarge { number, .. } => Self::NumberTooLarge { text, number },
            Self::LeadingZero { number, .. } => Self::LeadingZero { text, number },
        }
    }

    /// What to write instead, as a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::LeadingZero { .. } => "Write such a number without leading zeros, as in “1.4.2-rc.1”.".to_owned(),
            _ => "Write one to three numbers, and a pre-release or build if need be, as in “1.4.2”, “v1.4” or “2.0.0-rc.1+build.7”.".to_owned(),
        }
    }
}

/// A text that is no constraint. Displayed as a sentence that quotes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConstraintError {
    /// Nothing but blanks. The library says the same; that an empty version means any is Helm's, before it asks the library.
    #[error("{} is not a version constraint: it is empty.", quoted(.0))]
    Empty(String),
    /// Longer than [`CONSTRAINT_BYTES_MAX`].
    #[error("{} is not a version constraint: it has {bytes} bytes, and at most {CONSTRAINT_BYTES_MAX} are read.", quoted(.text))]
    TooLong {
        /// The constraint.
        text: String,
        /// Its length in bytes.
        bytes: usize,
    },
    /// More than [`ALTERNATIVES_MAX`] alternatives.
    #[error("{} is not a version constraint: it has {count} alternatives, and at most {ALTERNATIVES_MAX} are read.", quoted(.text))]
    TooManyAlternatives {
        /// The constraint.
        text: String,
        /// How many it has.
        count: usize,
    },
    /// An alternative is not a list of comparisons of versions.
    #[error("{} is not a version constraint: {} can't be read.", quoted(.text), quoted(.part))]
    Malformed {
        /// The constraint.
        text: String,
        /// The part that is none; or what is left of the alternative, ranges rewritten, from where reading failed.
        part: String,
    },
    /// A comparison names what is no version.
    #[error("{} is not a version constraint: {version}", quoted(.text))]
    Version {
        /// The constraint.
        text: String,
        /// Why the version is none.
        version: VersionError,
    },
}

impl ConstraintError {
    /// What to write instead, as a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Empty(_) => "Write “*” for every stable version, or “>0.0.0-0” for pre-releases too.".to_owned(),
            Self::TooLong { .. } | Self::TooManyAlternatives { .. } => "Write a shorter one, as in “>=1.2 <3”.".to_owned(),
            Self::Malformed { .. } => {
                "Write for example “>=1.2 <2”, “~1.4”, “1.x” or “1.2 - 1.8”; “,” or a blank joins what must hold together, “||” what may hold instead."
                    .to_owned()
            }
            Self::Version { version, .. } => version.hint(),
        }
    }
}

/// The text in typographic quotes, cut to a length fit for a message; what a terminal would act on is escaped.
fn quoted(text: &str) -> String {
    let mut shown = String::from("“");
    for character in text.chars().take(QUOTED_CHARACTERS_MAX) {
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            _ => shown.extend(character.escape_debug()),
        }
    }
    shown.push_str(if text.chars().nth(QUOTED_CHARACTERS_MAX).is_some() { "…”" } else { "”" });
    shown
}

#[cfg(test)]
mod tests {
    use super::super::{Constraint, Version};

    fn told(text: &str) -> String {
        Constraint::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn an_error_quotes_the_constraint_and_the_part_that_can_not_be_read() {
        assert_eq!(told(">= bar"), "“>= bar” is not a version constraint: “>= bar” can't be read.");
        assert_eq!(told(">=1.2 <foo"), "“>=1.2 <foo” is not a version constraint: “<foo” can't be read.");
        assert_eq!(told("1.2.3.4"), "“1.2.3.4” is not a version constraint: “1.2.3.4” can't be read.");
        assert_eq!(told(">1 ||"), "“>1 ||” is not a version constraint: “” can't be read.");
        assert_eq!(told(" "), "“ ” is not a version constraint: it is empty.");
        assert_eq!(told(">=1x"), "“>=1x” is not a version constraint: “1x” can't be read.");
        assert_eq!(
            told("=1.0-rc.01"),
            "“=1.0-rc.01” is not a version constraint: “1.0-rc.01” is not a version: the number “01” of its pre-release begins with a zero."
        );
    }

    #[test]
    fn an_error_shows_a_long_text_in_part_and_no_control_characters() {
        let error = Version::parse(&format!("\u{1b}[2J{}", "a".repeat(300))).unwrap_err().to_string();
        assert_eq!(error, format!("“\\u{{1b}}[2J{}…” is not a version: it has 304 bytes, and at most 256 are read.", "a".repeat(76)));
    }

    #[test]
    fn every_error_says_what_to_write() {
        for text in ["", "foo", "1.0.0-01", &"1".repeat(30), &">1 ".repeat(200), &"1||".repeat(40)] {
            assert!(Constraint::parse(text).unwrap_err().hint().starts_with("Write "), "{text}");
        }
    }
}
