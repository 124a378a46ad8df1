//! Kubernetes objects as a tree.

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
