//! Secret values in texts that people edit: hidden on their way out, put back on their way in.
//!
//! Whoever may look at a service sees its values, so what looks secret in them never leaves the server. A text that comes
//! back with a hidden value in it means: as it is.

use domain::AppError;
use domain::catalog::Service;
use domain::manifest::{HIDDEN, line_mask};
use domain::operation::{Operation, OperationTask};
use domain::values::{Path, Values, find_secrets, set};
use serde_json::Value;

/// The text with what looks secret hidden; every other byte stays.
pub(crate) fn values_hide(text: &str) -> String {
    let lines_masked = || text.lines().map(|line| line_mask(line).unwrap_or_else(|| line.to_owned())).collect::<Vec<_>>().join("\n");
    let Ok(values) = Values::parse(text) else { return lines_masked() };
    let mut hidden = text.to_owned();
    for (path, _) in find_secrets(values.json()) {
        match set(&hidden, &path, &Value::String(HIDDEN.to_owned())) {
            Ok(changed) => hidden = changed,
            Err(_) => return lines_masked(), // such as a value behind an alias
        }
    }
    hidden
}

/// The text with hidden values put back from `known`. `field` is the form's field in the message about one that is not there.
pub(crate) fn values_reveal(text: &str, known: &Value, field: &str) -> Result<String, AppError> {
    if !text.contains(HIDDEN) {
        return Ok(text.to_owned());
    }
    let values = Values::parse(text).map_err(|error| AppError::invalid(format!("The values are not valid YAML: {error}.")).field(field))?;
    let mut hidden = Vec::new();
    hidden_paths(values.json(), &Path::root(), &mut hidden);
    let mut revealed = text.to_owned();
    for path in hidden {
        let Some(value) = path.lookup(known).filter(|value| !is_hidden(value)) else {
            let message = format!("The value of `{path}` is hidden, and none is in force that could be kept.");
            return Err(AppError::invalid(message).hint("Write the value, or better a reference to a Kubernetes Secret.").field(field));
        };
        revealed = set(&revealed, &path, value).map_err(|error| {
            AppError::invalid(format!("The hidden value of `{path}` can't be put back: {error}.")).hint("Write the value.").field(field)
        })?;
    }
    Ok(revealed)
}

fn is_hidden(value: &Value) -> bool {
    value.as_str() == Some(HIDDEN)
}

fn hidden_paths(value: &Value, path: &Path, found: &mut Vec<Path>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| hidden_paths(value, &path.key(key.as_str()), found)),
        Value::Array(elements) => elements.iter().enumerate().for_each(|(place, value)| hidden_paths(value, &path.index(place), found)),
        value if is_hidden(value) => found.push(path.clone()),
        _ => {}
    }
}

/// A service as people may see it.
pub(crate) fn service_shown(mut service: Service) -> Service {
    service.default_values.values_mut().for_each(|text| *text = values_hide(text));
    service
}

/// An operation as people may see it.
pub(crate) fn operation_shown(mut operation: Operation) -> Operation {
    if let OperationTask::Deploy(task) = &mut operation.request.task {
        task.values = values_hide(&task.values);
        task.default_values = values_hide(&task.default_values);
    }
    operation
}

/// Operations as people may see them.
pub(crate) fn operations_shown(operations: Vec<Operation>) -> Vec<Operation> {
    operations.into_iter().map(operation_shown).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "# of staging\nreplicas: 3 # enough\ndb:\n  password: hunter2\n  existingSecret: db\n";

    #[test]
    fn a_hidden_text_keeps_everything_else_and_comes_back_whole() {
        let hidden = values_hide(TEXT);
        assert_eq!(hidden, TEXT.replace("hunter2", HIDDEN));
        assert_eq!(values_reveal(&hidden, &json!({ "db": { "password": "hunter2" } }), "values").unwrap(), TEXT);
    }

    #[test]
    fn a_hidden_value_that_nobody_knows_is_asked_for() {
        let error = values_reveal(&values_hide(TEXT), &json!({}), "values").unwrap_err();
        assert_eq!(
            (error.field.as_deref(), error.message.as_str()),
            (Some("values"), "The value of `db.password` is hidden, and none is in force that could be kept.")
        );
    }

    #[test]
    fn a_text_that_is_no_yaml_is_hidden_line_by_line() {
        assert!(!values_hide("a: [\npassword: hunter2\n").contains("hunter2"));
    }
}
