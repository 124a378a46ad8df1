//! The `helm` program, version 3 or 4, as [`domain::ports::Helm`].
//!
//! Here: finding and running the program, its arguments and environment, stopping it, and putting its complaints into
//! better words. Not here: waiting for a rollout (Slipway watches that itself), releases as they are in the cluster.
//! This crate reads no environment variable: what it passes on comes through [`HelmOptions`].

mod arguments;
mod error;
mod explain;
mod lines;
mod mask;
mod options;
mod process;
mod program;

pub use error::HelmError;
pub use explain::explain;
pub use options::HelmOptions;
pub use program::HelmProgram;
