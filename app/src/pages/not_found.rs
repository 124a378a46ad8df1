//! The page for addresses that name nothing.

use leptos::prelude::*;

use crate::components::{Crumb, Empty, Icon, LinkButton, Page};

/// Tells the browser with the status, too; only on the server.
pub(crate) fn not_found_status() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
}

/// Nothing is at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    not_found_status();
    let action = || view! { <LinkButton href="/">"Go to the fleet"</LinkButton> };
    view! {
        <Page crumbs=vec![Crumb::link("Fleet", "/"), Crumb::here("Not found")]>
            <h1 class="sr">"Not found"</h1>
            <Empty
                title="There is no page at this address"
                why="It may have been removed, or the address is not written right."
                action=action
                icon=Icon::Search
            />
        </Page>
    }
}
