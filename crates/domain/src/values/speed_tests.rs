//! How long a keystroke takes: `cargo test -p domain --release values::speed -- --ignored --nocapture`.

use std::fmt::Write as _;
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::{FormModel, Layers, Path, Values, check, set};

/// 500 settings in 50 groups, over 1,000 lines of text with comments.
fn chart() -> (Value, String) {
    let mut groups = Map::new();
    let mut text = String::new();
    for group in 0..50 {
        let mut properties = Map::new();
        let _ = writeln!(text, "# Group {group}\ngroup{group}:");
        for setting in 0..10 {
            let (schema, value) = match setting % 4 {
                0 => (json!({"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "description": "A name"}), "some-name".to_owned()),
                1 => (json!({"type": "integer", "minimum": 1, "maximum": 20}), "7".to_owned()),
                2 => (json!({"enum": ["debug", "info", "warn"]}), "info".to_owned()),
                _ => (json!({"$ref": "#/definitions/quantity"}), "\"512Mi\" # enough".to_owned()),
            };
            properties.insert(format!("setting{setting}"), schema);
            let _ = writeln!(text, "  # -- What setting {setting} is for\n  setting{setting}: {value}");
        }
        groups.insert(format!("group{group}"), json!({"type": "object", "properties": properties, "additionalProperties": false}));
    }
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {"quantity": {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(m|[KMGTPE]i?)?$"}},
        "properties": groups,
        "additionalProperties": false
    });
    (schema, text)
}

fn timed<T>(name: &str, work: impl Fn() -> T) -> f64 {
    const ROUNDS: u32 = 50;
    let start = Instant::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(work());
    }
    let ms = start.elapsed().as_secs_f64() * 1_000.0 / f64::from(ROUNDS);
    println!("{name}: {ms:.2} ms");
    ms
}

#[test]
#[ignore = "measures"]
fn a_keystroke_is_far_below_50_ms() {
    let (schema, text) = chart();
    println!("{} lines, {} bytes", text.lines().count(), text.len());
    let values = Values::parse(&text).unwrap();
    assert!(check(&schema, values.json(), Some(&values)).is_empty());
    let broken = text.replace("some-name", "Some Name");
    let wrong = Values::parse(&broken).unwrap();
    let path: Path = "group49.setting1".parse().unwrap();
    let total = timed("parse", || Values::parse(&text))
        + timed("merge", || Layers::new(values.json().clone(), json!({}), values.json().clone()))
        + timed("check", || check(&schema, values.json(), Some(&values)))
        + timed("form", || FormModel::from_schema(&schema, Some(&values)));
    timed("check, 150 faults", || check(&schema, wrong.json(), Some(&wrong)));
    timed("inferred form", || FormModel::inferred(&values));
    timed("set", || set(&text, &path, &json!(9)));
    assert!(total < 50.0, "{total} ms");
}
