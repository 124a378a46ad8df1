//! HTTP chart repositories as [`domain::ports::Charts`].
//!
//! Here: reading `index.yaml` with a cache in memory, fetching archives, checked, into a folder, and opening them to be read.
//! Not here: OCI registries and rendering.

mod archive;
mod chart_yaml;
mod contents;
mod error;
mod http;
mod index;
mod options;
mod repositories;
mod scalar;

pub use error::ChartsError;
pub use options::ChartsOptions;
pub use repositories::ChartRepositories;
