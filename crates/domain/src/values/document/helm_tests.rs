//! The parser against Helm's own, whose answers `helm_yaml.tsv` holds, and against libyaml on damaged texts.
//!
//! Each line of the table: a text as JSON, and what `yaml.YAMLToJSON` of `sigs.k8s.io/yaml` 1.6.0 answers.

use serde_json::Value;

use super::Values;

/// Where Slipway refuses what Helm reads, by a part of what it says.
const STRICTER: [&str; 9] = [
    "A second document begins here",
    "without a ? before it",
    "A name can't have an anchor",
    "A name is a text",
    "Write a space behind this colon",
    "This character (U+000D)",
    "Values are settings",
    "by 2. Indent it alike", // Helm takes the first line for a document of its own and drops the rest
    "The tag !!binary",
];

#[test]
fn values_are_read_as_helm_reads_them() {
    for line in include_str!("helm_yaml.tsv").lines() {
        let (text, answer) = line.split_once('\t').unwrap();
        let text: String = serde_json::from_str(text).unwrap();
        let answer: Value = serde_json::from_str(answer).unwrap();
        let is_refused = answer.as_str().is_some_and(|answer| answer.starts_with("error: "));
        match Values::parse_chart(&text) {
            Ok(values) if text.trim().is_empty() => assert_eq!(values.json(), &serde_json::json!({})),
            Ok(values) if answer.is_null() => assert_eq!(values.json(), &serde_json::json!({}), "{text:?}"),
            Ok(values) => assert_eq!(values.json(), &answer, "{text:?}"),
            Err(error) => {
                let is_stricter = STRICTER.iter().any(|reason| error.message.contains(reason));
                assert!(is_refused || is_stricter || !answer.is_object(), "{text:?} is {answer} to Helm: {error}");
            }
        }
    }
}

const SEED: &str = include_str!("seed_values.yaml");

/// A small linear congruential generator: the same texts in each run.
pub(in crate::values) struct Chance(u64);

impl Chance {
    pub(in crate::values) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(in crate::values) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// A piece of the seed, damaged in up to four places.
pub(in crate::values) fn damaged(chance: &mut Chance) -> String {
    let lines: Vec<&str> = SEED.lines().collect();
    let from = chance.below(lines.len());
    let mut characters: Vec<char> = lines[from..(from + 1 + chance.below(8)).min(lines.len())].join("\n").chars().collect();
    for _ in 0..chance.below(5) {
        let at = chance.below(characters.len());
        let marks: Vec<char> = " \n\t:-#'\"[]{},&*!|>%@`?~\\ax1é\u{feff}.<".chars().collect();
        let mark = marks[chance.below(marks.len())];
        match chance.below(3) {
            0 if at < characters.len() => characters[at] = mark,
            1 if at < characters.len() => drop(characters.remove(at)),
            _ => characters.insert(at, mark),
        }
    }
    characters.into_iter().collect()
}

#[test]
fn a_damaged_text_is_never_a_panic_and_never_read_where_libyaml_refuses() {
    let mut chance = Chance::new(1);
    let mut read = 0;
    for round in 0..60_000 {
        let text = damaged(&mut chance);
        let Ok(values) = Values::parse(&text) else { continue };
        read += 1;
        let theirs = serde_norway::from_str::<serde_norway::Value>(&text);
        // Go's yaml.v2 reads these; a white line at the end is nothing to keep a person from saving.
        let is_known = text.starts_with('\u{feff}') || text.contains("\\'") || text.trim().is_empty();
        assert!(is_known || theirs.is_ok(), "round {round}: {text:?} is {} here, but {}", values.json(), theirs.unwrap_err());
    }
    assert!(read > 1_000, "only {read} damaged texts could be read");
}
