//! What a person reads about values that don't fit.

use serde_json::{Value, json};

use super::{advise, check};
use crate::values::document::Values;

fn problems(schema: &Value, text: &str) -> String {
    let values = Values::parse(text).unwrap();
    let lines: Vec<String> = check(schema, values.json(), Some(&values))
        .iter()
        .map(|problem| {
            let place = problem.line.zip(problem.column).map_or_else(|| "-".to_owned(), |(line, column)| format!("{line}:{column}"));
            format!("{place} {}: {}", problem.path, problem.message)
        })
        .collect();
    lines.join("\n")
}

fn chart() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": ["image"],
        "additionalProperties": false,
        "definitions": {"quantity": {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(m|[KMGTPE]i?)?$"}},
        "properties": {
            "replicaCount": {"type": "integer", "minimum": 1, "maximum": 20},
            "logLevel": {"enum": ["debug", "info", "warn"]},
            "image": {
                "type": "object",
                "required": ["repository", "tag"],
                "properties": {"repository": {"type": "string", "minLength": 1}, "tag": {"type": "string"}},
                "additionalProperties": false
            },
            "resources": {"properties": {"limits": {"additionalProperties": {"$ref": "#/definitions/quantity"}}}},
            "port": {"anyOf": [{"type": "integer", "maximum": 65535}, {"type": "string"}]},
            "hosts": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "string", "pattern": "^[a-z.]+$"}},
            "enabled": {"type": "boolean"},
            "share": {"type": "number", "exclusiveMinimum": 0},
            "tls": {"type": "object", "dependencies": {"cert": ["key"]}}
        }
    })
}

#[test]
fn each_problem_has_its_place_and_says_what_to_write() {
    let text = "\
replicas: 3
replicaCount: 40
logLevel: inof
image:
  repository: \"\"
  tga: 1.4
resources:
  limits:
    memory: 512M i
port: [80]
hosts: [a.b, a.b, A]
enabled: \"true\"
share: 0
tls: {cert: x}
";
    insta::assert_snapshot!(problems(&chart(), text), @r#"
    1:1 replicas: `replicas` is not a setting of this chart. Did you mean `replicaCount`?
    2:15 replicaCount: Write a whole number between 1 and 20.
    3:11 logLevel: Did you mean info? Choose one of: debug, info, warn.
    4:1 image.tag: `tag` is missing. Write `tag:` with a value here.
    5:15 image.repository: Write something here: it can't be empty.
    6:3 image.tga: `tga` is not a setting of `image`. Did you mean `tag`?
    9:13 resources.limits.memory: “512M i” is not a quantity. Write 512Mi.
    10:7 port: Write a whole number or a text.
    11:14 hosts[1]: a.b is twice in this list. Remove one.
    11:19 hosts[2]: “A” doesn't fit. Write a text of the pattern ^[a-z.]+$.
    12:10 enabled: Write true without quotes.
    13:8 share: Write a number above 0.
    14:1 tls.key: `key` is missing: it goes with `cert`. Write both or none.
    "#);
    insta::assert_snapshot!(problems(&chart(), "replicaCount: 1.5\nport: 70000\nhosts: a.b\ntls: no\nimage: {repository: 1, tag: 1.10}"), @r#"
    1:15 replicaCount: Write a whole number between 1 and 20.
    2:7 port: Write a whole number of at most 65535.
    3:8 hosts: Write a list here: `- a.b` on a line of its own.
    4:6 tls: Write the settings of `tls` below it, each as `name: value`, or {} for none.
    5:21 image.repository: Write it in quotes: "1". The chart wants a text here.
    5:29 image.tag: Write it in quotes: "1.10". The chart wants a text here.
    "#);
    insta::assert_snapshot!(problems(&chart(), "# nothing"), @r#"
    1:1 image: `image` is missing. Write `image:` with a value here.
    "#);
}

#[test]
fn a_problem_of_another_layer_has_no_line() {
    let values = Values::parse("logLevel: info").unwrap();
    let merged = json!({"logLevel": "info", "replicaCount": 0, "image": {"repository": "x", "tag": "1"}});
    let found = check(&chart(), &merged, Some(&values));
    assert_eq!((found.len(), found[0].line, found[0].pointer.as_str()), (1, None, "/replicaCount"));
}

#[test]
fn quantities_that_kubernetes_refuses_are_told_without_a_schema() {
    let values = Values::parse("resources:\n  limits: {memory: 512 MB, cpu: 0.5}\n  requests:\n    cpu: 100m").unwrap();
    let found = advise(values.json(), Some(&values));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].line, found[0].column), (Some(2), Some(20)));
    assert_eq!(found[0].message, "“512 MB” is not a quantity. Write 512Mi.");
}

#[test]
fn a_schema_that_leads_in_circles_or_into_the_deep_ends() {
    let circle = json!({"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/a"}}});
    assert!(check(&circle, &json!({"a": 1}), None).is_empty());
    let mut wide = json!({"$ref": "#/definitions/a0", "definitions": {"a20": true}});
    for level in 0..20 {
        let next = json!({"$ref": format!("#/definitions/a{}", level + 1)});
        wide["definitions"][format!("a{level}")] = json!({"allOf": vec![next; 4]});
    }
    assert!(check(&wide, &json!({}), None).is_empty());
}
