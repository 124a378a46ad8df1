//! The frame around every page but the sign-in: the kit's `Shell` with the portal's links and its live mark.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use crate::components::{Icon, NavLink, Shell};
use crate::live::Live;
use crate::session::session_actor;

/// The frame with a page in it.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let live = Live::provide();
    let nav = vec![
        NavLink::new(Icon::Fleet, "Fleet", "/"),
        NavLink::new(Icon::Environments, "Environments", "/environments"),
        NavLink::new(Icon::Catalog, "Services", "/services"),
        NavLink::new(Icon::Operations, "Operations", "/operations"),
    ];
    let nav_more = vec![NavLink::new(Icon::Clusters, "Clusters", "/clusters"), NavLink::new(Icon::Teams, "Teams", "/teams")];
    let user = session_actor().map(|actor| actor.user.to_string());
    view! {
        <Shell nav=nav nav_more=nav_more live=live.state() user=user>
            {children()}
        </Shell>
    }
}

/// The frame around the routes inside.
#[component]
pub fn Framed() -> impl IntoView {
    view! {
        <Frame>
            <Outlet/>
        </Frame>
    }
}
