//! `/operations`: all operations, the newest first.

use std::time::Duration;

use domain::operation::Operation;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::Listed;
use crate::api::operation::operation_list;
use crate::components::{Buttons, Crumb, Empty, LinkButton, Page, PageHead, Panel};
use crate::live::{soon, use_live};
use crate::pages::loaded::loaded;
use crate::pages::operations::OperationRows;
use crate::pages::words::ms;

/// As many as the use case lists at once; a list that is shorter is the last page.
const PAGE_ROWS: usize = 100;
/// How long after an event the list is read again.
const RELOAD_AFTER: Duration = Duration::from_millis(500);

/// The list.
#[component]
pub fn OperationListPage() -> impl IntoView {
    let query = use_query_map();
    let before = Memo::new(move |_| query.with(|query| query.get_str("before").and_then(|id| id.parse::<i64>().ok())));
    let list = Resource::new(move || before.get(), operation_list);
    if let Some(live) = use_live() {
        let again = soon(RELOAD_AFTER, move || list.refetch());
        live.listen(move |_| again());
    }
    view! {
        <Page crumbs=vec![Crumb::here("Operations")]>
            <PageHead title=|| "Operations">"What was done to releases from here, by whom, and how it ended."</PageHead>
            {loaded(list, show)}
        </Page>
    }
}

fn show(list: Listed<Operation>) -> AnyView {
    if list.items.is_empty() {
        let action = || view! { <LinkButton href="/">"Go to the fleet"</LinkButton> };
        return view! { <Panel><Empty title="No operations here" why="Deploy a service to an environment: choose its cell on the fleet board." action=action/></Panel> }
            .into_any();
    }
    let older = (list.items.len() >= PAGE_ROWS).then(|| list.items.last().map(|last| format!("/operations?before={}", last.id))).flatten();
    view! {
        <Panel>
            <OperationRows operations=list.items now_ms=ms(list.now)/>
        </Panel>
        {older.map(|href| view! { <Buttons><LinkButton href=href>"Older operations"</LinkButton></Buttons> })}
    }
    .into_any()
}
