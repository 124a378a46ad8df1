//! The rail: links with their counts, who is signed in, the way out. On a phone it is a bar at the bottom, and what
//! has no room there is in a dialog behind "More".

use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

use super::{
    avatar::Avatar,
    button::IconButton,
    dialog::{Dialog, dialog_close},
    icon::{BrandMark, Glyph, Icon},
};

/// Id of the dialog behind "More".
const MENU_ID: &str = "menu";

/// One link of the rail.
#[derive(Clone, Debug)]
pub struct NavLink {
    /// What is drawn.
    pub icon: Icon,
    /// What a person reads.
    pub label: &'static str,
    /// Where it goes; everything below it counts as the same place, but for `/`.
    pub href: &'static str,
    /// How many things wait there; 0 shows nothing.
    pub count: Signal<usize>,
}

impl NavLink {
    /// A link without a count.
    pub fn new(icon: Icon, label: &'static str, href: &'static str) -> Self {
        Self { icon, label, href, count: Signal::stored(0) }
    }

    /// The same link with a count.
    #[must_use]
    pub fn with_count(self, count: impl Into<Signal<usize>>) -> Self {
        Self { count: count.into(), ..self }
    }
}

/// Whether a path is the link's place or below it.
fn is_current(href: &str, path: &str) -> bool {
    path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}

/// The links at the left, or at the bottom of a phone.
#[component]
pub(crate) fn Rail(nav: Vec<NavLink>, nav_more: Vec<NavLink>, user: MaybeProp<String>) -> impl IntoView {
    let more = (!nav_more.is_empty()).then(|| {
        view! {
            <hr/>
            <div class="rail-links rail-more"><RailLinks links=nav_more/></div>
        }
    });
    view! {
        <nav class="rail" aria-label="Main">
            <a class="brand" href="/"><BrandMark/>"Slipway"</a>
            <div class="rail-links"><RailLinks links=nav/></div>
            {more}
            <div class="rail-menu">
                <button type="button" command="show-modal" commandfor=MENU_ID>
                    <Glyph icon=Icon::Menu/>
                    "More"
                </button>
            </div>
            {move || user.get().map(|user| view! { <RailUser user=user/> })}
        </nav>
    }
}

/// What has no room in the phone's bar: the other links, and the way out.
#[component]
pub(crate) fn RailMenu(links: Vec<NavLink>, user: MaybeProp<String>) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    view! {
        <Dialog id=MENU_ID title="More" node=node>
            <div class="menu-links" on:click=move |_| dialog_close(node)>
                <RailLinks links=links/>
            </div>
            {move || user.get().map(|user| view! { <RailUser user=user/> })}
        </Dialog>
    }
}

/// Links with their counts, the current one marked.
#[component]
fn RailLinks(links: Vec<NavLink>) -> impl IntoView {
    let path = use_location().pathname;
    links
        .into_iter()
        .map(|NavLink { icon, label, href, count }| {
            view! {
                <a href=href aria-current=move || path.with(|path| is_current(href, path)).then_some("page")>
                    <Glyph icon=icon/>
                    {label}
                    {move || {
                        let count = count.get();
                        (count > 0).then(|| view! { <span class="rail-count">{count}</span> })
                    }}
                </a>
            }
        })
        .collect_view()
}

/// Who is signed in, and the way out. The form works without a script.
#[component]
fn RailUser(user: String) -> impl IntoView {
    view! {
        <div class="rail-user">
            <Avatar name=user.clone()/>
            <span title=user.clone()>{user.clone()}</span>
            <form method="post" action="/sign-out">
                <IconButton icon=Icon::SignOut label="Sign out"/>
            </form>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::is_current;

    #[test]
    fn a_link_is_current_on_its_page_and_below() {
        assert!(is_current("/changes", "/changes"));
        assert!(is_current("/changes", "/changes/482"));
        assert!(!is_current("/changes", "/changes-old"));
    }

    #[test]
    fn the_front_page_is_not_above_everything() {
        assert!(is_current("/", "/"));
        assert!(!is_current("/", "/changes"));
    }
}
