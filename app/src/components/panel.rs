//! Panels and what stands in them: rows, facts, metrics are pages' content, not theirs to fetch.

use leptos::{children::ViewFnOnce, prelude::*};

/// A box with a hairline. With a title, `tags` or `end` it gets a header.
#[component]
pub fn Panel(
    /// Heading of the panel.
    #[prop(optional, into)]
    title: Option<String>,
    /// Beside the title: tags.
    #[prop(optional, into)]
    tags: Option<ViewFnOnce>,
    /// At the right end of the header: small words, buttons, chips.
    #[prop(optional, into)]
    end: Option<ViewFnOnce>,
    /// More classes.
    #[prop(optional, into)]
    class: String,
    /// The body; put `PanelBody`, `Rows`, `Table`, `Facts` or `LogView` here.
    children: Children,
) -> impl IntoView {
    let label = title.clone();
    let header = (title.is_some() || tags.is_some() || end.is_some()).then(|| {
        view! {
            <header>
                {title.map(|title| view! { <h2>{title}</h2> })}
                {tags.map(ViewFnOnce::run)}
                {end.map(|end| view! { <div class="to-end btns">{end.run()}</div> })}
            </header>
        }
    });
    view! {
        <section class=format!("panel {class}") aria-label=label>
            {header}
            {children()}
        </section>
    }
}

/// The padded body of a panel.
#[component]
pub fn PanelBody(
    /// What stands in it, 8 px apart.
    children: Children,
) -> impl IntoView {
    view! { <div class="body stack tight">{children()}</div> }
}

/// A list with hairlines between; put `Row` inside.
#[component]
pub fn Rows(
    /// The rows.
    children: Children,
) -> impl IntoView {
    view! { <ul class="rows">{children()}</ul> }
}

/// One row: something at the start (mark, avatar), the text, something at the end (tag, button, time).
#[component]
pub fn Row(
    /// At the start.
    #[prop(optional, into)]
    start: Option<ViewFnOnce>,
    /// At the end.
    #[prop(optional, into)]
    end: Option<ViewFnOnce>,
    /// The text; `<small>` in it becomes a second line.
    children: Children,
) -> impl IntoView {
    view! {
        <li class="row">
            {start.map(ViewFnOnce::run)}
            <div class="row-text">{children()}</div>
            {end.map(|end| view! { <div class="row-end">{end.run()}</div> })}
        </li>
    }
}

/// Names and values in two columns; put `Fact` inside.
#[component]
pub fn Facts(
    /// The facts.
    children: Children,
) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

/// One name and its value.
#[component]
pub fn Fact(
    /// What it is called.
    #[prop(into)]
    name: String,
    /// What it is.
    children: Children,
) -> impl IntoView {
    view! { <div><dt>{name}</dt><dd>{children()}</dd></div> }
}
