//! What a person reads where a text can't be read.

use std::fmt::Write as _;

use super::Values;

fn fault(text: &str) -> String {
    Values::parse(text).unwrap_err().to_string()
}

#[test]
fn a_fault_says_where_it_is_and_what_to_write() {
    let faults: Vec<String> = [
        "a:\n\tb: 1",
        "a: 1\nb: 2\na: 3",
        "a: \"open\nb: 2",
        "a: 'open",
        "a: [1, 2\nb: 3",
        "a: [1, 2",
        "a: {b: 1",
        "a: 1\n---\nb: 2",
        "- a\n- b",
        "replicas 3",
        "a: b\nreplicas=3",
        "a: b: c",
        "a: - b",
        "a:\n  b: 1\n c: 2",
        "a: b\n  c: d",
        "a:\n  - b\n  c: d",
        "a: 1\n- b",
        "a: \"b\" c",
        "a: @b",
        "a: \"\\d\"",
        "? a\n: b",
        "a: *b",
        "a: |x\n  b",
        "a: !!int b",
        "a: .inf",
        "é: 1\nb: \u{7}",
        "a: x]\nb: ]",
        "<<: 1",
    ]
    .map(fault)
    .to_vec();
    insta::assert_snapshot!(faults.join("\n"), @r#"
    Line 2, column 1: A tab can't indent. Use spaces.
    Line 3, column 1: `a` is already set on line 1. Keep one of the two.
    Line 2, column 1: The quote opened on line 1 is not closed before this line. Write " at the end of the text, or indent this line.
    Line 1, column 4: This quote is not closed. Write ' at the end of the text.
    Line 2, column 1: Write a comma between two values, or ] to close the bracket of line 1.
    Line 1, column 4: This bracket is not closed. Write ] behind the last value.
    Line 1, column 4: This bracket is not closed. Write } behind the last value.
    Line 2, column 1: A second document begins here. Values are a single document: remove this line and keep one.
    Line 1, column 1: Values are settings, one on each line: write `name: value`.
    Line 1, column 1: Write a colon and a space behind the name: `replicas: value`.
    Line 2, column 1: Write a colon and a space behind the name: `replicas: value`.
    Line 1, column 4: A value that holds a colon and a space needs quotes. Quote it, or begin a new line for a setting.
    Line 1, column 4: A list begins on a new line: write each `- item` on a line of its own, below the name.
    Line 3, column 2: This line is indented by 1 spaces, the lines it belongs to by 0. Indent it alike.
    Line 2, column 3: This line is indented by 2 spaces, the lines it belongs to by 0. Indent it alike.
    Line 3, column 3: A setting can't stand beside the items of a list. Indent it, or begin it with a dash.
    Line 2, column 1: A list item can't stand beside settings. Indent it below the name it belongs to.
    Line 1, column 8: Something stands behind the end of the value. Remove it, put the whole in quotes, or begin a comment with ` #`.
    Line 1, column 4: A value can't begin with @. Put it in quotes.
    Line 1, column 5: The backslash before “d” means nothing in double quotes. Write \\ for a backslash, or use single quotes.
    Line 1, column 1: A name stands on one line, without a ? before it: write `name: value`.
    Line 1, column 4: There is no anchor &b above this line. Write the value itself, or define the anchor first.
    Line 1, column 5: Write |, > with nothing but + or - and a digit behind it; the text begins on the next line.
    Line 1, column 10: “b” is not a value of the kind !!int. Remove the tag, or write a value of that kind.
    Line 1, column 4: Helm can't pass on this number. Put it in quotes.
    Line 2, column 4: This character (U+0007) can't be read. Remove it, or write it as \u0007 in double quotes.
    Line 2, column 4: There is no bracket to close here. Remove it, or put the value in quotes.
    Line 1, column 5: `<<` takes an alias of a map, or a list of such aliases.
    "#);
}

#[test]
fn nesting_and_length_are_bounded() {
    assert!(fault(&"[".repeat(100_000)).contains("nested deeper"));
    assert!(fault(&format!("a: {}", "[".repeat(100_000))).contains("nested deeper than 64 levels"));
    assert!(fault(&format!("a:\n  {}", "- ".repeat(100_000))).contains("nested deeper than 64 levels"));
    assert!(fault(&"a".repeat(2 * 1024 * 1024)).contains("longer than 1024 KiB"));
}

#[test]
fn aliases_are_written_out_but_a_bomb_is_refused() {
    let values = Values::parse("x: &x {b: 1}\nz:\n  <<: *x\n  c: 2").unwrap();
    assert_eq!(values.json(), &serde_json::json!({"x": {"b": 1}, "z": {"b": 1, "c": 2}}));

    let mut bomb = "a0: &a0 [boom, boom, boom, boom, boom, boom, boom, boom, boom]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{aliases}]");
    }
    assert!(fault(&bomb).contains("Aliases (*name) make this text too large"));
}

#[test]
fn positions_count_from_one_and_in_characters() {
    let values = Values::parse("# c\nä:\n  b: [1, {c: 2}]").unwrap();
    let at = |path: &str| values.position(&path.parse().unwrap()).map(|place| (place.line, place.column));
    assert_eq!(at("ä"), Some((2, 1)));
    assert_eq!(at("ä.b"), Some((3, 3)));
    assert_eq!(at("ä.b[1].c"), Some((3, 11)));
    assert_eq!(at("ä.x"), None);
    let value = values.value_position(&"ä.b".parse().unwrap()).unwrap();
    assert_eq!((value.line, value.column), (3, 6));
}

#[test]
fn a_setting_within_an_alias_is_where_the_alias_stands() {
    let values = Values::parse("x: &x\n  b: 1\nz: *x\n").unwrap();
    assert_eq!(values.position(&"z.b".parse().unwrap()).unwrap().line, 3);
    assert_eq!(values.get(&"z.b".parse().unwrap()), Some(&serde_json::json!(1)));
}

#[test]
fn a_long_text_takes_time_in_proportion() {
    let long = [
        "a".repeat(200_000),
        format!("a: [{}]", "---,".repeat(50_000)),
        format!("a: {{{}}}", "k: 1, ".repeat(40_000)),
        format!("a: \"{}", "x\n ".repeat(80_000)),
        format!("a: x\n{}", " y\n".repeat(80_000)),
        "a:\n".repeat(60_000),
        format!("a: |\n{}", "\n".repeat(200_000)),
        "- ".repeat(100_000),
        (0..20_000).fold(String::new(), |mut text, n| {
            let _ = writeln!(text, "k{n}: &a{n} {{b: *a{}}}", n.max(1) - 1);
            text
        }),
    ];
    let start = std::time::Instant::now();
    for text in &long {
        let _ = Values::parse(text);
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
