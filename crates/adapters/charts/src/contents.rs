//! What an archive holds, for people to read, within limits; and whether Helm would take it.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use domain::chart::{ChartContents, ChartFile, ChartFileBody, ChartKind, SubChart};

use crate::archive::{archive_walk, size};
use crate::chart_yaml::{metadata_read, requirements_read};

/// Largest file whose text is kept.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// Most text that is kept in all, beside that of [`ALWAYS`].
const TEXT_BYTES_MAX: u64 = 8 << 20;
/// Most files that are listed.
const FILES_MAX: usize = 2_000;
/// What is read even if the rest fills the limit: it has fields of its own.
const ALWAYS: [&str; 5] = ["Chart.yaml", "values.yaml", "values.schema.json", "requirements.yaml", "README.md"];
/// Most memory that opened charts are kept in.
const KEPT_BYTES_MAX: usize = 32 << 20;
/// What a listed file costs beside its text and path.
const FILE_OVERHEAD_BYTES: usize = 100;

/// Reads an archive that was checked before. The error says what is wrong, beginning in lower case.
pub(crate) fn contents_read(file: impl Read, chart: &str, digest: &str, unpacked_bytes_max: u64) -> Result<ChartContents, String> {
    let mut reading = Reading::default();
    archive_walk(file, unpacked_bytes_max, |path, bytes, content| match path.strip_prefix(chart).and_then(|rest| rest.strip_prefix('/')) {
        Some(path) => reading.file(path, bytes, content),
        None => Ok(()),
    })?;
    let Reading { files, files_left_out, mut omitted, .. } = reading;
    let text = |path: &str| text_of(&files, path);
    let mut metadata =
        metadata_read(text("Chart.yaml").ok_or("its Chart.yaml is missing, no text, or too long")?).map_err(|why| format!("Chart.yaml: {why}"))?;
    if metadata.dependencies.is_empty() {
        metadata.dependencies = text("requirements.yaml").map(requirements_read).unwrap_or_default();
    }
    let sub_charts = sub_charts(&files);
    for dependency in &mut metadata.dependencies {
        dependency.present = sub_charts.iter().any(|sub_chart| sub_chart.name == dependency.name);
    }
    if files_left_out > 0 {
        omitted.push(format!("{files_left_out} more files are not listed: {FILES_MAX} is the most."));
    }
    let readme = files.keys().find(|path| path.eq_ignore_ascii_case("readme.md")).and_then(|path| text(path));
    Ok(ChartContents {
        digest: digest.to_owned(),
        readme: readme.map(str::to_owned),
        values: text("values.yaml").unwrap_or_default().to_owned(),
        schema: text("values.schema.json").map(str::to_owned),
        metadata,
        sub_charts,
        omitted,
        files: files.into_values().collect(),
    })
}

/// Whether Helm would deploy it under this name and version. The error says why not, beginning in lower case.
pub(crate) fn contents_deployable(contents: &ChartContents, chart: &str, version: &str) -> Result<(), String> {
    let metadata = &contents.metadata;
    if metadata.name != chart || metadata.version.trim_start_matches('v') != version.trim_start_matches('v') {
        return Err(format!("its Chart.yaml calls it {} {}", metadata.name, metadata.version));
    }
    if metadata.kind == ChartKind::Library {
        return Err("it is a library, for other charts to use".to_owned());
    }
    match contents.dependencies_missing().as_slice() {
        [] => Ok(()),
        [one] => Err(format!("its dependency {one} is not in it")),
        several => Err(format!("its dependencies {} are not in it", several.join(", "))),
    }
}

fn text_of<'a>(files: &'a BTreeMap<String, ChartFile>, path: &str) -> Option<&'a str> {
    match &files.get(path)?.body {
        ChartFileBody::Text(text) => Some(text),
        ChartFileBody::Binary | ChartFileBody::Omitted => None,
    }
}

/// The charts right below `charts/`: folders, and archives that Helm would open itself.
fn sub_charts(files: &BTreeMap<String, ChartFile>) -> Vec<SubChart> {
    let sub_chart = |path: &String| {
        let rest = path.strip_prefix("charts/")?;
        if let Some(folder) = rest.strip_suffix("/Chart.yaml").filter(|folder| !folder.contains('/')) {
            let metadata = text_of(files, path).and_then(|text| metadata_read(text).ok());
            let (name, version) = metadata.map_or((folder.to_owned(), None), |metadata| (metadata.name, Some(metadata.version)));
            let values = text_of(files, &format!("charts/{folder}/values.yaml")).unwrap_or_default().to_owned();
            return Some(SubChart { path: format!("charts/{folder}"), name, version, values });
        }
        let stem = rest.strip_suffix(".tgz").filter(|stem| !stem.contains('/'))?;
        // `helm package` names it NAME-VERSION; a name may hold hyphens and digits, a version begins with a digit.
        let (name, version) = stem
            .match_indices('-')
            .map(|(at, _)| (&stem[..at], &stem[at + 1..]))
            .find(|(_, version)| domain::version::Version::parse(version).is_ok())?;
        Some(SubChart { path: path.clone(), name: name.to_owned(), version: Some(version.to_owned()), values: String::new() })
    };
    files.keys().filter_map(sub_chart).collect()
}

#[derive(Default)]
struct Reading {
    files: BTreeMap<String, ChartFile>,
    files_left_out: usize,
    text_bytes: u64,
    omitted: Vec<String>,
}

impl Reading {
    fn file(&mut self, path: &str, bytes: u64, content: &mut dyn Read) -> io::Result<()> {
        let always = ALWAYS.iter().any(|name| name.eq_ignore_ascii_case(path));
        if self.files.len() >= FILES_MAX && !always {
            self.files_left_out += 1;
            return Ok(());
        }
        let body = if bytes > FILE_BYTES_MAX {
            self.omitted.push(format!("{path} is larger than {} and not shown.", size(FILE_BYTES_MAX)));
            ChartFileBody::Omitted
        } else if !always && self.text_bytes + bytes > TEXT_BYTES_MAX {
            self.omitted.push(format!("{path} is not shown: the chart's text is longer than {}.", size(TEXT_BYTES_MAX)));
            ChartFileBody::Omitted
        } else {
            body_read(content)?
        };
        if matches!(body, ChartFileBody::Text(_)) {
            self.text_bytes += bytes;
        }
        self.files.insert(path.to_owned(), ChartFile { path: path.to_owned(), bytes, body });
        Ok(())
    }
}

fn body_read(content: &mut dyn Read) -> io::Result<ChartFileBody> {
    let mut bytes = Vec::new();
    content.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).ok().filter(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace()));
    Ok(text.map_or(ChartFileBody::Binary, ChartFileBody::Text))
}

/// The charts opened last, newest first, within [`KEPT_BYTES_MAX`].
#[derive(Debug, Default)]
pub(crate) struct ContentsKept(Mutex<VecDeque<Kept>>);

#[derive(Debug)]
struct Kept {
    bytes: usize,
    contents: Arc<ChartContents>,
}

impl ContentsKept {
    /// The contents of the archive with this digest, if they are kept.
    pub(crate) fn get(&self, chart: &str, digest: &str) -> Option<Arc<ChartContents>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|kept| kept.contents.digest == digest && kept.contents.metadata.name == chart)?;
        let found = kept.remove(at)?;
        let contents = Arc::clone(&found.contents);
        kept.push_front(found);
        Some(contents)
    }

    /// Keeps these, and drops those read longest ago that have no room any more.
    pub(crate) fn put(&self, contents: Arc<ChartContents>) {
        let bytes = bytes_of(&contents);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(Kept { bytes, contents });
        let mut left = KEPT_BYTES_MAX;
        kept.retain(|kept| {
            let fits = left.checked_sub(kept.bytes);
            left = fits.unwrap_or(0);
            fits.is_some()
        });
    }
}

fn bytes_of(contents: &ChartContents) -> usize {
    let text = |body: &ChartFileBody| if let ChartFileBody::Text(text) = body { text.len() } else { 0 };
    let files: usize = contents.files.iter().map(|file| text(&file.body) + 2 * file.path.len() + FILE_OVERHEAD_BYTES).sum();
    let shown: usize = contents.readme.iter().chain(&contents.schema).chain([&contents.values]).map(String::len).sum();
    files + shown + contents.sub_charts.iter().map(|sub_chart| sub_chart.values.len()).sum::<usize>()
}
