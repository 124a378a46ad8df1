//! The three-fault harness of every kind of operation: fail each step, repeat each step, kill the process between each pair
//! and inside Helm. [`faults`] does it, the other files say what the kinds are and hold the tables.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "in a test, a panic is the message; the table is shown"
)]
#![allow(clippy::disallowed_methods, reason = "a fault that comes later is a task of the test")]

mod deploy;
mod faults;
mod rollback;
mod uninstall;
