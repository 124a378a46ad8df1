//! Chart sources as [`domain::ports::Charts`]: HTTP repositories, OCI registries, folders.
//!
//! Here: which versions there are (`web`, `oci`, `folder`), kept and asked again (`kept`), archives fetched and checked
//! (`archives`, `archive`), opened to be read (`contents`), the credentials for it (`credentials`), and which digests were
//! seen before (`record`). Not here: rendering, and publishing.

mod archive;
mod archives;
mod chart_yaml;
mod contents;
mod credentials;
mod error;
mod folder;
mod http;
mod index;
mod index_pieces;
mod kept;
mod messages;
mod oci;
mod options;
mod record;
mod scalar;
mod sources;
mod web;

pub use error::{ChartsError, SourceKind};
pub use options::ChartsOptions;
pub use sources::ChartSources;
