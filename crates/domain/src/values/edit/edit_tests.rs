//! Changes as people see them in the text.

use serde_json::{Value, json};

use super::{remove, reset, set};

const TEXT: &str = "\
# Values of candidates.
replicaCount: 1 # pods

image:
  repository: \"example.com/candidates\" # ours
  tag: '1.4.0'
  # digest: sha256:…
env:
- name: A   # first
  value: \"1\"
- name: B
resources: {} # none
tolerations: [a, b]
probe: {path: /health, port: 80}
script: | # run
  echo one
last: x
";

/// The lines that a change takes out and puts in.
fn difference(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = old.iter().zip(&new).take_while(same).count();
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(same).count().min(old.len().min(new.len()) - head);
    let removed = old[head..old.len() - tail].iter().map(|line| format!("- {line}"));
    let added = new[head..new.len() - tail].iter().map(|line| format!("+ {line}"));
    removed.chain(added).collect::<Vec<_>>().join("\n")
}

fn with(path: &str, value: Value) -> String {
    difference(TEXT, &set(TEXT, &path.parse().unwrap(), &value).unwrap())
}

fn without(path: &str) -> String {
    difference(TEXT, &remove(TEXT, &path.parse().unwrap()).unwrap())
}

#[test]
fn a_scalar_changes_in_its_place_and_keeps_its_quotes_and_comment() {
    insta::assert_snapshot!([
        with("replicaCount", json!(3)),
        with("image.repository", json!("example.com/other")),
        with("image.tag", json!("1.5.0")),
        with("last", json!("yes")),
        with("last", json!("1.0")),
        with("last", json!(1.0)),
        with("last", json!("two\nlines\n")),
        with("script", json!("echo two\necho three\n")),
        with("script", json!("echo")),
    ].join("\n"), @r#"
    - replicaCount: 1 # pods
    + replicaCount: 3 # pods
    -   repository: "example.com/candidates" # ours
    +   repository: "example.com/other" # ours
    -   tag: '1.4.0'
    +   tag: '1.5.0'
    - last: x
    + last: "yes"
    - last: x
    + last: "1.0"
    - last: x
    + last: 1
    - last: x
    + last: |
    +   two
    +   lines
    -   echo one
    +   echo two
    +   echo three
    - script: | # run
    -   echo one
    + script: echo # run
    "#);
}

#[test]
fn new_settings_come_last_in_their_map_and_bring_the_maps_around_them() {
    insta::assert_snapshot!([
        with("image.pullPolicy", json!("Always")),
        with("resources.limits.memory", json!("512Mi")),
        with("podAnnotations", json!({"a/b": "true", "list": [1, {"c": null}]})),
        with("env[2]", json!({"name": "C", "value": "2"})),
        with("env[1].value", json!("x")),
        with("tolerations[2]", json!("c, d")),
        with("probe.scheme", json!("HTTP")),
    ].join("\n"), @r#"
    +   pullPolicy: Always
    - resources: {} # none
    + resources: # none
    +   limits:
    +     memory: 512Mi
    + podAnnotations:
    +   a/b: "true"
    +   list:
    +   - 1
    +   - c: null
    + - name: C
    +   value: "2"
    +   value: x
    - tolerations: [a, b]
    + tolerations: [a, b, "c, d"]
    - probe: {path: /health, port: 80}
    + probe: {path: /health, port: 80, scheme: HTTP}
    "#);
}

#[test]
fn a_setting_goes_with_its_lines_and_leaves_its_neighbours() {
    insta::assert_snapshot!([
        without("replicaCount"),
        without("image"),
        without("env[0].name"),
        without("env[0]"),
        without("tolerations[1]"),
        without("probe.path"),
        without("script"),
    ].join("\n"), @r#"
    - replicaCount: 1 # pods
    - image:
    -   repository: "example.com/candidates" # ours
    -   tag: '1.4.0'
    -   # digest: sha256:…
    - - name: A   # first
    -   value: "1"
    + - value: "1"
    - - name: A   # first
    -   value: "1"
    - tolerations: [a, b]
    + tolerations: [a]
    - probe: {path: /health, port: 80}
    + probe: {port: 80}
    - script: | # run
    -   echo one
    "#);
}

#[test]
fn maps_and_lists_change_element_by_element() {
    insta::assert_snapshot!([
        with("image", json!({"repository": "example.com/candidates", "tag": "2.0.0"})),
        with("env", json!([{"name": "A", "value": "2"}])),
        with("image", json!("none")),
        with("image", json!({})),
        with("probe", json!({"path": "/", "port": 80})),
    ].join("\n"), @r#"
    -   tag: '1.4.0'
    +   tag: '2.0.0'
    -   value: "1"
    - - name: B
    +   value: "2"
    - image:
    -   repository: "example.com/candidates" # ours
    -   tag: '1.4.0'
    -   # digest: sha256:…
    + image: none  # digest: sha256:…
    - image:
    -   repository: "example.com/candidates" # ours
    -   tag: '1.4.0'
    -   # digest: sha256:…
    + image: {}  # digest: sha256:…
    - probe: {path: /health, port: 80}
    + probe: {path: /, port: 80}
    "#);
}

#[test]
fn what_loses_its_last_element_stays_empty_and_a_reset_takes_it_along() {
    let text = "a: 1\nresources:\n  limits:\n    # enough\n    memory: 1Gi\n";
    let path = "resources.limits.memory".parse().unwrap();
    assert_eq!(remove(text, &path).unwrap(), "a: 1\nresources:\n  limits: {}\n");
    assert_eq!(reset(text, &path).unwrap(), "a: 1\n");
}

#[test]
fn an_empty_text_gets_its_first_setting_below_its_comments() {
    assert_eq!(set("", &"a.b[0]".parse().unwrap(), &json!(1)).unwrap(), "a:\n  b:\n    - 1\n");
    assert_eq!(set("# mine", &"a".parse().unwrap(), &json!(1)).unwrap(), "# mine\na: 1\n");
    assert_eq!(set("a: 1\r\nb: 2\r\n", &"c.d".parse().unwrap(), &json!(1)).unwrap(), "a: 1\r\nb: 2\r\nc:\r\n  d: 1\r\n");
    assert_eq!(set("a:\n    b: 1\n", &"a.c.d".parse().unwrap(), &json!(1)).unwrap(), "a:\n    b: 1\n    c:\n        d: 1\n");
    assert_eq!(set("a: |\n  x", &"b".parse().unwrap(), &json!(1)).unwrap(), "a: |\n  x\nb: 1\n");
}

#[test]
fn what_cant_be_done_is_said() {
    let refused = |text: &str, path: &str| set(text, &path.parse().unwrap(), &json!(7)).unwrap_err().to_string();
    insta::assert_snapshot!([
        refused("x: &x {b: 1}\nz: *x", "z.b"),
        refused("x: &x {b: 1}\nz: *x", "x.b"),
        refused("a: text", "a.b"),
        refused("a: [1]", "a[3]"),
        refused("a: [1]", "a.b"),
        refused("a: [1", "a"),
        refused("a: 1", ""),
    ].join("\n"), @r#"
    `z.b` comes from an alias (*name) or a merge key (<<) and would change in several places. Edit it in the text.
    `x.b` comes from an alias (*name) or a merge key (<<) and would change in several places. Edit it in the text.
    `a` holds a single value, nothing can be set within it. Remove that value first.
    The next element of `a` is number 1, counted from 0.
    `a` is a list where settings are expected, or the other way round. Edit it in the text.
    The text can't be read yet. Line 1, column 4: This bracket is not closed. Write ] behind the last value.
    The values as a whole are a map of settings. Set one of them.
    "#);
}
