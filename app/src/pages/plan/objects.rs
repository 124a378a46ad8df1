//! The objects of a plan or a comparison, each with its difference.

use domain::diff::TextDiff;
use domain::plan::{HookChange, ObjectChange, ObjectFate};
use leptos::prelude::*;

use super::words::{fate_word, seal_lines};
use crate::components::{DiffView, Tag};

/// Objects whose differences are unfolded at first; beyond that a person opens what is of interest.
const OPEN_MAX: usize = 12;

/// Each object with what becomes of it, those that change first unfolded.
#[component]
pub(in crate::pages) fn ObjectChanges(
    /// The objects.
    changes: Vec<ObjectChange>,
) -> impl IntoView {
    let open = changes.len() <= OPEN_MAX;
    changes.into_iter().map(|change| change_view(change.id.kind, change.id.name, change.fate, change.diff, open)).collect_view()
}

/// Each hook with when it runs.
#[component]
pub(super) fn HookChanges(
    /// The hooks.
    hooks: Vec<HookChange>,
) -> impl IntoView {
    hooks
        .into_iter()
        .map(|hook| {
            let when = format!("{}, weight {}", hook.events.join(", "), hook.weight);
            object(hook.id.kind, hook.id.name, view! { <Tag>{when}</Tag> }.into_any(), hook.diff, false)
        })
        .collect_view()
}

/// Something that changes, with what becomes of it; `open`: unfolded, unless it is of little interest.
pub(in crate::pages) fn change_view(kind: String, name: String, fate: ObjectFate, diff: TextDiff, open: bool) -> AnyView {
    let open = open && matches!(fate, ObjectFate::Changed | ObjectFate::Added);
    object(kind, name, view! { <Tag>{fate_word(fate)}</Tag> }.into_any(), diff, open)
}

fn object(kind: String, name: String, tag: AnyView, diff: TextDiff, open: bool) -> AnyView {
    let label = format!("{kind} {name}");
    let (added, removed) = (diff.added, diff.removed);
    let counts =
        (added + removed > 0).then(|| view! { <span class="diff-counts"><b>{format!("+{added}")}</b> <i>{format!("-{removed}")}</i></span> });
    let body = if diff.is_empty() {
        view! { <p class="diff-more">"The same as before."</p> }.into_any()
    } else {
        view! { <DiffView diff=diff label=label/> }.into_any()
    };
    view! {
        <details class="change" open=open>
            <summary><span class="kind">{kind}</span> <code>{name}</code> {tag} {counts}</summary>
            {body}
        </details>
    }
    .into_any()
}

/// The digest, large enough to read aloud.
#[component]
pub(in crate::pages) fn Seal(
    /// `sha256` in hexadecimal.
    digest: String,
) -> impl IntoView {
    let lines = seal_lines(&digest).into_iter().map(|line| view! { <span class="seal">{line}</span> }).collect_view();
    view! { <div title=digest>{lines}</div> }
}
