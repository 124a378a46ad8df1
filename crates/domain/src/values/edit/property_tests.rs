//! Changes of real and damaged texts: what was asked is there, and nothing else changed.

use serde_json::{Value, json};

use super::{EditError, remove, set};
use crate::values::document::{Chance, Node, ScalarStyle, Values, damaged};
use crate::values::path::Path;

/// Every path of a value, with maps and lists.
fn paths(value: &Value, here: &Path, found: &mut Vec<Path>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                found.push(here.key(key));
                paths(inner, &here.key(key), found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                found.push(here.index(index));
                paths(inner, &here.index(index), found);
            }
        }
        _ => {}
    }
}

fn new_value(chance: &mut Chance) -> Value {
    let values = [
        json!("yes"),
        json!("1.0"),
        json!("plain text"),
        json!(""),
        json!("a: b"),
        json!("# no"),
        json!("it's \"so\""),
        json!("two\nlines\n"),
        json!("two\n\nlines"),
        json!(" lead"),
        json!("trail "),
        json!("\n"),
        json!("tab\there"),
        json!("12:30"),
        json!("2001-01-01"),
        json!("- x"),
        json!("a, b? [c] {d}"),
        json!("\u{2028}\u{7}ü"),
        json!("null"),
        json!("&a"),
        json!("-"),
        json!("--x"),
        json!("---"),
        json!("..."),
        json!("="),
        json!(1),
        json!(-2.5),
        json!(1e300),
        json!(u64::MAX),
        json!(true),
        json!(null),
        json!([]),
        json!({}),
        json!([1, "two", [3, []], {"a": {"b": []}}]),
        json!({"a": 1, "b": {"c": ["x\ny\n"], "on": {}}, "x y": "z: 1"}),
        json!([{"a": 1, "b": [1]}, {"c": "x\ny"}]),
        json!("x\n  y\nz\n\n"),
        json!("~"),
        json!("0x1f"),
        json!("a #b"),
        json!("a:"),
        json!("a\\b"),
        json!("%x"),
        json!("?x"),
        json!(".5"),
        json!("1_000"),
        json!("x\n\ty"),
        json!("x \ny"),
    ];
    values[chance.below(values.len())].clone()
}

#[test]
fn a_set_value_is_there_and_every_other_line_stays() {
    let mut chance = Chance::new(2);
    let (mut changed, mut refused, mut taken) = (0, 0, 0);
    for round in 0..20_000 {
        let text = damaged(&mut chance);
        let Ok(before) = Values::parse(&text) else { continue };
        let mut found = vec![Path::root().key("new"), Path::root().key("newer").key("on").key("x: y")];
        paths(before.json(), &Path::root(), &mut found);
        let mut path = found[chance.below(found.len())].clone();
        match before.get(&path) {
            Some(Value::Object(_)) if chance.below(2) == 0 => path = path.key("added").key("deep"),
            Some(Value::Array(items)) if chance.below(2) == 0 => path = path.index(items.len()),
            _ => {}
        }
        let value = new_value(&mut chance);
        match set(&text, &path, &value) {
            Ok(after) => {
                changed += 1;
                check_rest(&text, &after, &path, round);
                let again = Values::parse(&after).unwrap();
                let other = serde_norway::from_str::<serde_norway::Value>(&after);
                assert!(other.is_ok() || text.contains("\\'") || text.starts_with('\u{feff}'), "round {round}: libyaml refuses {after:?}");
                assert_eq!(again.get(&path).map(ToString::to_string), Some(super::normalised(&value).to_string()), "{after:?}");
            }
            Err(EditError::Aliased(_)) => {}
            Err(error) => {
                refused += 1;
                println!("{text:?} {path} = {value}: {error}");
            }
        }
        match remove(&text, &path) {
            Ok(_) => taken += 1,
            Err(EditError::Aliased(_)) => {}
            Err(error) => {
                refused += 1;
                println!("{text:?} - {path}: {error}");
            }
        }
    }
    assert!(refused * 500 < changed, "{refused} changes refused, {changed} made, {taken} removed");
}

/// Nearly all comments are still there: only those within a replaced collection go.
fn check_rest(before: &str, after: &str, path: &Path, round: usize) {
    let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with('#')).count();
    let is_top = path.segments().len() == 1;
    assert!(is_top || comments(after) + 3 >= comments(before), "round {round}: {before:?} became {after:?}");
}

#[test]
fn a_new_scalar_touches_its_own_line_only() {
    let seed = include_str!("../document/seed_values.yaml");
    let values = Values::parse(seed).unwrap();
    let mut found = Vec::new();
    paths(values.json(), &Path::root(), &mut found);
    let mut checked = 0;
    for path in found {
        let is_single = values.node(&path).and_then(Node::style).is_some_and(|style| style < ScalarStyle::Literal);
        let Some(position) = values.position(&path).filter(|_| is_single) else { continue };
        let Ok(after) = set(seed, &path, &json!("new")) else { continue };
        let others =
            |text: &str| text.lines().enumerate().filter(|(at, _)| at + 1 != position.line).map(|(_, line)| line.to_owned()).collect::<Vec<_>>();
        let is_one_line = !matches!(path.to_string().as_str(), "text" | "worker.env.B");
        assert!(!is_one_line || others(seed) == others(&after), "{path}");
        checked += 1;
    }
    assert!(checked > 20, "{checked}");
}
