//! The values a release runs with, as text that a person can go on editing.

use domain::AppError;
use domain::catalog::Service;
use domain::environment::Environment;
use domain::manifest::HIDDEN;
use domain::operation::{DeployTask, Operation, OperationTask};
use serde_json::{Map, Value};

use crate::manifest::yaml;
use crate::secrets::values_reveal;
use crate::{Control, release_key};

impl Control {
    /// This environment's own values, over the service's defaults. What the cluster holds counts: the text of the deploy
    /// that made it, comments and all, where it says the same, else what is written down in the release. `operations` are
    /// the newest of the service there. Where the cluster can't be asked, the last deploy's text.
    pub(crate) async fn values_in_force(&self, service: &Service, environment: &Environment, operations: &[Operation]) -> String {
        let tasks = || operations.iter().filter_map(|operation| deploy_task(operation).map(|task| (operation.id, task)));
        let last = || tasks().next().map(|(_, task)| task.values.clone()).unwrap_or_default();
        let Ok(Some(base)) = self.release_base(&release_key(environment, &service.name)).await else { return last() };
        let same = |task: &DeployTask| {
            values_read(&task.default_values).zip(values_read(&task.values)).is_some_and(|(low, high)| merged(low, high) == base.body.values)
        };
        if let Some((_, task)) = tasks().find(|(_, task)| same(task)) {
            return task.values.clone();
        }
        let defaults = service.default_values.get(&environment.kind).and_then(|text| values_read(text)).unwrap_or_default();
        yaml(&beyond(&base.body.values, &defaults))
    }
}

impl Control {
    /// The text with its hidden values put back from what is in force there.
    pub(crate) async fn values_whole(&self, service: &Service, environment: &Environment, text: String) -> Result<String, AppError> {
        if !text.contains(HIDDEN) {
            return Ok(text);
        }
        let base = self.release_base(&release_key(environment, &service.name)).await?;
        values_reveal(&text, &base.map(|base| base.body.values).unwrap_or_default(), "values")
    }
}

fn deploy_task(operation: &Operation) -> Option<&DeployTask> {
    match &operation.request.task {
        OperationTask::Deploy(task) => Some(task),
        OperationTask::Rollback(_) | OperationTask::Uninstall(_) => None,
    }
}

/// A values text as JSON; `None` if it is no YAML.
pub(crate) fn values_read(text: &str) -> Option<Value> {
    let value: Value = serde_norway::from_str(text).ok()?;
    Some(if value.is_null() { Value::Object(Map::new()) } else { value })
}

/// Two values files as Helm merges them (`pkg/cli/values/options.go`, `MergeMaps`): maps deep, anything else replaced.
fn merged(low: Value, high: Value) -> Value {
    match (low, high) {
        (Value::Object(mut low), Value::Object(high)) => {
            for (key, value) in high {
                let below = low.remove(&key);
                low.insert(key, below.map_or(value.clone(), |below| merged(below, value)));
            }
            Value::Object(low)
        }
        (_, high) => high,
    }
}

/// What `values` say beyond `defaults`.
fn beyond(values: &Value, defaults: &Value) -> Value {
    let (Value::Object(fields), Value::Object(known)) = (values, defaults) else { return values.clone() };
    let differs = fields.iter().filter(|(key, value)| known.get(*key) != Some(*value));
    Value::Object(differs.map(|(key, value)| (key.clone(), known.get(key).map_or_else(|| value.clone(), |known| beyond(value, known)))).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_goes_beyond_the_defaults_gives_the_same_again() {
        let defaults = json!({ "a": 1, "b": { "c": 2, "d": 3 } });
        let values = json!({ "a": 1, "b": { "c": 5, "d": 3 }, "e": [] });
        assert_eq!(beyond(&values, &defaults), json!({ "b": { "c": 5 }, "e": [] }));
        assert_eq!(merged(defaults.clone(), beyond(&values, &defaults)), values);
    }
}
