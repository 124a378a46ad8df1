//! Differences of two texts, line by line, folded to what differs and a little around it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff as Lines};

use crate::manifest::line_mask;

/// Lines shown around a difference.
pub const CONTEXT_LINES: usize = 3;
/// Lines of one difference shown at most; the rest is counted.
pub const LINES_MAX: usize = 2_000;
/// Longest line shown, in characters; the rest of it is cut.
pub const LINE_LENGTH_MAX: usize = 2_000;
/// After this the remaining lines are compared more coarsely: still right, but not the shortest way to say it.
const EXACT_FOR: Duration = Duration::from_millis(300);

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// On both sides.
    Same,
    /// Only on the old side.
    Removed,
    /// Only on the new side.
    Added,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    /// What it is.
    pub kind: LineKind,
    /// Its text, without its end.
    pub text: String,
}

/// Lines that differ, with those around them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunk {
    /// The number of the first line on the old side, from 1.
    pub old_start: usize,
    /// The number of the first line on the new side, from 1.
    pub new_start: usize,
    /// The lines, in order.
    pub lines: Vec<DiffLine>,
}

/// How two texts differ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextDiff {
    /// What differs; nothing for texts that are the same.
    pub hunks: Vec<Hunk>,
    /// Lines only the new text has.
    pub added: usize,
    /// Lines only the old text has.
    pub removed: usize,
    /// Lines that belong to the difference and are not in `hunks`, because there are too many.
    pub left_out: usize,
}

impl TextDiff {
    /// Compares two texts.
    pub fn of(old: &str, new: &str) -> Self {
        Self::with_context(old, new, CONTEXT_LINES)
    }

    /// Compares two texts and shows this many lines around each difference.
    pub fn with_context(old: &str, new: &str, context: usize) -> Self {
        if old == new {
            return Self::default();
        }
        let compared = Lines::configure().timeout(EXACT_FOR).diff_lines(old, new);
        let mut diff = Self::default();
        let mut shown = 0;
        for group in compared.grouped_ops(context) {
            let Some(first) = group.first() else { continue };
            let mut hunk = Hunk { old_start: first.old_range().start + 1, new_start: first.new_range().start + 1, lines: Vec::new() };
            for change in group.iter().flat_map(|op| compared.iter_changes(op)) {
                let kind = line_kind(change.tag());
                diff.added += usize::from(kind == LineKind::Added);
                diff.removed += usize::from(kind == LineKind::Removed);
                if shown < LINES_MAX {
                    hunk.lines.push(DiffLine { kind, text: line_text(change.value()) });
                    shown += 1;
                } else {
                    diff.left_out += 1;
                }
            }
            if !hunk.lines.is_empty() {
                diff.hunks.push(hunk);
            }
        }
        diff
    }

    /// The same difference with the values of settings hidden whose name says they are secret.
    #[must_use]
    pub fn masked(mut self) -> Self {
        for line in self.hunks.iter_mut().flat_map(|hunk| &mut hunk.lines) {
            if let Some(hidden) = line_mask(&line.text) {
                line.text = hidden;
            }
        }
        self
    }

    /// Whether the texts are the same.
    pub fn is_empty(&self) -> bool {
        self.added == 0 && self.removed == 0
    }
}

fn line_kind(tag: ChangeTag) -> LineKind {
    match tag {
        ChangeTag::Equal => LineKind::Same,
        ChangeTag::Delete => LineKind::Removed,
        ChangeTag::Insert => LineKind::Added,
    }
}

fn line_text(line: &str) -> String {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    match line.char_indices().nth(LINE_LENGTH_MAX) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(diff: &TextDiff) -> String {
        let sign = |kind| match kind {
            LineKind::Same => ' ',
            LineKind::Removed => '-',
            LineKind::Added => '+',
        };
        let hunk = |hunk: &Hunk| {
            let lines: Vec<String> = hunk.lines.iter().map(|line| format!("{}{}", sign(line.kind), line.text)).collect();
            format!("@ {} {}\n{}", hunk.old_start, hunk.new_start, lines.join("\n"))
        };
        diff.hunks.iter().map(hunk).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_difference_is_shown_with_three_lines_around_it() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\n";
        let diff = TextDiff::of(old, &old.replace('e', "E"));
        insta::assert_snapshot!(words(&diff), @r"
        @ 2 2
         b
         c
         d
        -e
        +E
         f
         g
         h
        ");
        assert_eq!((diff.added, diff.removed, diff.left_out), (1, 1, 0));
    }

    #[test]
    fn texts_that_are_the_same_have_no_difference() {
        assert!(TextDiff::of("a\n", "a\n").is_empty());
        assert_eq!(TextDiff::of("a", "a").hunks, []);
    }

    #[test]
    fn a_difference_of_many_lines_is_bounded_and_counted() {
        let new: String = (0..20_000).map(|n| format!("line {n}\n")).collect();
        let diff = TextDiff::of("", &new);
        assert_eq!((diff.added, diff.left_out), (20_000, 20_000 - LINES_MAX));
    }

    #[test]
    fn a_line_of_a_megabyte_is_cut() {
        let diff = TextDiff::of("", &"é".repeat(1 << 20));
        assert_eq!(diff.hunks[0].lines[0].text.chars().count(), LINE_LENGTH_MAX + 1);
    }
}
