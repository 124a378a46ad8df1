//! One comparison of a constraint, such as `>=1.2`: its reading and what it matches.

use std::cmp::Ordering;

use super::Version;
use super::error::VersionError;
use super::scan::Pattern;

/// What a comparison asks for (`constraintOps` of Masterminds semver).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// None, or `=`: the same version, or [`Operator::Tilde`] where part of it is left open.
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `>=`, `=>`
    GreaterOrEqual,
    /// `<=`, `=<`
    LessOrEqual,
    /// `~`, `~>`: patches, or whatever is left open.
    Tilde,
    /// `^`: what must not break, by Semantic Versioning.
    Caret,
}

/// Longer spellings first: no shorter one can be meant where a longer one stands, as a version follows.
const OPERATORS: [(&str, Operator); 11] = [
    (">=", Operator::GreaterOrEqual),
    ("=>", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("=<", Operator::LessOrEqual),
    ("!=", Operator::NotEqual),
    ("~>", Operator::Tilde),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

impl Operator {
    /// The operator that the text begins with, and the rest.
    pub(super) fn scan(text: &str) -> (Self, &str) {
        let found = OPERATORS.iter().find_map(|(spelling, operator)| Some((*operator, text.strip_prefix(spelling)?)));
        found.unwrap_or((Self::Equal, text))
    }
}

/// Which numbers a comparison names; the others are wildcards or missing ("dirty" in Masterminds semver).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Nothing,
    Major,
    MajorMinor,
    All,
}

/// An operator and the version it compares with, 0 standing for what is not named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparator {
    operator: Operator,
    version: Version,
    named: Named,
}

impl Comparator {
    /// As `parseConstraint` of Masterminds semver. What follows the first wildcard is not read, but for the pre-release.
    pub(super) fn new(operator: Operator, pattern: Pattern<'_>) -> Result<Self, VersionError> {
        let [major, minor, patch] = pattern.segments.map(|segment| segment.filter(|text| !matches!(*text, "x" | "X" | "*")));
        let prerelease = pattern.prerelease;
        let (named, text) = match (major, minor, patch) {
            (None, ..) => (Named::Nothing, format!("0.0.0{prerelease}")),
            (Some(major), None, _) => (Named::Major, format!("{major}.0.0{prerelease}")),
            (Some(major), Some(minor), None) => (Named::MajorMinor, format!("{major}.{minor}.0{prerelease}")),
            (Some(_), Some(_), Some(_)) => (Named::All, pattern.text.to_owned()),
        };
        let version = Version::parse(&text).map_err(|error| error.about(pattern.text))?;
        Ok(Self { operator, version, named })
    }

    /// Whether pre-releases were asked for.
    pub(super) fn is_prerelease(&self) -> bool {
        self.version.is_prerelease()
    }

    /// Whether the comparison holds. Pre-releases that nobody asked for are the caller's to leave out.
    pub(super) fn matches(&self, version: &Version) -> bool {
        let order = version.precedence_cmp(&self.version);
        match self.operator {
            Operator::Equal if self.named == Named::All => order.is_eq(),
            Operator::Equal | Operator::Tilde => order.is_ge() && self.tilde_matches(version),
            Operator::NotEqual => self.not_equal_matches(version, order),
            Operator::Greater => self.greater_matches(version, order),
            Operator::Less => order.is_lt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::LessOrEqual => self.less_or_equal_matches(version, order),
            Operator::Caret => order.is_ge() && self.caret_matches(version),
        }
    }

    /// `constraintNotEqual`: `!=1.2` excludes `1.2.0` and `1.2.7`, but no pre-release of them other than its own.
    fn not_equal_matches(&self, version: &Version, order: Ordering) -> bool {
        match self.named {
            Named::Major => version.major != self.version.major,
            Named::MajorMinor => {
                (version.major, version.minor) != (self.version.major, self.version.minor) || version.prerelease() != self.version.prerelease()
            }
            Named::Nothing | Named::All => order.is_ne(),
        }
    }

    /// `constraintGreaterThan`: `>11` begins with `12.0.0`.
    fn greater_matches(&self, version: &Version, order: Ordering) -> bool {
        match self.named {
            Named::Major => version.major > self.version.major,
            Named::MajorMinor => (version.major, version.minor) > (self.version.major, self.version.minor),
            Named::Nothing | Named::All => order.is_gt(),
        }
    }

    /// `constraintLessThanEqual`: `<=11` ends with the last of 11, while `<=*` knows only `0.0`.
    fn less_or_equal_matches(&self, version: &Version, order: Ordering) -> bool {
        match self.named {
            Named::Major => version.major <= self.version.major,
            Named::Nothing | Named::MajorMinor => (version.major, version.minor) <= (self.version.major, self.version.minor),
            Named::All => order.is_le(),
        }
    }

    /// `constraintTilde` after its lower bound: `~1` and `~1.x` are before 2, `~1.2` and `~1.2.3` before `1.3`. `~0.0.0`
    /// and `~*` have no upper bound.
    fn tilde_matches(&self, version: &Version) -> bool {
        let wanted = &self.version;
        let boundless = (wanted.major, wanted.minor, wanted.patch) == (0, 0, 0) && matches!(self.named, Named::Nothing | Named::All);
        boundless || (version.major == wanted.major && (self.named == Named::Major || version.minor == wanted.minor))
    }

    /// `constraintCaret` after its lower bound: the first number that is not 0 stays. `^*` is `0.0.0` alone, though the
    /// library's comment says any.
    fn caret_matches(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if wanted.major > 0 || self.named == Named::Major {
            return version.major == wanted.major;
        }
        if wanted.minor > 0 || self.named == Named::MajorMinor {
            return (version.major, version.minor) == (0, wanted.minor);
        }
        (version.major, version.minor, version.patch) == (0, 0, wanted.patch)
    }
}
