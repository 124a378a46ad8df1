//! The subcommands, one per file.

pub(crate) mod guard;
pub(crate) mod seed;
pub(crate) mod serve;
pub(crate) mod versions;
