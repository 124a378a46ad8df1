//! [`check`]: the merged values against the chart's schema, in words that a person acts on.
//!
//! Helm validates with `github.com/santhosh-tekuri/jsonschema/v6`, and decides; this check runs at each keystroke and must
//! never report what Helm accepts. So whatever isn't sure (remote references, patterns that Go may read otherwise, rare
//! keywords) counts as fitting, and where that could turn an answer round (`not`, `oneOf`, `if`) nothing is reported.
//!
//! - `evaluate.rs`: one schema and one value. `combine.rs`: `anyOf`, `if` and the like. `draft.rs`: versions, references.
//! - `pattern.rs`: regular expressions. `quantity.rs`: Kubernetes' numbers with units. `suggest.rs`: near names.
//! - `words.rs`: the sentences.

mod combine;
mod draft;
mod evaluate;
mod pattern;
mod quantity;
mod suggest;
mod words;

#[cfg(test)]
mod check_tests;
#[cfg(test)]
mod helm_tests;

pub(super) use draft::{Draft, follow};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::evaluate::{Evaluation, Finding, Site};
use super::document::{Position, ScalarStyle, Values};
use super::path::Path;

/// Most problems that are told at once.
const PROBLEMS_MAX: usize = 100;

/// Something that Helm, or Kubernetes after it, will refuse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The setting; for a missing one, where it would be.
    pub path: Path,
    /// The same as a JSON pointer.
    pub pointer: String,
    /// The line in the text at hand, from 1; none if the value comes from another layer.
    pub line: Option<usize>,
    /// The column in that line, from 1, in characters.
    pub column: Option<usize>,
    /// What to write.
    pub message: String,
}

/// Checks merged values against a chart's schema as Helm does. Lines are those of `text`, the layer that is being edited.
pub fn check(schema: &Value, merged: &Value, text: Option<&Values>) -> Vec<Problem> {
    let Some(draft) = Draft::of(schema) else { return Vec::new() };
    let findings = Evaluation::new(schema, draft).run(merged);
    sorted(findings.into_iter().take(PROBLEMS_MAX).map(|finding| located(finding, text)).collect())
}

/// Values that Helm accepts and Kubernetes refuses: quantities under `resources`. For a text beside [`check`]'s.
pub fn advise(merged: &Value, text: Option<&Values>) -> Vec<Problem> {
    let mut problems = Vec::new();
    advise_below(merged, &Path::root(), text, &mut problems);
    sorted(problems)
}

fn advise_below(value: &Value, here: &Path, text: Option<&Values>, problems: &mut Vec<Problem>) {
    match value {
        _ if problems.len() >= PROBLEMS_MAX => {}
        Value::Object(map) => map.iter().for_each(|(key, inner)| advise_below(inner, &here.key(key), text, problems)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, inner)| advise_below(inner, &here.index(index), text, problems)),
        single => problems.extend(quantity::refused(here, single).map(|message| located(Finding::value(here.clone(), message), text))),
    }
}

/// In the order of the text; those of other layers last.
fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    let place = |problem: &Problem| (problem.line.is_none(), problem.line, problem.column);
    problems.sort_unstable_by(|left, right| place(left).cmp(&place(right)).then_with(|| left.path.cmp(&right.path)));
    problems
}

fn located(finding: Finding, text: Option<&Values>) -> Problem {
    let position = text.and_then(|text| match finding.site {
        Site::Value => text.value_position(&finding.path),
        Site::Key => text.position(&finding.path),
        Site::Parent => parent_position(text, &finding.path.parent().unwrap_or_default()),
    });
    let message = text.and_then(|text| quoted(&finding, text)).unwrap_or(finding.message);
    Problem {
        pointer: finding.path.pointer(),
        path: finding.path,
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
        message,
    }
}

/// The whole text begins at its start, even if nothing is set yet.
fn parent_position(text: &Values, parent: &Path) -> Option<Position> {
    let start = Position { line: 1, column: 1 };
    text.position(parent).or_else(|| parent.is_root().then_some(start))
}

/// A text that was read as something else, in quotes as it is written: `1.10` is a number to Helm, and 1.1 by then.
fn quoted(finding: &Finding, text: &Values) -> Option<String> {
    let is_plain = finding.message.starts_with("Write it in quotes") && text.style(&finding.path) == Some(ScalarStyle::Plain);
    let written = text.written(&finding.path).filter(|written| is_plain && !written.is_empty() && !written.contains('\n'))?;
    Some(words::in_quotes(written))
}
