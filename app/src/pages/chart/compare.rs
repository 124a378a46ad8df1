//! `/services/:service/compare?from=3.0.4&to=3.1.0`: what differs between two versions of the chart.

use domain::chart::{ChartComparison, FileChange};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{CompareForm, crumbs, words};
use crate::api::chart::chart_compare;
use crate::components::{DiffLayoutChips, Empty, Icon, Page, PageHead, Panel, diff_layout_provide};
use crate::pages::address_part;
use crate::pages::loaded::loaded;
use crate::pages::plan::change_view;

/// The page.
#[component]
pub fn ChartComparePage() -> impl IntoView {
    let service = address_part("service");
    let query = use_query_map();
    let side = move |name: &'static str| Memo::new(move |_| query.with(|query| query.get_str(name).unwrap_or_default().to_owned()));
    let (from, to) = (side("from"), side("to"));
    move || {
        let service = service.get();
        let asked = service.clone();
        let comparison = Resource::new(move || (asked.clone(), from.get(), to.get()), |(service, from, to)| chart_compare(service, from, to));
        view! {
            <Page crumbs=crumbs(&service, "Compare")>
                {loaded(comparison, |comparison| view! { <Screen comparison=comparison/> })}
            </Page>
        }
    }
}

#[component]
fn Screen(comparison: ChartComparison) -> impl IntoView {
    let layout = diff_layout_provide();
    let ChartComparison { service, from, to, files, versions } = comparison;
    let title = format!("{} {} to {}", service.chart.name, from.version, to.version);
    let line = format!("From {} to {}.", words(&from), words(&to));
    let body = if files.is_empty() {
        view! { <Empty title="The two versions are the same" why="No file of the chart differs." icon=Icon::Tick/> }.into_any()
    } else {
        let open = files.len() <= 12;
        files.into_iter().map(|FileChange { path, fate, diff }| change_view(String::new(), path, fate, diff, open)).collect_view().into_any()
    };
    view! {
        <PageHead title=move || title>{line}</PageHead>
        <Panel title="Files that differ" end=move || view! { <DiffLayoutChips layout=layout/> }>{body}</Panel>
        <CompareForm service=service.name.to_string() versions=versions from=from.version to=to.version/>
    }
}
