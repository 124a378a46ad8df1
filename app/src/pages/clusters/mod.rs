//! `/clusters`: the Kubernetes APIs that Slipway watches, and how they are.

use std::time::Duration;

use domain::cluster::{ClusterState, ClusterSummary};
use leptos::prelude::*;

use crate::api::Listed;
use crate::api::cluster::cluster_list;
use crate::components::{Crumb, Empty, Icon, Page, PageHead, Panel, RelativeTime, Status, Table};
use crate::live::{soon, use_live};
use crate::pages::loaded::loaded;
use crate::pages::words::{cluster_tone, ms, sentence};

/// How long after an event the list is read again.
const RELOAD_AFTER: Duration = Duration::from_secs(1);

/// The list.
#[component]
pub fn ClusterListPage() -> impl IntoView {
    let list = Resource::new(|| (), |()| cluster_list());
    if let Some(live) = use_live() {
        let again = soon(RELOAD_AFTER, move || list.refetch());
        live.listen(move |_| again());
    }
    view! {
        <Page crumbs=vec![Crumb::here("Clusters")]>
            <PageHead title=|| "Clusters">"The contexts of the kubeconfig that Slipway was started with."</PageHead>
            {loaded(list, show)}
        </Page>
    }
}

fn show(list: Listed<ClusterSummary>) -> AnyView {
    if list.items.is_empty() {
        return view! { <Panel><Empty title="No clusters" why="Slipway was given no cluster. Start it with a kubeconfig that has one." icon=Icon::Clusters/></Panel> }.into_any();
    }
    let now_ms = ms(list.now);
    let head = || {
        view! {
            <th scope="col">"Cluster"</th>
            <th scope="col">"State"</th>
            <th scope="col" class="num-cell">"Nodes ready"</th>
            <th scope="col" class="num-cell">"Releases"</th>
            <th scope="col" class="num-cell">"Pods"</th>
        }
    };
    let rows = list.items.into_iter().map(|cluster| row(cluster, now_ms)).collect_view();
    view! { <Panel><Table label="Clusters" head=head>{rows}</Table></Panel> }.into_any()
}

fn row(cluster: ClusterSummary, now_ms: i64) -> AnyView {
    let nodes = if cluster.nodes == 0 { "not known".to_owned() } else { format!("{} of {}", cluster.nodes_ready, cluster.nodes) };
    let tone = cluster_tone(&cluster.state);
    let state = match cluster.state {
        ClusterState::Connecting => view! { <Status tone=tone>"Connecting"</Status><small>"Its objects are being read."</small> }.into_any(),
        ClusterState::Live { version } => view! { <Status tone=tone>"Live"</Status><small>{format!("Kubernetes {version}")}</small> }.into_any(),
        ClusterState::Away { since, reason } => away("Away", tone, ms(since), &reason, now_ms),
        ClusterState::Refused { since, reason } => away("Refuses", tone, ms(since), &reason, now_ms),
    };
    view! {
        <tr>
            <th scope="row">{cluster.name.to_string()}<small>{cluster.server}</small></th>
            <td>{state}</td>
            <td class="num-cell">{nodes}</td>
            <td class="num-cell">{cluster.releases}</td>
            <td class="num-cell">{cluster.pods}</td>
        </tr>
    }
    .into_any()
}

fn away(word: &'static str, tone: crate::components::Tone, since_ms: i64, reason: &str, now_ms: i64) -> AnyView {
    view! {
        <Status tone=tone>{word}</Status>
        <small>{sentence(reason)} " Since " <RelativeTime at_ms=since_ms now_ms=now_ms/> "."</small>
    }
    .into_any()
}
