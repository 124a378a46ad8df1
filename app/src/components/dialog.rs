//! Dialogs on the native `<dialog>`. The buttons use `command` and `commandfor`, which open and close it without
//! any script; a click handler does the same for browsers that don't know these attributes yet.

use leptos::{html, prelude::*};

use super::{
    button::ButtonKind,
    icon::{Glyph, Icon},
};

/// Opens a dialog, if it isn't open.
pub(crate) fn dialog_open(node: NodeRef<html::Dialog>) {
    if let Some(dialog) = node.get_untracked()
        && !dialog.open()
    {
        // It fails only for a dialog that left the document, and then there is nothing to open.
        let _ = dialog.show_modal();
    }
}

/// Closes a dialog, if it is open.
pub(crate) fn dialog_close(node: NodeRef<html::Dialog>) {
    if let Some(dialog) = node.get_untracked()
        && dialog.open()
    {
        dialog.close();
    }
}

/// A dialog with a title and a way to close it. `id` is what buttons name in `commandfor`.
#[component]
pub fn Dialog(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// What it is about.
    #[prop(into)]
    title: String,
    /// For a page that opens or closes it itself.
    #[prop(optional)]
    node: NodeRef<html::Dialog>,
    /// The body.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    let command_for = id.clone();
    view! {
        <dialog id=id aria-labelledby=labelled_by node_ref=node closedby="any">
            <header>
                <h2 id=title_id>{title}</h2>
                <button
                    type="button"
                    class="btn quiet square"
                    aria-label="Close"
                    command="close"
                    commandfor=command_for
                    on:click=move |event| {
                        event.prevent_default(); // else the browser's `command` would do it a second time, and warn
                        dialog_close(node);
                    }
                >
                    <Glyph icon=Icon::Close/>
                </button>
            </header>
            <div class="dialog-body">{children()}</div>
        </dialog>
    }
}

/// A button that opens a dialog which asks before something is destroyed. The children are the question's `<p>`
/// and the page's own form (`PostForm`, or `<form method="post">`), with `ConfirmName` and a `Button` in it.
#[component]
pub fn ConfirmDialog(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// The words of the button that opens it: "Delete staging-eu".
    #[prop(into)]
    open_label: String,
    /// How the button that opens it looks.
    #[prop(default = ButtonKind::Bad)]
    kind: ButtonKind,
    /// The question: "Delete staging-eu?".
    #[prop(into)]
    title: String,
    /// What will happen, and the form.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    view! {
        <button
            type="button"
            class=kind.class()
            command="show-modal"
            commandfor=id.clone()
            on:click=move |event| {
                event.prevent_default();
                dialog_open(node);
            }
        >
            {open_label}
        </button>
        <Dialog id=id title=title node=node>
            {children()}
        </Dialog>
    }
}

/// The object's name as a pattern that matches nothing else.
fn exact_pattern(name: &str) -> String {
    let mut pattern = String::with_capacity(name.len() + 8);
    for character in name.chars() {
        if r"^$\.*+?()[]{}|/".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// The field `confirm_name`: the object's name must be typed. The server function checks it again.
#[component]
pub fn ConfirmName(
    /// The object's name.
    #[prop(into)]
    expected: String,
) -> impl IntoView {
    let id = format!("confirm-{expected}");
    let title = format!("The name {expected}");
    view! {
        <div class="field">
            <label for=id.clone()>"Type " <code>{expected.clone()}</code> " to confirm"</label>
            <input
                id=id
                class="control mono confirm-name"
                name="confirm_name"
                required=true
                pattern=exact_pattern(&expected)
                title=title
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::exact_pattern;

    #[test]
    fn a_dot_in_a_name_matches_only_a_dot() {
        assert_eq!(exact_pattern("api-1.5"), r"api-1\.5");
    }
}
