//! Descriptions from the comments of a chart's `values.yaml`.
//!
//! Read are the lines right above a key (from helm-docs' `# --` on, if there is one; also `# image.tag -- text`), the comment
//! beside it, and `## @param image.tag text` as Bitnami's charts have it, wherever it stands.

use std::collections::BTreeMap;

use crate::values::document::Values;
use crate::values::path::Path;

/// Longest description, in characters.
const LENGTH_MAX: usize = 600;

/// The descriptions that name their setting.
#[derive(Debug, Default)]
pub(super) struct Comments {
    by_name: BTreeMap<String, String>,
}

impl Comments {
    pub(super) fn of(chart: &Values) -> Self {
        let mut by_name = BTreeMap::new();
        // One by one: collecting would bring a sort into the browser.
        for (name, text) in chart.text().lines().filter_map(|line| named(line.trim_start())) {
            by_name.insert(name, text);
        }
        Self { by_name }
    }

    /// What the comments say about a setting.
    pub(super) fn describe(&self, chart: &Values, path: &Path) -> Option<String> {
        let text = self.by_name.get(&path.to_string()).cloned().or_else(|| above(chart, path)).or_else(|| beside(chart, path))?;
        let shortened: String = text.chars().take(LENGTH_MAX).collect();
        Some(shortened)
    }
}

/// `## @param image.tag [string] text`, `# image.tag -- text`.
fn named(line: &str) -> Option<(String, String)> {
    let comment = line.strip_prefix('#')?.trim_start_matches('#').trim();
    if let Some(rest) = comment.strip_prefix("@param ") {
        let (name, text) = rest.trim_start().split_once(' ')?;
        let text = text.trim_start();
        let text = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(_, text)| text);
        return Some((name.to_owned(), text.trim().to_owned()));
    }
    let (name, text) = comment.split_once(" -- ")?;
    let is_name = !name.is_empty() && !name.contains(' ') && !name.starts_with('@');
    is_name.then(|| (name.to_owned(), without_type(text).to_owned()))
}

/// helm-docs' `(int) text`.
fn without_type(text: &str) -> &str {
    let is_type = |name: &str| name.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '/' | '[' | ']'));
    match text.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((name, rest)) if is_type(name) => rest.trim_start(),
        _ => text,
    }
}

/// The comment lines right above, without those that are YAML taken out of use or notes to tools.
fn above(chart: &Values, path: &Path) -> Option<String> {
    let position = chart.position(path)?;
    let mut lines = Vec::new();
    for line in (1..position.line).rev() {
        let text = chart.line(line)?;
        let is_alike = text.len() - text.trim_start().len() + 1 == position.column;
        let Some(comment) = text.trim_start().strip_prefix('#').filter(|_| is_alike) else { break };
        lines.push(comment.trim_start_matches('#').trim());
    }
    lines.reverse();
    let marked = lines.iter().rposition(|line| line.starts_with("-- ") || *line == "--");
    let kept = lines.get(marked.unwrap_or(0)..)?.iter().filter(|line| !is_code(line));
    let text = kept.map(|line| line.strip_prefix("--").map_or(*line, |line| without_type(line.trim_start()))).collect::<Vec<_>>().join(" ");
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The comment on the line of the key or of its value.
fn beside(chart: &Values, path: &Path) -> Option<String> {
    let behind = chart.behind(path)?;
    let (_, comment) = behind.split_once(" #")?;
    let text = comment.trim_start_matches('#').trim();
    let text = text.strip_prefix("--").map_or(text, |text| without_type(text.trim_start()));
    (!text.is_empty()).then(|| text.to_owned())
}

/// `memory: 128Mi`, `- item`, `@default -- x`, a line of dashes.
fn is_code(line: &str) -> bool {
    let is_setting = line.split_once(':').is_some_and(|(name, rest)| {
        let is_name = name.starts_with(|first: char| first.is_ascii_lowercase()) && !name.contains(' ');
        is_name && (rest.is_empty() || rest.starts_with(' '))
    });
    is_setting
        || line.starts_with("- ")
        || line.starts_with('@')
        || (!line.is_empty() && line.chars().all(|character| !character.is_alphanumeric()) && line != "--")
}
