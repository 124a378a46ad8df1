//! What runs in an environment, as tables: services, and releases that were not made here.

use domain::TeamName;
use domain::fleet::FleetCell;
use domain::health::Health;
use domain::release::Release;
use leptos::prelude::*;

use crate::components::{Behind, Empty, Icon, LinkButton, Panel, RelativeTime, Status, Table, Tag, Tone};
use crate::pages::words::{health_tone, health_word, ms, sentence};

/// The services, each with how it is here.
#[component]
pub(super) fn ServicesPanel(cells: Vec<(FleetCell, TeamName)>, environment: String) -> impl IntoView {
    if cells.is_empty() {
        let action = || view! { <LinkButton href="/services/new">"Add a service"</LinkButton> };
        return view! { <Panel title="Services"><Empty title="No services yet" why="Add one, then deploy a version of it here." action=action icon=Icon::Catalog/></Panel> }
            .into_any();
    }
    let head = || {
        view! {
            <th scope="col">"Service"</th>
            <th scope="col">"Version"</th>
            <th scope="col">"Health"</th>
            <th scope="col"><span class="sr">"Actions"</span></th>
        }
    };
    let label = format!("Services in {environment}");
    view! { <Panel title="Services"><Table label=label head=head>{cells.into_iter().map(service_row).collect_view()}</Table></Panel> }.into_any()
}

fn service_row((cell, team): (FleetCell, TeamName)) -> AnyView {
    let href = format!("/environments/{}/services/{}", cell.environment, cell.service);
    let deploy = format!("{href}/deploy");
    let what = format!(" {}", cell.service);
    let version = cell.release.as_ref().map(|release| release.chart_version.clone().unwrap_or_else(|| format!("revision {}", release.revision)));
    let operation = cell.operation.map(|id| {
        let words = cell.operation_version.as_ref().map_or_else(|| format!("operation {id}"), |version| format!("→ {version}"));
        view! { <a href=format!("/operations/{id}")><Tag tone=Tone::Run>{words}</Tag></a> }
    });
    view! {
        <tr>
            <th scope="row"><a href=href>{cell.service.to_string()}</a><small>{team.to_string()}</small></th>
            <td>
                <span class="line">
                    {version.map_or_else(|| view! { <span class="faint">"not here"</span> }.into_any(), |version| view! { <code>{version}</code> }.into_any())}
                    <Behind versions=cell.behind/>
                    {operation}
                </span>
            </td>
            <td>{health_words(cell.health.as_ref())}</td>
            <td class="right"><LinkButton href=deploy>"Deploy"<span class="sr">{what}</span></LinkButton></td>
        </tr>
    }
    .into_any()
}

/// The state, and the sentence if there is something to say.
fn health_words(health: Option<&Health>) -> Option<AnyView> {
    let health = health?.clone();
    let why = (!health.sentence.is_empty()).then(|| view! { <small>{sentence(&health.sentence)}</small> });
    Some(view! { <Status tone=health_tone(health.status)>{health_word(health.status)}</Status> {why} }.into_any())
}

/// Releases in the namespace that belong to no service here; nothing if there are none.
#[component]
pub(super) fn OthersPanel(environment: String, others: Vec<(Release, Health)>, now_ms: i64) -> impl IntoView {
    (!others.is_empty()).then(|| {
        let head = || {
            view! {
                <th scope="col">"Release"</th>
                <th scope="col">"Chart"</th>
                <th scope="col">"Health"</th>
                <th scope="col">"Changed"</th>
                <th scope="col"><span class="sr">"Actions"</span></th>
            }
        };
        let rows = others
            .into_iter()
            .map(|(release, health)| {
                let name = release.key.name.to_string();
                let history = format!("/environments/{environment}/releases/{name}/history");
                let adopt = format!("/services/new?environment={environment}&release={name}");
                let what = format!(" {name}");
                let chart = [release.chart, release.chart_version].into_iter().flatten().collect::<Vec<_>>().join(" ");
                view! {
                    <tr>
                        <th scope="row"><a href=history>{name}</a></th>
                        <td><code>{chart}</code></td>
                        <td>{health_words(Some(&health))}</td>
                        <td>{release.updated_at.map(|at| view! { <RelativeTime at_ms=ms(at) now_ms=now_ms/> })}</td>
                        <td class="right"><LinkButton href=adopt>"Adopt"<span class="sr">{what}</span></LinkButton></td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <Panel title="Other releases" end=|| view! { <small class="faint">"not made from here"</small> }>
                <Table label="Other releases" head=head>{rows}</Table>
            </Panel>
        }
    })
}
