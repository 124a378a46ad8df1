//! Helm 3 and 4 against a real API server, in one binary: what a scenario runs on is in `lab`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "in a test, a panic is the message")]

mod lab;
mod runs;
mod ways;
