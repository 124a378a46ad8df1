//! The jump box: Ctrl-K to any place of the portal. Its dialog and its links work without a script; filter and keys
//! come with hydration.

use leptos::{ev, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    dialog::{dialog_close, dialog_open},
    icon::{Glyph, Icon},
    shell::ShellContext,
};

/// A place one can jump to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JumpTarget {
    /// What a person types and reads.
    pub label: String,
    /// Where it is.
    pub href: String,
    /// What kind of place: "page", "service", "environment", "action".
    pub kind: String,
}

impl JumpTarget {
    /// A place with its kind.
    pub fn new(label: impl Into<String>, href: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into(), kind: kind.into() }
    }
}

/// The most places that are listed at once.
const JUMP_SHOWN_MAX: usize = 30;
/// Id of the dialog, which buttons name in `commandfor`.
pub(crate) const JUMP_ID: &str = "jump";

/// The places that hold every word that was typed; those that start with it first, else in their own order.
pub fn jump_matches(targets: &[JumpTarget], typed: &str) -> Vec<JumpTarget> {
    let typed = typed.trim().to_lowercase();
    let mut found: Vec<(bool, &JumpTarget)> = targets
        .iter()
        .filter_map(|target| {
            let label = target.label.to_lowercase();
            let hay = format!("{label} {}", target.kind.to_lowercase());
            let all = typed.split_whitespace().all(|word| hay.contains(word));
            all.then(|| (!label.starts_with(&typed), target))
        })
        .collect();
    found.sort_by_key(|(later, _)| *later);
    found.into_iter().take(JUMP_SHOWN_MAX).map(|(_, target)| target.clone()).collect()
}

/// The button in the top bar that opens the jump box.
#[component]
pub fn JumpButton() -> impl IntoView {
    let node = use_context::<ShellContext>().map(|shell| shell.jump);
    view! {
        <button
            type="button"
            class="jump"
            aria-label="Jump to"
            aria-keyshortcuts="Control+K"
            command="show-modal"
            commandfor=JUMP_ID
            on:click=move |event| {
                if let Some(node) = node {
                    event.prevent_default(); // else the browser's `command` would do it a second time, and warn
                    dialog_open(node);
                }
            }
        >
            <Glyph icon=Icon::Search/>
            <span>"Jump to"</span>
            <kbd>"Ctrl K"</kbd>
        </button>
    }
}

/// The dialog of the jump box, once in a page.
#[component]
pub fn JumpDialog(
    /// Every place one can jump to, the most wanted first.
    #[prop(into)]
    targets: Signal<Vec<JumpTarget>>,
    /// Opened by Ctrl-K.
    node: NodeRef<html::Dialog>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let shown = Memo::new(move |_| targets.with(|targets| typed.with(|typed| jump_matches(targets, typed))));
    let navigate = use_navigate();
    let forget = move |_| {
        typed.set(String::new());
        chosen.set(0);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let count = shown.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => chosen.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => chosen.update(|at| *at = (*at + count - 1) % count),
            "Enter" => {
                let href = shown.with_untracked(|shown| shown.get(chosen.get_untracked()).map(|target| target.href.clone()));
                if let Some(href) = href {
                    dialog_close(node);
                    navigate(&href, NavigateOptions::default());
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <dialog id=JUMP_ID class="jump-box" aria-label="Jump to" node_ref=node closedby="any" on:close=forget>
            <div class="jump-field">
                <Glyph icon=Icon::Search/>
                <input
                    type="text"
                    placeholder="A service, an environment, a page"
                    aria-label="Jump to"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="jump-list"
                    aria-activedescendant=move || format!("jump-{}", chosen.get())
                    autocomplete="off"
                    spellcheck="false"
                    autofocus=true
                    prop:value=move || typed.get()
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        chosen.set(0);
                    }
                    on:keydown=on_key
                />
                <kbd>"Esc"</kbd>
            </div>
            <JumpList shown=shown chosen=chosen node=node/>
        </dialog>
    }
}

/// The places that match.
#[component]
fn JumpList(shown: Memo<Vec<JumpTarget>>, chosen: RwSignal<usize>, node: NodeRef<html::Dialog>) -> impl IntoView {
    Effect::new(move |_| {
        let id = format!("jump-{}", chosen.get());
        if let Some(line) = document().get_element_by_id(&id) {
            line.scroll_into_view_with_bool(false);
        }
    });
    let lines = move || {
        shown
            .get()
            .into_iter()
            .enumerate()
            .map(|(at, target)| {
                let selected = move || if chosen.get() == at { "true" } else { "false" };
                view! {
                    <a id=format!("jump-{at}") href=target.href role="option" aria-selected=selected>
                        {target.label}
                        <small>{target.kind}</small>
                    </a>
                }
            })
            .collect_view()
    };
    view! {
        <div class="jump-list" id="jump-list" role="listbox" aria-label="Places" on:click=move |_| dialog_close(node)>
            {lines}
        </div>
        {move || shown.with(Vec::is_empty).then(|| view! { <p class="jump-none">"Nothing has these words in its name."</p> })}
    }
}

#[cfg(test)]
mod tests {
    use super::{JumpTarget, jump_matches};

    fn targets() -> Vec<JumpTarget> {
        vec![
            JumpTarget::new("jobs in production-eu", "/a", "service"),
            JumpTarget::new("production-eu", "/b", "environment"),
            JumpTarget::new("Settings", "/c", "page"),
        ]
    }

    fn labels(typed: &str) -> Vec<String> {
        jump_matches(&targets(), typed).into_iter().map(|target| target.label).collect()
    }

    #[test]
    fn nothing_typed_lists_everything_in_its_order() {
        assert_eq!(labels(" "), ["jobs in production-eu", "production-eu", "Settings"]);
    }

    #[test]
    fn what_starts_with_the_word_comes_first() {
        assert_eq!(labels("Prod"), ["production-eu", "jobs in production-eu"]);
    }

    #[test]
    fn every_word_must_be_found() {
        assert_eq!(labels("eu jobs"), ["jobs in production-eu"]);
        assert_eq!(labels("eu payments"), Vec::<String>::new());
    }
}
