//! The adapter against a real control plane: `make test` starts one (`end2end/cluster`) and names its kubeconfig.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests, which are to fail loudly

mod connection;
mod lab;
mod namespaces;
mod objects;
mod releases;
