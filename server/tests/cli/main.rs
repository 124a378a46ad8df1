//! `slipway deploy` and `slipway status`: the real binary against a small stand-in for the portal.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs, unreachable_pub, reason = "tests")]

mod deploy;
mod status;
mod stub;
