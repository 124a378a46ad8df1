//! Fields from a chart's default values.

use serde_json::Value;

use super::comments::Comments;
use super::model::{Field, FieldKind};
use super::{DEPTH_MAX, FIELDS_MAX};
use crate::values::document::Values;
use crate::values::path::{Path, Segment};

/// Default values that are being read.
#[derive(Debug)]
pub(super) struct Inference<'c> {
    chart: &'c Values,
    comments: &'c Comments,
    count: usize,
}

impl<'c> Inference<'c> {
    pub(super) fn new(chart: &'c Values, comments: &'c Comments) -> Self {
        Self { chart, comments, count: 0 }
    }

    /// The fields of a map, in the order of the text; what comes from a merge key is last.
    pub(super) fn fields(&mut self, value: &Value, path: &Path) -> Vec<Field> {
        let Value::Object(map) = value else { return Vec::new() };
        let mut names = self.chart.keys(path);
        if names.len() < map.len() {
            names.extend(map.keys().map(String::as_str).filter(|name| !names.contains(name)).collect::<Vec<_>>());
        }
        let room = FIELDS_MAX.saturating_sub(self.count);
        names.into_iter().take(room).filter_map(|name| Some(self.field(map.get(name)?, path.key(name)))).collect()
    }

    pub(super) fn field(&mut self, value: &Value, path: Path) -> Field {
        self.count += 1;
        let kind = self.kind(value, &path);
        let description = self.comments.describe(self.chart, &path);
        Field { description, default: Some(value.clone()).filter(|value| !value.is_null()), ..Field::new(path, kind) }
    }

    pub(super) fn kind(&mut self, value: &Value, path: &Path) -> FieldKind {
        if self.count > FIELDS_MAX || path.segments().len() > DEPTH_MAX {
            return FieldKind::Yaml;
        }
        match value {
            Value::Bool(_) => FieldKind::Switch,
            Value::Number(number) if number.is_f64() => FieldKind::Number,
            Value::Number(_) => FieldKind::Integer,
            Value::String(text) if text.contains('\n') => FieldKind::LongText,
            Value::String(_) => FieldKind::Text,
            Value::Object(map) if !map.is_empty() => FieldKind::Group(self.fields(value, path)),
            Value::Array(items) => self.list(items, path),
            _ => FieldKind::Yaml,
        }
    }

    /// A list of single values of one kind has fields; of anything else it is a piece of YAML, since the first element shows
    /// only what it needs itself.
    fn list(&mut self, items: &[Value], path: &Path) -> FieldKind {
        let kinds: Vec<FieldKind> = items.iter().filter(|item| !item.is_object() && !item.is_array()).map(|item| self.kind(item, path)).collect();
        match kinds.split_first() {
            Some((first, rest)) if kinds.len() == items.len() && rest.iter().all(|kind| kind == first) => {
                let path = Path::from(path.segments().iter().cloned().chain([Segment::Index(0)]).collect::<Vec<_>>());
                FieldKind::List(Box::new(Field::new(path, first.clone())))
            }
            _ => FieldKind::Yaml,
        }
    }
}
