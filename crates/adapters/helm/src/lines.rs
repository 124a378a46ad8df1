//! A program's output, line by line, within bounds: whatever it writes, it is read to the end, and memory stays small.

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// Longest line that is kept, in bytes; the rest of it is dropped.
const LINE_BYTES_MAX: usize = 4096;
/// Most lines that are kept of one output; the rest are dropped.
pub(crate) const LINES_MAX: usize = 5000;

/// Reads to the end and gives each line, without its end and control characters, to `sink`. A read error is an end.
pub(crate) async fn lines_read(mut reader: impl AsyncBufRead + Unpin, mut sink: impl FnMut(String)) {
    let mut line = Line::default();
    let mut count = 0;
    let mut emit = |line: &mut Line| {
        count += 1;
        match count {
            ..=LINES_MAX => sink(line.take()),
            _ if count == LINES_MAX + 1 => sink(format!("More than {LINES_MAX} lines: the rest is left out.")),
            _ => {}
        }
        *line = Line::default();
    };
    while let Ok(chunk) = reader.fill_buf().await {
        if chunk.is_empty() {
            break;
        }
        let taken = chunk.len();
        let mut parts = chunk.split(|byte| *byte == b'\n');
        line.push(parts.next().unwrap_or_default());
        for part in parts {
            emit(&mut line);
            line.push(part);
        }
        reader.consume(taken);
    }
    if line.begun {
        emit(&mut line);
    }
}

#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    begun: bool,
    cut: bool,
}

impl Line {
    fn push(&mut self, part: &[u8]) {
        let room = LINE_BYTES_MAX - self.bytes.len();
        self.begun |= !part.is_empty();
        self.cut |= part.len() > room;
        self.bytes.extend_from_slice(&part[..part.len().min(room)]);
    }

    fn take(&self) -> String {
        let mut text: String = String::from_utf8_lossy(&self.bytes).chars().filter(|c| !c.is_control() || *c == '\t').collect();
        if self.cut {
            text.push('…');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        lines_read(text, |line| lines.push(line)).await;
        lines
    }

    #[tokio::test]
    async fn lines_lose_their_ends_and_control_characters_and_nothing_else() {
        assert_eq!(read(b"one\r\n\ntwo \x1b[31mred\n\xff\nlast").await, ["one", "", "two [31mred", "\u{fffd}", "last"]);
        assert!(read(b"").await.is_empty());
    }

    #[tokio::test]
    async fn a_long_line_is_cut_and_the_next_is_whole() {
        let lines = read(format!("{}\nnext\n", "x".repeat(1_000_000)).as_bytes()).await;
        assert_eq!(lines, [format!("{}…", "x".repeat(LINE_BYTES_MAX)), "next".to_owned()]);
    }

    #[tokio::test]
    async fn too_many_lines_end_with_one_that_says_so() {
        let lines = read("y\n".repeat(LINES_MAX * 3).as_bytes()).await;
        assert_eq!(lines.len(), LINES_MAX + 1);
        assert_eq!(lines.last().unwrap(), "More than 5000 lines: the rest is left out.");
    }
}
