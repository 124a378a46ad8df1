//! Which of two versions is newer.

use std::cmp::Ordering;

use super::Version;

impl Version {
    /// Compares as `Compare` of Masterminds semver does: build metadata and spelling (`v1.2`, `1.2.0`) don't count, a
    /// pre-release comes before its release.
    pub fn precedence_cmp(&self, other: &Self) -> Ordering {
        let numbers = (self.major, self.minor, self.patch).cmp(&(other.major, other.minor, other.patch));
        numbers.then_with(|| match (self.prerelease(), other.prerelease()) {
            ("", "") => Ordering::Equal,
            ("", _) => Ordering::Greater,
            (_, "") => Ordering::Less,
            (left, right) => prerelease_cmp(left, right),
        })
    }
}

/// By precedence; what has the same is ordered by its text, so that a list always comes out alike.
impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.precedence_cmp(other).then_with(|| self.as_str().cmp(other.as_str()))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `comparePrerelease` of Masterminds semver: identifier by identifier, a missing one comes first. Takes an empty
/// pre-release too, which then comes before all others.
pub(super) fn prerelease_cmp(left: &str, right: &str) -> Ordering {
    let mut lefts = left.split('.');
    let mut rights = right.split('.');
    loop {
        let order = match (lefts.next(), rights.next()) {
            (None, None) => return Ordering::Equal,
            (left, right) => identifier_cmp(left.unwrap_or_default(), right.unwrap_or_default()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// `comparePrePart` of Masterminds semver: nothing, then numbers, then texts in the order of their bytes. A number that
/// does not fit into 64 bits counts as text there.
fn identifier_cmp(left: &str, right: &str) -> Ordering {
    if left.is_empty() || right.is_empty() {
        return right.is_empty().cmp(&left.is_empty());
    }
    match (left.parse::<u64>(), right.parse::<u64>()) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => left.cmp(right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn versions_are_ordered_by_precedence_from_oldest_to_newest() {
        let ordered = "0.0.0-0 0 1.0.0-1 1.0.0-9 1.0.0-10 1.0.0--1 1.0.0-18446744073709551616 1.0.0-A 1.0.0-a 1.0.0-a.0 1.0.0-a.b 1.0.0-beta.5 \
                       1.0.0-beta.-2 1.0.0-beta2 1.0.0-rc.1 v1 1.1.4 1.3 4.2-alpha 4.2-beta 4.2-beta.1 4.2-beta.2 4.2-beta.foo 4.2-beta1 4.2 4.10";
        let ordered: Vec<&str> = ordered.split(' ').collect();
        for (left, pair) in ordered.iter().enumerate() {
            for (right, other) in ordered.iter().enumerate() {
                assert_eq!(version(pair).precedence_cmp(&version(other)), left.cmp(&right), "{pair} and {other}");
            }
        }
    }

    #[test]
    fn versions_of_the_same_precedence_are_ordered_by_their_text() {
        for texts in [["1.2+bar", "1.2+baz"], ["1.2.0", "v1.2"], ["01.2", "1.2.0+x"]] {
            let [left, right] = texts.map(version);
            assert_eq!(left.precedence_cmp(&right), Ordering::Equal, "{texts:?}");
            assert!(left < right, "{texts:?}");
            assert_ne!(left, right);
        }
    }
}
