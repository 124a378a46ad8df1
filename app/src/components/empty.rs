//! The states without content, each designed: empty, failed, loading, forbidden, stale. They say why and what to do.

use leptos::{children::ViewFnOnce, prelude::*};

use super::{
    icon::{Glyph, Icon},
    status::{StatusMark, Tone},
    time::RelativeTime,
};

/// Nothing here, and why, and what to do.
#[component]
pub fn Empty(
    /// "No environments yet".
    #[prop(into)]
    title: String,
    /// Why, in a sentence.
    #[prop(optional, into)]
    why: Option<String>,
    /// The button that changes it.
    #[prop(optional, into)]
    action: Option<ViewFnOnce>,
    /// What is drawn above.
    #[prop(default = Icon::Inbox)]
    icon: Icon,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Glyph icon=icon/>
            <h2>{title}</h2>
            {why.map(|why| view! { <p>{why}</p> })}
            {action.map(|action| view! { <div class="btns">{action.run()}</div> })}
        </div>
    }
}

/// Something failed: what, on which object, and what to do next (the words of an `AppError`).
#[component]
pub fn ErrorBox(
    /// What failed, on which object.
    #[prop(into)]
    message: String,
    /// What to do next.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// A button: try again, go back.
    #[prop(optional, into)]
    action: Option<ViewFnOnce>,
) -> impl IntoView {
    view! {
        <div class="notice bad" role="alert">
            <StatusMark tone=Tone::Bad/>
            <div class="notice-text">
                <h2>{message}</h2>
                {move || hint.get().map(|hint| view! { <p>{hint}</p> })}
            </div>
            {action.map(|action| view! { <div class="btns">{action.run()}</div> })}
        </div>
    }
}

/// Lines where content will be; as high as the content, so nothing jumps.
#[component]
pub fn Loading(
    /// How many lines.
    #[prop(default = 4)]
    lines: usize,
    /// What is loading, for screen readers.
    #[prop(default = "Loading".to_owned(), into)]
    label: String,
) -> impl IntoView {
    let lines = (0..lines).map(|_| view! { <i></i> }).collect_view();
    view! { <div class="loading" role="status" aria-label=label>{lines}</div> }
}

/// The person may not see or do this.
#[component]
pub fn Forbidden(
    /// What is not allowed: "You may not see production-eu".
    #[prop(into)]
    title: String,
    /// Who may, and whom to ask.
    #[prop(optional, into)]
    why: Option<String>,
    /// A way out.
    #[prop(optional, into)]
    action: Option<ViewFnOnce>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Glyph icon=Icon::Lock/>
            <h2>{title}</h2>
            {why.map(|why| view! { <p>{why}</p> })}
            {action.map(|action| view! { <div class="btns">{action.run()}</div> })}
        </div>
    }
}

/// What is shown is old: since when, and why. The page keeps what it had.
#[component]
pub fn Stale(
    /// When it was last true, in milliseconds since 1970.
    since_ms: i64,
    /// The server's now, in milliseconds since 1970.
    #[prop(into)]
    now_ms: Signal<i64>,
    /// Why: "eu-prod-1 doesn't answer".
    #[prop(into)]
    why: String,
) -> impl IntoView {
    view! {
        <div class="stale" role="status">
            <Glyph icon=Icon::Clock/>
            {why}
            <span>"Shown as it was " <RelativeTime at_ms=since_ms now_ms=now_ms/> "."</span>
        </div>
    }
}
