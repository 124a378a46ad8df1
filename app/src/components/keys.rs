//! The keys that work on every page, and the dialog that lists them.

use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast, web_sys};

use super::dialog::{Dialog, dialog_open};

/// Whether a person is typing where the key went down.
fn is_typing(event: &ev::KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|element| element.closest("input, textarea, select, [contenteditable]").ok().flatten())
        .is_some()
}

/// Listens for Ctrl-K and `?` while the shell is on the page.
pub(crate) fn keys_listen(jump: NodeRef<html::Dialog>, keys: NodeRef<html::Dialog>) {
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            let control = event.ctrl_key() || event.meta_key();
            if control && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                dialog_open(jump);
            } else if event.key() == "?" && !control && !is_typing(&event) {
                event.prevent_default();
                dialog_open(keys);
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// The keys and what they do.
#[component]
pub fn KeysDialog(
    /// Opened by `?`.
    node: NodeRef<html::Dialog>,
) -> impl IntoView {
    view! {
        <Dialog id="keys" title="Keys" node=node>
            <dl class="keys">
                <div><dt><kbd>"Ctrl K"</kbd></dt><dd>"Jump to a service, an environment, a page"</dd></div>
                <div><dt><kbd>"↑"</kbd>" "<kbd>"↓"</kbd>" "<kbd>"Enter"</kbd></dt><dd>"In the jump box: choose a place and go there"</dd></div>
                <div><dt><kbd>"Tab"</kbd></dt><dd>"To the next link, button or field"</dd></div>
                <div><dt><kbd>"Esc"</kbd></dt><dd>"Close what is open"</dd></div>
                <div><dt><kbd>"?"</kbd></dt><dd>"Show these keys"</dd></div>
            </dl>
        </Dialog>
    }
}
