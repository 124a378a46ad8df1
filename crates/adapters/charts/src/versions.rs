//! The order of chart versions: Semantic Versioning, read as leniently as Helm does.

use std::cmp::Ordering;

use semver::Version;

/// `v1.2` is read as `1.2.0`; `None` for what no leniency helps.
pub(crate) fn version_read(text: &str) -> Option<Version> {
    let bare = text.trim();
    let bare = bare.strip_prefix('v').unwrap_or(bare);
    let core_length = bare.find(['-', '+']).unwrap_or(bare.len());
    let (core, rest) = bare.split_at(core_length);
    let missing = 2_usize.checked_sub(core.matches('.').count())?;
    Version::parse(&format!("{core}{}{rest}", ".0".repeat(missing))).ok()
}

/// Newest first; what can't be read comes last.
pub(crate) fn newest_first(left: Option<&Version>, right: Option<&Version>) -> Ordering {
    right.cmp(&left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_semantic_versioning_says_and_unreadable_ones_come_last() {
        let mut texts = ["1.2.0-rc.2", "v2", "latest", "1.10.0", "1.2", "1.2.0-rc.10", "1.9.3", "0.1.0+build.7", "1.2.3.4"];
        texts.sort_by(|left, right| newest_first(version_read(left).as_ref(), version_read(right).as_ref()));
        assert_eq!(texts, ["v2", "1.10.0", "1.9.3", "1.2", "1.2.0-rc.10", "1.2.0-rc.2", "0.1.0+build.7", "latest", "1.2.3.4"]);
    }
}
