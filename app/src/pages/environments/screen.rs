//! `/environments/:environment`: what runs in an environment, and what was done there.

use std::time::Duration;

use domain::cluster::ClusterState;
use domain::fleet::{EnvironmentPage as Payload, LiveEvent};
use domain::health::HealthStatus;
use leptos::prelude::*;

use crate::api::environment::environment_page;
use crate::components::{ButtonKind, Crumb, Empty, Icon, LinkButton, Page, PageHead, Panel, Stale};
use crate::live::{soon, use_live};
use crate::pages::address_part;
use crate::pages::loaded::loaded;
use crate::pages::operations::OperationRows;
use crate::pages::words::{cluster_reason, counted, ms};

use super::tables::{OthersPanel, ServicesPanel};

/// How long after an event the page is read again.
const RELOAD_AFTER: Duration = Duration::from_millis(200);

/// The page.
#[component]
pub fn EnvironmentPage() -> impl IntoView {
    let name = address_part("environment");
    move || {
        let name = name.get();
        let asked = name.clone();
        let page = Resource::new(move || asked.clone(), environment_page);
        if let Some(live) = use_live() {
            let again = soon(RELOAD_AFTER, move || page.refetch());
            let here = name.clone();
            live.listen(move |event| match event {
                LiveEvent::Cell { cell } if cell.environment.as_str() != here => {}
                LiveEvent::Cell { .. } | LiveEvent::Reload => again(),
            });
        }
        view! {
            <Page crumbs=vec![Crumb::link("Environments", "/environments"), Crumb::here(name)]>
                {loaded(page, |page| view! { <Screen page=page/> })}
            </Page>
        }
    }
}

/// "4 services run here, 1 needs a person."
fn summary(page: &Payload) -> String {
    let running = page.cells.iter().filter(|(cell, _)| cell.release.is_some()).count();
    let trouble = page
        .cells
        .iter()
        .filter(|(cell, _)| cell.release.is_some() && cell.health.as_ref().is_some_and(|health| health.status >= HealthStatus::Warning))
        .count();
    let needs = match trouble {
        0 if running == 0 => String::new(),
        0 => ", none needs a person".to_owned(),
        1 => ", 1 needs a person".to_owned(),
        many => format!(", {many} need a person"),
    };
    format!("{}{needs}.", counted(running, "service runs here", "services run here"))
}

/// The page once it is read.
#[component]
fn Screen(page: Payload) -> impl IntoView {
    let environment = page.column.environment.clone();
    let name = environment.name.to_string();
    let (edit, remove) = (format!("/environments/{name}/edit"), format!("/environments/{name}/remove"));
    let actions = move || {
        view! {
            <LinkButton href=remove kind=ButtonKind::Quiet>"Remove"</LinkButton>
            <LinkButton href=edit>"Edit"</LinkButton>
        }
    };
    let kind = environment.kind.as_str();
    let kind = (kind != name).then_some(kind);
    let title = name.clone();
    let (summary, now_ms) = (summary(&page), ms(page.now));
    let operations = if page.operations.is_empty() {
        view! { <Empty title="No operations yet" why="What is deployed here from the portal is listed here." icon=Icon::Clock/> }.into_any()
    } else {
        view! { <OperationRows operations=page.operations.clone() now_ms=now_ms/> }.into_any()
    };
    view! {
        <PageHead title=move || view! { {title} " " <span class="faint">{kind}</span> } actions=actions>
            {summary}
            {format!(" Namespace {} of cluster {}, owned by {}.", environment.namespace, environment.cluster, environment.team)}
        </PageHead>
        {cluster_stale(&page)}
        <ServicesPanel cells=page.cells.clone() environment=name/>
        <OthersPanel environment=page.column.environment.name.to_string() others=page.others.clone() now_ms=now_ms/>
        <Panel title="Operations">{operations}</Panel>
    }
}

/// Since when what is shown is old.
fn cluster_stale(page: &Payload) -> Option<AnyView> {
    let (ClusterState::Away { since, reason } | ClusterState::Refused { since, reason }) = &page.column.cluster_state else { return None };
    let why = cluster_reason(page.column.environment.cluster.as_str(), reason);
    Some(view! { <Stale since_ms=ms(*since) now_ms=ms(page.now) why=why/> }.into_any())
}
