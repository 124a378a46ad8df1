//! Filter chips are links: a filter is part of the address, so it can be sent to somebody.

use leptos::prelude::*;

use super::status::{StatusMark, Tone};

/// Chips side by side.
#[component]
pub fn Chips(
    /// What they filter, for screen readers.
    #[prop(into)]
    label: String,
    /// `Chip`s, and `ChipRule` between groups.
    children: Children,
) -> impl IntoView {
    view! { <nav class="chips" aria-label=label>{children()}</nav> }
}

/// One filter.
#[component]
pub fn Chip(
    /// The address with this filter on (or off again).
    #[prop(into)]
    href: Signal<String>,
    /// On now.
    #[prop(optional, into)]
    current: Signal<bool>,
    /// How many things it leaves.
    #[prop(optional, into)]
    count: MaybeProp<usize>,
    /// A status before the words.
    #[prop(optional)]
    tone: Option<Tone>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="chip" href=move || href.get() aria-current=move || current.get().then_some("true")>
            {tone.map(|tone| view! { <StatusMark tone=tone/> })}
            {children()}
            {move || count.get().map(|count| view! { <b>{count}</b> })}
        </a>
    }
}

/// A hairline between groups of chips.
#[component]
pub fn ChipRule() -> impl IntoView {
    view! { <span class="chips-rule" aria-hidden="true"></span> }
}
