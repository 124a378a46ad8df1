//! Form fields with one line. They are plain HTML form controls: a form works without JavaScript.
//! `live` ties a field to a signal for pages that follow what is typed.

use leptos::{html, prelude::*, tachys::html::element::ElementType, web_sys::HtmlInputElement};

/// What a one-line field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Words.
    #[default]
    Text,
    /// What a machine reads: names, versions, digests.
    Code,
    /// A secret; never sent back to the browser.
    Password,
    /// A whole number.
    Number,
    /// An e-mail address.
    Email,
    /// An address.
    Url,
    /// Words to look for.
    Search,
    /// A date and a time, without a zone.
    DateTime,
}

impl InputKind {
    const fn html_type(self) -> &'static str {
        match self {
            Self::Text | Self::Code => "text",
            Self::Password => "password",
            Self::Number => "number",
            Self::Email => "email",
            Self::Url => "url",
            Self::Search => "search",
            Self::DateTime => "datetime-local",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Code | Self::Url => "control mono",
            _ => "control",
        }
    }
}

/// Id of the control that belongs to a field's name.
pub(crate) fn control_id(id: Option<String>, name: &str) -> String {
    id.unwrap_or_else(|| format!("field-{name}"))
}

/// The ids of hint and error, for `aria-describedby`.
pub(crate) fn described_by(
    id: &str,
    hint: MaybeProp<String>,
    error: MaybeProp<String>,
) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static {
    let id = id.to_owned();
    move || match (hint.get().is_some(), error.get().is_some()) {
        (true, true) => Some(format!("{id}-hint {id}-error")),
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

/// Keeps a control and a signal at the same text. What a person typed before hydration wins over the first value.
pub(crate) fn follow<E>(node: NodeRef<E>, live: Option<RwSignal<String>>, read: fn(&E::Output) -> String, write: fn(&E::Output, &str))
where
    E: ElementType,
    E::Output: leptos::wasm_bindgen::JsCast + Clone + 'static,
{
    let Some(live) = live else { return };
    Effect::new(move |met: Option<bool>| {
        let wanted = live.get();
        let Some(element) = node.get() else { return false };
        let shown = read(&element);
        if shown != wanted {
            if met == Some(true) {
                write(&element, &wanted);
            } else {
                live.set(shown);
            }
        }
        true
    });
}

/// Label, control, hint and error. The control is a child with the same `id`.
#[component]
pub fn Field(
    /// Id of the control.
    #[prop(into)]
    id: String,
    /// What the field is called.
    #[prop(into)]
    label: String,
    /// What a good value is.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and what to write.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// The control.
    children: Children,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {children()}
            {move || hint.get().map(|hint| view! { <small class="hint" id=hint_id.clone()>{hint}</small> })}
            {move || error.get().map(|error| view! { <small class="error" id=error_id.clone() role="alert">{error}</small> })}
        </div>
    }
}

/// A labelled `<input>` of one line.
#[component]
pub fn TextInput(
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// What the field is called.
    #[prop(into)]
    label: String,
    /// The first value; `live` outweighs it.
    #[prop(optional, into)]
    value: String,
    /// Follows what is typed, and is followed.
    #[prop(optional)]
    live: Option<RwSignal<String>>,
    /// What the field takes.
    #[prop(optional)]
    kind: InputKind,
    /// What a good value is.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and what to write.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// An example, shown while empty.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// The browser's word for what it may fill in: `username`, `current-password`, `off`.
    #[prop(optional, into)]
    autocomplete: Option<String>,
    /// A regular expression the whole value must match.
    #[prop(optional, into)]
    pattern: Option<String>,
    /// The form isn't sent without it.
    #[prop(optional)]
    required: bool,
    /// Id of the control; `field-NAME` if not given.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let id = control_id(id, &name);
    let described = described_by(&id, hint, error);
    let node = NodeRef::<html::Input>::new();
    follow(node, live, HtmlInputElement::value, HtmlInputElement::set_value);
    let value = live.map_or(value, |live| live.get_untracked());
    let checked = matches!(kind, InputKind::Text | InputKind::Search);
    view! {
        <Field id=id.clone() label=label hint=hint error=error>
            <input
                node_ref=node
                id=id
                class=kind.class()
                type=kind.html_type()
                name=name
                value=value
                placeholder=placeholder
                autocomplete=autocomplete
                pattern=pattern
                required=required
                spellcheck=if checked { "true" } else { "false" }
                autocapitalize=(!checked).then_some("none")
                aria-describedby=described
                aria-invalid=move || error.get().map(|_| "true")
                on:input=move |event| {
                    if let Some(live) = live {
                        live.set(event_target_value(&event));
                    }
                }
            />
        </Field>
    }
}
