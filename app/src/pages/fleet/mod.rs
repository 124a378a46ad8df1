//! The fleet: what needs a person, and the board of services and environments.

mod attention;
mod board;
mod cell;
mod filters;
mod live;
mod query;

use domain::cluster::ClusterState;
use domain::fleet::FleetBoard;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::fleet::fleet_board;
use crate::components::{ButtonKind, Buttons, Crumb, Empty, Icon, LinkButton, Page, PageHead, Stale};
use crate::pages::loaded::loaded;
use crate::pages::words::{cluster_reason, counted, ms};
use attention::AttentionPanel;
use board::BoardPanel;
use filters::Filters;
use live::FleetLive;
use query::filter_of;

/// `/`: the fleet board.
#[component]
pub fn FleetPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(filter_of));
    let board = Resource::new(move || filter.get(), fleet_board);
    let show = move |shown: FleetBoard| view! { <FleetScreen shown=shown again=board/> };
    view! {
        <Page crumbs=vec![Crumb::here("Fleet")]>
            {loaded(board, show)}
        </Page>
    }
}

/// "7 services in 4 environments on 3 clusters."
fn summary(board: &FleetBoard) -> String {
    let mut clusters: Vec<_> = board.columns.iter().map(|column| &column.environment.cluster).collect();
    clusters.sort();
    clusters.dedup();
    format!(
        "{} in {} on {}.",
        counted(board.services_total, "service", "services"),
        counted(board.columns.len(), "environment", "environments"),
        counted(clusters.len(), "cluster", "clusters")
    )
}

/// How many things need a person.
fn attention_words(total: usize) -> String {
    match total {
        0 => " Nothing needs a person.".to_owned(),
        1 => " 1 thing needs a person.".to_owned(),
        many => format!(" {many} things need a person."),
    }
}

/// The board once it is read.
#[component]
fn FleetScreen(shown: FleetBoard, again: Resource<Result<FleetBoard, crate::api::ApiError>>) -> impl IntoView {
    let live = FleetLive::follow(&shown, again);
    let summary = summary(&shown);
    let empty = shown.services_total == 0 || shown.columns.is_empty();
    let actions = || {
        view! {
            <LinkButton href="/services/new">"Add a service"</LinkButton>
            <LinkButton href="/environments/new">"Create an environment"</LinkButton>
        }
    };
    let body = if empty {
        first_steps(&shown)
    } else {
        view! {
            <AttentionPanel live=live/>
            <Filters teams=shown.teams.clone() statuses=shown.statuses.clone()/>
            <BoardPanel shown=shown.clone() live=live/>
        }
        .into_any()
    };
    view! {
        <PageHead title=|| "Fleet" actions=actions>
            {summary}
            {move || attention_words(live.attention_total.get())}
        </PageHead>
        {away(&shown)}
        {body}
    }
}

/// A bar for each cluster that can't be seen.
fn away(shown: &FleetBoard) -> AnyView {
    let now_ms = ms(shown.now);
    let mut told = Vec::new();
    for column in &shown.columns {
        let (ClusterState::Away { since, reason } | ClusterState::Refused { since, reason }) = &column.cluster_state else { continue };
        if !told.iter().any(|(cluster, _, _)| *cluster == &column.environment.cluster) {
            told.push((&column.environment.cluster, ms(*since), reason.clone()));
        }
    }
    told.into_iter()
        .map(|(cluster, since_ms, reason)| view! { <Stale since_ms=since_ms now_ms=now_ms why=cluster_reason(cluster.as_str(), &reason)/> })
        .collect_view()
        .into_any()
}

/// What to do while there is nothing to show.
fn first_steps(shown: &FleetBoard) -> AnyView {
    let (title, why, href, label) = if shown.columns.is_empty() {
        (
            "No environments yet",
            "An environment is a namespace of a cluster where services run. Create one first.",
            "/environments/new",
            "Create an environment",
        )
    } else {
        (
            "No services yet",
            "A service is a chart with the team that owns it. Add one, then deploy a version of it.",
            "/services/new",
            "Add a service",
        )
    };
    let action = move || {
        view! {
            <Buttons>
                <LinkButton href=href kind=ButtonKind::Main icon=Icon::Plus>{label}</LinkButton>
            </Buttons>
        }
    };
    view! { <div class="panel"><Empty title=title why=why action=action/></div> }.into_any()
}
