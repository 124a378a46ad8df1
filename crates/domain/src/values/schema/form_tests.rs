//! Forms of charts with and without a schema.

use serde_json::json;

use super::{Field, FieldKind, FormModel};
use crate::values::document::Values;

const CHART: &str = "\
# How many pods run.
replicaCount: 1
image:
  # -- (string) The registry's path
  # of the image.
  repository: example.com/a # ignored
  tag: \"\" # the chart's version if empty
# memory: 128Mi
resources: {}
## @param logLevel [string] How much is logged
logLevel: info
hosts:
  - a.example.com
script: |
  echo
nothing:
share: 0.5
tolerations: []
extra: {a: true}
";

/// Each field on a line: path, kind, marks, default, description.
fn listed(fields: &[Field]) -> String {
    let mut lines = Vec::new();
    list_below(fields, &mut lines);
    lines.join("\n")
}

fn list_below(fields: &[Field], lines: &mut Vec<String>) {
    for field in fields {
        let (kind, inner): (String, &[Field]) = match &field.kind {
            FieldKind::Group(inner) => ("Group".to_owned(), inner),
            FieldKind::List(inner) => ("List".to_owned(), std::slice::from_ref(inner)),
            FieldKind::Map(inner) => ("Map".to_owned(), std::slice::from_ref(inner)),
            other => (format!("{other:?}"), &[]),
        };
        let marks = [(field.required, " required"), (field.deprecated, " deprecated"), (field.constraints.nullable, " nullable")];
        let marks: String = marks.iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| *mark).collect();
        let default = field.default.as_ref().filter(|_| inner.is_empty()).map_or_else(String::new, |value| format!(" = {value}"));
        let description = field.description.as_ref().map_or_else(String::new, |text| format!(" // {text}"));
        lines.push(format!("{} {kind}{marks}{default}{description}", field.path));
        list_below(inner, lines);
    }
}

#[test]
fn without_a_schema_the_form_follows_the_values_and_their_comments() {
    let model = FormModel::inferred(&Values::parse_chart(CHART).unwrap());
    assert!(model.is_inferred);
    insta::assert_snapshot!(listed(&model.fields), @r#"
    replicaCount Integer = 1 // How many pods run.
    image Group
    image.repository Text = "example.com/a" // The registry's path of the image.
    image.tag Text = "" // the chart's version if empty
    resources Yaml = {}
    logLevel Text = "info" // How much is logged
    hosts List
    hosts[0] Text
    script LongText = "echo\n"
    nothing Yaml
    share Number = 0.5
    tolerations Yaml = []
    extra Group
    extra.a Switch = true
    "#);
}

#[test]
fn a_schema_makes_the_form_in_the_order_of_the_values() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": ["image"],
        "definitions": {
            "image": {"type": "object", "required": ["tag"], "properties": {"tag": {"type": "string", "description": "From the schema"}, "repository": {"type": "string"}}},
            "tree": {"type": "object", "properties": {"left": {"$ref": "#/definitions/tree"}}}
        },
        "properties": {
            "logLevel": {"enum": ["debug", "info"]},
            "image": {"$ref": "#/definitions/image"},
            "replicaCount": {"type": ["integer", "null"], "minimum": 1, "title": "Pods"},
            "resources": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}}},
            "hosts": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
            "port": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            "mode": {"oneOf": [{"const": "a"}, {"const": "b"}]},
            "timeout": {"anyOf": [{"type": "number"}, {"type": "null"}], "default": 5},
            "old": {"type": "boolean", "deprecated": true},
            "both": {"allOf": [{"type": "object", "properties": {"x": {"type": "string"}}}, {"properties": {"y": {"type": "integer"}}}]},
            "labels": {"type": "object", "patternProperties": {"^x": {"type": "string"}}},
            "tolerations": {"type": "array"}
        },
        "if": {"properties": {"mode": {"const": "a"}}},
        "then": {"properties": {"onlyForA": {"type": "string"}}}
    });
    let model = FormModel::from_schema(&schema, Some(&Values::parse_chart(CHART).unwrap()));
    assert!(!model.is_inferred);
    insta::assert_snapshot!(listed(&model.fields), @r#"
    replicaCount Integer nullable = 1 // How many pods run.
    image Group required
    image.repository Text = "example.com/a" // The registry's path of the image.
    image.tag Text required = "" // From the schema
    resources Map
    resources["*"] Map
    resources["*"]["*"] Text
    logLevel Choice([String("debug"), String("info")]) = "info" // How much is logged
    hosts List
    hosts[0] Group
    hosts[0].name Text
    script LongText = "echo\n"
    nothing Yaml
    share Number = 0.5
    tolerations List
    tolerations[0] Yaml
    extra Group
    extra.a Switch = true
    both Group
    both.x Text
    both.y Integer
    labels Map
    labels["*"] Text
    mode Choice([String("a"), String("b")])
    old Switch deprecated
    port Yaml
    timeout Number nullable = 5
    onlyForA Text
    "#);
    assert_eq!(model.field(&"replicaCount".parse().unwrap()).unwrap().title, "Pods");
    assert_eq!(model.field(&"hosts[3].name".parse().unwrap()).unwrap().kind, FieldKind::Text);
    assert_eq!(model.field(&"resources.limits.memory".parse().unwrap()).unwrap().kind, FieldKind::Text);
}

#[test]
fn a_schema_that_holds_itself_ends() {
    let schema = json!({"$ref": "#/definitions/tree", "definitions": {"tree": {"type": "object", "properties": {"a": {"$ref": "#/definitions/tree"}, "b": {"$ref": "#/definitions/tree"}}}}});
    let model = FormModel::from_schema(&schema, None);
    assert!(model.count() <= 3_100, "{}", model.count());
}

#[test]
fn a_form_crosses_the_wire() {
    let model = FormModel::inferred(&Values::parse_chart(CHART).unwrap());
    let wire = serde_json::to_string(&model).unwrap();
    assert_eq!(serde_json::from_str::<FormModel>(&wire).unwrap(), model);
}
