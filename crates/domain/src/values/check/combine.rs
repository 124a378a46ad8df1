//! Schemas made of schemas: `allOf`, `anyOf`, `oneOf`, `not`, `if`, `contains`, and what one setting asks of others.

use serde_json::{Map, Value};

use super::draft::Draft;
use super::evaluate::{Evaluation, Finding, Findings, Site};
use super::words;
use crate::values::path::Segment;

/// Whether a value fits a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    Unsure,
}

impl<'s> Evaluation<'s> {
    fn fit(&mut self, schema: &'s Value, value: &Value) -> (Fit, Findings) {
        let before = self.unsure;
        let findings = self.evaluate(schema, value);
        let fit = match (findings.is_empty(), self.unsure > before) {
            (false, _) => Fit::No,
            (true, true) => Fit::Unsure,
            (true, false) => Fit::Yes,
        };
        (fit, findings)
    }

    pub(super) fn combined(&mut self, object: &'s Map<String, Value>, value: &Value) -> Findings {
        let mut findings = Vec::new();
        let schemas = |key: &str| object.get(key).and_then(Value::as_array);
        for schema in schemas("allOf").into_iter().flatten() {
            findings.extend(self.evaluate(schema, value));
        }
        if let Some(branches) = schemas("anyOf") {
            findings.extend(self.any_of(branches, value));
        }
        if let Some(branches) = schemas("oneOf") {
            findings.extend(self.one_of(branches, value));
        }
        if let Some(schema) = object.get("not")
            && self.fit(schema, value).0 == Fit::Yes
        {
            findings.push(self.finding("The chart doesn't allow this value. Write another one."));
        }
        findings.extend(self.conditional(object, value));
        if let Value::Object(map) = value {
            findings.extend(self.dependent(object, map, value));
            findings.extend(self.names(object, map));
        }
        findings
    }

    fn any_of(&mut self, branches: &'s [Value], value: &Value) -> Findings {
        let mut refusals = Vec::new();
        for branch in branches {
            let (fit, findings) = self.fit(branch, value);
            if fit != Fit::No {
                return Vec::new();
            }
            refusals.push(findings);
        }
        self.nearest_refusal(refusals)
    }

    fn one_of(&mut self, branches: &'s [Value], value: &Value) -> Findings {
        let mut refusals = Vec::new();
        let (mut fitting, mut unsure) = (0, 0);
        for branch in branches {
            match self.fit(branch, value) {
                (Fit::No, findings) => refusals.push(findings),
                (Fit::Yes, _) => fitting += 1,
                (Fit::Unsure, _) => unsure += 1,
            }
        }
        match (fitting, unsure) {
            (1, 0) => Vec::new(),
            (0, 0) => self.nearest_refusal(refusals),
            (2.., _) => {
                vec![self.finding(
                    "This fits several of the forms that the chart knows, and it wants exactly one. Remove a setting, or write another value.",
                )]
            }
            _ => {
                self.unsure += 1;
                Vec::new()
            }
        }
    }

    /// Of several forms that don't fit, what to say: the types that would do, or the faults of the form that is meant.
    fn nearest_refusal(&self, refusals: Vec<Findings>) -> Findings {
        let here = self.path();
        let wanted_here = |findings: &Findings| {
            findings.iter().find(|finding| finding.path == here && !finding.wanted.is_empty()).map(|finding| finding.wanted.clone())
        };
        let mut types: Vec<String> = Vec::new();
        for name in refusals.iter().filter_map(wanted_here).flatten() {
            if !types.contains(&name) {
                types.push(name);
            }
        }
        let of_kind = refusals.into_iter().filter(|findings| wanted_here(findings).is_none());
        match of_kind.min_by_key(Vec::len) {
            Some(findings) => findings,
            None => {
                let names: Vec<&str> = types.iter().map(String::as_str).collect();
                vec![Finding { wanted: types.clone(), ..self.finding(words::one_of(&names)) }]
            }
        }
    }

    fn conditional(&mut self, object: &'s Map<String, Value>, value: &Value) -> Findings {
        let Some(condition) = object.get("if").filter(|_| self.draft >= Draft::Draft7) else { return Vec::new() };
        let branch = match self.fit(condition, value).0 {
            Fit::Yes => "then",
            Fit::No => "else",
            Fit::Unsure => return Vec::new(),
        };
        object.get(branch).map_or_else(Vec::new, |schema| self.evaluate(schema, value))
    }

    /// What the presence of one setting asks of the others.
    fn dependent(&mut self, object: &'s Map<String, Value>, map: &Map<String, Value>, value: &Value) -> Findings {
        let mut findings = Vec::new();
        for keyword in ["dependencies", "dependentRequired", "dependentSchemas"] {
            if keyword != "dependencies" && self.draft < Draft::Draft2019 {
                continue;
            }
            for (name, asked) in object.get(keyword).and_then(Value::as_object).into_iter().flatten().filter(|(name, _)| map.contains_key(*name)) {
                match asked {
                    Value::Array(names) if keyword != "dependentSchemas" => {
                        let missing = names.iter().filter_map(Value::as_str).filter(|other| !map.contains_key(*other));
                        findings.extend(
                            missing
                                .map(|other| self.missing_one(other, &format!("`{other}` is missing: it goes with `{name}`. Write both or none."))),
                        );
                    }
                    schema if keyword != "dependentRequired" => findings.extend(self.evaluate(schema, value)),
                    _ => {}
                }
            }
        }
        findings
    }

    fn names(&mut self, object: &'s Map<String, Value>, map: &Map<String, Value>) -> Findings {
        let Some(schema) = object.get("propertyNames").filter(|_| self.draft > Draft::Draft4) else { return Vec::new() };
        let mut findings = Vec::new();
        for name in map.keys() {
            let refused = self.within(Segment::Key(name.clone()), schema, &Value::String(name.clone()));
            findings.extend(refused.into_iter().map(|finding| Finding {
                site: Site::Key,
                message: format!("`{name}` can't be a name here. {}", finding.message),
                ..finding
            }));
        }
        findings
    }

    pub(super) fn contains(&mut self, object: &'s Map<String, Value>, items: &[Value]) -> Option<Finding> {
        let schema = object.get("contains").filter(|_| self.draft > Draft::Draft4)?;
        let (mut fitting, mut unsure) = (0u64, 0u64);
        for item in items {
            match self.fit(schema, item).0 {
                Fit::Yes => fitting += 1,
                Fit::Unsure => unsure += 1,
                Fit::No => {}
            }
        }
        let limit = |key: &str| object.get(key).filter(|_| self.draft >= Draft::Draft2019).and_then(Value::as_u64);
        if fitting + unsure < limit("minContains").unwrap_or(1) {
            return Some(self.finding("An element is missing that the chart needs in this list."));
        }
        let most = limit("maxContains").filter(|most| fitting > *most)?;
        Some(self.finding(format!("Of the elements of one kind, the chart takes at most {most}.")))
    }
}
