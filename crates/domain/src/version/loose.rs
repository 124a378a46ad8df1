//! One version, read as loosely as Helm reads it. Its order is in `precedence.rs`.

use super::VERSION_BYTES_MAX;
use super::error::VersionError;

/// A version as `NewVersion` of Masterminds semver reads it, with the text it was read from.
///
/// Two are equal if they are written alike: `1.2` and `v1.2.0` have the same precedence
/// ([`Version::precedence_cmp`]) and are not equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    pub(super) major: u64,
    pub(super) minor: u64,
    pub(super) patch: u64,
    text: String,
}

impl Version {
    /// Reads a version after the rules of `coerceNewVersion`, which is what `NewVersion` does unless told otherwise,
    /// and Helm doesn't.
    ///
    /// A leading `v` (not `V`), one to three numbers of 64 bits where leading zeros don't count, a pre-release, build
    /// metadata. No blanks. A missing number is 0. Numbers within the pre-release must not have leading zeros.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        if text.len() > VERSION_BYTES_MAX {
            return Err(VersionError::TooLong { text: text.to_owned(), bytes: text.len() });
        }
        let malformed = || VersionError::Malformed(text.to_owned());
        let (rest, metadata) = part_after(text, '+');
        let (core, prerelease) = part_after(rest, '-');
        let core = core.strip_prefix('v').unwrap_or(core);
        if ![metadata, prerelease].into_iter().flatten().all(|part| part.split('.').all(is_identifier)) {
            return Err(malformed());
        }
        let mut numbers = [0; 3];
        for (index, number) in core.split('.').enumerate() {
            let place = numbers.get_mut(index).filter(|_| is_digits(number)).ok_or_else(malformed)?;
            *place = number.parse().map_err(|_| VersionError::NumberTooLarge { text: text.to_owned(), number: number.to_owned() })?;
        }
        let mut identifiers = prerelease.into_iter().flat_map(|part| part.split('.'));
        if let Some(number) = identifiers.find(|part| part.len() > 1 && part.starts_with('0') && is_digits(part)) {
            return Err(VersionError::LeadingZero { text: text.to_owned(), number: number.to_owned() });
        }
        let [major, minor, patch] = numbers;
        Ok(Self { major, minor, patch, text: text.to_owned() })
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The pre-release without its hyphen, such as `rc.1`; empty if there is none.
    pub fn prerelease(&self) -> &str {
        part_after(part_after(&self.text, '+').0, '-').1.unwrap_or_default()
    }

    /// The build metadata without its plus; empty if there is none.
    pub fn metadata(&self) -> &str {
        part_after(&self.text, '+').1.unwrap_or_default()
    }

    /// Whether the version has a pre-release. Most constraints leave such versions out.
    pub fn is_prerelease(&self) -> bool {
        !self.prerelease().is_empty()
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Version {
    type Err = VersionError;
    fn from_str(text: &str) -> Result<Self, VersionError> {
        Self::parse(text)
    }
}

/// The text before the first separator, and what follows it.
fn part_after(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// An identifier of a pre-release or of metadata (semver.org, items 9 and 10).
fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_loosely_as_the_library_reads_it() {
        let good = "1.2.3 v1.2.3 1.0 v1 0 1.2-5 v1.2-beta.5 1.2.3+test.01 1.2.3-alpha.-1 1.2.0-x.Y.0+meta-data 1.2.3-0abc123 01.1.1 1.01.1 1.1.01 \
                    2147483648.3.0 20221209-update-renovatejson-v4 1.0.0-- 18446744073709551615 0000000000000000000000000000001.2.3 \
                    1-99999999999999999999999999";
        for text in good.split(' ') {
            assert_eq!(Version::parse(text).map(|version| version.to_string()).as_deref(), Ok(text));
        }
        let bad = "v V1 vv1 foo 1.2.beta 12.3.4.1234 1.1.2+.123 1.0.0-alpha_beta 1.0.0-alpha.. 1.0.0-alpha..1 9.8.7+meta+meta \
                   1.2.31----RC-SNAPSHOT.12.09.1--.12+788 1.2.3-alpha.01 1.2.3-beta.00 1- 1+ 1. 1..2 .1 -1 +1 1.2.3-ä 1.２.3 18446744073709551616 1.x * 1,2";
        for text in bad.split(' ').chain(["", " 1.2", "1.2 ", "\n1.2", "1.2\n"]) {
            assert!(Version::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_version_of_256_bytes_is_read_and_a_longer_one_is_not() {
        assert!(Version::parse(&format!("1.0.0-{}", "a".repeat(250))).is_ok());
        assert!(matches!(Version::parse(&format!("1.0.0-{}", "a".repeat(251))), Err(VersionError::TooLong { bytes: 257, .. })));
    }

    #[test]
    fn the_parts_of_a_version_can_be_asked_for() {
        let version = Version::parse("v01.2-rc-1.x+b-7").unwrap();
        assert_eq!((version.major, version.minor, version.patch), (1, 2, 0));
        assert_eq!((version.prerelease(), version.metadata(), version.is_prerelease()), ("rc-1.x", "b-7", true));
        assert!(!Version::parse("1.2.3+a-b").unwrap().is_prerelease());
    }
}
