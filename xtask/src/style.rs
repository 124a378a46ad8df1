//! Joins the style sheets in the order `main.css` imports them, and copies the fonts they name.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::site::write_if_changed;

pub(crate) fn style_join(main: &Path) -> anyhow::Result<String> {
    let folder = main.parent().context("a style sheet lies in a folder")?;
    let mut joined = String::new();
    for line in fs::read_to_string(main)?.lines() {
        match line.trim().strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";")) {
            Some(name) => joined += &fs::read_to_string(folder.join(name)).with_context(|| format!("style sheet {name}"))?,
            None => joined += line,
        }
        joined.push('\n');
    }
    Ok(joined)
}

/// `fonts.txt` names them, one `path -> name` a line; npm brings them.
pub(crate) fn fonts_copy(style: &Path, to: &Path) -> anyhow::Result<()> {
    let list = fs::read_to_string(style.join("fonts.txt"))?;
    let fonts: Vec<(&str, &str)> = list.lines().filter_map(|line| line.split_once(" -> ")).collect();
    if fonts.iter().any(|(from, _)| !style.join(from).exists()) {
        eprintln!("site: fetching the fonts (npm ci in style/)");
        let status = Command::new("npm")
            .arg("ci")
            .arg("--silent")
            .current_dir(style)
            .status()
            .context("`npm` could not be run; install Node.js 20 or newer")?;
        if !status.success() {
            bail!("npm ci in style/ failed: {status}");
        }
    }
    for (from, name) in fonts {
        write_if_changed(&to.join(name), &fs::read(style.join(from)).with_context(|| format!("font {from}"))?)?;
    }
    Ok(())
}
