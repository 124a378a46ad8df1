//! States in their order: across the top of a change (`Steps`), down the page of an operation (`Timeline`).

use leptos::prelude::*;

use super::{
    status::{StatusMark, Tone},
    time::duration_words,
};

/// Whether the step is the one a person should look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepPlace {
    /// Before or after.
    #[default]
    Elsewhere,
    /// Here it stands now.
    Here,
}

/// One step across the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// "Approval".
    pub name: String,
    /// "1 of 2".
    pub note: String,
    /// `Ok` done, `Run` now, `None` not yet, `Bad` failed.
    pub tone: Tone,
    /// Whether it stands here now.
    pub place: StepPlace,
}

/// The state of a change across the top of its page.
#[component]
pub fn Steps(
    /// The steps, in order.
    #[prop(into)]
    steps: Signal<Vec<Step>>,
) -> impl IntoView {
    let items = move || {
        steps
            .get()
            .into_iter()
            .map(|Step { name, note, tone, place }| {
                let current = (place == StepPlace::Here).then_some("step");
                view! {
                    <li data-tone=tone.class() aria-current=current>
                        <StatusMark tone=tone/>
                        <div><b>{name}</b><small>{note}</small></div>
                    </li>
                }
            })
            .collect_view()
    };
    view! { <ol class="steps">{items}</ol> }
}

/// The steps of an operation, one below the other; put `TimelineStep` inside.
#[component]
pub fn Timeline(
    /// The steps.
    children: Children,
) -> impl IntoView {
    view! { <ol class="timeline">{children()}</ol> }
}

/// One step of an operation.
#[component]
pub fn TimelineStep(
    /// `Ok` done, `Run` now, `None` not yet, `Bad` failed, `Warn` compensated, `Rest` skipped.
    tone: Tone,
    /// "Roll out api 1.5.0".
    #[prop(into)]
    title: String,
    /// How long it took, in milliseconds.
    #[prop(optional_no_strip)]
    took_ms: Option<i64>,
    /// What happened, in words; may be empty.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <li data-tone=tone.class()>
            <StatusMark tone=tone/>
            <div>
                <b>{title}</b>
                {children.map(|children| view! { <div class="step-body">{children()}</div> })}
            </div>
            {took_ms.map(|took_ms| view! { <span class="took">{duration_words(took_ms)}</span> })}
        </li>
    }
}
