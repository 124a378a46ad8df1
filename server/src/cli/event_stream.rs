//! Server-sent events as they arrive (HTML standard, section 9.2.6): from pieces of bytes to whole events.

use std::time::Duration;

/// Longest line, and most data of one event, in bytes. An event of ours is far below.
const BYTES_MAX: usize = 1024 * 1024;

/// A whole event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ServerEvent {
    /// Its name; empty for `message`.
    pub(crate) name: String,
    /// Its data, lines joined.
    pub(crate) data: String,
}

/// An event or a line is over [`BYTES_MAX`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Reads one connection. `id` is not kept: an event of ours carries its `seq` itself.
#[derive(Debug, Default)]
pub(crate) struct EventReader {
    line: Vec<u8>,
    after_return: bool,
    event: ServerEvent,
    has_data: bool,
    /// How long the server wants us to wait before asking again.
    pub(crate) retry: Option<Duration>,
}

impl EventReader {
    /// Takes the next bytes and answers the events that are whole now.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<Vec<ServerEvent>, TooLong> {
        let mut events = Vec::new();
        for &byte in bytes {
            match byte {
                b'\n' if self.after_return => {}
                b'\n' | b'\r' => events.extend(self.line_end()),
                _ => self.line.push(byte),
            }
            self.after_return = byte == b'\r';
            if self.line.len() + self.event.data.len() > BYTES_MAX {
                return Err(TooLong);
            }
        }
        Ok(events)
    }

    fn line_end(&mut self) -> Option<ServerEvent> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        let line = String::from_utf8_lossy(&line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            "retry" => self.retry = value.parse().ok().map(Duration::from_millis).or(self.retry),
            _ => {} // a comment, `id`, or nothing we know
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, data: &str) -> ServerEvent {
        ServerEvent { name: name.to_owned(), data: data.to_owned() }
    }

    #[test]
    fn events_are_whole_however_the_bytes_are_cut() {
        let text = ": keep\n\nretry: 500\nevent: event\nid: 3\ndata: {\"a\":\ndata: \"ä\"}\n\ndata:x\r\n\r\ndata\r\revent: end\ndata: {}\n\nevent: cut\ndata: y";
        let expected = [event("event", "{\"a\":\n\"ä\"}"), event("", "x"), event("", ""), event("end", "{}")];
        for size in [1, 2, 3, 7, text.len()] {
            let mut reader = EventReader::default();
            let events: Vec<_> = text.as_bytes().chunks(size).flat_map(|bytes| reader.push(bytes).unwrap()).collect();
            assert_eq!(events, expected, "in pieces of {size}");
            assert_eq!(reader.retry, Some(Duration::from_millis(500)));
        }
    }

    #[test]
    fn an_event_without_data_is_none_and_one_without_end_is_refused() {
        let mut reader = EventReader::default();
        assert_eq!(reader.push(b"event: a\n\nretry: soon\n\n"), Ok(Vec::new()));
        assert_eq!(reader.retry, None);
        assert_eq!(reader.push(&vec![b'a'; BYTES_MAX + 1]), Err(TooLong));
    }
}
