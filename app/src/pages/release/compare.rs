//! `/environments/:environment/releases/:release/compare?from=3&to=5`: what differs between two revisions.

use domain::plan::ReleaseComparison;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{crumbs, history_href, side_words};
use crate::api::release::release_compare;
use crate::components::{DiffLayoutChips, DiffView, Empty, Icon, LinkButton, Page, PageHead, Panel, diff_layout_provide};
use crate::pages::address_part;
use crate::pages::loaded::loaded;
use crate::pages::plan::ObjectChanges;

/// The comparison.
#[component]
pub fn ReleaseComparePage() -> impl IntoView {
    let (environment, release) = (address_part("environment"), address_part("release"));
    let query = use_query_map();
    let side = move |name: &'static str| {
        Memo::new(move |_| query.with(|query| query.get_str(name).and_then(|text| text.parse::<u32>().ok()).unwrap_or_default()))
    };
    let (from, to) = (side("from"), side("to"));
    move || {
        let (environment, release) = (environment.get(), release.get());
        let asked = (environment.clone(), release.clone());
        let comparison = Resource::new(
            move || (asked.clone(), from.get(), to.get()),
            |((environment, release), from, to)| release_compare(environment, release, from, to),
        );
        view! {
            <Page crumbs=crumbs(&environment, &release, "Compare")>
                {loaded(comparison, |comparison| view! { <Screen comparison=comparison/> })}
            </Page>
        }
    }
}

#[component]
fn Screen(comparison: ReleaseComparison) -> impl IntoView {
    let layout = diff_layout_provide();
    let ReleaseComparison { environment, release, from, to, values, objects, hooks } = comparison;
    let title = release.to_string();
    let words = format!("From {} to {}.", side_words(&from), side_words(&to));
    let back = history_href(environment.name.as_str(), release.as_str());
    let same = objects.is_empty() && hooks.is_empty() && values.is_empty();
    let section =
        |title: &'static str, changes: Vec<_>| (!changes.is_empty()).then(|| view! { <Panel title=title><ObjectChanges changes=changes/></Panel> });
    let values = (!values.is_empty()).then(|| view! { <Panel title="Values"><DiffView diff=values label="Values"/></Panel> });
    let nothing = same.then(|| {
        view! { <Panel><Empty title="The two revisions are the same" why="Chart, values, objects and hooks do not differ." icon=Icon::Tick/></Panel> }
    });
    view! {
        <PageHead title=move || view! { {title} " " <span class="faint">{format!("in {}", environment.name)}</span> } actions=move || view! { <DiffLayoutChips layout=layout/> <LinkButton href=back>"Open the history"</LinkButton> }>
            {words}
        </PageHead>
        {nothing}
        {values}
        {section("Objects", objects)}
        {section("Hooks", hooks)}
    }
}
