//! The frame around every page but the sign-in: rail (a bar at the bottom on a phone), jump box, keys, toasts.

use leptos::{html, prelude::*};

use super::{
    jump::{JumpDialog, JumpTarget},
    keys::{KeysDialog, keys_listen},
    rail::{NavLink, Rail, RailMenu},
    toast::{Toasts, provide_toaster},
};

/// Whether what is shown follows the cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LiveState {
    /// Events arrive.
    Live,
    /// Not yet, or not again yet.
    #[default]
    Connecting,
    /// They don't.
    Off,
}

impl LiveState {
    /// The words beside the mark.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Live => "Live",
            Self::Connecting => "Connecting",
            Self::Off => "Not live",
        }
    }

    /// The value of `data-state`.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Connecting => "connecting",
            Self::Off => "off",
        }
    }
}

/// What pages take from the shell around them.
#[derive(Clone, Copy, Debug)]
pub struct ShellContext {
    /// Whether what is shown follows the cluster.
    pub live: Signal<LiveState>,
    /// The dialog of the jump box.
    pub jump: NodeRef<html::Dialog>,
}

/// The frame. Stands inside `<Router>`; `Page`s go inside.
#[component]
pub fn Shell(
    /// The first links of the rail; on a phone they are the bar beside "More", so at most four.
    nav: Vec<NavLink>,
    /// The links below the hairline; behind "More" on a phone.
    #[prop(optional)]
    nav_more: Vec<NavLink>,
    /// Every place one can jump to, besides the links of the rail.
    #[prop(optional, into)]
    targets: Signal<Vec<JumpTarget>>,
    /// Whether what is shown follows the cluster.
    #[prop(optional, into)]
    live: Signal<LiveState>,
    /// Who is signed in, if anybody is.
    #[prop(optional, into)]
    user: MaybeProp<String>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let toaster = provide_toaster();
    let jump = NodeRef::<html::Dialog>::new();
    provide_context(ShellContext { live, jump });
    let keys = NodeRef::<html::Dialog>::new();
    keys_listen(jump, keys);
    let places: Vec<JumpTarget> = nav.iter().chain(&nav_more).map(|link| JumpTarget::new(link.label, link.href, "page")).collect();
    let targets = Signal::derive(move || {
        let mut all = places.clone();
        all.extend(targets.get());
        all
    });
    view! {
        <div class="shell">
            <a class="skip" href="#main" rel="external">"Skip to the page"</a>
            <Rail nav=nav nav_more=nav_more.clone() user=user/>
            <div class="page">{children()}</div>
            <RailMenu links=nav_more user=user/>
            <JumpDialog targets=targets node=jump/>
            <KeysDialog node=keys/>
            <Toasts toaster=toaster/>
        </div>
    }
}
