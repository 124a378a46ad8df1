//! `/operations/:operation`: one operation, followed live until its end.

use domain::operation::{Operation, OperationDetail, OperationEvent, OperationRequest, OperationState, OperationTask, fold_state, fold_steps};
use leptos::prelude::*;

use crate::api::operation::{OperationCancel, operation_get};
use crate::components::{
    Button, ButtonKind, Crumb, Fact, Facts, LinkButton, LogView, Notice, Page, PageHead, Panel, RelativeTime, Steps, Tag, Timeline, TimelineStep,
};
use crate::live::operation_follow;
use crate::pages::address_part;
use crate::pages::form::{FormError, Hidden, PostForm, form_post};
use crate::pages::loaded::loaded;
use crate::pages::words::{ms, operation_tone, operation_word, sentence};

use super::record::{cancel_asked, head_of, log_of, record_add, step_title, step_tone, step_took_ms, strip_of};
use super::rows::deed_view;

/// One operation.
#[component]
pub fn OperationPage() -> impl IntoView {
    let id = address_part("operation");
    move || {
        let id = id.get();
        let detail = Resource::new(
            {
                let id = id.clone();
                move || id.clone()
            },
            operation_get,
        );
        view! {
            <Page crumbs=vec![Crumb::link("Operations", "/operations"), Crumb::here(id)]>
                {loaded(detail, |detail| view! { <OperationScreen detail=detail/> })}
            </Page>
        }
    }
}

/// The operation once it is read.
#[component]
fn OperationScreen(detail: OperationDetail) -> impl IntoView {
    let OperationDetail { operation, steps, events, now } = detail;
    let final_at_first = fold_state(&events).is_final();
    let events = RwSignal::new(events);
    if !final_at_first {
        let id = operation.id;
        let add = move |event| {
            let _gone = events.try_update(|events| record_add(events, event));
        };
        operation_follow(id, add);
    }
    let state = Memo::new(move |_| events.with(|events| fold_state(events)));
    let request = StoredValue::new(operation.request.clone());
    let head = Memo::new(move |_| events.with(|events| request.with_value(|request| head_of(request, events))));
    let of_strip = steps.clone();
    let strip = Signal::derive(move || events.with(|events| strip_of(&of_strip, events)));
    let log = Signal::derive(move || events.with(|events| log_of(events)));
    view! {
        <OperationHead operation=operation.clone() state=state events=events now_ms=ms(now)/>
        {move || {
            let head = head.get();
            view! { <Notice tone=head.tone title=move || sentence(&head.title)>{head.hint.map(|hint| view! { <p>{sentence(&hint)}</p> })}</Notice> }
        }}
        <Steps steps=strip/>
        <div class="split">
            <div class="stack">
                <Panel title="What happened"><TimelineOf steps=steps events=events state=state/></Panel>
                <Panel title="Log" end=|| view! { <small class="faint">"times in UTC"</small> }><LogView lines=log label="Log of the operation"/></Panel>
            </div>
            <OperationFacts operation=operation now_ms=ms(now)/>
        </div>
    }
}

/// The steps, one below the other.
#[component]
fn TimelineOf(steps: Vec<String>, events: RwSignal<Vec<OperationEvent>>, state: Memo<OperationState>) -> impl IntoView {
    let rows = move || {
        let end = state.get();
        events
            .with(|events| fold_steps(&steps, events))
            .into_iter()
            .map(|view| {
                let tone = step_tone(&view, end);
                view! { <TimelineStep tone=tone title=step_title(&view.step) took_ms=step_took_ms(&view)>{sentence(&view.sentence)}</TimelineStep> }
            })
            .collect_view()
    };
    view! { <Timeline>{rows}</Timeline> }
}

/// Title, who and when, and the buttons.
#[component]
fn OperationHead(operation: Operation, state: Memo<OperationState>, events: RwSignal<Vec<OperationEvent>>, now_ms: i64) -> impl IntoView {
    let request = operation.request.clone();
    let service_href = format!("/environments/{}/services/{}", request.environment, request.service);
    let (again, again_href) = again_of(&request);
    let cancel = form_post::<OperationCancel>();
    let failure = cancel.failure();
    let id = operation.id;
    let open = format!("Open {}", request.service);
    let title = move || deed_view(&request);
    let actions = move || {
        view! {
            <LinkButton href=service_href>{open}</LinkButton>
            {move || match state.get() {
                OperationState::Failed | OperationState::Cancelled => {
                    view! { <LinkButton href=again_href.clone() kind=ButtonKind::Main>{again}</LinkButton> }.into_any()
                }
                OperationState::Succeeded => ().into_any(),
                OperationState::Queued | OperationState::Running => {
                    let asked = move || events.with(|events| cancel_asked(events));
                    view! {
                        <PostForm post=cancel>
                            <Hidden name="id" value=id.to_string()/>
                            <Button kind=ButtonKind::Bad busy=cancel.pending() disabled=Signal::derive(asked)>{format!("Cancel operation {id}")}</Button>
                        </PostForm>
                    }
                    .into_any()
                }
            }}
        }
    };
    view! {
        <PageHead title=title actions=actions>
            {format!("Operation {id}, asked for by {} ", operation.created_by)}
            <RelativeTime at_ms=ms(operation.created_at) now_ms=now_ms/>
            " "
            {move || view! { <Tag tone=operation_tone(state.get())>{operation_word(state.get())}</Tag> }}
        </PageHead>
        <FormError failure=failure fields=&[]/>
    }
}

/// What one may try next, and where.
fn again_of(request: &OperationRequest) -> (&'static str, String) {
    let OperationRequest { service, environment, task } = request;
    match task {
        OperationTask::Deploy(task) => ("Deploy again", format!("/environments/{environment}/services/{service}/deploy?version={}", task.version)),
        OperationTask::Rollback(_) => ("Open the history", format!("/environments/{environment}/releases/{service}/history")),
        OperationTask::Uninstall(_) => ("Uninstall again", format!("/environments/{environment}/releases/{service}/uninstall")),
    }
}

/// What was asked of the release.
fn task_facts(task: &OperationTask) -> AnyView {
    match task.clone() {
        OperationTask::Deploy(task) => view! {
            <Fact name="Version"><code>{task.version}</code></Fact>
            <Fact name="Chart"><code>{task.chart.name}</code></Fact>
            <Fact name="From"><code>{task.chart.repository}</code></Fact>
        }
        .into_any(),
        OperationTask::Rollback(task) => view! {
            <Fact name="Version"><code>{task.version}</code></Fact>
            <Fact name="Revision">{format!("from {} back to {}", task.from_revision, task.to_revision)}</Fact>
        }
        .into_any(),
        OperationTask::Uninstall(task) => {
            let kept = if task.keep_history { "kept by Helm" } else { "removed too" };
            view! { <Fact name="History">{kept}</Fact> }.into_any()
        }
    }
}

/// What was asked, in full.
#[component]
fn OperationFacts(operation: Operation, now_ms: i64) -> impl IntoView {
    let request = operation.request;
    let values = match &request.task {
        OperationTask::Deploy(task) => {
            vec![("Defaults of the service", task.default_values.clone()), ("Values of the environment", task.values.clone())]
        }
        OperationTask::Rollback(_) | OperationTask::Uninstall(_) => Vec::new(),
    };
    let texts = values
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(title, text)| view! { <Panel title=title><pre class="yaml-block" tabindex="0">{text}</pre></Panel> })
        .collect_view();
    let taken = (operation.generation > 1).then(|| view! { <Fact name="Taken over">{format!("{} times", operation.generation - 1)}</Fact> });
    let environment_href = format!("/environments/{}", request.environment);
    view! {
        <aside class="stack" aria-label="What was asked">
            <Panel title="What was asked">
                <Facts>
                    <Fact name="Service">{request.service.to_string()}</Fact>
                    <Fact name="Environment"><a href=environment_href>{request.environment.to_string()}</a></Fact>
                    {task_facts(&request.task)}
                    <Fact name="By">{operation.created_by.to_string()}</Fact>
                    <Fact name="Asked"><RelativeTime at_ms=ms(operation.created_at) now_ms=now_ms/></Fact>
                    {taken}
                </Facts>
            </Panel>
            {texts}
        </aside>
    }
}
