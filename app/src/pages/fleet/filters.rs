//! The board's filters: chips for teams and states, and words to look for. All of it is in the address.

use domain::TeamName;
use domain::fleet::FleetFilter;
use domain::health::HealthStatus;
use leptos::prelude::*;
use leptos::{ev, html};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::components::{Chip, ChipRule, Chips, Glyph, Icon};
use crate::pages::form::Hidden;
use crate::pages::words::{health_key, health_tone, health_word};

use super::query::{filter_of, fleet_href};

/// The states that are worth a chip; healthy is what is left.
const CHIPS: [HealthStatus; 5] = [HealthStatus::Degraded, HealthStatus::Warning, HealthStatus::Moving, HealthStatus::Asleep, HealthStatus::Unknown];

/// The row between what needs a person and the board.
#[component]
pub(super) fn Filters(teams: Vec<(TeamName, usize)>, statuses: Vec<(HealthStatus, usize)>) -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(filter_of));
    let teams = teams.into_iter().map(|(team, count)| team_chip(filter, team.to_string(), count)).collect_view();
    let shown: Vec<_> = CHIPS.into_iter().filter_map(|status| statuses.iter().find(|(other, _)| *other == status).copied()).collect();
    let rule = (!shown.is_empty()).then(|| view! { <ChipRule/> });
    let statuses = shown.into_iter().map(|(status, count)| status_chip(filter, status, count)).collect_view();
    let all = move || filter.with(|filter| fleet_href(&FleetFilter { team: None, page: 0, ..filter.clone() }));
    view! {
        <div class="filters">
            <Chips label="Filters">
                <Chip href=Signal::derive(all) current=Signal::derive(move || filter.with(|filter| filter.team.is_none()))>"All teams"</Chip>
                {teams}
                {rule}
                {statuses}
            </Chips>
            <Search filter=filter/>
        </div>
    }
}

fn team_chip(filter: Memo<FleetFilter>, team: String, count: usize) -> AnyView {
    let label = team.clone();
    let of = team.clone();
    let current = Signal::derive(move || filter.with(|filter| filter.team.as_ref() == Some(&of)));
    let href = Signal::derive(move || {
        let wanted = (!current.get()).then(|| team.clone());
        filter.with(|filter| fleet_href(&FleetFilter { team: wanted, page: 0, ..filter.clone() }))
    });
    view! { <Chip href=href current=current count=count>{label}</Chip> }.into_any()
}

fn status_chip(filter: Memo<FleetFilter>, status: HealthStatus, count: usize) -> AnyView {
    let current = Signal::derive(move || filter.with(|filter| filter.status == Some(status)));
    let href = Signal::derive(move || {
        let wanted = (!current.get()).then_some(status);
        filter.with(|filter| fleet_href(&FleetFilter { status: wanted, page: 0, ..filter.clone() }))
    });
    view! { <Chip href=href current=current count=count tone=health_tone(status)>{health_word(status)}</Chip> }.into_any()
}

/// Services whose name holds these words; Enter sends it. Without JavaScript it is a plain form.
#[component]
fn Search(filter: Memo<FleetFilter>) -> impl IntoView {
    let text = filter.with_untracked(|filter| filter.text.clone());
    let node = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let find = move |event: ev::SubmitEvent| {
        let Some(input) = node.get_untracked() else { return };
        event.prevent_default();
        let text = input.value().trim().to_owned();
        navigate(&filter.with_untracked(|filter| fleet_href(&FleetFilter { text, page: 0, ..filter.clone() })), NavigateOptions::default());
    };
    view! {
        <form method="get" action="/" role="search" on:submit=find>
            <div class="find">
                <Glyph icon=Icon::Search/>
                <input type="search" class="control" name="text" value=text placeholder="Find a service" aria-label="Find a service" autocomplete="off" node_ref=node/>
            </div>
            {move || filter.with(|filter| filter.team.clone()).map(|team| view! { <Hidden name="team" value=team/> })}
            {move || filter.with(|filter| filter.status).map(|status| view! { <Hidden name="status" value=health_key(status)/> })}
        </form>
    }
}
