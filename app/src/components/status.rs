//! Status as shape, word and colour, in this order of importance. Which state has which tone is decided by the pages.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// What a status means to a person who looks at four hundred of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Healthy, done: ring with a tick.
    Ok,
    /// Moving, asked for: open arc that turns.
    Run,
    /// Degraded, failed: octagon.
    Bad,
    /// Needs a look: triangle.
    Warn,
    /// Asleep: moon.
    Rest,
    /// Unknown, not there, not yet: dashed ring.
    #[default]
    None,
}

impl Tone {
    /// The class of the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Run => "run",
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Rest => "rest",
            Self::None => "none",
        }
    }

    /// The shape.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Ok => Icon::Tick,
            Self::Run => Icon::Arc,
            Self::Bad => Icon::Octagon,
            Self::Warn => Icon::Triangle,
            Self::Rest => Icon::Moon,
            Self::None => Icon::Dashed,
        }
    }
}

/// The shape in its colour, without words. Give `label` where no words stand beside it.
#[component]
pub fn StatusMark(
    /// What it means.
    tone: Tone,
    /// The words for a screen reader and the tooltip, where none are beside the mark.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let class = format!("mark {}", tone.class());
    view! {
        <span class=class title=label>
            <Glyph icon=tone.icon()/>
            {label.clone().map(|label| view! { <span class="sr">{label}</span> })}
        </span>
    }
}

/// Mark and words: "2 of 3 ready".
#[component]
pub fn Status(
    /// What it means.
    tone: Tone,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=format!("status {}", tone.class())>
            <Glyph icon=tone.icon()/>
            {children()}
        </span>
    }
}

/// A word in a box; coloured only if it says a status.
#[component]
pub fn Tag(
    /// The status, if it says one.
    #[prop(optional)]
    tone: Tone,
    /// The word.
    children: Children,
) -> impl IntoView {
    view! { <span class=format!("tag {}", tone.class())>{children()}</span> }
}

/// The most bars that are drawn; the words say the exact number.
const BEHIND_BARS_MAX: usize = 5;

/// How far a version lags: a few small bars, nothing if it doesn't.
#[component]
pub fn Behind(
    /// How many published versions are newer.
    versions: usize,
) -> impl IntoView {
    (versions > 0).then(|| {
        let noun = if versions == 1 { "version" } else { "versions" };
        let words = format!("{versions} {noun} behind the newest");
        let bars = (0..versions.min(BEHIND_BARS_MAX)).map(|_| view! { <i></i> }).collect_view();
        view! { <span class="behind" title=words>{bars}<span class="sr">{words.clone()}</span></span> }
    })
}
