//! The Leptos application: pages, the kit they are built from, and the server functions behind them.
//!
//! Here: what a browser shows. Not here: databases, clusters, files. Pages reach the use cases through the traits of
//! `domain::service`, which the server provides in context as a `Portal`.
#![recursion_limit = "512"]
#![allow(unreachable_pub, reason = "the component macro writes `pub` on what it makes, also in private modules")]

pub mod api;
pub mod components;
#[cfg(feature = "ssr")]
mod document;
pub mod frame;
pub mod live;
pub mod pages;
mod routes;
pub mod session;

#[cfg(feature = "ssr")]
pub use document::shell;
pub use routes::App;
