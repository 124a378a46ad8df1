//! `slipway versions`: the versions on standard input that a constraint admits, newest first, by Helm's rules.
//!
//! For pipelines and for people who wonder what a constraint means: no configuration, no database, no network.
//!
//! - One version a line. Blanks around it and blank lines don't count; it is printed as it was written.
//! - What is no version is named on standard error with its line number. The others are still printed; exit code 1.
//! - A bad constraint: nothing is read or printed; exit code 2, as for every other wrong argument.
//! - Input over [`LINES_MAX`] or that can't be read: nothing is printed, as the newest might be missing; exit code 1.
//! - A reader who closes the pipe (`| head -1`) has read enough: no message, and the exit code is as if it had read all.

use std::io::{self, BufRead, Read as _, Write};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use domain::version::{Constraint, Version};

use crate::config::VersionsOptions;

/// Most lines that are read, blank ones included.
const LINES_MAX: usize = 1_000_000;
/// Longest line that is looked at, in bytes without its end. A version has at most 256.
const LINE_BYTES_MAX: usize = 4096;
/// Most lines that are named on standard error. The others are counted.
const FAULTS_NAMED_MAX: usize = 1_000;
/// The exit code of a wrong argument, which is clap's.
const EXIT_USAGE: u8 = 2;

pub(crate) fn run(options: &VersionsOptions) -> ExitCode {
    let mut messages = io::stderr().lock();
    let code = versions_list(options.constraint.as_deref(), io::stdin().lock(), io::BufWriter::new(io::stdout().lock()), &mut messages);
    ExitCode::from(code)
}

/// Answers the exit code. Nobody is left to tell if `messages` can't be written to, so its errors are not looked at.
fn versions_list(constraint: Option<&str>, input: impl BufRead, output: impl Write, messages: &mut impl Write) -> u8 {
    let constraint = match constraint.map(Constraint::parse).transpose() {
        Ok(constraint) => constraint,
        Err(error) => {
            let _ = writeln!(messages, "slipway: {error} {}", error.hint());
            return EXIT_USAGE;
        }
    };
    let listed = versions_read(constraint.as_ref(), input, messages).and_then(|(mut versions, faults)| {
        versions.sort_unstable_by(|left, right| right.cmp(left));
        versions_print(&versions, output).map(|()| u8::from(faults > 0))
    });
    listed.unwrap_or_else(|error| {
        let _ = writeln!(messages, "slipway: {error:#}");
        1
    })
}

/// The versions that match, and how many lines are no versions.
fn versions_read(constraint: Option<&Constraint>, mut input: impl BufRead, messages: &mut impl Write) -> anyhow::Result<(Vec<Version>, usize)> {
    let mut versions = Vec::new();
    let mut faults = 0;
    let mut line = Vec::new();
    for number in 1.. {
        let fault = match line_read(&mut input, &mut line).context("can't read standard input, so nothing is listed")? {
            LineRead::End => break,
            _ if number > LINES_MAX => bail!("standard input has more than {LINES_MAX} lines, so nothing is listed. Send fewer at a time."),
            LineRead::TooLong => format!("has more than {LINE_BYTES_MAX} bytes, which no version has."),
            LineRead::Whole if line.trim_ascii().is_empty() => continue,
            LineRead::Whole => match Version::parse(&String::from_utf8_lossy(line.trim_ascii())) {
                Ok(version) => {
                    versions.extend(Some(version).filter(|version| constraint.is_none_or(|constraint| constraint.matches(version))));
                    continue;
                }
                Err(error) => error.to_string(),
            },
        };
        faults += 1;
        if faults <= FAULTS_NAMED_MAX {
            let _ = writeln!(messages, "slipway: line {number}: {fault}");
        }
    }
    if faults > FAULTS_NAMED_MAX {
        let _ = writeln!(messages, "slipway: and {} more lines that are no versions.", faults - FAULTS_NAMED_MAX);
    }
    Ok((versions, faults))
}

/// What [`line_read`] met.
enum LineRead {
    /// No more lines.
    End,
    /// A line, now in the buffer.
    Whole,
    /// A line over [`LINE_BYTES_MAX`], which was skipped.
    TooLong,
}

fn line_read(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<LineRead> {
    line.clear();
    input.by_ref().take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', line)?;
    if line.is_empty() {
        return Ok(LineRead::End);
    }
    if line.len() <= LINE_BYTES_MAX || line.ends_with(b"\n") {
        return Ok(LineRead::Whole);
    }
    input.skip_until(b'\n')?;
    Ok(LineRead::TooLong)
}

fn versions_print(versions: &[Version], mut output: impl Write) -> anyhow::Result<()> {
    let written = versions.iter().try_for_each(|version| writeln!(output, "{version}")).and_then(|()| output.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("can't write to standard output"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exit code, standard output, standard error.
    fn listed(constraint: Option<&str>, input: impl AsRef<[u8]>) -> (u8, String, String) {
        let (mut output, mut messages) = (Vec::new(), Vec::new());
        let code = versions_list(constraint, input.as_ref(), &mut output, &mut messages);
        (code, String::from_utf8(output).unwrap(), String::from_utf8(messages).unwrap())
    }

    #[test]
    fn all_versions_are_printed_newest_first_as_they_were_written() {
        let (code, output, messages) = listed(None, "1.9.0\n\n  v1.10\t\r\n1.10.0-rc.1\n \n1.9.0\n2.0.0-rc.1+b");
        assert_eq!((code, output.as_str(), messages.as_str()), (0, "2.0.0-rc.1+b\nv1.10\n1.10.0-rc.1\n1.9.0\n1.9.0\n", ""));
        assert_eq!(listed(None, ""), (0, String::new(), String::new()));
    }

    #[test]
    fn with_a_constraint_only_what_matches_is_printed() {
        let (code, output, messages) = listed(Some(">=1.2 <2 || 3.x"), "1.2.0\n1.1.9\n3.1.4\n2.0.0\n1.10.0\n1.3.0-rc.1\n");
        assert_eq!((code, output.as_str(), messages.as_str()), (0, "3.1.4\n1.10.0\n1.2.0\n", ""));
        assert_eq!(listed(Some(">9"), "1.2.0\n"), (0, String::new(), String::new()));
    }

    #[test]
    fn lines_that_are_no_versions_are_named_and_the_others_are_printed() {
        let (code, output, messages) = listed(Some("1.x"), b"1.0.0\nlatest\n\n1.\xff\n1.2.0\n1 2\n");
        assert_eq!((code, output.as_str()), (1, "1.2.0\n1.0.0\n"));
        assert_eq!(
            messages,
            "slipway: line 2: “latest” is not a version.\nslipway: line 4: “1.\u{fffd}” is not a version.\nslipway: line 6: “1 2” is not a version.\n"
        );
    }

    #[test]
    fn a_bad_constraint_is_named_and_nothing_is_printed() {
        let (code, output, messages) = listed(Some(">= banana"), "1.0.0\nlatest\n");
        assert_eq!((code, output.as_str()), (2, ""));
        assert!(
            messages.starts_with("slipway: “>= banana” is not a version constraint: “>= banana” can't be read. Write for example "),
            "{messages}"
        );
        assert_eq!(listed(Some(""), "1.0.0\n").0, 2);
    }

    #[test]
    fn a_line_of_4096_bytes_is_read_and_a_longer_one_is_skipped() {
        let (code, output, _) = listed(None, format!("1.0.0{}\n2.0.0", " ".repeat(4091)));
        assert_eq!((code, output.as_str()), (0, "2.0.0\n1.0.0\n"));
        let (code, output, messages) = listed(None, format!("1.0.0{}\n2.0.0\n{}", " ".repeat(4092), "9".repeat(10_000)));
        assert_eq!((code, output.as_str()), (1, "2.0.0\n"));
        assert!(messages.starts_with("slipway: line 1: has more than 4096 bytes, which no version has.\nslipway: line 3: "), "{messages}");
    }

    #[test]
    fn a_million_lines_are_read_and_more_are_refused() {
        let million = "\n".repeat(LINES_MAX - 1) + "1.0.0\n";
        assert_eq!(listed(None, &million), (0, "1.0.0\n".to_owned(), String::new()));
        let (code, output, messages) = listed(None, million + "2.0.0");
        assert_eq!((code, output.as_str()), (1, ""));
        assert_eq!(messages, "slipway: standard input has more than 1000000 lines, so nothing is listed. Send fewer at a time.\n");
    }

    #[test]
    fn after_a_thousand_bad_lines_the_others_are_only_counted() {
        let (code, output, messages) = listed(None, "latest\n".repeat(1_003) + "1.0.0");
        assert_eq!((code, output.as_str(), messages.lines().count()), (1, "1.0.0\n", 1_001));
        assert!(messages.ends_with("slipway: and 3 more lines that are no versions.\n"));
    }

    /// A pipe that is closed, or full for good.
    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_closed_pipe_is_no_error_and_a_full_disk_is_one() {
        let mut messages = Vec::new();
        assert_eq!(versions_list(None, &b"1.0.0\n"[..], Broken(io::ErrorKind::BrokenPipe), &mut messages), 0);
        assert_eq!(String::from_utf8_lossy(&messages), "");
        assert_eq!(versions_list(None, &b"1.0.0\n"[..], Broken(io::ErrorKind::StorageFull), &mut messages), 1);
        assert!(String::from_utf8_lossy(&messages).starts_with("slipway: can't write to standard output: "));
    }
}
