//! [`HelmProgram`]: finds Helm, asks its version once, writes values files, runs it, says how it went.

#![allow(clippy::disallowed_methods, reason = "the room where Helm is run")]

use std::collections::VecDeque;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use domain::AppError;
use domain::operation::OutputStream;
use domain::ports::{Helm, HelmOutcome, HelmRollback, HelmUninstall, HelmUpgrade, OutputSink};
use domain::release::{ReleaseBody, ReleaseKey};
use futures::FutureExt;
use futures::future::BoxFuture;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::arguments::{render_arguments, rollback_arguments, uninstall_arguments, upgrade_arguments, values_file_name};
use crate::error::HelmError;
use crate::explain::explain;
use crate::mask::Mask;
use crate::options::HelmOptions;
use crate::process::{Ended, process_capture, process_run};

/// What Helm gets beyond its own timeout before it is stopped.
const OVERTIME: Duration = Duration::from_secs(30);
/// What `helm version` may take.
const VERSION_LIMIT: Duration = Duration::from_secs(20);
/// Most that a rendered release may print. Helm itself keeps no more than 1 MiB of it, packed.
const RENDERED_BYTES_MAX: u64 = 64 << 20;
/// Lines of standard error that an explanation is made from: the last ones.
const ERROR_LINES_MAX: usize = 200;
/// How a run's folder is named, with our process id after it.
const RUN_PREFIX: &str = "run-";
/// The first version with `--labels` for `upgrade`.
const VERSION_MIN: semver::Version = semver::Version::new(3, 13, 0);

/// The `helm` program of this machine.
#[derive(Debug)]
pub struct HelmProgram {
    options: HelmOptions,
    /// The version, for the file it was asked of: somebody may put a newer Helm there.
    version: Mutex<Option<(PathBuf, SystemTime, String)>>,
}

impl HelmProgram {
    /// Takes over the working folder: removes what a killed process left there. Helm itself may appear later.
    pub fn new(mut options: HelmOptions) -> Self {
        options.folder = std::path::absolute(&options.folder).unwrap_or(options.folder);
        options.kubeconfig = options.kubeconfig.map(|path| std::path::absolute(&path).unwrap_or(path));
        leftovers_remove(&options.folder);
        Self { options, version: Mutex::new(None) }
    }

    /// The program and its version, asked once per file.
    async fn program_known(&self) -> Result<(PathBuf, String), HelmError> {
        let program = self.options.program_find()?;
        let changed = program.metadata().and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        if let Some((path, at, version)) = &*self.version.lock().unwrap_or_else(PoisonError::into_inner)
            && (path, at) == (&program, &changed)
        {
            return Ok((program, version.clone()));
        }
        let version = self.version_ask(&program).await?;
        *self.version.lock().unwrap_or_else(PoisonError::into_inner) = Some((program.clone(), changed, version.clone()));
        Ok((program, version))
    }

    async fn version_ask(&self, program: &Path) -> Result<String, HelmError> {
        let lines = Mutex::new(Vec::new());
        let sink = |_: OutputStream, line: String| lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        let mut command = self.command(program);
        command.args(["version", "--template", "{{.Version}}"]);
        process_run(command, VERSION_LIMIT, &sink, futures::future::pending().boxed()).await?;
        let answer = lines.into_inner().unwrap_or_else(PoisonError::into_inner).join("\n");
        let found = answer.lines().rev().find_map(|line| Some((line.trim(), semver::Version::parse(line.trim().strip_prefix('v')?).ok()?)));
        match found {
            Some((text, version)) if version >= VERSION_MIN => Ok(text.to_owned()),
            Some((text, _)) => Err(HelmError::TooOld { version: text.to_owned() }),
            None => Err(HelmError::NoVersion { program: program.to_owned(), answer: answer.chars().take(200).collect() }),
        }
    }

    /// The program behind its guard, with nothing but the environment it needs.
    fn command(&self, program: &Path) -> Command {
        let mut words = self.options.guard.iter().flatten();
        let mut command = match words.next() {
            Some(first) => {
                let mut command = Command::new(first);
                command.args(words).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.env_clear().envs(self.options.environment_of_child());
        command
    }

    /// A folder of our own with the values files, readable by nobody else; gone with the answer.
    async fn values_write(&self, values: &[String]) -> Result<TempDir, HelmError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| HelmError::Folder { path, source }
        };
        tokio::fs::create_dir_all(&self.options.folder).await.map_err(failed(&self.options.folder))?;
        let prefix = format!("{RUN_PREFIX}{}-", std::process::id());
        let private = std::fs::Permissions::from_mode(0o700);
        let folder =
            tempfile::Builder::new().prefix(&prefix).permissions(private).tempdir_in(&self.options.folder).map_err(failed(&self.options.folder))?;
        for (index, text) in values.iter().enumerate() {
            let path = folder.path().join(values_file_name(index));
            let mut file = tokio::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).await.map_err(failed(&path))?;
            file.write_all(text.as_bytes()).await.map_err(failed(&path))?;
            file.flush().await.map_err(failed(&path))?;
        }
        Ok(folder)
    }
}

#[async_trait]
impl Helm for HelmProgram {
    async fn version(&self) -> Result<String, AppError> {
        Ok(self.program_known().await?.1)
    }

    async fn upgrade(&self, request: &HelmUpgrade, output: OutputSink<'_>, stop: BoxFuture<'_, ()>) -> Result<HelmOutcome, AppError> {
        let (program, _) = self.program_known().await?;
        let folder = self.values_write(&request.values).await?;
        let arguments = upgrade_arguments(request, &chart_path(request)?, self.options.kubeconfig.as_deref());
        let command = self.command_for(&program, &request.key, folder.path(), arguments);
        self.release_run(command, request.timeout_ms, &Mask::of_values(&request.values), output, stop).await
    }

    async fn rollback(&self, request: &HelmRollback, output: OutputSink<'_>, stop: BoxFuture<'_, ()>) -> Result<HelmOutcome, AppError> {
        let (program, _) = self.program_known().await?;
        let folder = self.values_write(&[]).await?;
        let arguments = rollback_arguments(request, self.options.kubeconfig.as_deref());
        let command = self.command_for(&program, &request.key, folder.path(), arguments);
        self.release_run(command, request.timeout_ms, &Mask::default(), output, stop).await
    }

    async fn uninstall(&self, request: &HelmUninstall, output: OutputSink<'_>, stop: BoxFuture<'_, ()>) -> Result<HelmOutcome, AppError> {
        let (program, _) = self.program_known().await?;
        let folder = self.values_write(&[]).await?;
        let arguments = uninstall_arguments(request, self.options.kubeconfig.as_deref());
        let command = self.command_for(&program, &request.key, folder.path(), arguments);
        match self.release_run(command, request.timeout_ms, &Mask::default(), output, stop).await? {
            HelmOutcome::Failed(words) if is_gone(&words) => Ok(HelmOutcome::Done),
            outcome => Ok(outcome),
        }
    }

    async fn render(&self, request: &HelmUpgrade) -> Result<ReleaseBody, AppError> {
        let (program, _) = self.program_known().await?;
        let folder = self.values_write(&request.values).await?;
        let arguments = render_arguments(request, &chart_path(request)?, self.options.kubeconfig.as_deref());
        let command = self.command_for(&program, &request.key, folder.path(), arguments);
        let (mask, errors) = (Mask::of_values(&request.values), ErrorLines::default());
        let limit = Duration::from_millis(request.timeout_ms);
        let (ended, printed) = process_capture(command, limit, RENDERED_BYTES_MAX, &|_, line: String| errors.push(&mask.apply(&line))).await?;
        match outcome(ended, &errors.text(), limit) {
            HelmOutcome::Done => {}
            HelmOutcome::Failed(words) => return Err(AppError::invalid(words)),
            HelmOutcome::Stopped => return Err(AppError::unavailable("Helm was stopped before it had rendered the chart.")),
        }
        let printed = printed.ok_or_else(|| {
            AppError::too_large(format!("The chart renders to more than {} MiB.", RENDERED_BYTES_MAX >> 20))
                .hint("Helm keeps a release in 1 MiB, packed.")
        })?;
        let read = tokio::task::spawn_blocking(move || ReleaseBody::from_json(printed.as_slice())).await;
        read.ok().and_then(Result::ok).ok_or_else(|| AppError::internal(format!("What helm prints of {} can't be read.", request.key.name)))
    }
}

impl HelmProgram {
    fn command_for(&self, program: &Path, key: &ReleaseKey, folder: &Path, arguments: Vec<OsString>) -> Command {
        let mut command = self.command(program);
        command.current_dir(folder).args(arguments);
        if HelmOptions::context_of(&key.cluster).is_none() {
            // Without this a kubeconfig in the home folder would win over the service account.
            command.env("KUBECONFIG", "/dev/null");
        }
        command
    }

    /// Runs a command that changes a release.
    async fn release_run(
        &self,
        command: Command,
        timeout_ms: u64,
        mask: &Mask,
        output: OutputSink<'_>,
        stop: BoxFuture<'_, ()>,
    ) -> Result<HelmOutcome, AppError> {
        let errors = ErrorLines::default();
        let sink = |stream: OutputStream, line: String| {
            let line = mask.apply(&line);
            if stream == OutputStream::Error {
                errors.push(&line);
            }
            output(stream, line);
        };
        let limit = Duration::from_millis(timeout_ms).saturating_add(OVERTIME);
        let ended = process_run(command, limit, &sink, stop).await?;
        tracing::debug!("helm ended: {ended:?}");
        Ok(outcome(ended, &errors.text(), limit))
    }
}

/// The last lines of standard error.
#[derive(Default)]
struct ErrorLines(Mutex<VecDeque<String>>);

impl ErrorLines {
    fn push(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push_back(line.to_owned());
        if lines.len() > ERROR_LINES_MAX {
            lines.pop_front();
        }
    }

    fn text(&self) -> String {
        Vec::from(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).join("\n")
    }
}

fn chart_path(request: &HelmUpgrade) -> Result<PathBuf, HelmError> {
    std::path::absolute(&request.chart).map_err(|source| HelmError::Folder { path: request.chart.clone(), source })
}

/// What Helm 3 and 4 say of a release that is not there (`pkg/storage/driver/driver.go`), also one removed with its history kept.
fn is_gone(words: &str) -> bool {
    words.contains("release: not found") || words.contains("is already deleted")
}

fn outcome(ended: Ended, errors: &str, limit: Duration) -> HelmOutcome {
    match ended {
        Ended::Exit(status) if status.success() => HelmOutcome::Done,
        Ended::Exit(status) if errors.trim().is_empty() => HelmOutcome::Failed(format!("Helm ended without a word ({status}).")),
        Ended::Exit(_) => HelmOutcome::Failed(explain(errors)),
        Ended::Stopped => HelmOutcome::Stopped,
        Ended::TimedOut => HelmOutcome::Failed(format!("Helm did not end within {} s and was stopped.", limit.as_secs())),
    }
}

/// Removes the folders of runs whose process is gone: they hold values.
fn leftovers_remove(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(owner) = name.to_str().and_then(|name| name.strip_prefix(RUN_PREFIX)).and_then(|rest| rest.split('-').next()?.parse::<u32>().ok())
        else {
            continue;
        };
        // In a container we have the same number at each start, and have not run anything yet.
        if (owner == std::process::id() || !Path::new(&format!("/proc/{owner}")).exists())
            && let Err(error) = std::fs::remove_dir_all(entry.path())
        {
            tracing::warn!(folder.path = %entry.path().display(), "values left over from a killed run could not be removed: {error}");
        }
    }
}
