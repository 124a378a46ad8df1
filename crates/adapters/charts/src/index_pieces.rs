//! Cutting a large `index.yaml` into pieces that are documents of their own, so that reading it doesn't hold all of it
//! parsed at once: as a whole, 20 MB of text take ten times as much memory.
//!
//! Only the layout that Helm and its like write is cut: `entries:` at the margin, charts indented, their versions as a
//! block sequence. Anything else, and anything that is no document of its own after all, is read as a whole instead.

use std::ops::Range;

/// How much text is parsed at once, in bytes, if one version isn't longer.
const PIECE_BYTES: usize = 128 << 10;

/// A part of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// `name:`, whose versions follow, or `name: []`.
    Chart(Range<usize>),
    /// A sequence of versions of the chart before it.
    Versions(Range<usize>),
}

#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    end: usize,
    indent: usize,
    /// Without indentation and what is blank at its end.
    text: &'a [u8],
}

impl Line<'_> {
    fn is_item(&self) -> bool {
        self.text == b"-" || self.text.starts_with(b"- ")
    }
}

/// The pieces in their order; nothing if the layout is another.
pub(crate) fn pieces_of(text: &[u8]) -> Option<Vec<Piece>> {
    let mut lines = lines_of(text).skip_while(|line| line.indent > 0 || line.text != b"entries:").skip(1).peekable();
    let first = lines.peek().copied()?;
    let (margin, mut pieces) = (first.indent, Vec::new());
    let mut items_at = None;
    while let Some(line) = lines.next_if(|line| line.indent > 0 || line.is_item()) {
        let structure = line.indent <= items_at.unwrap_or(usize::MAX);
        if structure && line.is_item() && line.indent >= margin {
            if pieces.is_empty() || items_at.is_some_and(|at| at != line.indent) {
                return None;
            }
            items_at = Some(line.indent);
            match pieces.last_mut() {
                Some(Piece::Versions(range)) if line.start - range.start < PIECE_BYTES => range.end = line.end,
                _ => pieces.push(Piece::Versions(line.start..line.end)),
            }
        } else if line.indent == margin && margin > 0 {
            items_at = None;
            pieces.push(Piece::Chart(line.start..line.end));
        } else {
            // The rest of a version.
            match pieces.last_mut() {
                Some(Piece::Versions(range)) if items_at.is_some_and(|at| line.indent > at) => range.end = line.end,
                _ => return None,
            }
        }
    }
    // A second `entries:` or a second document is for the parser to judge.
    lines.all(|line| line.indent > 0 || !(line.text.starts_with(b"entries:") || line.text.starts_with(b"---"))).then_some(pieces)
}

/// The lines that say something: no empty ones, and no comments.
fn lines_of(text: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    let lines = text.split_inclusive(|byte| *byte == b'\n').map(move |whole| {
        let line_start = start;
        start += whole.len();
        let indent = whole.iter().take_while(|byte| **byte == b' ').count();
        Line { start: line_start, end: start, indent, text: whole.trim_ascii() }
    });
    lines.filter(|line| !line.text.is_empty() && !line.text.starts_with(b"#"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<Vec<String>> {
        let pieces = pieces_of(text.as_bytes())?;
        Some(
            pieces
                .into_iter()
                .map(|piece| match piece {
                    Piece::Chart(range) => format!("chart {}", text[range].trim()),
                    Piece::Versions(range) => format!("versions {}", text[range].replace('\n', "|")),
                })
                .collect(),
        )
    }

    #[test]
    fn charts_and_versions_are_cut_where_they_begin() {
        let text = "apiVersion: v1\nentries:\n  # all of them\n  api:\n  - version: 1.0.0\n    text: |\n      - no item\n      x: y\n\n  - version: 2.0.0\n  none: []\n  web:\n    - version: 3.0.0\n      urls:\n      - a\ngenerated: today\n";
        let pieces = shown(text).unwrap();
        assert_eq!(
            pieces,
            [
                "chart api:",
                "versions   - version: 1.0.0|    text: ||      - no item|      x: y||  - version: 2.0.0|",
                "chart none: []",
                "chart web:",
                "versions     - version: 3.0.0|      urls:|      - a|",
            ]
        );
    }

    #[test]
    fn another_layout_is_not_cut() {
        for text in [
            "",
            "entries:\n",
            "entries: {api: []}\n",
            "entries:\n- a\n",
            "entries:\n  - a\n",
            "entries:\n  api:\n    versions: []\n",
            "entries:\n  api:\n    - a: 1\n   - b: 2\n",
            "entries:\n  api:\n  - a: 1\nentries:\n  web: []\n",
            "entries:\n  api:\n  - a: 1\n---\nentries: {}\n",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
