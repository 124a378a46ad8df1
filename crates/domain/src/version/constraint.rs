//! A constraint: alternatives of comparisons that must hold together.

use super::comparator::{Comparator, Operator};
use super::error::{ConstraintError, VersionError};
use super::scan::{Pattern, blanks_skipped, ranges_rewritten};
use super::{ALTERNATIVES_MAX, CONSTRAINT_BYTES_MAX, Version};

/// A constraint as `NewConstraint` of Masterminds semver reads it, such as `>=1.2 <2 || ~3.1`, with the text it was
/// read from.
///
/// - Operators: `=` or none, `!=`, `>`, `<`, `>=` or `=>`, `<=` or `=<`, `~` or `~>`, `^`.
/// - Versions may lack numbers, or have `x`, `X` or `*` for them. `1.2` is `1.2.x`.
/// - A comma or blanks join what must hold together, `||` what may hold instead. A range `1.2 - 1.8` includes both ends.
/// - A pre-release matches only within an alternative that has one in a comparison itself, as in `>=1.2-0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    text: String,
    alternatives: Vec<Vec<Comparator>>,
}

impl Constraint {
    /// Reads a constraint. One that is empty is refused, as the library refuses it; see [`super::newest_matching`] for
    /// what Helm does then.
    pub fn parse(text: &str) -> Result<Self, ConstraintError> {
        if text.len() > CONSTRAINT_BYTES_MAX {
            return Err(ConstraintError::TooLong { text: text.to_owned(), bytes: text.len() });
        }
        if text.trim().is_empty() {
            return Err(ConstraintError::Empty(text.to_owned()));
        }
        let rewritten = ranges_rewritten(text);
        let count = rewritten.split("||").count();
        if count > ALTERNATIVES_MAX {
            return Err(ConstraintError::TooManyAlternatives { text: text.to_owned(), count });
        }
        let alternatives = rewritten.split("||").map(|alternative| comparators_read(text, alternative));
        Ok(Self { text: text.to_owned(), alternatives: alternatives.collect::<Result<_, _>>()? })
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a version keeps the constraint (`Constraints.Check` of Masterminds semver).
    pub fn matches(&self, version: &Version) -> bool {
        let asked_for = |comparators: &[Comparator]| !version.is_prerelease() || comparators.iter().any(Comparator::is_prerelease);
        self.alternatives.iter().any(|comparators| asked_for(comparators) && comparators.iter().all(|comparator| comparator.matches(version)))
    }
}

impl std::fmt::Display for Constraint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Constraint {
    type Err = ConstraintError;
    fn from_str(text: &str) -> Result<Self, ConstraintError> {
        Self::parse(text)
    }
}

/// The comparisons of one alternative: what `validConstraintRegex` admits and `findConstraintRegex` finds. `whole` is
/// the constraint as it was written.
fn comparators_read(whole: &str, alternative: &str) -> Result<Vec<Comparator>, ConstraintError> {
    let mut comparators = Vec::new();
    let mut rest = blanks_skipped(alternative);
    loop {
        let malformed = || ConstraintError::Malformed { text: whole.to_owned(), part: rest.trim().to_owned() };
        let (operator, after) = Operator::scan(rest);
        let after = blanks_skipped(after);
        let pattern = Pattern::scan(after).ok_or_else(malformed)?;
        let after = &after[pattern.text.len()..];
        let next = blanks_skipped(after);
        comparators.push(Comparator::new(operator, pattern).map_err(|error| match error {
            VersionError::Malformed(part) => ConstraintError::Malformed { text: whole.to_owned(), part },
            version => ConstraintError::Version { text: whole.to_owned(), version },
        })?);
        rest = match next.strip_prefix(',') {
            Some(next) => blanks_skipped(next),
            None if next.is_empty() => return Ok(comparators),
            None if next.len() < after.len() => next,
            None => return Err(malformed()),
        };
    }
}
