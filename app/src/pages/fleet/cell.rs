//! One cell of the board. What is normal is quiet: a tick and a version; more only where it applies.

use domain::fleet::FleetCell;
use domain::health::HealthStatus;
use leptos::prelude::*;

use crate::components::{Behind, StatusMark, Tag, Tone};
use crate::pages::words::{health_tone, health_word};

use super::live::LiveCell;

/// A cell that follows the cluster.
#[component]
pub(super) fn CellView(place: LiveCell) -> impl IntoView {
    let LiveCell { cell, changed } = place;
    let hot = move || cell.with(|cell| cell.health.as_ref().is_some_and(|health| health.status == HealthStatus::Degraded));
    view! {
        <td class="cell" class:hot=hot class:changed=move || changed.get()>
            {move || cell.with(body)}
        </td>
    }
}

/// Where the service's page in the environment is.
fn service_href(cell: &FleetCell) -> String {
    format!("/environments/{}/services/{}", cell.environment, cell.service)
}

fn body(cell: &FleetCell) -> AnyView {
    let operation = cell.operation.map(|id| {
        let words = cell.operation_version.as_ref().map_or_else(|| format!("operation {id}"), |version| format!("→ {version}"));
        let title = format!("Operation {id}");
        view! { <a class="cell-operation" href=format!("/operations/{id}") title=title><Tag tone=Tone::Run>{words}</Tag></a> }
    });
    view! { {main_link(cell)} {operation} }.into_any()
}

fn main_link(cell: &FleetCell) -> AnyView {
    match (&cell.release, &cell.health) {
        (Some(release), health) => {
            let status = health.as_ref().map_or(HealthStatus::Unknown, |health| health.status);
            let tone = health_tone(status);
            let version = release.chart_version.clone().unwrap_or_else(|| format!("revision {}", release.revision));
            let short = health.as_ref().map(|health| health.short.clone()).filter(|short| !short.is_empty());
            view! {
                <a href=service_href(cell)>
                    <span class="line">
                        <StatusMark tone=tone label=health_word(status)/>
                        <code>{version}</code>
                        <Behind versions=cell.behind/>
                    </span>
                    {short.map(|short| view! { <span class=format!("line2 {}", tone.class())>{short}</span> })}
                </a>
            }
            .into_any()
        }
        (None, Some(health)) => {
            let tone = health_tone(health.status);
            view! {
                <a href=service_href(cell) title=health.sentence.replace('`', "")>
                    <span class=format!("line {}", tone.class())><StatusMark tone=tone/>{health.short.clone()}</span>
                </a>
            }
            .into_any()
        }
        (None, None) if cell.operation.is_some() => view! { <span class="faint">"on its way"</span> }.into_any(),
        (None, None) => {
            let what = format!(" {} to {}", cell.service, cell.environment);
            view! {
                <a class="absent" href=format!("{}/deploy", service_href(cell))>
                    <span class="faint">"not here"</span>
                    <span class="do">"Deploy"<span class="sr">{what}</span></span>
                </a>
            }
            .into_any()
        }
    }
}
