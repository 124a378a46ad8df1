//! What the checks say: each sentence names what to write.

use serde_json::Value;

/// A value as it stands in a sentence.
pub(super) fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() > 60 { format!("{}…", text.chars().take(59).collect::<String>()) } else { text }
}

/// `Choose one of: debug, info, warn.`
pub(super) fn choose(choices: &[Value], written: &Value) -> String {
    const SHOWN_MAX: usize = 12;
    let names: Vec<String> = choices.iter().take(SHOWN_MAX).map(shown).collect();
    let more = if choices.len() > SHOWN_MAX { ", …" } else { "" };
    let near = written.as_str().and_then(|written| super::suggest::nearest(written, choices.iter().filter_map(Value::as_str)));
    let guess = near.map_or_else(String::new, |near| format!("Did you mean {near}? "));
    match names.as_slice() {
        [only] => format!("Write {only}."),
        _ => format!("{guess}Choose one of: {}{more}.", names.join(", ")),
    }
}

/// The types that a schema names.
pub(super) fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The sentence for a value of the wrong kind. `name` is the setting's.
pub(super) fn kind(schema: &Value, value: &Value, name: Option<&str>) -> String {
    let types = types(schema);
    if let Some(choices) = schema.get("enum").and_then(Value::as_array).filter(|choices| choices.iter().all(|choice| !choice.is_object())) {
        return choose(choices, value);
    }
    match (types.as_slice(), value) {
        (["string"], Value::Number(_) | Value::Bool(_)) => in_quotes(&value.to_string()),
        (["integer" | "number"], _) => number(schema, types.first() == Some(&"integer")),
        (["boolean"], Value::String(text)) if matches!(text.as_str(), "true" | "false") => format!("Write {text} without quotes."),
        (["object"], _) => match name {
            Some(name) => format!("Write the settings of `{name}` below it, each as `name: value`, or {{}} for none."),
            None => "Write settings, each as `name: value`.".to_owned(),
        },
        (["array"], Value::Object(_)) => "Write a list here: each element on a line that begins with a dash.".to_owned(),
        (["array"], Value::Null) => "Write a list here, or [] for none.".to_owned(),
        (["array"], other) => format!("Write a list here: `- {}` on a line of its own.", shown(other)),
        (types, _) => one_of(types),
    }
}

/// The sentence for a number where a text is wanted.
pub(super) fn in_quotes(written: &str) -> String {
    format!("Write it in quotes: \"{written}\". The chart wants a text here.")
}

/// `Write a text or a whole number.`
pub(super) fn one_of(types: &[&str]) -> String {
    let names: Vec<&str> = types
        .iter()
        .map(|name| match *name {
            "string" => "a text",
            "integer" => "a whole number",
            "number" => "a number",
            "boolean" => "true or false",
            "object" => "settings (name: value)",
            "array" => "a list",
            other => other,
        })
        .collect();
    match names.split_last() {
        Some((last, [])) => format!("Write {last}."),
        Some((last, others)) => format!("Write {} or {last}.", others.join(", ")),
        None => "Write another value.".to_owned(),
    }
}

/// `Write a whole number between 1 and 20.`
pub(super) fn number(schema: &Value, is_integer: bool) -> String {
    let what = if is_integer { "a whole number" } else { "a number" };
    let bound = |key: &str| schema.get(key).filter(|bound| bound.is_number()).map(ToString::to_string);
    let is_strict = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    let least = bound("minimum").map(|bound| if is_strict("exclusiveMinimum") { (bound, "above") } else { (bound, "of at least") });
    let most = bound("maximum").map(|bound| if is_strict("exclusiveMaximum") { (bound, "below") } else { (bound, "of at most") });
    let least = bound("exclusiveMinimum").map(|bound| (bound, "above")).or(least);
    let most = bound("exclusiveMaximum").map(|bound| (bound, "below")).or(most);
    match (least, most) {
        (Some((least, "of at least")), Some((most, "of at most"))) => format!("Write {what} between {least} and {most}."),
        (Some((least, above)), Some((most, below))) => format!("Write {what} {above} {least} and {below} {most}."),
        (Some((least, above)), None) => format!("Write {what} {above} {least}."),
        (None, Some((most, below))) => format!("Write {what} {below} {most}."),
        (None, None) => format!("Write {what}."),
    }
}

/// The sentence for a text that is too short or too long.
pub(super) fn length(least: Option<u64>, most: Option<u64>) -> String {
    match (least, most) {
        (Some(1), None) => "Write something here: it can't be empty.".to_owned(),
        (Some(least), Some(most)) if least == most => format!("Write {}.", counted(least, "character")),
        (Some(least), Some(most)) => format!("Write between {least} and {most} characters."),
        (Some(least), None) => format!("Write at least {}.", counted(least, "character")),
        (None, Some(most)) => format!("Write at most {}.", counted(most, "character")),
        (None, None) => "Write another text.".to_owned(),
    }
}

/// `1 element`, `2 elements`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `replicas` is not a setting of this chart.
pub(super) fn unknown(name: &str, parent: Option<&str>, near: Option<&str>) -> String {
    let parent = parent.map_or_else(|| "this chart".to_owned(), |parent| format!("`{parent}`"));
    let guess = near.map_or_else(|| "Remove it.".to_owned(), |near| format!("Did you mean `{near}`?"));
    format!("`{name}` is not a setting of {parent}. {guess}")
}
