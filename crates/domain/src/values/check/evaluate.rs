//! One schema and one value: the keywords that look at the value itself, its settings and its elements.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::draft::{Draft, follow, has_identities};
use super::pattern::Pattern;
use super::{quantity, suggest, words};
use crate::values::path::{Path, Segment};

/// Deepest chain of schemas; a reference that leads to itself ends here.
const DEPTH_MAX: usize = 80;
/// Most schemas that one check applies. Charts stay below a thousandth.
const WORK_MAX: usize = 200_000;

/// Something that doesn't fit.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) path: Path,
    pub(super) site: Site,
    pub(super) message: String,
    /// The types that were wanted, where the value is of another.
    pub(super) wanted: Vec<String>,
}

/// Where in the text a finding belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    Value,
    Key,
    /// The setting isn't there.
    Parent,
}

impl Finding {
    pub(super) fn value(path: Path, message: String) -> Self {
        Self { path, site: Site::Value, message, wanted: Vec::new() }
    }
}

/// A check that is going on.
#[derive(Debug)]
pub(super) struct Evaluation<'s> {
    root: &'s Value,
    pub(super) draft: Draft,
    has_identities: bool,
    /// The way to the value at hand.
    pub(super) here: Vec<Segment>,
    patterns: BTreeMap<&'s str, Option<Pattern>>,
    depth: usize,
    work: usize,
    /// How often something was taken to fit that isn't sure to.
    pub(super) unsure: usize,
}

pub(super) type Findings = Vec<Finding>;

impl<'s> Evaluation<'s> {
    pub(super) fn new(root: &'s Value, draft: Draft) -> Self {
        let has_identities = has_identities(root, draft);
        Self { root, draft, has_identities, here: Vec::new(), patterns: BTreeMap::new(), depth: 0, work: 0, unsure: 0 }
    }

    pub(super) fn run(mut self, value: &Value) -> Findings {
        self.evaluate(self.root, value)
    }

    pub(super) fn path(&self) -> Path {
        Path::from(self.here.clone())
    }

    pub(super) fn finding(&self, message: impl Into<String>) -> Finding {
        Finding::value(self.path(), message.into())
    }

    /// What doesn't fit; nothing if all does, or if it isn't sure.
    pub(super) fn evaluate(&mut self, schema: &'s Value, value: &Value) -> Findings {
        self.work += 1;
        if self.depth >= DEPTH_MAX || self.work > WORK_MAX {
            self.unsure += 1;
            return Vec::new();
        }
        let object = match schema {
            Value::Bool(true) => return Vec::new(),
            Value::Bool(false) if self.draft > Draft::Draft4 => return vec![self.never()],
            Value::Object(object) => object,
            _ => {
                self.unsure += 1;
                return Vec::new();
            }
        };
        self.depth += 1;
        let findings = self.evaluate_object(schema, object, value);
        self.depth -= 1;
        findings
    }

    fn never(&self) -> Finding {
        let name = self.here.last().map_or_else(String::new, |_| format!("`{}` ", self.path()));
        Finding { site: Site::Key, ..self.finding(format!("{name}can't be set here. Remove it.")) }
    }

    fn evaluate_object(&mut self, schema: &'s Value, object: &'s Map<String, Value>, value: &Value) -> Findings {
        let mut findings = Vec::new();
        if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
            findings.extend(self.reference(reference, value));
            if self.draft < Draft::Draft2019 {
                return findings;
            }
        }
        if self.note_unknown(object) {
            self.unsure += 1;
        }
        if let Some(finding) = self.kind(schema, value).or_else(|| self.choice(object, value)) {
            findings.push(finding);
            return findings;
        }
        match value {
            Value::Object(map) => findings.extend(self.settings(object, map)),
            Value::Array(items) => findings.extend(self.elements(object, items)),
            Value::String(text) => findings.extend(self.text(object, text)),
            Value::Number(number) => findings.extend(number.as_f64().and_then(|number| self.number(schema, object, number))),
            _ => {}
        }
        findings.extend(self.combined(object, value));
        findings
    }

    /// Keywords that can refuse a value and are not looked at here.
    fn note_unknown(&self, object: &Map<String, Value>) -> bool {
        let has = |keys: &[&str]| keys.iter().any(|key| object.contains_key(*key));
        let is_format_unsure = object.get("format").and_then(Value::as_str).is_some_and(|format| format != "ipv4");
        (self.draft >= Draft::Draft2019 && has(&["unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef"]))
            || (self.draft < Draft::Draft2019 && is_format_unsure)
    }

    fn reference(&mut self, reference: &str, value: &Value) -> Findings {
        match follow(self.root, reference).filter(|_| !self.has_identities) {
            Some(target) => self.evaluate(target, value),
            None => {
                self.unsure += 1;
                Vec::new()
            }
        }
    }

    fn kind(&self, schema: &Value, value: &Value) -> Option<Finding> {
        let types = words::types(schema);
        if types.is_empty() || types.iter().any(|name| is_of_type(value, name)) {
            return None;
        }
        let path = self.path();
        let message = words::kind(schema, value, path.last_key());
        Some(Finding { path, site: Site::Value, message, wanted: types.into_iter().map(ToOwned::to_owned).collect() })
    }

    fn choice(&self, object: &Map<String, Value>, value: &Value) -> Option<Finding> {
        if let Some(constant) = object.get("const").filter(|constant| self.draft > Draft::Draft4 && !is_equal(constant, value)) {
            return Some(self.finding(format!("Write {}.", words::shown(constant))));
        }
        let choices = object.get("enum")?.as_array()?;
        let is_chosen = choices.iter().any(|choice| is_equal(choice, value));
        (!is_chosen).then(|| self.finding(words::choose(choices, value)))
    }

    fn number(&self, schema: &Value, object: &Map<String, Value>, number: f64) -> Option<Finding> {
        let bound = |key: &str| object.get(key).and_then(Value::as_f64);
        let is_strict = |key: &str| object.get(key) == Some(&Value::Bool(true));
        let is_below = bound("minimum").is_some_and(|least| number < least || (is_strict("exclusiveMinimum") && number <= least));
        let is_above = bound("maximum").is_some_and(|most| number > most || (is_strict("exclusiveMaximum") && number >= most));
        let is_at_edge =
            bound("exclusiveMinimum").is_some_and(|least| number <= least) || bound("exclusiveMaximum").is_some_and(|most| number >= most);
        if is_below || is_above || is_at_edge {
            return Some(self.finding(words::number(schema, words::types(schema).contains(&"integer"))));
        }
        let wanted = object.get("multipleOf")?;
        let step = wanted.as_f64().filter(|step| *step > 0.0)?;
        let times = number / step;
        let is_multiple = (times - times.round()).abs() <= 1e-9 * times.abs().max(1.0);
        (!is_multiple).then(|| self.finding(format!("Write a multiple of {wanted}.")))
    }

    fn text(&mut self, object: &'s Map<String, Value>, text: &str) -> Findings {
        let mut findings = Vec::new();
        let limit = |key: &str| object.get(key).and_then(Value::as_u64);
        let length = text.chars().count() as u64;
        let (least, most) = (limit("minLength"), limit("maxLength"));
        if least.is_some_and(|least| length < least) || most.is_some_and(|most| length > most) {
            findings.push(self.finding(words::length(least, most)));
        }
        if let Some(pattern) = object.get("pattern").and_then(Value::as_str)
            && self.fits_pattern(pattern, text) == Some(false)
        {
            let shown = words::shown(&Value::String(text.to_owned()));
            let is_quantity_wanted = quantity::is_expected(&self.path()) && !quantity::is_quantity(text);
            findings.push(self.finding(if is_quantity_wanted {
                quantity::words(text)
            } else {
                format!("“{shown}” doesn't fit. Write a text of the pattern {pattern}.")
            }));
        }
        let is_address_wanted = self.draft < Draft::Draft2019 && object.get("format").and_then(Value::as_str) == Some("ipv4");
        if is_address_wanted && text.parse::<std::net::Ipv4Addr>().is_err() {
            findings.push(self.finding("Write an IPv4 address, as 10.0.0.1."));
        }
        findings
    }

    /// Whether the pattern matches; `None`, and noted as unsure, where it can't be said.
    fn fits_pattern(&mut self, pattern: &'s str, text: &str) -> Option<bool> {
        let compiled = self.patterns.entry(pattern).or_insert_with(|| Pattern::read(pattern));
        let fits = compiled.as_ref().and_then(|compiled| compiled.is_match(text));
        self.unsure += usize::from(fits.is_none());
        fits
    }

    /// Evaluates one step further in.
    pub(super) fn within(&mut self, segment: Segment, schema: &'s Value, value: &Value) -> Findings {
        self.here.push(segment);
        let findings = self.evaluate(schema, value);
        self.here.pop();
        findings
    }

    fn settings(&mut self, object: &'s Map<String, Value>, map: &Map<String, Value>) -> Findings {
        let mut findings = self.missing(object, map);
        findings.extend(self.count(object, "minProperties", "maxProperties", map.len(), "setting"));
        let properties = object.get("properties").and_then(Value::as_object);
        let patterns = object.get("patternProperties").and_then(Value::as_object);
        for (name, inner) in map {
            let segment = || Segment::Key(name.clone());
            let mut is_known = false;
            if let Some(schema) = properties.and_then(|properties| properties.get(name)) {
                is_known = true;
                findings.extend(self.within(segment(), schema, inner));
            }
            for (pattern, schema) in patterns.into_iter().flatten() {
                match self.fits_pattern(pattern, name) {
                    Some(true) => {
                        is_known = true;
                        findings.extend(self.within(segment(), schema, inner));
                    }
                    Some(false) => {}
                    None => is_known = true,
                }
            }
            match object.get("additionalProperties").filter(|_| !is_known) {
                Some(Value::Bool(false)) => findings.push(self.unknown(name, properties)),
                Some(schema) => findings.extend(self.within(segment(), schema, inner)),
                None => {}
            }
        }
        findings
    }

    fn missing(&self, object: &Map<String, Value>, map: &Map<String, Value>) -> Findings {
        let names = object.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let missing = names.filter(|name| !map.contains_key(*name));
        missing.map(|name| self.missing_one(name, &format!("`{name}` is missing. Write `{name}:` with a value here."))).collect()
    }

    pub(super) fn missing_one(&self, name: &str, message: &str) -> Finding {
        Finding { path: self.path().key(name), site: Site::Parent, message: message.to_owned(), wanted: Vec::new() }
    }

    fn unknown(&self, name: &str, properties: Option<&Map<String, Value>>) -> Finding {
        let here = self.path();
        let near = suggest::nearest(name, properties.into_iter().flat_map(Map::keys).map(String::as_str));
        let parent = (!here.is_root()).then(|| here.to_string());
        let message = words::unknown(name, parent.as_deref(), near);
        Finding { path: here.key(name), site: Site::Key, message, wanted: Vec::new() }
    }

    fn count(&self, object: &Map<String, Value>, least: &str, most: &str, length: usize, noun: &str) -> Option<Finding> {
        let limit = |key: &str| object.get(key).and_then(Value::as_u64);
        if let Some(least) = limit(least).filter(|least| (length as u64) < *least) {
            return Some(self.finding(format!("Write at least {}.", words::counted(least, noun))));
        }
        let most = limit(most).filter(|most| length as u64 > *most)?;
        Some(self.finding(format!("Write at most {}.", words::counted(most, noun))))
    }

    fn elements(&mut self, object: &'s Map<String, Value>, items: &[Value]) -> Findings {
        let mut findings: Findings = self.count(object, "minItems", "maxItems", items.len(), "element").into_iter().collect();
        let is_unique = object.get("uniqueItems") == Some(&Value::Bool(true));
        if let Some((index, twice)) =
            items.iter().enumerate().find(|(index, item)| is_unique && items.iter().take(*index).any(|other| is_equal(other, item)))
        {
            let path = self.path().index(index);
            findings.push(Finding::value(path, format!("{} is twice in this list. Remove one.", words::shown(twice))));
        }
        let (first, rest) = self.item_schemas(object);
        for (index, item) in items.iter().enumerate() {
            if let Some(schema) = first.get(index).or(rest) {
                findings.extend(self.within(Segment::Index(index), schema, item));
            }
        }
        findings.extend(self.contains(object, items));
        findings
    }

    /// The schemas of the first elements, and that of the others.
    fn item_schemas(&self, object: &'s Map<String, Value>) -> (&'s [Value], Option<&'s Value>) {
        let items = object.get("items");
        if self.draft >= Draft::Draft2020 {
            return (object.get("prefixItems").and_then(Value::as_array).map_or(&[], Vec::as_slice), items);
        }
        match items {
            Some(Value::Array(first)) => (first, object.get("additionalItems")),
            other => (&[], other),
        }
    }
}

/// The types of JSON Schema; a number without a fraction is an integer however it is written.
fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        // Helm refuses such a schema; it isn't for the values to mend.
        _ => true,
    }
}

/// Equality as JSON Schema has it: 1 equals 1.0.
pub(super) fn is_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_equal(a, b)),
        (Value::Object(a), Value::Object(b)) => a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_equal(a, b))),
        _ => left == right,
    }
}
