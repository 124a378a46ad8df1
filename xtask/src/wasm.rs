//! Builds the browser's half and binds it to JavaScript.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use wasm_bindgen_cli_support::Bindgen;

/// The name Leptos looks for: `LEPTOS_OUTPUT_NAME` in `.cargo/config.toml`.
const OUTPUT_NAME: &str = "slipway";
const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm";

/// Answers the files it made.
pub(crate) fn wasm_build(workspace: &Path, pkg: &Path) -> anyhow::Result<Vec<PathBuf>> {
    eprintln!("site: building the wasm (2 to 5 min the first time)");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--package", "frontend", "--target", TARGET, "--profile", PROFILE, "--locked"])
        .current_dir(workspace)
        .status()?;
    if !status.success() {
        bail!("the wasm did not build: {status}");
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    let built = target.join(TARGET).join(PROFILE).join("frontend.wasm");
    let (js, wasm) = (pkg.join(format!("{OUTPUT_NAME}.js")), pkg.join(format!("{OUTPUT_NAME}.wasm")));
    let files = vec![js.clone(), wasm.clone()];
    // By content, not by time: several work trees may share the target folder.
    let stamp = pkg.with_extension("stamp");
    let contents = fs::read(&built).with_context(|| format!("reading {}", built.display()))?;
    let digest = format!("{:016x}", content_hash(&contents));
    if fs::read_to_string(&stamp).is_ok_and(|old| old == digest) && files.iter().all(|file| file.exists()) {
        return Ok(files);
    }
    let scratch = target.join("site-scratch");
    Bindgen::new()
        .input_path(&built)
        .out_name(OUTPUT_NAME)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&scratch)
        .context("wasm-bindgen")?;
    fs::create_dir_all(pkg)?;
    fs::copy(scratch.join(format!("{OUTPUT_NAME}.js")), &js)?;
    fs::copy(scratch.join(format!("{OUTPUT_NAME}_bg.wasm")), &wasm)?;
    fs::write(&stamp, digest)?;
    Ok(files)
}

/// Tells whether the file is another one; nothing rests on it that an adversary could use.
fn content_hash(contents: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    contents.hash(&mut hasher);
    hasher.finish()
}
