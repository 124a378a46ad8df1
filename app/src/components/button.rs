//! Buttons and links that look like buttons. A button does something, a link goes somewhere.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// One of several.
    #[default]
    Plain,
    /// The one thing to do here; at most one on a page.
    Main,
    /// Beside the point.
    Quiet,
    /// Destroys something.
    Bad,
}

impl ButtonKind {
    /// The class of the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "btn",
            Self::Main => "btn main",
            Self::Quiet => "btn quiet",
            Self::Bad => "btn bad",
        }
    }
}

/// What pressing does by itself, as in HTML.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonType {
    /// Sends the form it stands in (or names by `form`).
    #[default]
    Submit,
    /// Nothing but its `on:click`.
    Button,
}

/// A `<button>`. `on:click` may be put on it like on an element.
#[component]
pub fn Button(
    /// How much it asks to be pressed.
    #[prop(optional)]
    kind: ButtonKind,
    /// Sends its form, unless told otherwise.
    #[prop(optional)]
    button_type: ButtonType,
    /// Drawn before the words.
    #[prop(optional)]
    icon: Option<Icon>,
    /// Name of the form field that says which button was pressed.
    #[prop(optional, into)]
    name: Option<String>,
    /// Value of that field.
    #[prop(optional, into)]
    value: Option<String>,
    /// Id of the form, if the button stands outside of it.
    #[prop(optional, into)]
    form: Option<String>,
    /// Can't be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What it started is under way: a turning arc, and no second press.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// The words: a plain verb and the object's name.
    children: Children,
) -> impl IntoView {
    let button_type = match button_type {
        ButtonType::Submit => "submit",
        ButtonType::Button => "button",
    };
    view! {
        <button
            type=button_type
            class=kind.class()
            name=name
            value=value
            form=form
            disabled=move || disabled.get() || busy.get()
            aria-busy=move || busy.get().then_some("true")
        >
            {move || {
                if busy.get() {
                    Some(view! { <Glyph icon=Icon::Arc/> })
                } else {
                    icon.map(|icon| view! { <Glyph icon=icon/> })
                }
            }}
            {children()}
        </button>
    }
}

/// An `<a>` that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it goes.
    #[prop(into)]
    href: String,
    /// How much it asks to be followed.
    #[prop(optional)]
    kind: ButtonKind,
    /// Drawn before the words.
    #[prop(optional)]
    icon: Option<Icon>,
    /// `external` for a page outside the portal: the router leaves it alone.
    #[prop(optional, into)]
    rel: Option<String>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=kind.class() href=href rel=rel>
            {icon.map(|icon| view! { <Glyph icon=icon/> })}
            {children()}
        </a>
    }
}

/// A square `<button>` with an icon only; its words are for screen readers and the tooltip.
#[component]
pub fn IconButton(
    /// What is drawn.
    icon: Icon,
    /// What it does, in words.
    #[prop(into)]
    label: String,
    /// Sends its form, unless told otherwise.
    #[prop(optional)]
    button_type: ButtonType,
) -> impl IntoView {
    let button_type = match button_type {
        ButtonType::Submit => "submit",
        ButtonType::Button => "button",
    };
    view! {
        <button type=button_type class="btn quiet square" title=label.clone() aria-label=label>
            <Glyph icon=icon/>
        </button>
    }
}

/// Buttons side by side.
#[component]
pub fn Buttons(
    /// The buttons, the main one last.
    children: Children,
) -> impl IntoView {
    view! { <div class="btns">{children()}</div> }
}
