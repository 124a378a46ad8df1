//! The one set of icons: inline SVG, 16 px, 1.5 px stroke. No icon says anything that words beside it don't say too.

use leptos::prelude::*;

/// Every icon the portal draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Icon {
    /// The fleet board.
    Fleet,
    /// Changes.
    Changes,
    /// Environments.
    Environments,
    /// Previews of pull requests.
    Previews,
    /// Services and the catalog of charts.
    Catalog,
    /// Clusters.
    Clusters,
    /// Stacks of Terraform.
    Stacks,
    /// Operations.
    Operations,
    /// The audit log.
    Audit,
    /// Teams and people.
    Teams,
    /// Settings.
    Settings,
    /// Search, the jump box.
    Search,
    /// Ring with a tick: healthy, done.
    Tick,
    /// Open arc: moving.
    Arc,
    /// Octagon: degraded, failed.
    Octagon,
    /// Triangle: needs a look.
    Triangle,
    /// Moon: asleep.
    Moon,
    /// Dashed ring: unknown, not there, not yet.
    Dashed,
    /// Leads to the light theme.
    Sun,
    /// Leads to the dark theme.
    MoonTheme,
    /// Add.
    Plus,
    /// Delete.
    Trash,
    /// Close.
    Close,
    /// Sign out.
    SignOut,
    /// A page outside the portal.
    External,
    /// Reload, restart.
    Refresh,
    /// Roll back.
    Back,
    /// Not allowed.
    Lock,
    /// Nothing here yet.
    Inbox,
    /// A clock: history, schedule.
    Clock,
    /// The rest of the rail, on a phone.
    Menu,
}

impl Icon {
    /// The outline, in a box of 16 by 16.
    const fn outline(self) -> &'static str {
        match self {
            Self::Fleet => {
                "M3 2.5h3a1 1 0 0 1 1 1V6a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V3.5a1 1 0 0 1 1-1ZM10 2.5h3a1 1 0 0 1 1 1V6a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1V3.5a1 1 0 0 1 1-1ZM3 9h3a1 1 0 0 1 1 1v2.5a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1ZM10 9h3a1 1 0 0 1 1 1v2.5a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1Z"
            }
            Self::Changes => {
                "M2.2 4a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0M2.2 12a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0M10.2 12a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0M4 5.8v4.4M12 10.2V7a2.5 2.5 0 0 0-2.5-2.5H7.5M9 2.8 7.3 4.5 9 6.2"
            }
            Self::Environments => "M8 1.8 14 5 8 8.2 2 5 8 1.8ZM2 8l6 3.2L14 8M2 11l6 3.2 6-3.2",
            Self::Previews => "M1.6 8S4 3.5 8 3.5 14.4 8 14.4 8 12 12.5 8 12.5 1.6 8 1.6 8ZM6.1 8a1.9 1.9 0 1 0 3.8 0 1.9 1.9 0 1 0-3.8 0",
            Self::Catalog => "M8 1.7 13.6 4.8v6.4L8 14.3 2.4 11.2V4.8L8 1.7ZM2.6 4.9 8 8l5.4-3.1M8 8v6.2",
            Self::Clusters => {
                "M6 8a2 2 0 1 0 4 0 2 2 0 1 0-4 0M8 1.8v2.6M8 11.6v2.6M1.8 8h2.6M11.6 8h2.6M3.6 3.6l1.9 1.9M10.5 10.5l1.9 1.9M12.4 3.6l-1.9 1.9M5.5 10.5l-1.9 1.9"
            }
            Self::Stacks => {
                "M3 2.5h10a1 1 0 0 1 1 1v2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-2a1 1 0 0 1 1-1ZM3 9.5h10a1 1 0 0 1 1 1v2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-2a1 1 0 0 1 1-1ZM4.8 4.5h.01M4.8 11.5h.01M8 6.5v3"
            }
            Self::Operations => "M2.5 3.5h2M7 3.5h6.5M2.5 8h2M7 8h6.5M2.5 12.5h2M7 12.5h4",
            Self::Audit => "M3.5 1.8h6.2l2.8 2.8v9.6h-9ZM5.8 7h4.4M5.8 9.4h4.4M5.8 11.8h2.6",
            Self::Teams => {
                "M3.7 5.2a2.3 2.3 0 1 0 4.6 0 2.3 2.3 0 1 0-4.6 0M1.8 13.4c0-2.4 1.9-4 4.2-4s4.2 1.6 4.2 4M10.4 3.1a2.3 2.3 0 0 1 0 4.3M11.8 9.8c1.5.5 2.4 1.8 2.4 3.6"
            }
            Self::Settings => {
                "M2 4.5h6.6M12.2 4.5H14M8.6 4.5a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0M2 11.5h1.8M7.4 11.5H14M3.8 11.5a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0"
            }
            Self::Search => "M2.7 7a4.3 4.3 0 1 0 8.6 0 4.3 4.3 0 1 0-8.6 0M10.3 10.3l3.4 3.4",
            Self::Tick => "M1.8 8a6.2 6.2 0 1 0 12.4 0 6.2 6.2 0 1 0-12.4 0M5.3 8.2l1.9 1.9 3.6-4",
            Self::Arc => "M8 1.8a6.2 6.2 0 1 1-6.2 6.2",
            Self::Octagon => "M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4ZM8 5v3.6M8 11h.01",
            Self::Triangle => "M8 2.2 14.4 13.4H1.6ZM8 6.4v3M8 11.4h.01",
            Self::Moon | Self::MoonTheme => "M13.6 9.7A6 6 0 1 1 6.3 2.4a4.8 4.8 0 0 0 7.3 7.3Z",
            Self::Dashed => "M1.8 8a6.2 6.2 0 1 0 12.4 0 6.2 6.2 0 1 0-12.4 0",
            Self::Sun => {
                "M5.2 8a2.8 2.8 0 1 0 5.6 0 2.8 2.8 0 1 0-5.6 0M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.85.85M11.75 11.75l.85.85M12.6 3.4l-.85.85M4.25 11.75l-.85.85"
            }
            Self::Plus => "M8 3v10M3 8h10",
            Self::Trash => "M2.5 4.2h11M6 4.2V2.5h4v1.7M4 4.2l.7 9.3h6.6l.7-9.3M6.7 7v3.8M9.3 7v3.8",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::SignOut => "M6.2 2.5H3.5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h2.7M10 11l3-3-3-3M13 8H6.2",
            Self::External => "M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9.5v3a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h3",
            Self::Refresh => "M13.5 8a5.5 5.5 0 1 1-1.7-4l1.7 1.6M13.5 2.5v3.1h-3.1",
            Self::Back => "M5.8 3 2.6 6.2l3.2 3.2M2.6 6.2h6.9a3.6 3.6 0 0 1 0 7.2H6.4",
            Self::Lock => "M4 7.2h8a1 1 0 0 1 1 1v4.8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8.2a1 1 0 0 1 1-1ZM5.2 7.2V5a2.8 2.8 0 0 1 5.6 0v2.2",
            Self::Inbox => "M2 9.5 4 3h8l2 6.5V13H2ZM2 9.5h3.4l1 1.8h3.2l1-1.8H14",
            Self::Menu => "M2.5 4h11M2.5 8h11M2.5 12h11",
            Self::Clock => "M1.8 8a6.2 6.2 0 1 0 12.4 0 6.2 6.2 0 1 0-12.4 0M8 4.6V8l2.4 1.6",
        }
    }

    /// The class that the style sheet knows the icon by.
    const fn class(self) -> &'static str {
        match self {
            Self::Arc => "icon spin",
            Self::Dashed => "icon icon-dashed",
            Self::Sun => "icon icon-sun",
            Self::MoonTheme => "icon icon-theme-moon",
            _ => "icon",
        }
    }
}

/// Draws an icon in the colour of the text around it; hidden from screen readers, because words stand beside it.
#[component]
pub fn Glyph(
    /// Which icon.
    icon: Icon,
) -> impl IntoView {
    view! {
        <svg class=icon.class() viewBox="0 0 16 16" aria-hidden="true">
            <path d=icon.outline()></path>
        </svg>
    }
}

/// The portal's mark: a hull on its slipway.
#[component]
pub fn BrandMark() -> impl IntoView {
    view! {
        <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M2 17.5 18 11" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"></path>
            <path d="M3.6 11.9 14.9 3.2l1.9 5.6c-4.7.2-9 1.2-13.2 3.1Z" fill="currentColor"></path>
        </svg>
    }
}
