//! What every page starts with: the top bar with its breadcrumb, and the head with title, sentence and buttons.

use leptos::{children::ViewFnOnce, prelude::*};
use leptos_meta::Title;

use super::{
    icon::{Glyph, Icon},
    jump::JumpButton,
    shell::ShellContext,
};

/// One step of the breadcrumb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// What a person reads.
    pub label: String,
    /// Where it goes; the last one goes nowhere.
    pub href: Option<String>,
}

impl Crumb {
    /// A step that leads somewhere.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()) }
    }

    /// The page itself.
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None }
    }
}

/// A page inside the shell: top bar and `<main>`. Sets the document's title from the breadcrumb.
#[component]
pub fn Page(
    /// From the noun down to this page; known from the address, not from loaded data.
    crumbs: Vec<Crumb>,
    /// `PageHead` first, then panels.
    children: Children,
) -> impl IntoView {
    let words: Vec<&str> = crumbs.iter().rev().map(|crumb| crumb.label.as_str()).chain(["Slipway"]).collect();
    let title = words.join(" · ");
    view! {
        <Title text=title/>
        <TopBar crumbs=crumbs/>
        <main id="main" tabindex="-1">{children()}</main>
    }
}

/// Breadcrumb, jump box, live mark, theme switch.
#[component]
fn TopBar(crumbs: Vec<Crumb>) -> impl IntoView {
    let live = use_context::<ShellContext>().map(|shell| shell.live);
    let crumbs = crumbs
        .into_iter()
        .map(|Crumb { label, href }| match href {
            Some(href) => view! { <li><a href=href>{label}</a></li> }.into_any(),
            None => view! { <li aria-current="page">{label}</li> }.into_any(),
        })
        .collect_view();
    view! {
        <header class="top">
            <nav class="crumbs" aria-label="Breadcrumb"><ol>{crumbs}</ol></nav>
            <div class="top-end">
                <JumpButton/>
                {live.map(|live| view! {
                    <span class="live" role="status" data-state=move || live.get().key()>
                        <span>{move || live.get().words()}</span>
                    </span>
                })}
                <button
                    type="button"
                    class="btn quiet square theme-switch"
                    data-theme-switch="true"
                    title="Switch between light and dark"
                    aria-label="Switch between light and dark"
                >
                    <Glyph icon=Icon::Sun/>
                    <Glyph icon=Icon::MoonTheme/>
                </button>
            </div>
        </header>
    }
}

/// Title, a sentence below it, and the buttons.
#[component]
pub fn PageHead(
    /// The `<h1>`: words, `<code class="version">`, `<span class="faint">`.
    #[prop(into)]
    title: ViewFnOnce,
    /// The buttons, the main one last.
    #[prop(optional, into)]
    actions: Option<ViewFnOnce>,
    /// The sentence.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="head">
            <div>
                <h1>{title.run()}</h1>
                {children.map(|children| view! { <p>{children()}</p> })}
            </div>
            {actions.map(|actions| view! { <div class="btns">{actions.run()}</div> })}
        </div>
    }
}
