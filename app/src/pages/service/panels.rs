//! The panels of a service's page: its objects, its versions, what was done to it, its values.

use domain::catalog::ChartVersion;
use domain::fleet::ServicePage;
use leptos::prelude::*;

use crate::components::{Empty, Icon, LinkButton, ObjectRow, Panel, RelativeTime, Row, Rows, Status, Tag, Tone};
use crate::pages::operations::OperationRows;
use crate::pages::words::{counted, ms, sentence};

use super::objects::object_tree;

/// How many versions the panel lists; the deploy page has them all.
const VERSIONS_SHOWN: usize = 8;

/// What runs because of the release.
#[component]
pub(super) fn ObjectsPanel(page: ServicePage) -> impl IntoView {
    let lines = object_tree(&page.workloads, &page.pods, page.now);
    if lines.is_empty() {
        let why =
            if page.cell.release.is_some() { "The release has no workloads." } else { "Nothing runs here yet. Deploy a version to change that." };
        return view! { <Panel title="Objects"><Empty title="No objects" why=why icon=Icon::Inbox/></Panel> }.into_any();
    }
    let pods = counted(page.pods.len(), "pod", "pods");
    let rows = lines
        .into_iter()
        .map(|line| view! { <ObjectRow depth=line.depth kind=line.kind name=line.name><Status tone=line.tone>{line.words}</Status></ObjectRow> })
        .collect_view();
    view! { <Panel title="Objects" end=move || view! { <small class="faint">{pods}</small> }>{rows}</Panel> }.into_any()
}

/// The newest versions, each with a way to deploy it.
#[component]
pub(super) fn VersionsPanel(page: ServicePage) -> impl IntoView {
    let running = page.cell.release.as_ref().and_then(|release| release.chart_version.clone());
    let now_ms = ms(page.now);
    let deploy = format!("/environments/{}/services/{}/deploy", page.cell.environment, page.cell.service);
    let service = page.cell.service.to_string();
    let all = page.versions.len();
    let stale = page.versions_unknown_because.map(|why| view! { <p class="body warn small">{why}</p> });
    let body = if page.versions.is_empty() {
        view! { <Empty title="No versions are known" why="Publish a version of the chart, or look at the repository's address." icon=Icon::Catalog/> }
            .into_any()
    } else {
        let rows = page
            .versions
            .into_iter()
            .take(VERSIONS_SHOWN)
            .map(|version| version_row(version, running.as_deref(), &service, &deploy, now_ms))
            .collect_view();
        view! { <Rows>{rows}</Rows> }.into_any()
    };
    let all_href = deploy.clone();
    let end = move || (all > VERSIONS_SHOWN).then(|| view! { <LinkButton href=all_href>{format!("All {all}")}</LinkButton> });
    view! { <Panel title="Versions" end=end>{stale}{body}</Panel> }
}

fn version_row(version: ChartVersion, running: Option<&str>, service: &str, deploy: &str, now_ms: i64) -> AnyView {
    let chart = format!("/services/{service}/versions/{}", version.version);
    let runs = running == Some(version.version.as_str());
    let href = format!("{deploy}?version={}", version.version);
    let changes = version.changes.join("; ");
    let early = version.prerelease.then(|| view! { " "<Tag>"pre-release"</Tag> });
    let at = version.created_at.map(|at| view! { " "<span class="faint small"><RelativeTime at_ms=ms(at) now_ms=now_ms/></span> });
    let what = format!(" {}", version.version);
    let end = move || {
        if runs {
            view! { <Tag tone=Tone::Ok>"runs now"</Tag> }.into_any()
        } else {
            view! { <LinkButton href=href>"Deploy"<span class="sr">{what}</span></LinkButton> }.into_any()
        }
    };
    view! {
        <Row end=end>
            <a href=chart><code>{version.version}</code></a> {early} {at}
            {(!changes.is_empty()).then(|| view! { <small>{sentence(&changes)}</small> })}
        </Row>
    }
    .into_any()
}

/// What was done to the service here.
#[component]
pub(super) fn HistoryPanel(page: ServicePage) -> impl IntoView {
    let href = format!("/environments/{}/releases/{}/history", page.cell.environment, page.cell.service);
    let end = move || view! { <LinkButton href=href>"Every revision"</LinkButton> };
    let body = if page.operations.is_empty() {
        view! { <Empty title="No operations yet" why="What is deployed here from the portal is listed here." icon=Icon::Clock/> }.into_any()
    } else {
        view! { <OperationRows operations=page.operations now_ms=ms(page.now)/> }.into_any()
    };
    view! { <Panel title="History" end=end>{body}</Panel> }
}

/// The environment's own values as they are in force; nothing if there are none.
#[component]
pub(super) fn ValuesPanel(values: String, environment: String) -> impl IntoView {
    (!values.trim().is_empty()).then(|| {
        view! {
            <Panel title=format!("Values of {environment}") end=|| view! { <small class="faint">"as they are in force"</small> }>
                <pre class="yaml-block" tabindex="0">{values}</pre>
            </Panel>
        }
    })
}
