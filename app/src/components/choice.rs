//! Form fields that take one of several values: a list, a tick box, rows with a radio button.

use leptos::{html, prelude::*, web_sys::HtmlSelectElement};

use super::field::{Field, control_id, described_by, follow};

/// One line of a `Select`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    /// What the form sends.
    pub value: String,
    /// What a person reads.
    pub label: String,
}

impl SelectOption {
    /// A line whose value and label differ.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

impl From<&str> for SelectOption {
    fn from(text: &str) -> Self {
        Self::new(text, text)
    }
}

impl From<String> for SelectOption {
    fn from(text: String) -> Self {
        Self::new(text.clone(), text)
    }
}

/// A labelled `<select>`.
#[component]
pub fn Select(
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// What the field is called.
    #[prop(into)]
    label: String,
    /// The lines to choose from.
    options: Vec<SelectOption>,
    /// The value chosen first; `live` outweighs it.
    #[prop(optional, into)]
    value: String,
    /// Follows what is chosen, and is followed.
    #[prop(optional)]
    live: Option<RwSignal<String>>,
    /// What a good value is.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and what to choose.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// The form isn't sent without it.
    #[prop(optional)]
    required: bool,
    /// Id of the control; `field-NAME` if not given.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let id = control_id(id, &name);
    let described = described_by(&id, hint, error);
    let node = NodeRef::<html::Select>::new();
    follow(node, live, HtmlSelectElement::value, HtmlSelectElement::set_value);
    let chosen = live.map_or(value, |live| live.get_untracked());
    let lines = options
        .into_iter()
        .map(|option| {
            let selected = option.value == chosen;
            view! { <option value=option.value selected=selected>{option.label}</option> }
        })
        .collect_view();
    view! {
        <Field id=id.clone() label=label hint=hint error=error>
            <select
                node_ref=node
                id=id
                class="control"
                name=name
                required=required
                aria-describedby=described
                aria-invalid=move || error.get().map(|_| "true")
                on:change=move |event| {
                    if let Some(live) = live {
                        live.set(event_target_value(&event));
                    }
                }
            >
                {lines}
            </select>
        </Field>
    }
}

/// A tick box with its words; the form sends `value` if it is ticked, and nothing if not.
#[component]
pub fn Check(
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// What a tick means.
    #[prop(into)]
    label: String,
    /// What the form sends if ticked.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// Ticked at first.
    #[prop(optional)]
    checked: bool,
    /// More words.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value=value checked=checked/>
            <span>{label}{hint.map(|hint| view! { <small>{hint}</small> })}</span>
        </label>
    }
}

/// Rows to choose one from; put `Choice` inside, in a `Panel`.
#[component]
pub fn Choices(
    /// What is chosen, for screen readers.
    #[prop(into)]
    label: String,
    /// The `Choice` rows.
    children: Children,
) -> impl IntoView {
    view! { <div class="choices" role="radiogroup" aria-label=label>{children()}</div> }
}

/// A row with a radio button: the value in mono, words, and something at the end (`<small class="faint">`).
#[component]
pub fn Choice(
    /// Name in the form, the same for all rows.
    #[prop(into)]
    name: String,
    /// What the form sends, and what is shown in mono.
    #[prop(into)]
    value: String,
    /// Chosen at first.
    #[prop(optional)]
    checked: bool,
    /// Follows what is chosen.
    #[prop(optional)]
    live: Option<RwSignal<String>>,
    /// Words after the value: one element for the middle, one for the end.
    children: Children,
) -> impl IntoView {
    let checked = live.map_or(checked, |live| live.get_untracked() == value);
    view! {
        <label class="choice">
            <input
                type="radio"
                name=name
                value=value.clone()
                checked=checked
                on:change=move |event| {
                    if let Some(live) = live {
                        live.set(event_target_value(&event));
                    }
                }
            />
            <code>{value}</code>
            {children()}
        </label>
    }
}
