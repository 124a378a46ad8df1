//! Tables that scroll inside their panel, their first column fixed. Always with a `<tbody>`: a browser adds one
//! by itself, and hydration would stumble over it.

use leptos::{children::ViewFnOnce, prelude::*};

/// Which table it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TableKind {
    /// A list of things, one in a row.
    #[default]
    List,
    /// The fleet board: cells that are links.
    Board,
}

/// A table. `head` gives the `<th scope="col">`s, the children the `<tr>`s, each starting with `<th scope="row">`.
#[component]
pub fn Table(
    /// What the table lists, for screen readers.
    #[prop(into)]
    label: String,
    /// The header cells.
    #[prop(into)]
    head: ViewFnOnce,
    /// List or board.
    #[prop(optional)]
    kind: TableKind,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let class = match kind {
        TableKind::List => "table",
        TableKind::Board => "board",
    };
    view! {
        <div class="scroll" role="region" aria-label=label tabindex="0">
            <table class=class>
                <thead>
                    <tr>{head.run()}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}
