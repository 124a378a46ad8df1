//! `/environments/:environment/services/:service`: one service in one environment.

use std::time::Duration;

use domain::OperationId;
use domain::cluster::ClusterState;
use domain::fleet::{LiveEvent, ServicePage as Payload};
use domain::health::{Health, HealthStatus};
use domain::operation::{Operation, OperationKind, OperationState};
use leptos::prelude::*;

use crate::api::service::service_page;
use crate::components::{ButtonKind, Crumb, LinkButton, Notice, Page, PageHead, RelativeTime, Stale, Status, Tone};
use crate::live::{soon, use_live};
use crate::pages::address_part;
use crate::pages::loaded::loaded;
use crate::pages::words::{cluster_reason, health_tone, health_word, ms, operation_word, sentence};

use super::panels::{HistoryPanel, ObjectsPanel, ValuesPanel, VersionsPanel};

/// How long after an event the page is read again.
const RELOAD_AFTER: Duration = Duration::from_millis(150);

/// The page.
#[component]
pub fn ServicePage() -> impl IntoView {
    let (environment, service) = (address_part("environment"), address_part("service"));
    move || {
        let (environment, service) = (environment.get(), service.get());
        let asked = (environment.clone(), service.clone());
        let page = Resource::new(move || asked.clone(), |(environment, service)| service_page(environment, service));
        if let Some(live) = use_live() {
            let again = soon(RELOAD_AFTER, move || page.refetch());
            let here = (environment.clone(), service.clone());
            live.listen(move |event| match event {
                LiveEvent::Cell { cell } if cell.environment.as_str() != here.0 || cell.service.as_str() != here.1 => {}
                LiveEvent::Cell { .. } | LiveEvent::Reload => again(),
            });
        }
        let environment_href = format!("/environments/{environment}");
        view! {
            <Page crumbs=vec![Crumb::link("Fleet", "/"), Crumb::link(environment, environment_href), Crumb::here(service)]>
                {loaded(page, |page| view! { <Screen page=page/> })}
            </Page>
        }
    }
}

/// The page once it is read.
#[component]
fn Screen(page: Payload) -> impl IntoView {
    let environment = page.column.environment.name.to_string();
    view! {
        <Head page=page.clone()/>
        {cluster_stale(&page)}
        {under_way(&page)}
        {trouble(&page)}
        <div class="grid2">
            <div class="stack">
                <ObjectsPanel page=page.clone()/>
                <ValuesPanel values=page.values.clone() environment=environment/>
            </div>
            <div class="stack">
                <VersionsPanel page=page.clone()/>
                <HistoryPanel page=page/>
            </div>
        </div>
    }
}

/// "jobs 3.1.0 in production-eu", who owns it, which revision.
#[component]
fn Head(page: Payload) -> impl IntoView {
    let Payload { service, cell, .. } = page.clone();
    let (name, environment) = (cell.service.to_string(), cell.environment.to_string());
    let deploy = format!("/environments/{environment}/services/{name}/deploy");
    let edit = format!("/services/{name}/edit");
    let label = format!("Deploy {name}");
    let version = cell.release.as_ref().and_then(|release| release.chart_version.clone());
    let health = cell.health.as_ref().map(|health| health.status);
    let title = move || {
        view! {
            {name} " "
            {version.map(|version| view! { <code class="version">{version}</code> " " })}
            <span class="faint">{format!("in {environment}")}</span>
        }
    };
    let actions = move || {
        view! {
            <LinkButton href=edit kind=ButtonKind::Quiet>"Edit service"</LinkButton>
            <LinkButton href=deploy kind=ButtonKind::Main>{label}</LinkButton>
        }
    };
    let now_ms = ms(page.now);
    let made_by = cell.release.as_ref().and_then(|release| made_by(release.operation, &page.operations));
    let revision = cell.release.map(|release| {
        let by = made_by.map(|id| view! { " by " <a href=format!("/operations/{id}")>{format!("operation {id}")}</a> });
        let at = release.updated_at.map(|at| view! { ", " <RelativeTime at_ms=ms(at) now_ms=now_ms/> });
        view! { {format!(" · revision {}", release.revision)} {by} {at} }
    });
    let status = health.map(|status| view! { <Status tone=health_tone(status)>{health_word(status)}</Status> " · " });
    view! {
        <PageHead title=title actions=actions>
            {status}
            {format!("Owned by {}", service.team)}
            {revision}
        </PageHead>
    }
}

/// The operation that made the revision in force: the one on its label, or a later rollback, which takes labels along.
fn made_by(label: Option<OperationId>, newest_first: &[Operation]) -> Option<OperationId> {
    let back =
        newest_first.iter().find(|operation| operation.request.kind() == OperationKind::Rollback && operation.state == OperationState::Succeeded);
    label.max(back.map(|operation| operation.id))
}

/// Since when what is shown is old.
fn cluster_stale(page: &Payload) -> Option<AnyView> {
    let (ClusterState::Away { since, reason } | ClusterState::Refused { since, reason }) = &page.column.cluster_state else { return None };
    let why = cluster_reason(page.column.environment.cluster.as_str(), reason);
    Some(view! { <Stale since_ms=ms(*since) now_ms=ms(page.now) why=why/> }.into_any())
}

/// The operation that moves it now.
fn under_way(page: &Payload) -> Option<AnyView> {
    let id = page.cell.operation?;
    let what = page.cell.operation_version.clone().unwrap_or_default();
    let title = format!("{} {what} is on its way to {}.", page.cell.service, page.cell.environment);
    let action = move || view! { <LinkButton href=format!("/operations/{id}")>{format!("Open operation {id}")}</LinkButton> };
    Some(view! { <Notice tone=Tone::Run title=move || title action=action/> }.into_any())
}

/// The sentence, where there is something to say, and what was done last.
fn trouble(page: &Payload) -> Option<AnyView> {
    let Health { status, sentence: why, .. } = page.cell.health.clone()?;
    if status == HealthStatus::Healthy || (status == HealthStatus::Moving && page.cell.operation.is_some()) {
        return None;
    }
    let last = page.operations.first().map(|operation| {
        let words = format!(" Operation {} was to {} and {}.", operation.id, operation.request.words(), state_words(operation.state));
        view! { <ol class="happened"><li><RelativeTime at_ms=ms(operation.created_at) now_ms=ms(page.now)/>{words}</li></ol> }
    });
    let title = move || sentence(&why);
    Some(match way_back(page) {
        Some(action) => view! { <Notice tone=health_tone(status) title=title action=move || action>{last}</Notice> }.into_any(),
        None => view! { <Notice tone=health_tone(status) title=title>{last}</Notice> }.into_any(),
    })
}

/// The revision that was in force before.
fn way_back(page: &Payload) -> Option<AnyView> {
    let back = page.way_back.clone()?;
    let href = format!("/environments/{}/releases/{}/rollback/{}", page.cell.environment, page.cell.service, back.revision);
    Some(view! { <LinkButton href=href>{format!("Roll back to {}", back.version)}</LinkButton> }.into_any())
}

/// How an operation ended, to follow "and".
fn state_words(state: OperationState) -> String {
    if state.is_final() { operation_word(state).to_owned() } else { format!("is {}", operation_word(state)) }
}
