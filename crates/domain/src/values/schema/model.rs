//! The fields of a form.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::values::path::{Path, Segment};

/// A form over the values of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormModel {
    /// True if there is no schema, and the kinds of the fields are guessed from the chart's defaults.
    pub is_inferred: bool,
    /// The fields at the top.
    pub fields: Vec<Field>,
}

/// One setting in a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Where the setting is. Within a list's template the index is 0, within a map's the key is `*`.
    pub path: Path,
    /// What to call it: the schema's title, or the name.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// What to enter it with.
    pub kind: FieldKind,
    /// What the value has to keep.
    pub constraints: Constraints,
    /// The chart's value, or the schema's default; none if that is null.
    pub default: Option<Value>,
    /// Whether the schema asks for it.
    pub required: bool,
    /// Whether the schema advises against it.
    pub deprecated: bool,
}

/// What a setting is entered with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum FieldKind {
    /// A line of text.
    Text,
    /// Text of several lines.
    LongText,
    /// A number.
    Number,
    /// A number without a fraction.
    Integer,
    /// True or false.
    Switch,
    /// One of these values.
    Choice(Vec<Value>),
    /// Settings with names of their own.
    Group(Vec<Field>),
    /// A list; the field is the template of its elements.
    List(Box<Field>),
    /// Settings whose names a person chooses; the field is the template of their values.
    Map(Box<Field>),
    /// Anything: a piece of YAML.
    Yaml,
}

/// What a value has to keep, for the form's own hints; [`crate::values::check`] decides.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Constraints {
    /// The least number.
    pub minimum: Option<f64>,
    /// The number it has to be above.
    pub exclusive_minimum: Option<f64>,
    /// The greatest number.
    pub maximum: Option<f64>,
    /// The number it has to be below.
    pub exclusive_maximum: Option<f64>,
    /// The number it is a multiple of.
    pub multiple_of: Option<f64>,
    /// Least length of a text, in characters.
    pub min_length: Option<u64>,
    /// Greatest length of a text, in characters.
    pub max_length: Option<u64>,
    /// A regular expression that matches somewhere in the text.
    pub pattern: Option<String>,
    /// The name of a format: `uri`, `email`.
    pub format: Option<String>,
    /// Least number of elements.
    pub min_items: Option<u64>,
    /// Greatest number of elements.
    pub max_items: Option<u64>,
    /// Whether no two elements may be equal.
    pub unique_items: bool,
    /// Whether null is a value of its own.
    pub nullable: bool,
}

impl FormModel {
    /// The field of a path; elements of lists and maps are those of their templates.
    pub fn field(&self, path: &Path) -> Option<&Field> {
        let (first, rest) = path.segments().split_first()?;
        let Segment::Key(name) = first else { return None };
        let field = self.fields.iter().find(|field| field.is_named(name))?;
        rest.iter().try_fold(field, |field, segment| field.child(segment))
    }

    /// How many fields there are, templates included.
    pub fn count(&self) -> usize {
        self.fields.iter().map(Field::count).sum()
    }
}

impl Field {
    fn is_named(&self, name: &str) -> bool {
        matches!(self.path.last(), Some(Segment::Key(key)) if key == name)
    }

    fn child(&self, segment: &Segment) -> Option<&Self> {
        match (&self.kind, segment) {
            (FieldKind::Group(fields), Segment::Key(name)) => fields.iter().find(|field| field.is_named(name)),
            (FieldKind::Map(template), Segment::Key(_)) | (FieldKind::List(template), Segment::Index(_)) => Some(template),
            _ => None,
        }
    }

    fn count(&self) -> usize {
        1 + match &self.kind {
            FieldKind::Group(fields) => fields.iter().map(Self::count).sum(),
            FieldKind::List(template) | FieldKind::Map(template) => template.count(),
            _ => 0,
        }
    }

    /// A field of which nothing is known but its place.
    pub(super) fn new(path: Path, kind: FieldKind) -> Self {
        let title = path.last_key().unwrap_or_default().to_owned();
        Self { path, title, description: None, kind, constraints: Constraints::default(), default: None, required: false, deprecated: false }
    }
}
