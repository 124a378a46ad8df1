//! The frame around every page but the sign-in: the kit's `Shell` with the portal's links and its live mark.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use crate::api::environment::environment_list;
use crate::api::service::service_list;
use crate::components::{Icon, JumpTarget, NavLink, Shell};
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
    let targets = jump_targets();
    let user = session_actor().map(|actor| actor.user.to_string());
    view! {
        <Shell nav=nav nav_more=nav_more targets=targets live=live.state() user=user>
            {children()}
        </Shell>
    }
}

/// Every environment and service, asked for once the page works in the browser; none until then.
fn jump_targets() -> RwSignal<Vec<JumpTarget>> {
    let targets = RwSignal::new(Vec::new());
    Effect::new(move |_| {
        leptos::task::spawn_local(async move {
            let environments = environment_list().await.unwrap_or_default().into_iter();
            let services = service_list().await.unwrap_or_default().into_iter();
            let mut found: Vec<JumpTarget> =
                environments.map(|e| JumpTarget::new(e.name.to_string(), format!("/environments/{}", e.name), "environment")).collect();
            found.extend(services.map(|s| JumpTarget::new(s.name.to_string(), format!("/?text={}", s.name), "service")));
            targets.set(found);
        });
    });
    targets
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
