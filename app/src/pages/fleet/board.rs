//! The board itself: services down, environments across, a page at a time.

use domain::fleet::{FLEET_PAGE_ROWS, FleetBoard, FleetColumn, FleetFilter};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::{Empty, Icon, LinkButton, Panel, Table, TableKind, Tone};
use crate::pages::words::{cluster_tone, cluster_word};

use super::cell::CellView;
use super::live::FleetLive;
use super::query::{filter_of, fleet_href};

/// The board with its foot, or why it has no rows.
#[component]
pub(super) fn BoardPanel(shown: FleetBoard, live: FleetLive) -> impl IntoView {
    if shown.rows.is_empty() {
        let action = || view! { <LinkButton href="/">"Show all services"</LinkButton> };
        return view! {
            <Panel>
                <Empty title="No service fits these filters" why="Take one of them away, or look for other words." action=action icon=Icon::Search/>
            </Panel>
        }
        .into_any();
    }
    let columns = shown.columns.clone();
    let head = move || {
        view! {
            <th scope="col">"Service"</th>
            {columns.into_iter().map(column_head).collect_view()}
        }
    };
    let cells = live.cells.get_value();
    let rows = shown
        .rows
        .iter()
        .zip(cells)
        .map(|(row, cells)| {
            view! {
                <tr>
                    <th scope="row">{row.service.to_string()}<small>{row.team.to_string()}</small></th>
                    {cells.into_iter().map(|place| view! { <CellView place=place/> }).collect_view()}
                </tr>
            }
        })
        .collect_view();
    view! {
        <Panel>
            <Table label="Services and environments" head=head kind=TableKind::Board>{rows}</Table>
            <Foot rows=shown.rows.len() total=shown.rows_total/>
        </Panel>
    }
    .into_any()
}

fn column_head(column: FleetColumn) -> AnyView {
    let FleetColumn { environment, cluster_state } = column;
    let href = format!("/environments/{}", environment.name);
    let tone = cluster_tone(&cluster_state);
    let state = (tone != Tone::Ok).then(|| format!(" · {}", cluster_word(&cluster_state)));
    view! {
        <th scope="col">
            <a href=href>{environment.name.to_string()}</a>
            <small class=tone.class() class:quiet=tone == Tone::Ok>{environment.cluster.to_string()}{state}</small>
        </th>
    }
    .into_any()
}

/// Which rows these are, and the way to the others; nothing if these are all.
#[component]
fn Foot(rows: usize, total: usize) -> impl IntoView {
    let query = use_query_map();
    (total > rows).then(|| {
        let filter = query.with_untracked(filter_of);
        let first = filter.page * FLEET_PAGE_ROWS;
        let to = |page: usize| fleet_href(&FleetFilter { page, ..filter.clone() });
        let before = (filter.page > 0).then(|| to(filter.page - 1));
        let after = (first + rows < total).then(|| to(filter.page + 1));
        view! {
            <nav class="board-foot" aria-label="Pages of the board">
                <span>{format!("{} to {} of {total} services", first + 1, first + rows)}</span>
                <div class="btns to-end">
                    {before.map(|href| view! { <LinkButton href=href>"Back"</LinkButton> })}
                    {after.map(|href| view! { <LinkButton href=href>"More"</LinkButton> })}
                </div>
            </nav>
        }
    })
}
