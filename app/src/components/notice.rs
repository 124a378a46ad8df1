//! Sentences on top of a page: what a person should know and do, with the button that does it.

use leptos::{children::ViewFnOnce, prelude::*};

use super::status::{StatusMark, Tone};

/// The sentence box on top of a page.
#[component]
pub fn Notice(
    /// What it means.
    tone: Tone,
    /// The sentence.
    #[prop(into)]
    title: ViewFnOnce,
    /// The button that does something about it.
    #[prop(optional, into)]
    action: Option<ViewFnOnce>,
    /// More sentences (`<p>`), or `<ol class="happened">` with `<li><time>14:02</time>what</li>`.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class=format!("notice {}", tone.class())>
            <StatusMark tone=tone/>
            <div class="notice-text">
                <h2>{title.run()}</h2>
                {children.map(|children| view! { <div class="notice-body">{children()}</div> })}
            </div>
            {action.map(|action| view! { <div class="btns">{action.run()}</div> })}
        </section>
    }
}

/// The panel "Needs attention" of the fleet page; put `AttentionRow` inside.
#[component]
pub fn Attention(
    /// The rows, the worst first.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="panel" aria-label="Needs attention">
            <ul class="rows attention">{children()}</ul>
        </section>
    }
}

/// One thing that needs a person.
#[component]
pub fn AttentionRow(
    /// What it means.
    tone: Tone,
    /// The first sentence, bold: "jobs in production-eu is degraded since 14:02."
    #[prop(into)]
    title: String,
    /// The button that does something about it.
    #[prop(optional, into)]
    action: Option<ViewFnOnce>,
    /// Why, in the next sentence.
    children: Children,
) -> impl IntoView {
    view! {
        <li>
            <StatusMark tone=tone/>
            <p><b>{title}</b>" "<span class="mute">{children()}</span></p>
            {action.map(|action| view! { <div class="btns">{action.run()}</div> })}
        </li>
    }
}
