//! The versions to choose from.

use domain::catalog::ChartVersion;
use leptos::prelude::*;

use crate::components::{Choice, Choices, Empty, Icon, Panel, RelativeTime, Tag, Tone};
use crate::pages::words::{ms, sentence};

/// The newest first, each with what changed in it.
#[component]
pub(super) fn VersionChoices(
    /// The versions, newest first.
    versions: Vec<ChartVersion>,
    /// Why they can't be told, if so.
    unknown_because: Option<String>,
    /// The version that runs there now.
    running: Option<String>,
    /// The one that is chosen.
    chosen: RwSignal<String>,
    /// The server's clock, in milliseconds since 1970.
    now_ms: i64,
) -> impl IntoView {
    if versions.is_empty() {
        let why = unknown_because.unwrap_or_else(|| "Its repository lists none. Publish a version of the chart first.".to_owned());
        return view! { <Panel title="Version"><Empty title="No versions of the chart" why=why icon=Icon::Catalog/></Panel> }.into_any();
    }
    let rows = versions.into_iter().map(|version| row(version, running.as_deref(), chosen, now_ms)).collect_view();
    let stale = unknown_because.map(|why| view! { <p class="body warn small">{format!("This list may be old. {why}")}</p> });
    view! {
        <Panel title="Version">
            {stale}
            <Choices label="Version">{rows}</Choices>
        </Panel>
    }
    .into_any()
}

fn row(version: ChartVersion, running: Option<&str>, chosen: RwSignal<String>, now_ms: i64) -> AnyView {
    let runs = (running == Some(version.version.as_str())).then(|| view! { <Tag tone=Tone::Ok>"runs now"</Tag> });
    let early = version.prerelease.then(|| view! { <Tag>"pre-release"</Tag> });
    let old = version.deprecated.then(|| view! { <Tag tone=Tone::Warn>"deprecated"</Tag> });
    let changes = version.changes.join("; ");
    let at = version.created_at.map(|at| view! { <RelativeTime at_ms=ms(at) now_ms=now_ms/> });
    view! {
        <Choice name="version" value=version.version live=chosen>
            <span class="line mute">{runs} {early} {old} <span>{sentence(&changes)}</span></span>
            <small class="faint">{at}</small>
        </Choice>
    }
    .into_any()
}
