//! HTTP chart repositories as [`domain::ports::Charts`].
//!
//! Here: reading `index.yaml` with a cache in memory, and fetching archives, checked, into a folder.
//! Not here: OCI registries, rendering, and what a chart holds beyond the proof that it is one.

mod archive;
mod error;
mod http;
mod index;
mod options;
mod repositories;

pub use error::ChartsError;
pub use options::ChartsOptions;
pub use repositories::ChartRepositories;
