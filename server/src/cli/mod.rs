//! The subcommands, one per file, and what those share that talk to a portal: client, event stream, output.

mod client;
pub(crate) mod deploy;
mod event_stream;
mod follow;
pub(crate) mod guard;
mod output;
pub(crate) mod seed;
pub(crate) mod serve;
pub(crate) mod status;
mod status_table;
pub(crate) mod versions;
