//! Server functions, one file per noun, named `noun_verb` as in `domain::service`. Bodies of a few lines: who asks,
//! the call, the answer. Authorisation and every rule are behind the call.
#![allow(missing_docs, reason = "the macro makes a struct of each function's arguments, whose fields can't carry a comment")]

pub mod chart;
pub mod cluster;
mod codec;
#[cfg(feature = "ssr")]
mod context;
pub mod environment;
mod error;
pub mod fleet;
pub mod operation;
pub mod release;
pub mod service;
pub mod team;

use domain::Timestamp;
use serde::{Deserialize, Serialize};

pub use codec::{Answer, JsonText};
#[cfg(feature = "ssr")]
pub use context::CurrentActor;
pub use error::ApiError;

/// A list with the server's clock, for lists whose items tell times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed<T> {
    /// The items, in the order of the use case.
    pub items: Vec<T>,
    /// The server's clock when this was read.
    pub now: Timestamp,
}
