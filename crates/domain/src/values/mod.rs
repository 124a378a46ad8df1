//! The values of a release: the text a person edits, what Helm makes of it, and what a chart's schema says about it.
//!
//! - [`Path`] (`path.rs`): which setting.
//! - [`Values`] (`document`): a YAML text, its tree with positions, and the JSON that Helm sees.
//! - [`set`], [`remove`], [`reset`] (`edit`): changes of the text that leave every other byte as it is.
//! - [`Layers`] (`layers.rs`): chart, service and environment merged as Helm merges them, and who set what.
//! - [`check`], [`advise`] (`check`): what Helm and Kubernetes will refuse, by line, and what to write instead.
//! - [`FormModel`] (`schema`): the fields of a form, from a schema or from a chart's defaults.
//! - [`looks_secret`], [`find_secrets`] (`secrets.rs`): what belongs in a Secret.
//!
//! Everything runs in the browser at each keystroke, so it is small and pure, and bounded whatever the text.
//! Not here: fetching charts, storing values, and the form on the screen.

mod check;
mod document;
mod edit;
mod layers;
mod path;
mod schema;
mod secrets;
#[cfg(test)]
mod speed_tests;

pub use check::{Problem, advise, check};
pub use document::{Position, ScalarStyle, Values, YamlError};
pub use edit::{EditError, remove, reset, set};
pub use layers::{Layers, Source};
pub use path::{Path, PathError, Segment};
pub use schema::{Constraints, Field, FieldKind, FormModel};
pub use secrets::{Reason, find_secrets, looks_secret};
