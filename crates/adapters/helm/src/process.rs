//! One run of a program: its output as it comes, its end, and how it is stopped.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use domain::operation::OutputStream;
use domain::ports::OutputSink;
use futures::FutureExt;
use futures::future::BoxFuture;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use crate::error::HelmError;
use crate::lines::lines_read;

/// How long Helm may take to end after an interrupt, before it is killed. It marks its revision as failed meanwhile.
pub(crate) const STOP_GRACE: Duration = Duration::from_secs(10);
/// How long output is still read after the program's end: a grandchild may hold the pipe open.
const DRAIN: Duration = Duration::from_secs(2);

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By itself.
    Exit(ExitStatus),
    /// Because the caller asked.
    Stopped,
    /// Because its time was over.
    TimedOut,
}

/// Runs the command, whose first word is `program`, until it ends, `stop` resolves or `limit` has passed.
pub(crate) async fn process_run(command: Command, limit: Duration, output: OutputSink<'_>, stop: BoxFuture<'_, ()>) -> Result<Ended, HelmError> {
    let read = |out: Option<ChildStdout>, error: Option<ChildStderr>| async {
        tokio::join!(lines(out, OutputStream::Out, output), lines(error, OutputStream::Error, output));
    };
    process_run_reading(command, limit, stop, read).await.map(|(ended, _)| ended)
}

/// Runs the command and keeps its standard output whole, up to `bytes_max`: beyond that it is `None`. Standard error goes
/// to `errors` line by line.
pub(crate) async fn process_capture(
    command: Command,
    limit: Duration,
    bytes_max: u64,
    errors: OutputSink<'_>,
) -> Result<(Ended, Option<Vec<u8>>), HelmError> {
    let read = |out: Option<ChildStdout>, error: Option<ChildStderr>| async {
        let whole = async {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = out {
                // A read error is an end, as it is for lines.
                let _ = (&mut pipe).take(bytes_max + 1).read_to_end(&mut bytes).await;
                // What is too much is still read, so that the program is not stopped by a full pipe.
                let _ = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
            }
            (bytes.len() as u64 <= bytes_max).then_some(bytes)
        };
        tokio::join!(whole, lines(error, OutputStream::Error, errors)).0
    };
    let (ended, whole) = process_run_reading(command, limit, futures::future::pending().boxed(), read).await?;
    Ok((ended, whole.flatten()))
}

async fn lines(pipe: Option<impl AsyncRead + Unpin>, stream: OutputStream, output: OutputSink<'_>) {
    if let Some(pipe) = pipe {
        lines_read(BufReader::new(pipe), |line| output(stream, line)).await;
    }
}

/// Runs the command while `read` reads its outputs. Answers what was read, unless a grandchild kept the pipes open.
async fn process_run_reading<T, F: Future<Output = T>>(
    mut command: Command,
    limit: Duration,
    stop: BoxFuture<'_, ()>,
    read: impl FnOnce(Option<ChildStdout>, Option<ChildStderr>) -> F,
) -> Result<(Ended, Option<T>), HelmError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    // A group of its own: Ctrl-C at the server's terminal is for the server, and a kill takes plugins along.
    command.process_group(0);
    let mut child = command.spawn().map_err(|source| HelmError::Start { program: PathBuf::from(command.as_std().get_program()), source })?;
    let reading = read(child.stdout.take(), child.stderr.take());
    tokio::pin!(reading);
    let supervising = supervise(&mut child, limit, stop);
    tokio::pin!(supervising);
    let (ended, whole) = tokio::select! {
        ended = &mut supervising => (ended, tokio::time::timeout(DRAIN, &mut reading).await.ok()),
        whole = &mut reading => (supervising.await, Some(whole)),
    };
    Ok((ended.map_err(HelmError::Wait)?, whole))
}

async fn supervise(child: &mut Child, limit: Duration, stop: BoxFuture<'_, ()>) -> std::io::Result<Ended> {
    let why = tokio::select! {
        status = child.wait() => return Ok(Ended::Exit(status?)),
        () = stop => Ended::Stopped,
        () = tokio::time::sleep(limit) => Ended::TimedOut,
    };
    signal(child, Signal::INT);
    match tokio::time::timeout(STOP_GRACE, child.wait()).await {
        // It was done before the interrupt reached it.
        Ok(status) => return status.map(|status| if status.success() { Ended::Exit(status) } else { why }),
        Err(_) => signal(child, Signal::KILL),
    }
    child.wait().await?;
    Ok(why)
}

/// An interrupt is for Helm alone; a kill for everything it started. An error means that it is gone already.
fn signal(child: &Child, signal: Signal) {
    // `id` is `None` once the child was reaped, so the number can't have been given to another process.
    let Some(pid) = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) else { return };
    let _ = if signal == Signal::KILL { kill_process_group(pid, signal) } else { kill_process(pid, signal) };
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::Notify;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn both_outputs_arrive_and_the_exit_status_too() {
        let lines = Mutex::new(Vec::new());
        let sink = |stream, line: String| lines.lock().unwrap().push(format!("{stream:?} {line}"));
        let ended =
            process_run(shell("echo one; echo two >&2; exit 3"), Duration::from_secs(20), &sink, futures::future::pending().boxed()).await.unwrap();
        let Ended::Exit(status) = ended else { panic!("{ended:?}") };
        assert_eq!(status.code(), Some(3));
        let mut lines = lines.into_inner().unwrap();
        lines.sort();
        assert_eq!(lines, ["Error two", "Out one"]);
    }

    #[tokio::test]
    async fn a_stop_is_an_interrupt_that_the_program_may_answer() {
        let (begun, lines) = (Notify::new(), Mutex::new(Vec::new()));
        let sink = |_, line: String| {
            begun.notify_one();
            lines.lock().unwrap().push(line);
        };
        let script = "trap 'echo cleaning up; exit 1' INT; echo begun; while :; do sleep 0.05; done";
        let ended = process_run(shell(script), Duration::from_secs(20), &sink, begun.notified().boxed()).await.unwrap();
        assert_eq!(ended, Ended::Stopped);
        assert_eq!(*lines.lock().unwrap(), ["begun", "cleaning up"]);
    }

    #[tokio::test]
    async fn a_program_that_is_done_at_the_interrupt_is_done() {
        let begun = Notify::new();
        let sink = |_, _| begun.notify_one();
        let ended = process_run(
            shell("trap 'exit 0' INT; echo begun; while :; do sleep 0.05; done"),
            Duration::from_secs(20),
            &sink,
            begun.notified().boxed(),
        )
        .await
        .unwrap();
        assert!(matches!(ended, Ended::Exit(status) if status.success()), "{ended:?}");
    }

    #[tokio::test]
    async fn a_program_that_takes_too_long_is_stopped() {
        let ended = process_run(shell("exec sleep 600"), Duration::from_millis(50), &|_, _| {}, futures::future::pending().boxed()).await.unwrap();
        assert_eq!(ended, Ended::TimedOut);
    }

    #[tokio::test]
    async fn a_grandchild_that_keeps_the_output_open_does_not_hold_us_up() {
        let ended = process_run(shell("sleep 30 & exit 0"), Duration::from_secs(20), &|_, _| {}, futures::future::pending().boxed()).await.unwrap();
        assert!(matches!(ended, Ended::Exit(status) if status.success()), "{ended:?}");
    }

    #[tokio::test]
    async fn output_is_captured_whole_or_not_at_all() {
        let script = "head -c 100000 /dev/zero; echo warned >&2";
        let warned = Mutex::new(Vec::new());
        let sink = |_, line: String| warned.lock().unwrap().push(line);
        let (ended, whole) = process_capture(shell(script), Duration::from_secs(20), 100_000, &sink).await.unwrap();
        assert!(matches!(ended, Ended::Exit(status) if status.success()), "{ended:?}");
        assert_eq!((whole.map(|bytes| bytes.len()), warned.into_inner().unwrap()), (Some(100_000), vec!["warned".to_owned()]));
        let (_, whole) = process_capture(shell(script), Duration::from_secs(20), 99_999, &|_, _| {}).await.unwrap();
        assert_eq!(whole, None);
    }

    #[tokio::test]
    async fn a_program_that_cannot_be_started_is_named() {
        let error =
            process_run(Command::new("/nowhere/helm"), Duration::from_secs(20), &|_, _| {}, futures::future::pending().boxed()).await.unwrap_err();
        assert!(error.to_string().starts_with("`/nowhere/helm` could not be started: No such file"), "{error}");
    }
}
