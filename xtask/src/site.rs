//! Puts the site together in a folder: `pkg/`, `slipway.css`, `fonts/`, and the files of `public/`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::{style, wasm};

/// Brotli's best quality and its window (RFC 7932): the files are compressed once and served often.
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW: u32 = 22;

pub(crate) fn site_build(workspace: &Path, site: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(site)?;
    let mut written: Vec<PathBuf> = wasm::wasm_build(workspace, &site.join("pkg"))?;
    let css = site.join("slipway.css");
    write_if_changed(&css, style::style_join(&workspace.join("style/main.css"))?.as_bytes())?;
    written.push(css);
    for entry in fs::read_dir(workspace.join("public"))? {
        let from = entry?.path();
        let to = site.join(from.file_name().context("a file has a name")?);
        write_if_changed(&to, &fs::read(&from)?)?;
        written.push(to);
    }
    style::fonts_copy(&workspace.join("style"), &site.join("fonts"))?; // woff2 is compressed already
    for file in &written {
        compress(file)?;
    }
    Ok(())
}

/// Keeps the time of an unchanged file, so that nothing after it is done again.
pub(crate) fn write_if_changed(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|old| old == contents) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, contents).with_context(|| format!("writing {}", path.display()))
}

/// Writes `FILE.br` and `FILE.gz` unless they are newer than the file.
fn compress(file: &Path) -> anyhow::Result<()> {
    let with = |ending: &str| PathBuf::from(format!("{}.{ending}", file.display()));
    let changed = fs::metadata(file)?.modified()?;
    let fresh = |path: &Path| fs::metadata(path).and_then(|m| m.modified()).is_ok_and(|at| at >= changed);
    if fresh(&with("br")) && fresh(&with("gz")) {
        return Ok(());
    }
    let contents = fs::read(file)?;
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), 64 * 1024, BROTLI_QUALITY, BROTLI_WINDOW);
    brotli.write_all(&contents)?;
    let brotli = brotli.into_inner();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&contents)?;
    let gzip = gzip.finish()?;
    if file.extension().is_some_and(|e| e == "wasm") {
        eprintln!("site: {} {} kB, brotli {} kB, gzip {} kB", file.display(), contents.len() / 1000, brotli.len() / 1000, gzip.len() / 1000);
    }
    fs::write(with("br"), brotli)?;
    fs::write(with("gz"), gzip)?;
    Ok(())
}
