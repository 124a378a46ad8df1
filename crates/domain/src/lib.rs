//! The nouns of Slipway and the pure rules about them.
//!
//! Here: newtype names, state transitions, authorisation decisions, health assessment, `AppError`, and the traits
//! at both edges: [`service`] (what UI and REST may ask) and [`ports`] (what we ask of the world).
//! Not here: I/O of any kind. This crate compiles to wasm32 and knows no database, cluster or clock.

pub mod access;
pub mod actor;
pub mod catalog;
pub mod chart;
pub mod chart_source;
pub mod cluster;
pub mod diff;
pub mod environment;
pub mod error;
pub mod fleet;
pub mod health;
pub mod live;
pub mod manifest;
pub mod names;
pub mod operation;
pub mod plan;
pub mod ports;
pub mod release;
pub mod service;
pub mod team;
pub mod values;
pub mod version;

pub use actor::{Actor, Role};
pub use error::{AppError, ErrorKind};
pub use names::{ClusterName, EnvironmentName, Namespace, OperationId, ReleaseName, ServiceName, TeamName, UserName};

/// A moment. Serialised as RFC 3339; the database keeps milliseconds since 1970.
pub type Timestamp = jiff::Timestamp;
