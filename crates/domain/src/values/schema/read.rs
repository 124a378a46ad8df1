//! A schema as fields.

use serde_json::Value;

use super::comments::Comments;
use super::facets::Facets;
use super::infer::Inference;
use super::model::{Constraints, Field, FieldKind};
use super::{DEPTH_MAX, FIELDS_MAX};
use crate::values::check::Draft;
use crate::values::document::Values;
use crate::values::path::Path;

/// A schema that is being read.
#[derive(Debug)]
pub(super) struct Reader<'s> {
    root: &'s Value,
    draft: Draft,
    chart: Option<&'s Values>,
    comments: Option<&'s Comments>,
    count: usize,
}

impl<'s> Reader<'s> {
    pub(super) fn new(root: &'s Value, draft: Draft, chart: Option<&'s Values>, comments: Option<&'s Comments>) -> Self {
        Self { root, draft, chart, comments, count: 0 }
    }

    /// The fields at the top.
    pub(super) fn root(&mut self) -> Vec<Field> {
        let facets = Facets::of(self.root, self.root, self.draft);
        self.group(&facets, &Path::root())
    }

    fn field(&mut self, schema: &'s Value, path: Path) -> Field {
        self.count += 1;
        let facets = Facets::of(self.root, schema, self.draft);
        let (_, nullable) = facets.types();
        let default = self.chart.and_then(|chart| chart.get(&path)).or_else(|| facets.get("default")).filter(|value| !value.is_null()).cloned();
        let kind = self.kind(&facets, &path, default.as_ref());
        let comment = || self.comments.and_then(|comments| comments.describe(self.chart?, &path));
        Field {
            title: facets.text("title").unwrap_or_else(|| path.last_key().unwrap_or_default().to_owned()),
            description: facets.text("description").or_else(comment),
            kind,
            constraints: constraints(&facets, nullable),
            default,
            required: false,
            deprecated: facets.is_set("deprecated"),
            path,
        }
    }

    fn kind(&mut self, facets: &Facets<'s>, path: &Path, default: Option<&Value>) -> FieldKind {
        if self.count > FIELDS_MAX || path.segments().len() > DEPTH_MAX {
            return FieldKind::Yaml;
        }
        let (types, _) = facets.types();
        if types.first() != Some(&"boolean")
            && let Some(choices) = facets.choices().filter(|choices| !choices.is_empty())
        {
            return FieldKind::Choice(choices);
        }
        match types.as_slice() {
            ["string"] => text_kind(facets, default),
            ["integer"] => FieldKind::Integer,
            ["number"] | ["integer", "number"] | ["number", "integer"] => FieldKind::Number,
            ["boolean"] => FieldKind::Switch,
            ["array"] => self.list(facets, path),
            ["object"] => self.map_or_group(facets, path),
            [] if facets.get("properties").is_some() => self.map_or_group(facets, path),
            [] if facets.get("items").is_some() => self.list(facets, path),
            [] if facets.is_mixed() => FieldKind::Yaml,
            [] => default.map_or(FieldKind::Yaml, |value| self.guessed(value, path)),
            _ => FieldKind::Yaml,
        }
    }

    /// The kind of a default value, where the schema says nothing.
    fn guessed(&mut self, value: &Value, path: &Path) -> FieldKind {
        match (self.chart, self.comments) {
            (Some(chart), Some(comments)) => Inference::new(chart, comments).kind(value, path),
            _ => FieldKind::Yaml,
        }
    }

    fn list(&mut self, facets: &Facets<'s>, path: &Path) -> FieldKind {
        match facets.get("items").filter(|items| items.is_object()) {
            Some(items) => FieldKind::List(Box::new(self.field(items, path.index(0)))),
            None => FieldKind::List(Box::new(Field::new(path.index(0), FieldKind::Yaml))),
        }
    }

    fn map_or_group(&mut self, facets: &Facets<'s>, path: &Path) -> FieldKind {
        let fields = self.group(facets, path);
        let has_properties = !facets.properties().is_empty();
        if has_properties || (!fields.is_empty() && facets.get("additionalProperties").is_none_or(|schema| !schema.is_object())) {
            return FieldKind::Group(fields);
        }
        let values = facets.get("additionalProperties").filter(|schema| schema.is_object());
        let by_pattern = || facets.get("patternProperties")?.as_object().filter(|patterns| patterns.len() == 1)?.values().next();
        match values.or_else(by_pattern) {
            Some(schema) => FieldKind::Map(Box::new(self.field(schema, path.key("*")))),
            None => FieldKind::Yaml,
        }
    }

    /// The settings of a map: those of the chart's values in their order, then the others in the schema's.
    fn group(&mut self, facets: &Facets<'s>, path: &Path) -> Vec<Field> {
        let properties = facets.properties();
        let order = self.chart.map_or_else(Vec::new, |chart| chart.keys(path));
        let takes_others = facets.get("additionalProperties").is_none_or(|schema| schema == &Value::Bool(true));
        let mut fields = Vec::new();
        for name in &order {
            match properties.iter().find(|(known, _)| known == name) {
                Some((name, schema)) => fields.push(self.required_field(facets, name, schema, path)),
                None if takes_others => fields.extend(self.inferred(path.key(*name))),
                None => {}
            }
        }
        for (name, schema) in properties.iter().filter(|(name, _)| !order.contains(name)) {
            fields.push(self.required_field(facets, name, schema, path));
        }
        fields
    }

    fn required_field(&mut self, facets: &Facets<'s>, name: &str, schema: &'s Value, path: &Path) -> Field {
        Field { required: facets.requires(name), ..self.field(schema, path.key(name)) }
    }

    /// A setting that only the chart's values know.
    fn inferred(&mut self, path: Path) -> Option<Field> {
        let (chart, comments) = (self.chart?, self.comments?);
        let value = chart.get(&path)?;
        let field = Inference::new(chart, comments).field(value, path);
        self.count += 1;
        Some(field)
    }
}

fn text_kind(facets: &Facets<'_>, default: Option<&Value>) -> FieldKind {
    let is_long = default.and_then(Value::as_str).is_some_and(|text| text.contains('\n'));
    let is_marked = facets.text("contentMediaType").is_some() || facets.text("format").as_deref() == Some("textarea");
    if is_long || is_marked { FieldKind::LongText } else { FieldKind::Text }
}

fn constraints(facets: &Facets<'_>, nullable: bool) -> Constraints {
    let number = |key: &str| facets.get(key).and_then(Value::as_f64);
    let count = |key: &str| facets.get(key).and_then(Value::as_u64);
    let is_strict_least = facets.is_set("exclusiveMinimum");
    let is_strict_most = facets.is_set("exclusiveMaximum");
    Constraints {
        minimum: number("minimum").filter(|_| !is_strict_least),
        exclusive_minimum: number("exclusiveMinimum").or_else(|| number("minimum").filter(|_| is_strict_least)),
        maximum: number("maximum").filter(|_| !is_strict_most),
        exclusive_maximum: number("exclusiveMaximum").or_else(|| number("maximum").filter(|_| is_strict_most)),
        multiple_of: number("multipleOf"),
        min_length: count("minLength"),
        max_length: count("maxLength"),
        pattern: facets.text("pattern"),
        format: facets.text("format"),
        min_items: count("minItems"),
        max_items: count("maxItems"),
        unique_items: facets.is_set("uniqueItems"),
        nullable,
    }
}
