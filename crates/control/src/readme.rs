//! A chart's README as HTML that is safe to show: Markdown only. Markup of its author's is shown as text, pictures are
//! replaced by their words (the portal loads nothing from elsewhere), links lead to the web or nowhere.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// Longest README that is rendered, in bytes; the rest is cut.
const README_BYTES_MAX: usize = 256 * 1024;

/// Markdown to safe HTML.
pub(crate) fn readme_html(text: &str) -> String {
    let mut end = text.len().min(README_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let events = Parser::new_ext(&text[..end], Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).filter_map(safe);
    let mut html = String::new();
    html::push_html(&mut html, events);
    html
}

fn safe(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock | Tag::Image { .. }) | Event::End(TagEnd::HtmlBlock | TagEnd::Image) => return None,
        Event::Start(Tag::Link { link_type, dest_url, id, .. }) => {
            let dest_url = if is_web(&dest_url) { dest_url } else { CowStr::Borrowed("#") };
            Event::Start(Tag::Link { link_type, dest_url, title: CowStr::Borrowed(""), id })
        }
        // The page has a heading of its own, and the chart's title stands in it.
        Event::Start(Tag::Heading { level, .. }) => {
            Event::Start(Tag::Heading { level: lower(level), id: None, classes: Vec::new(), attrs: Vec::new() })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        // Alignment would be a `style` attribute, which the content security policy forbids.
        Event::Start(Tag::Table(columns)) => Event::Start(Tag::Table(columns.iter().map(|_| pulldown_cmark::Alignment::None).collect())),
        other => other,
    })
}

fn is_web(address: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

fn lower(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    use pulldown_cmark::HeadingLevel::{H3, H4, H5, H6};
    match level as usize {
        1 => H3,
        2 => H4,
        3 => H5,
        _ => H6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_scripts_are_shown_as_text() {
        let html = readme_html(
            "# Jobs\n<script>alert(1)</script>\n\nA <b onclick=x>b</b> [bad](javascript:alert(1)) [good](https://example.com)\n\n![logo](https://example.com/a.png)",
        );
        assert_eq!(
            html,
            "<h3>Jobs</h3>\n&lt;script&gt;alert(1)&lt;/script&gt;\n<p>A &lt;b onclick=x&gt;b&lt;/b&gt; <a href=\"#\">bad</a> <a href=\"https://example.com\">good</a></p>\n<p>logo</p>\n"
        );
    }

    #[test]
    fn a_table_carries_no_style() {
        assert!(!readme_html("|a|b|\n|:-:|--:|\n|1|2|\n").contains("style"));
    }
}
