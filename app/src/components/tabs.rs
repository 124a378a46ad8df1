//! Tabs are links: each has an address of its own, and the current one says so.

use leptos::prelude::*;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabLink {
    /// What `current` names.
    pub key: String,
    /// What a person reads.
    pub label: String,
    /// Where it goes.
    pub href: String,
    /// How many things are behind it.
    pub count: Option<usize>,
}

impl TabLink {
    /// A tab without a count.
    pub fn new(key: impl Into<String>, label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { key: key.into(), label: label.into(), href: href.into(), count: None }
    }

    /// The same tab with a count.
    #[must_use]
    pub fn with_count(self, count: usize) -> Self {
        Self { count: Some(count), ..self }
    }
}

/// Tabs over a page's content.
#[component]
pub fn Tabs(
    /// What the tabs are of, for screen readers.
    #[prop(into)]
    label: String,
    /// The tabs.
    tabs: Vec<TabLink>,
    /// The key of the one that is shown.
    #[prop(into)]
    current: Signal<String>,
) -> impl IntoView {
    let tabs = tabs
        .into_iter()
        .map(|TabLink { key, label, href, count }| {
            view! {
                <a href=href aria-current=move || current.with(|current| *current == key).then_some("page")>
                    {label}
                    {count.map(|count| view! { <span class="tabs-count">{count}</span> })}
                </a>
            }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label=label>{tabs}</nav> }
}
