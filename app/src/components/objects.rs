//! Kubernetes objects as a tree, and the lines of a diff.

use leptos::prelude::*;

/// How deep a row may be set in; deeper rows stand at this depth.
const DEPTH_MAX: usize = 4;

/// One object of a release: kind, name, and its status at the end.
#[component]
pub fn ObjectRow(
    /// 0 for a root, 1 for what it owns, and so on.
    depth: usize,
    /// "Deployment".
    #[prop(into)]
    kind: String,
    /// Its name.
    #[prop(into)]
    name: String,
    /// Its `Status`, with the words why.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="object" data-depth=depth.min(DEPTH_MAX).to_string()>
            <span class="kind">{kind}</span>
            <code title=name>{name.clone()}</code>
            <span class="to-end">{children()}</span>
        </div>
    }
}

/// What a line of a diff is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiffKind {
    /// The same on both sides.
    #[default]
    Same,
    /// Only in the plan.
    Added,
    /// Only in what runs.
    Removed,
    /// Names the object that follows.
    Title,
}

/// One line of a diff. Secret values are hidden before they get here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// What it is.
    pub kind: DiffKind,
    /// Its text, without the sign.
    pub text: String,
}

/// A diff, as text.
#[component]
pub fn DiffView(
    /// The lines; at most a few thousand.
    lines: Vec<DiffLine>,
) -> impl IntoView {
    let lines = lines
        .into_iter()
        .map(|DiffLine { kind, text }| {
            let (word, sign) = match kind {
                DiffKind::Same => ("same", ""),
                DiffKind::Added => ("added", "+"),
                DiffKind::Removed => ("removed", "-"),
                DiffKind::Title => ("title", ""),
            };
            view! { <div data-line=word><span>{sign}</span><span>{text}</span></div> }
        })
        .collect_view();
    view! { <div class="diff" tabindex="0" role="region" aria-label="Differences">{lines}</div> }
}
