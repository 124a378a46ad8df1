//! The plan of a form that is being filled in: made again a moment after the last change, in the browser only.

use std::time::Duration;

use domain::AppError;
use domain::plan::ReleasePlan;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::objects::Seal;
use super::view::PlanView;
use super::words::summary;
use crate::api::release::release_plan_deploy;
use crate::components::{ErrorBox, Loading, Panel, PanelBody};

/// How long nothing may be typed before the plan is made again.
const SETTLE: Duration = Duration::from_millis(700);

/// How far the plan is.
#[derive(Clone)]
enum State {
    /// Nothing to plan yet.
    Waiting,
    /// Asked for; what was known before is still shown.
    Asked(Option<Box<ReleasePlan>>),
    /// Made.
    Made(Box<ReleasePlan>),
    /// It can't be made.
    Failed(AppError),
}

/// A deploy's plan beside its form.
#[derive(Clone, Copy)]
pub(in crate::pages) struct LivePlan {
    state: RwSignal<State>,
}

impl LivePlan {
    /// Follows version and values, and plans what they would do.
    pub(in crate::pages) fn follow(environment: String, service: String, version: RwSignal<String>, values: RwSignal<String>) -> Self {
        let state = RwSignal::new(State::Waiting);
        let wanted = StoredValue::new(0_u64);
        // Effects run in the browser only: the first plan is asked for once the page lives.
        Effect::new(move |before: Option<()>| {
            let (version, values) = (version.get(), values.get());
            if version.is_empty() {
                return;
            }
            let Some(number) = wanted.try_update_value(|number| {
                *number += 1;
                *number
            }) else {
                return;
            };
            let is_current = move || wanted.try_get_value() == Some(number);
            let (environment, service) = (environment.clone(), service.clone());
            let ask = move || {
                if !is_current() {
                    return;
                }
                let _gone = state.try_update(|state| *state = State::Asked(state.plan().cloned().map(Box::new)));
                spawn_local(async move {
                    let made = release_plan_deploy(environment, service, version, values).await;
                    if is_current() {
                        let _gone = state.try_set(match made {
                            Ok(plan) => State::Made(Box::new(plan)),
                            Err(error) => State::Failed(error.0),
                        });
                    }
                });
            };
            if before.is_some() { set_timeout(ask, SETTLE) } else { ask() }
        });
        Self { state }
    }

    /// The plan, or how far it is.
    pub(in crate::pages) fn view(self) -> impl IntoView {
        move || {
            match self.state.get() {
            State::Waiting => {
                let why = "Choose a version, and what it would change in the cluster is shown here. This needs JavaScript; deploying does not.";
                view! { <Panel title="What will change"><PanelBody><p class="mute">{why}</p></PanelBody></Panel> }.into_any()
            }
            State::Asked(None) => {
                view! { <Panel title="What will change"><PanelBody><p class="mute">"Rendering the chart and trying it on the cluster."</p><Loading lines=4/></PanelBody></Panel> }
                    .into_any()
            }
            State::Asked(Some(plan)) => view! { <div class="replanned" aria-busy="true"><PlanView plan=*plan/></div> }.into_any(),
            State::Made(plan) => view! { <PlanView plan=*plan/> }.into_any(),
            State::Failed(error) => {
                view! { <Panel title="What will change"><PanelBody><ErrorBox message=error.message hint=error.hint/></PanelBody></Panel> }.into_any()
            }
        }
        }
    }

    /// The plan in short, for the side of the form: the sentence and the seal.
    pub(in crate::pages) fn aside(self) -> impl IntoView {
        move || {
            let state = self.state.get();
            state.plan().map(|plan| {
                let (words, digest) = (summary(plan), plan.digest.clone());
                let how = format!("helm {}", plan.helm_version.trim_start_matches('v'));
                view! {
                    <Panel title="Plan" end=move || view! { <small class="faint">{how}</small> }>
                        <PanelBody>
                            <p>{words}</p>
                            <Seal digest=digest/>
                            <small class="mute">"Chart, values, rendered objects, place and base revision."</small>
                        </PanelBody>
                    </Panel>
                }
            })
        }
    }
}

impl State {
    fn plan(&self) -> Option<&ReleasePlan> {
        match self {
            Self::Asked(plan) => plan.as_deref(),
            Self::Made(plan) => Some(plan),
            Self::Waiting | Self::Failed(_) => None,
        }
    }
}
