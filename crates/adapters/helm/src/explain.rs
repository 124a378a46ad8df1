//! What Helm says, in better words. A message that is not known stays as it is, without noise.
//!
//! Every rule below has its real message of Helm 3.22 and 4.3 in `explain_tests.rs`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::mask::Mask;

/// Longest answer, in characters.
const LENGTH_MAX: usize = 2000;

/// Puts the standard error of a failed Helm into words: the essential part, secrets masked, at most 2,000 characters.
pub fn explain(stderr: &str) -> String {
    let essence = essence(stderr);
    let words = RULES.iter().find_map(|(pattern, words)| pattern.captures(&essence).map(|found| words(&found))).unwrap_or(essence);
    let masked = Mask::default().apply(&words);
    if masked.chars().count() <= LENGTH_MAX {
        return masked;
    }
    masked.chars().take(LENGTH_MAX - 1).chain(['…']).collect()
}

/// From the line that begins with `Error:` on, without Helm's prefixes, log lines and the frame of Go's multierror.
fn essence(stderr: &str) -> String {
    let lines: Vec<&str> = stderr.lines().map(str::trim_end).filter(|line| !line.is_empty() && !is_noise(line)).collect();
    let from = lines.iter().rposition(|line| line.starts_with("Error: ")).unwrap_or(0);
    let mut text = lines.get(from..).unwrap_or_default().iter().map(|line| line.strip_prefix("\t* ").unwrap_or(line)).collect::<Vec<_>>().join("\n");
    for prefix in ["Error: ", "INSTALLATION FAILED: ", "UPGRADE FAILED: "] {
        text = text.strip_prefix(prefix).map_or(text.clone(), str::to_owned);
    }
    FRAME.replace_all(&text, "").trim().to_owned()
}

/// Lines of klog (`W1123 15:04:05.000000 …`), slog (`level=WARN …`) and Helm 3's warnings.
fn is_noise(line: &str) -> bool {
    NOISE.is_match(line)
}

#[allow(clippy::expect_used, reason = "constant expressions, all compiled by each test")]
fn expression(text: &str) -> Regex {
    Regex::new(text).expect("a valid expression")
}

static FRAME: LazyLock<Regex> = LazyLock::new(|| expression(r"\d+ errors? occurred:\n?"));
static NOISE: LazyLock<Regex> =
    LazyLock::new(|| expression(r"^(?:[IWEF]\d{4} \d\d:\d\d:\d\d|(?:time=\S+ )?level=|WARNING: |walk\.go:|coalesce\.go:|manifest_sorter\.go:)"));

type Words = fn(&Captures<'_>) -> String;

static RULES: LazyLock<Vec<(Regex, Words)>> = LazyLock::new(|| {
    let rules: [(&str, Words); 15] = [
        (r"(?s)^values don't meet the specifications of the schema\(s\) in the following chart\(s\):\n(.+)", schema),
        (r"(?s)^execution error at \(([^:()]+):(\d+):\d+\): (.+)", |m| {
            format!("Template {}, line {}, refuses to render: {}", &m[1], &m[2], sentence(&m[3]))
        }),
        (r"(?s)^template: ([^:]+):(\d+):\d+: (.+)", |m| format!("Template {}, line {}, can't be rendered: {}", &m[1], &m[2], sentence(&m[3]))),
        (r"(?s)^(\S+/templates/[^:\s]+):(\d+):\d+\n(.+)", |m| format!("Template {}, line {}, can't be rendered: {}", &m[1], &m[2], sentence(&m[3]))),
        (r"(?s)^YAML parse error on ([^:]+): (.+)", |m| format!("Template {} renders to something that is not YAML: {}", &m[1], sentence(&m[2]))),
        (r"(?s)^failed to parse values-(\d+)\.yaml: (.+)", |m| format!("The values are not YAML: {}", sentence(&m[2]))),
        (r#"no matches for kind "([^"]+)" in version "([^"]+)""#, |m| {
            format!("The cluster doesn't know the kind {} of {}: its CustomResourceDefinition has to be installed first.", &m[1], &m[2])
        }),
        (r#"namespaces "([^"]+)" not found"#, |m| format!("There is no namespace {} in the cluster.", &m[1])),
        (r"unable to create new content in namespace (\S+) because it is being terminated", |m| {
            format!("Namespace {} is being deleted; nothing new can be made in it.", &m[1])
        }),
        (r"^another operation \(install/upgrade/rollback\) is in progress", |_| {
            "Helm refuses: the newest revision of this release is still pending, so another Helm is at work on it, or was cut off.".to_owned()
        }),
        (r"(?s)^(?:failed )?((?:pre|post)-(?:install|upgrade))(?: hooks failed)?: (.+)", hook),
        (r#"User "([^"]+)" cannot (\w+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)"| at the cluster scope)?"#, forbidden),
        (r"(?s)(conflict occurred while applying object .+)", conflict),
        (
            r#"(?s)^[Uu]nable to continue with (?:install|update): (\w+) "([^"]+)" in namespace "([^"]*)" exists and cannot be imported.*?: (.+)"#,
            ownership,
        ),
        (r"(?s)^[Kk]ubernetes cluster unreachable: (.+)", |m| format!("The cluster's API can't be reached: {}", sentence(&m[1]))),
    ];
    rules.into_iter().map(|(pattern, words)| (expression(pattern), words)).collect()
});

/// `app:\n- at '/replicas': got string, want integer`, per chart.
fn schema(found: &Captures<'_>) -> String {
    let mut charts: Vec<(String, Vec<String>)> = Vec::new();
    for line in found[1].lines().map(str::trim).filter(|line| !line.is_empty()) {
        match (line.strip_prefix("- "), charts.last_mut()) {
            (Some(complaint), Some((_, complaints))) => complaints.push(complaint.replacen("at '': ", "", 1)),
            _ => charts.push((line.trim_end_matches(':').to_owned(), Vec::new())),
        }
    }
    let charts: Vec<String> = charts
        .into_iter()
        .map(|(chart, complaints)| format!("The values don't fit the schema of chart {chart}: {}", sentence(&complaints.join("; "))))
        .collect();
    charts.join(" ")
}

fn hook(found: &Captures<'_>) -> String {
    let (event, detail) = (&found[1], &found[2]);
    let object = detail.strip_prefix("resource ").and_then(|rest| rest.split_once(" not ready.")).map(|(object, _)| object);
    match (detail.contains("timed out waiting for the condition") || detail.contains("context deadline exceeded"), object) {
        (true, Some(object)) => format!("The {event} hook {object} did not end in time."),
        (true, None) => format!("A {event} hook did not end in time."),
        (false, _) => format!("A {event} hook failed: {}", sentence(detail)),
    }
}

fn forbidden(found: &Captures<'_>) -> String {
    let group = found.get(4).map(|group| group.as_str()).filter(|group| !group.is_empty());
    let resource = group.map_or(found[3].to_owned(), |group| format!("{}.{group}", &found[3]));
    let place = found.get(5).map_or("the whole cluster".to_owned(), |namespace| format!("namespace {}", namespace.as_str()));
    format!("The cluster refuses: its user {} may not {} {resource} in {place}.", &found[1], &found[2])
}

/// Helm 4, server-side apply: `conflict occurred while applying object NS/NAME GROUP/VERSION, Kind=KIND: … && …`.
fn conflict(found: &Captures<'_>) -> String {
    static OBJECT: LazyLock<Regex> = LazyLock::new(|| expression(r"(?s)applying object (\S+) \S+, Kind=(\w+): (.+)"));
    static OWNER: LazyLock<Regex> = LazyLock::new(|| expression(r#"(?s)conflicts? with "([^"]+)"[^:]*:\s*((?:(?:- )?\.\S+\s*)+)"#));
    let mut sentences = Vec::new();
    for part in found[1].split(" && ") {
        let Some(object) = OBJECT.captures(part) else { continue };
        for owner in OWNER.captures_iter(&object[3]) {
            let fields: Vec<&str> = owner[2].split_whitespace().filter(|word| *word != "-").collect();
            sentences.push(format!("{} {}: {} was last set by {}, not by Helm.", &object[2], &object[1], fields.join(", "), &owner[1]));
        }
    }
    if sentences.is_empty() {
        return found[1].to_owned();
    }
    format!(
        "Helm would overwrite what somebody else has set. {} Leave these fields out of the chart, or have the other give them up.",
        sentences.join(" ")
    )
}

fn ownership(found: &Captures<'_>) -> String {
    static RELEASE: LazyLock<Regex> = LazyLock::new(|| expression(r#"meta\.helm\.sh/release-name" must equal "[^"]+": current value is "([^"]+)""#));
    let owner = RELEASE.captures(&found[4]).map_or("to no Helm release".to_owned(), |release| format!("to release {}", &release[1]));
    let place = if found[3].is_empty() { String::new() } else { format!(" in namespace {}", &found[3]) };
    format!("{} {}{place} is there already and belongs {owner}.", &found[1], &found[2])
}

/// One line, with a full stop.
fn sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.ends_with(['.', '!', '?']) { line } else { format!("{line}.") }
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
