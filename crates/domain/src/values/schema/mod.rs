//! [`FormModel`]: what a form over the values of a chart is made of, from its schema or, without one, from its defaults.
//!
//! - `model.rs`: the fields. `read.rs`: a schema as fields. `facets.rs`: references and parts of a schema as one.
//! - `infer.rs`: fields from default values. `comments.rs`: descriptions from the comments of `values.yaml`.
//!
//! Not here: the form on the screen, and whether a value fits (`../check`).

mod comments;
mod facets;
mod infer;
mod model;
mod read;

#[cfg(test)]
mod form_tests;

pub use model::{Constraints, Field, FieldKind, FormModel};

use serde_json::Value;

use self::comments::Comments;
use self::read::Reader;
use super::check::Draft;
use super::document::Values;
use super::path::Path;

/// Most fields of a form; what comes after is edited as text.
const FIELDS_MAX: usize = 3_000;
/// Deepest nesting of a form; what lies deeper is edited as text.
const DEPTH_MAX: usize = 16;

impl FormModel {
    /// The form of a chart's schema, in the order of the chart's `values.yaml`, whose comments describe what the schema
    /// doesn't. Settings that only `values.yaml` knows are in the form too.
    pub fn from_schema(schema: &Value, chart: Option<&Values>) -> Self {
        let comments = chart.map(Comments::of);
        let mut reader = Reader::new(schema, Draft::of(schema).unwrap_or(Draft::Draft2020), chart, comments.as_ref());
        let fields = reader.root();
        Self { is_inferred: false, fields }
    }

    /// The form of a chart without a schema, after its `values.yaml`.
    pub fn inferred(chart: &Values) -> Self {
        let comments = Comments::of(chart);
        let mut inference = infer::Inference::new(chart, &comments);
        Self { is_inferred: true, fields: inference.fields(chart.json(), &Path::root()) }
    }
}
