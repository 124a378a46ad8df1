//! Chart versions and version constraints, as Helm reads them.
//!
//! Helm 3.22 and 4.3 both use `github.com/Masterminds/semver/v3` 3.5.0. Its rules differ from those of Cargo, npm and
//! the specification of Semantic Versioning, so they are written down here after its source, quirks included: what Slipway
//! offers for a constraint must be what Helm installs. `masterminds.tsv` holds answers of the library itself.
//!
//! - [`Version`] (`loose.rs`) and its order (`precedence.rs`).
//! - [`Constraint`] (`constraint.rs`), made of comparators (`comparator.rs`) that a scanner finds (`scan.rs`).
//! - [`VersionError`], [`ConstraintError`] (`error.rs`): what can't be read, and what to write instead.
//!
//! Not here: where versions come from, and which one a person chose.

mod comparator;
mod constraint;
mod error;
mod loose;
mod precedence;
mod scan;

#[cfg(test)]
mod masterminds_tests;

pub use constraint::Constraint;
pub use error::{ConstraintError, VersionError};
pub use loose::Version;

/// Longest version that is read, in bytes (`MaxVersionLen` of Masterminds semver).
pub const VERSION_BYTES_MAX: usize = 256;
/// Longest constraint that is read, in bytes (`MaxConstraintLen` of Masterminds semver).
pub const CONSTRAINT_BYTES_MAX: usize = 512;
/// Most alternatives, joined by `||`, of one constraint (`MaxConstraintGroups` of Masterminds semver).
pub const ALTERNATIVES_MAX: usize = 32;

/// The version that Helm would take for a constraint (`IndexFile.Get` of Helm's `pkg/repo`).
///
/// A version written exactly as the constraint goes first, whatever else matches; then the newest that matches. Without
/// a constraint it is the newest that is no pre-release, as for `*`; `helm --devel` asks for `>0.0.0-0` instead. Helm
/// leaves open which of two versions comes first that differ in build metadata only; here [`Version`]'s order decides.
pub fn newest_matching<'v>(versions: impl IntoIterator<Item = &'v Version>, constraint: Option<&Constraint>) -> Option<&'v Version> {
    let Some(constraint) = constraint else {
        return versions.into_iter().filter(|version| !version.is_prerelease()).max();
    };
    let exact = |version: &Version| version.as_str() == constraint.as_str();
    let candidates = versions.into_iter().filter(|version| exact(version) || constraint.matches(version));
    candidates.max_by_key(|version| (exact(version), *version))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(texts: &[&str], constraint: Option<&str>) -> Option<String> {
        let versions: Vec<Version> = texts.iter().map(|text| text.parse().unwrap()).collect();
        let constraint = constraint.map(|text| Constraint::parse(text).unwrap());
        newest_matching(&versions, constraint.as_ref()).map(ToString::to_string)
    }

    #[test]
    fn without_a_constraint_the_newest_stable_version_is_taken() {
        assert_eq!(newest(&["1.9.0", "1.10.0", "2.0.0-rc.1"], None).as_deref(), Some("1.10.0"));
        assert_eq!(newest(&["2.0.0-rc.1"], None), None);
        assert_eq!(newest(&[], None), None);
    }

    #[test]
    fn helms_constraint_for_development_versions_takes_pre_releases_too() {
        assert_eq!(newest(&["1.10.0", "2.0.0-rc.1"], Some(">0.0.0-0")).as_deref(), Some("2.0.0-rc.1"));
    }

    #[test]
    fn a_version_written_exactly_as_asked_goes_before_newer_ones() {
        assert_eq!(newest(&["1.2", "1.2.5"], Some("1.2")).as_deref(), Some("1.2"));
        assert_eq!(newest(&["1.2.0", "1.2.5"], Some("1.2")).as_deref(), Some("1.2.5"));
        assert_eq!(newest(&["1.2.3+b", "1.2.3", "1.2.3+a"], Some("1.2.3")).as_deref(), Some("1.2.3"));
    }
}
