//! Build steps that cargo alone can't do: `cargo xtask site FOLDER` makes everything the browser gets.
//!
//! Builds the wasm, binds it with the wasm-bindgen library (no tool to install), joins the style sheets, copies fonts and
//! public files, and compresses all of it once, so that the server never has to. A second run with nothing changed is quick.

#![allow(clippy::disallowed_methods, reason = "a build tool runs programs and reads where to build")]

mod site;
mod style;
mod wasm;

use std::path::PathBuf;

use anyhow::{Context as _, bail};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["site", folder] => site::site_build(&workspace()?, &std::path::absolute(folder)?),
        _ => bail!("usage: cargo xtask site FOLDER"),
    }
}

/// Where the workspace is, as cargo says when it runs us. Not as it was when we were compiled: work trees that share a
/// target folder also share this program.
fn workspace() -> anyhow::Result<PathBuf> {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").context("run it as `cargo xtask`")?);
    Ok(here.parent().context("xtask lies in the workspace")?.to_owned())
}
