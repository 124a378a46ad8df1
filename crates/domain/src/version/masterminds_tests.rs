//! Constraints against versions: cases that tell the rules apart, and answers of the Go library itself.

use super::{Constraint, ConstraintError, Version};

/// What a pair of a constraint and a version comes to: `yes`, `no`, or `error` if either can't be read.
fn answer(constraint: &str, version: &str) -> &'static str {
    match (Constraint::parse(constraint), Version::parse(version)) {
        (Ok(constraint), Ok(version)) if constraint.matches(&version) => "yes",
        (Ok(_), Ok(_)) => "no",
        _ => "error",
    }
}

/// Each case: a constraint, versions that match it, versions that don't.
fn check(cases: &[(&str, &[&str], &[&str])]) {
    for (constraint, matching, others) in cases {
        for version in *matching {
            assert_eq!(answer(constraint, version), "yes", "“{constraint}” and {version}");
        }
        for version in *others {
            assert_eq!(answer(constraint, version), "no", "“{constraint}” and {version}");
        }
    }
}

/// `masterminds.tsv`: constraint, version and answer of Masterminds semver 3.5.0, tab-separated. A sample of 900,000 random
/// pairs and of all pairs in a grid of small ones, that were compared when this module was written.
#[test]
fn every_recorded_answer_of_the_library_is_given_here() {
    let mut count = 0;
    for line in include_str!("masterminds.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [constraint, version, expected] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("not three columns: {line}") };
        assert_eq!(answer(constraint, version), expected, "“{constraint}” and “{version}”");
        count += 1;
    }
    assert!(count >= 300, "{count} lines");
}

#[test]
fn equality_leaves_open_what_is_not_named() {
    check(&[
        ("=2.0.0", &["2.0.0", "v2", "2.0.0+build"], &["2.0.1", "2.0.0-rc.1"]),
        ("2.0", &["2.0.0", "2.0.9"], &["2.1.0", "1.2.3"]),
        ("=v4.1.x", &["4.1.3"], &["4.2.0", "4.1.3-beta"]),
        ("1.x", &["1.4"], &["2.0.0", "0.9.0"]),
        ("*", &["0", "4.5.6"], &["1.2.3-alpha.1"]),
        ("*-0", &["1.2.3-alpha.1", "1.2.3"], &[]),
        ("x.9.9|9", &["0", "4.5.6"], &[]),
        ("1.2.3+build", &["1.2.3", "1.2.3+other"], &["1.2.4"]),
    ]);
}

#[test]
fn not_equal_excludes_a_version_or_all_that_it_leaves_open() {
    check(&[
        ("!=4.1.0", &["4.1.1"], &["4.1.0", "5.1.0-alpha.1"]),
        ("!=4.1", &["5.1.0", "4.2.0"], &["4.1.0", "4.1.1", "5.1.0-alpha.1"]),
        ("!=4.x", &["5.1.0"], &["4.1.0"]),
        ("!=4.1-alpha", &["4.1.0", "4.1.1-beta"], &["4.1.0-alpha", "4.1.1-alpha"]),
        ("!=4-alpha", &["5.0.0-alpha"], &["4.1.0", "4.0.0-beta"]),
        ("!=*", &["1.0.0"], &["0.0.0"]),
    ]);
}

#[test]
fn comparisons_with_open_versions_take_all_that_is_left_open_together() {
    check(&[
        (">11", &["12.0.0"], &["11.1.0", "11.0.0"]),
        (">11.1", &["11.2.1"], &["11.1.1"]),
        (">1.2.3-alpha.1", &["1.2.3-alpha.2", "1.3.3-alpha.2"], &["1.2.3-alpha.1", "1.2.3-alpha"]),
        (">0.0.0-0", &["0.0.0-alpha", "0.0.0", "3.1.0-rc.1"], &["0.0.0-0"]),
        (">0-0", &["1.0.0-alpha"], &["0.0.1-alpha"]),
        (">=11.1", &["11.1.2"], &["11.0.2", "11.2.0-rc"]),
        ("=>0-0", &["0.0.1-alpha", "0.0.0-alpha"], &[]),
        ("<1.1", &["0.1.0"], &["1.1.0", "1.1.1"]),
        ("<0-z", &["0.0.0-alpha"], &["0.0.0"]),
        ("<=1.1", &["1.1.1", "0.1.0"], &["1.2.3", "0.1.0-alpha"]),
        ("=<11", &["11.2.3"], &["12.0.0"]),
        ("<=1.1-a", &["0.1.0-alpha", "1.1.9"], &["1.2.0-alpha"]),
        ("<=*", &["0.0.9"], &["0.1.0", "1.0.0"]),
    ]);
}

#[test]
fn a_tilde_stays_within_the_minor_version_and_a_caret_within_what_must_not_break() {
    check(&[
        ("~1.2.3", &["1.2.4"], &["1.3.4", "1.2.2"]),
        ("~> 1.2", &["1.2.4"], &["1.3.4"]),
        ("~1.x", &["1.3.5", "1.4"], &["2.1.1"]),
        ("~1.2.3-beta.2", &["1.2.3-beta.4", "1.2.4-beta.2"], &["1.3.4-beta.2", "1.2.3-beta.1"]),
        ("~0.0.0", &["1.2.3"], &[]),
        ("~0.0", &["0.0.3"], &["0.1.0"]),
        ("~*", &["2.1.1"], &["2.1.1-rc"]),
        ("^1.2.3", &["1.8.9"], &["2.8.9", "1.2.1", "1.3.0-rc"]),
        ("^1.2.0-alpha.2", &["1.2.1-alpha.1"], &["1.2.0-alpha.1"]),
        ("^1.x", &["1.1.1"], &["2.1.1", "1.1.1-beta1"]),
        ("^0.2.3", &["0.2.5"], &["0.3.0", "0.2.2"]),
        ("^0.0.3", &["0.0.3"], &["0.0.4"]),
        ("^0.0", &["0.0.3"], &["0.1.4", "1.0.4"]),
        ("^0", &["0.2.3"], &["1.1.4"]),
        ("^*", &["0.0.0"], &["0.0.1", "1.0.0"]),
    ]);
}

#[test]
fn commas_blanks_bars_and_ranges_combine_comparisons() {
    check(&[
        (">1.1, <2", &["1.2.1"], &["1.1.1", "2.0.0"]),
        ("\t>= 1.1    <2\r\n!=1.2.3 ||\x0c> 3 ", &["1.2.4", "4.1.2"], &["1.2.3", "3.1.2"]),
        (">=1.0.0  <=2.0.0-beta || >3", &["1.0.1-beta", "1.0.1", "4.0.0"], &["2.0.0", "3.0.1-beta", "4.0.0-rc"]),
        ("1.1 - 2", &["1.1.0", "2.9.9"], &["3.0.0", "1.0.9"]),
        ("1.0.0 - 2.0.0 <=1.9.0", &["1.5.0"], &["1.9.1"]),
        ("3 - 4 || => 5.0, < 6", &["4.9.9", "5.1"], &["6.0.0"]),
        ("1.1-3", &[], &["4.3.2", "2.0.0"]),
        // The library takes the bars for a part of the version before the hyphen, and they divide what it rewrites.
        ("1||2 - 3", &["1.9.0", "2.1.0", "5.0.0"], &["0.9.0"]),
    ]);
}

#[test]
fn what_the_library_can_not_read_is_refused() {
    let words = "foo v1.2.3-beta.01 12.3.4.1234 1, ,1 1,,2 ==1 ><1 1|2 xx || 1|| V1 18446744073709551616 -1 !1 1..2 =1=2";
    let phrases = [">= bar", "BAR >= 1.2.3", "12.3.34~ 1.2.3", "> =1", "1 |2", ">0 1 - 2", "1 - 2 - 3", "1.2.3 -", "1\u{b}<2", "1\u{a0}<2", "", " "];
    for constraint in words.split(' ').chain(phrases) {
        assert_eq!(answer(constraint, "1.2.3"), "error", "“{constraint}”");
    }
}

#[test]
fn the_limits_of_the_library_are_kept() {
    assert_eq!(answer(&format!("1{}", " ".repeat(511)), "1.2.3"), "yes");
    assert!(matches!(Constraint::parse(&format!("1{}", " ".repeat(512))), Err(ConstraintError::TooLong { bytes: 513, .. })));
    assert_eq!(answer(&["1"; 32].join("||"), "1.2.3"), "yes");
    assert!(matches!(Constraint::parse(&["1"; 33].join("||")), Err(ConstraintError::TooManyAlternatives { count: 33, .. })));
    // The limit on a version is on what it is rewritten to: a missing patch counts two bytes.
    assert_eq!(answer(&format!("1.2-{}", "a".repeat(250)), "1.2.3"), "yes");
    assert_eq!(answer(&format!("1.2-{}", "a".repeat(251)), "1.2.3"), "error");
    assert_eq!(answer(&format!("1.2.3+{}", "a".repeat(250)), "1.2.3"), "yes");
    assert_eq!(answer(&format!("1.2.3+{}", "a".repeat(251)), "1.2.3"), "error");
}
