//! Where versions with wildcards and ranges stand within a constraint: by hand what Masterminds semver does with
//! regular expressions. What they match, quirks included, is matched here.

/// A version with wildcards within a constraint (`cvRegex` of Masterminds semver), in the pieces it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pattern<'t> {
    /// All of it.
    pub(super) text: &'t str,
    /// Up to three numbers, wildcards or what the library's expression lets pass for one, without dots.
    pub(super) segments: [Option<&'t str>; 3],
    /// With its hyphen; empty if there is none.
    pub(super) prerelease: &'t str,
}

impl<'t> Pattern<'t> {
    /// The pattern that the text begins with, as long as possible. Everything in it but the leading `v` and the first
    /// segment may be missing, so the first match is the longest.
    pub(super) fn scan(text: &'t str) -> Option<Self> {
        let mut rest = text.strip_prefix('v').unwrap_or(text);
        let (major, after) = taken(rest, is_segment)?;
        rest = after;
        let mut segments = [Some(major), None, None];
        for segment in &mut segments[1..] {
            let Some((found, after)) = rest.strip_prefix('.').and_then(|rest| taken(rest, is_segment)) else { break };
            (*segment, rest) = (Some(found), after);
        }
        let begin = rest;
        rest = identifiers_skipped(rest, '-');
        let prerelease = &begin[..begin.len() - rest.len()];
        rest = identifiers_skipped(rest, '+');
        Some(Self { text: &text[..text.len() - rest.len()], segments, prerelease })
    }
}

/// What is left after the separator and its dotted identifiers; all of the text if it doesn't begin with such.
fn identifiers_skipped(text: &str, separator: char) -> &str {
    let identifier = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let Some((_, mut rest)) = text.strip_prefix(separator).and_then(|rest| taken(rest, identifier)) else { return text };
    while let Some((_, after)) = rest.strip_prefix('.').and_then(|rest| taken(rest, identifier)) {
        rest = after;
    }
    rest
}

/// The bytes at the beginning that are wanted, at least one, and the rest. Wanted bytes are ASCII.
fn taken(text: &str, wanted: impl Fn(u8) -> bool) -> Option<(&str, &str)> {
    let length = text.bytes().take_while(|byte| byte.is_ascii() && wanted(*byte)).count();
    (length > 0).then(|| text.split_at(length))
}

/// The class `[0-9|x|X|\*]`: its author meant alternatives, but within brackets the bar is a character like others.
fn is_segment(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'x' | b'X' | b'*' | b'|')
}

/// The text without the blanks it begins with, which are those of `\s` in Go's `regexp`: no vertical tab, ASCII only.
pub(super) fn blanks_skipped(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\x0c', '\r'])
}

/// Rewrites ranges as in `1.2 - 1.8` into comparisons (`rewriteRange` of Masterminds semver).
///
/// Ranges are looked for from left to right in the whole constraint, before it is split into alternatives, anywhere
/// within words. Each replaces the first place where the same text stands.
pub(super) fn ranges_rewritten(text: &str) -> String {
    let mut rewritten = text.to_owned();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(range) = Range::scan(rest) {
            rewritten = rewritten.replacen(range.text, &format!(">= {}, <= {} ", range.low, range.high), 1);
            rest = &rest[range.text.len()..];
        } else {
            let mut characters = rest.chars();
            characters.next();
            rest = characters.as_str();
        }
    }
    rewritten
}

/// A range: two patterns and a hyphen with blanks around it.
struct Range<'t> {
    /// All of it, with blanks before and after.
    text: &'t str,
    low: &'t str,
    high: &'t str,
}

impl<'t> Range<'t> {
    /// The range that the text begins with.
    fn scan(text: &'t str) -> Option<Self> {
        let begin = blanks_skipped(text);
        let low = Pattern::scan(begin)?.text;
        let hyphen = blanks_required(&begin[low.len()..])?;
        let end = blanks_required(hyphen.strip_prefix('-')?)?;
        let high = Pattern::scan(end)?.text;
        let rest = blanks_skipped(&end[high.len()..]);
        Some(Self { text: &text[..text.len() - rest.len()], low, high })
    }
}

/// As [`blanks_skipped`], where at least one is required.
fn blanks_required(text: &str) -> Option<&str> {
    Some(blanks_skipped(text)).filter(|rest| rest.len() < text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_ends_where_its_form_ends() {
        for (text, expected) in [
            ("1.2.3", "1.2.3"),
            ("v1.x.*-a.b+c.d <", "v1.x.*-a.b+c.d"),
            ("1.2.3.4", "1.2.3"),
            ("1-a..b", "1-a"),
            ("1-", "1"),
            ("1+a+b", "1+a"),
            ("1.,2", "1"),
            ("1|2.3", "1|2.3"),
            ("1.2ä", "1.2"),
        ] {
            assert_eq!(Pattern::scan(text).map(|pattern| pattern.text), Some(expected), "{text}");
        }
        for text in ["", "v", "V1", "vv1", ".1", "-1", "ä", " 1"] {
            assert_eq!(Pattern::scan(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_is_rewritten_wherever_it_stands() {
        for (text, expected) in [
            ("1.2 - 3", ">= 1.2, <= 3 "),
            ("1.2 - 3, <=2", ">= 1.2, <= 3 , <=2"),
            ("1-3", "1-3"),
            ("1 -3", "1 -3"),
            ("1 - 2 || 3 - 4", ">= 1, <= 2 ||>= 3, <= 4 "),
            ("1 - 2 - 3", ">= 1, <= 2 - 3"),
            (">0 1 - 2", ">0>= 1, <= 2 "),
            ("1 - 2, 11 - 2", ">= 1, <= 2 ,>= 11, <= 2 "),
            ("1||2 - 3", ">= 1||2, <= 3 "),
            ("ä1.2.3.4 - 5ä", "ä1.>= 2.3.4, <= 5 ä"),
            ("1\u{b}- 2", "1\u{b}- 2"),
            ("1\r\n-\t\x0c2", ">= 1, <= 2 "),
        ] {
            assert_eq!(ranges_rewritten(text), expected, "{text}");
        }
    }
}
