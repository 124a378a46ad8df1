//! What tests stand on: fakes of every port, builders of the nouns, fresh databases, and [`Rig`], a whole portal on fakes.
//!
//! A dev-dependency, never part of the product. Not here: assertions about behaviour; those are in the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc, reason = "in a test, a panic is the message")]
#![allow(clippy::disallowed_methods, reason = "test support, never in the product")]

pub mod build;
mod charts;
mod clock;
mod clusters;
pub mod database;
mod gate;
mod helm;
mod rig;

pub use charts::{ChartsCall, FakeCharts};
pub use clock::{FakeClock, SystemClock};
pub use clusters::{ClustersCall, FakeClusters, Rollout};
pub use gate::{Gate, eventually};
pub use helm::{FakeHelm, HelmScript, OnStop};
pub use rig::{Rig, Running};
