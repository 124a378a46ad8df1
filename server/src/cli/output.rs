//! What commands write: lines on standard output, complaints on standard error, neither able to steer a terminal.

use std::io::{self, Write};

/// Lines for a reader. One who closes the pipe has read enough: no error, and the command goes on.
pub(crate) struct Output<'w> {
    writer: &'w mut dyn Write,
    fault: Option<io::Error>,
}

impl<'w> Output<'w> {
    pub(crate) fn new(writer: &'w mut dyn Write) -> Self {
        Self { writer, fault: None }
    }

    /// Writes a line, unless writing failed before.
    pub(crate) fn line(&mut self, text: &str) {
        if self.fault.is_none() {
            self.fault = writeln!(self.writer, "{}", printable(text)).err();
        }
    }

    /// Writes what is still kept back, and answers whether all could be written.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        match self.fault.take().map_or_else(|| self.writer.flush(), Err) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }
}

/// Says something on standard error. Nobody is left to tell if that can't be done.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "slipway: {}", printable(text));
}

/// The text without control characters: what charts and programs wrote must not move the reader's cursor.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_line_cannot_steer_the_terminal() {
        let mut written = Vec::new();
        Output::new(&mut written).line("a\tb\u{1b}[2Jc\rd\u{9b}e");
        assert_eq!(String::from_utf8(written).unwrap(), "a\tb\u{fffd}[2Jc\u{fffd}d\u{fffd}e\n");
    }

    #[test]
    fn a_closed_pipe_is_no_error_and_a_full_disk_is_one() {
        for (kind, fine) in [(io::ErrorKind::BrokenPipe, true), (io::ErrorKind::StorageFull, false)] {
            let mut broken = Broken(kind);
            let mut output = Output::new(&mut broken);
            output.line("a");
            output.line("b");
            assert_eq!(output.finish().is_ok(), fine, "{kind}");
        }
    }
}
