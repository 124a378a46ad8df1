//! Differences of texts: unified, or the two sides beside each other. Values of secrets are hidden before they get here.

use domain::diff::{DiffLine, Hunk, LineKind, TextDiff};
use leptos::prelude::*;

/// How differences are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiffLayout {
    /// One column, old lines before new ones.
    #[default]
    Unified,
    /// Old left, new right.
    Split,
}

/// Lets all differences below be laid out alike, and gives the signal that says how.
pub fn diff_layout_provide() -> RwSignal<DiffLayout> {
    let layout = RwSignal::new(DiffLayout::default());
    provide_context(layout);
    layout
}

/// The switch between the two layouts.
#[component]
pub fn DiffLayoutChips(
    /// What it switches.
    layout: RwSignal<DiffLayout>,
) -> impl IntoView {
    let chip = move |label: &'static str, value: DiffLayout| {
        let pressed = move || if layout.get() == value { "true" } else { "false" };
        view! { <button type="button" class="chip" aria-pressed=pressed on:click=move |_| layout.set(value)>{label}</button> }
    };
    view! { <div class="chips" role="group" aria-label="Layout">{chip("Unified", DiffLayout::Unified)}{chip("Side by side", DiffLayout::Split)}</div> }
}

/// One difference, folded to what differs and a little around it.
#[component]
pub fn DiffView(
    /// The difference.
    diff: TextDiff,
    /// What is compared, for screen readers.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let layout = use_context::<RwSignal<DiffLayout>>().unwrap_or_default();
    let left_out = (diff.left_out > 0).then(|| view! { <p class="diff-more">{format!("{} more lines differ.", diff.left_out)}</p> });
    let hunks = StoredValue::new(diff.hunks);
    let body = move || {
        hunks.with_value(|hunks| {
            let mut at = 1;
            let rows = |hunk: &Hunk| {
                let skipped = hunk.old_start.max(1) - at;
                at = hunk.old_start + hunk.lines.iter().filter(|line| line.kind != LineKind::Added).count();
                let fold = (skipped > 0).then(|| view! { <div class="diff-fold">{fold_words(skipped)}</div> });
                let lines = if layout.get() == DiffLayout::Split { split(hunk) } else { unified(hunk) };
                view! { {fold} {lines} }
            };
            hunks.iter().map(rows).collect_view()
        })
    };
    let class = move || if layout.get() == DiffLayout::Split { "diff split-sides" } else { "diff" };
    view! { <div class=class tabindex="0" role="region" aria-label=label>{body}{left_out}</div> }
}

fn fold_words(skipped: usize) -> String {
    if skipped == 1 { "1 line is the same".to_owned() } else { format!("{skipped} lines are the same") }
}

fn word(kind: LineKind) -> (&'static str, &'static str) {
    match kind {
        LineKind::Same => ("same", " "),
        LineKind::Added => ("added", "+"),
        LineKind::Removed => ("removed", "-"),
    }
}

fn unified(hunk: &Hunk) -> AnyView {
    let (mut old, mut new) = (hunk.old_start, hunk.new_start);
    let line = |line: &DiffLine| {
        let (word, sign) = word(line.kind);
        let left = (line.kind != LineKind::Added).then_some(old);
        let right = (line.kind != LineKind::Removed).then_some(new);
        old += usize::from(left.is_some());
        new += usize::from(right.is_some());
        view! { <div data-line=word><i>{left}</i><i>{right}</i><b>{sign}</b><span>{line.text.clone()}</span></div> }
    };
    hunk.lines.iter().map(line).collect_view().into_any()
}

/// Lines that stand beside each other: removed ones with the added ones that follow them.
fn sides(lines: &[DiffLine]) -> Vec<(Option<&DiffLine>, Option<&DiffLine>)> {
    let mut rows = Vec::new();
    let (mut removed, mut added): (Vec<&DiffLine>, Vec<&DiffLine>) = (Vec::new(), Vec::new());
    let flush = |removed: &mut Vec<_>, added: &mut Vec<_>, rows: &mut Vec<_>| {
        for place in 0..removed.len().max(added.len()) {
            rows.push((removed.get(place).copied(), added.get(place).copied()));
        }
        removed.clear();
        added.clear();
    };
    for line in lines {
        match line.kind {
            LineKind::Removed if added.is_empty() => removed.push(line),
            LineKind::Removed => {
                flush(&mut removed, &mut added, &mut rows);
                removed.push(line);
            }
            LineKind::Added => added.push(line),
            LineKind::Same => {
                flush(&mut removed, &mut added, &mut rows);
                rows.push((Some(line), Some(line)));
            }
        }
    }
    flush(&mut removed, &mut added, &mut rows);
    rows
}

fn split(hunk: &Hunk) -> AnyView {
    let (mut old, mut new) = (hunk.old_start, hunk.new_start);
    let row = |(left, right): (Option<&DiffLine>, Option<&DiffLine>)| {
        let (left_number, right_number) = (left.map(|_| old), right.map(|_| new));
        old += usize::from(left.is_some());
        new += usize::from(right.is_some());
        let side = |line: Option<&DiffLine>| (line.map_or("none", |line| word(line.kind).0), line.map(|line| line.text.clone()));
        let ((left_word, left), (right_word, right)) = (side(left), side(right));
        view! { <div><i>{left_number}</i><span data-line=left_word>{left}</span><i>{right_number}</i><span data-line=right_word>{right}</span></div> }
    };
    sides(&hunk.lines).into_iter().map(row).collect_view().into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_lines_stand_beside_the_added_ones_that_follow() {
        let diff = TextDiff::of("a\nb\nc\nd\n", "a\nB\nd\ne\n");
        let rows: Vec<(Option<&str>, Option<&str>)> =
            sides(&diff.hunks[0].lines).into_iter().map(|(left, right)| (left.map(|l| l.text.as_str()), right.map(|r| r.text.as_str()))).collect();
        assert_eq!(rows, [(Some("a"), Some("a")), (Some("b"), Some("B")), (Some("c"), None), (Some("d"), Some("d")), (None, Some("e"))]);
    }
}
