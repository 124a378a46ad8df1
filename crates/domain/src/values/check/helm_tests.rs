//! The checks against Helm's own validator, whose answers `helm_schema.tsv` holds.
//!
//! The first line of the table: values, as a JSON list. Each other line: a schema, and for each value what
//! `github.com/santhosh-tekuri/jsonschema/v6` 6.0.3 says: `o` for fitting, `b` for bad, `s` where it refuses the schema itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::check;
use crate::values::edit::normalised;

#[test]
fn nothing_is_reported_that_helm_accepts() {
    let mut lines = include_str!("helm_schema.tsv").lines();
    let values: Vec<Value> = serde_json::from_str(lines.next().unwrap()).unwrap();
    let values: Vec<Value> = values.iter().map(normalised).collect();
    let (mut found, mut missed) = (0, BTreeSet::new());
    for (schema, answers) in lines.map(|line| line.split_once('\t').unwrap()) {
        let read: Value = serde_json::from_str(schema).unwrap();
        for (value, answer) in values.iter().zip(answers.chars()) {
            let problems = check(&read, value, None);
            match answer {
                'o' => assert!(problems.is_empty(), "{schema} {value}: {problems:?}"),
                'b' if problems.is_empty() => drop(missed.insert(schema)),
                'b' => found += 1,
                _ => {}
            }
        }
    }
    let missed: Vec<&str> = missed.into_iter().collect();
    assert!(found > 5_000, "only {found} problems were found");
    assert!(missed.len() <= 70, "{}\n{}", missed.len(), missed.join("\n"));
}
