//! The only component that may write `<textarea`: in Leptos 0.8 the server renders the children of a text area
//! unescaped, which is a stored XSS. Here the value is escaped and given as inner HTML on both sides.

use leptos::{html, prelude::*, web_sys::HtmlTextAreaElement};

use super::field::{Field, control_id, described_by, follow};

/// What a text area holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextAreaKind {
    /// Words, wrapped.
    #[default]
    Prose,
    /// YAML and the like: mono, not wrapped, not spell-checked.
    Code,
}

/// The value as the inner HTML of a text area. `&`, `<` and `>` are escaped, so nothing can close the element.
pub(crate) fn text_area_html(value: &str) -> String {
    let mut html = String::with_capacity(value.len() + 8);
    for character in value.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            other => html.push(other),
        }
    }
    html
}

/// What the server writes between the tags. A parser drops a line feed that follows `<textarea>` at once
/// (<https://html.spec.whatwg.org/#parsing-main-inbody>), so a value that starts with one gets another before it.
#[cfg(any(feature = "ssr", test))]
fn text_area_markup(value: &str) -> String {
    let html = text_area_html(value);
    if html.starts_with(['\n', '\r']) { format!("\n{html}") } else { html }
}

/// In the browser the value is set as inner HTML, where no line feed is dropped.
#[cfg(not(any(feature = "ssr", test)))]
fn text_area_markup(value: &str) -> String {
    text_area_html(value)
}

/// A labelled `<textarea>`.
#[component]
pub fn TextArea(
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
    /// Words or code.
    #[prop(optional)]
    kind: TextAreaKind,
    /// Height in lines.
    #[prop(default = 6)]
    rows: u32,
    /// What a good value is.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and what to write.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// An example, shown while empty.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// The form isn't sent without it.
    #[prop(optional)]
    required: bool,
    /// Id of the control; `field-NAME` if not given.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let id = control_id(id, &name);
    let described = described_by(&id, hint, error);
    let node = NodeRef::<html::Textarea>::new();
    follow(node, live, HtmlTextAreaElement::value, HtmlTextAreaElement::set_value);
    let value = live.map_or(value, |live| live.get_untracked());
    let (class, spellcheck) = match kind {
        TextAreaKind::Prose => ("control prose", "true"),
        TextAreaKind::Code => ("control mono", "false"),
    };
    view! {
        <Field id=id.clone() label=label hint=hint error=error>
            <textarea
                node_ref=node
                id=id
                class=class
                name=name
                rows=rows.to_string()
                placeholder=placeholder
                required=required
                spellcheck=spellcheck
                autocapitalize=(spellcheck == "false").then_some("none")
                aria-describedby=described
                aria-invalid=move || error.get().map(|_| "true")
                inner_html=text_area_markup(&value)
                on:input=move |event| {
                    if let Some(live) = live {
                        live.set(event_target_value(&event));
                    }
                }
            ></textarea>
        </Field>
    }
}

#[cfg(test)]
mod tests {
    use super::text_area_markup;

    #[test]
    fn a_value_cannot_close_the_text_area() {
        assert_eq!(text_area_markup("</textarea><script>alert(1)</script>"), "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
    }

    #[test]
    fn an_entity_stays_the_text_that_was_typed() {
        assert_eq!(text_area_markup("a &lt; b"), "a &amp;lt; b");
    }

    #[test]
    fn a_leading_line_feed_survives_the_parser() {
        assert_eq!(text_area_markup("\nname: api"), "\n\nname: api");
        assert_eq!(text_area_markup("name: api\n"), "name: api\n");
    }
}
