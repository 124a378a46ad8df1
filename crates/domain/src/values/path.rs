//! [`Path`]: the way from the top of the values to one setting, and how it is written for people and in JSON pointers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One step of a [`Path`]. On the wire a key is a string and an index a number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Segment {
    /// An element of a list, counted from 0.
    Index(usize),
    /// A setting of a map.
    Key(String),
}

/// Where a setting is: `resources.limits.memory`, `hosts[0].name`. The empty path is the whole of the values.
///
/// On the wire it is a list of keys and numbers: `["hosts", 0, "name"]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(Vec<Segment>);

/// A text that is no path; the message says how one is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not the path of a setting. Write it as resources.limits.memory or hosts[0].name.")]
pub struct PathError(String);

impl Path {
    /// The path of the whole.
    pub fn root() -> Self {
        Self::default()
    }

    /// This path, one key deeper.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        let mut segments = self.0.clone();
        segments.push(Segment::Key(key.into()));
        Self(segments)
    }

    /// This path, one list element deeper.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        let mut segments = self.0.clone();
        segments.push(Segment::Index(index));
        Self(segments)
    }

    /// Whether this is the path of the whole.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The steps, from the top.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The last step.
    pub fn last(&self) -> Option<&Segment> {
        self.0.last()
    }

    /// The last key on the way, which names the setting even inside a list.
    pub fn last_key(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        })
    }

    /// The path of the map or list that holds this one; none for the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, rest)| Self(rest.to_vec()))
    }

    /// Whether the other path is this one, or leads through it.
    pub fn holds(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// What a JSON value holds there.
    pub fn lookup<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |inner, segment| match segment {
            Segment::Key(key) => inner.as_object()?.get(key),
            Segment::Index(index) => inner.as_array()?.get(*index),
        })
    }

    /// The path as a JSON pointer (RFC 6901): `/hosts/0/name`.
    pub fn pointer(&self) -> String {
        self.0.iter().fold(String::new(), |mut pointer, segment| {
            pointer.push('/');
            match segment {
                Segment::Key(key) => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
                Segment::Index(index) => pointer.push_str(&index.to_string()),
            }
            pointer
        })
    }
}

impl From<Vec<Segment>> for Path {
    fn from(segments: Vec<Segment>) -> Self {
        Self(segments)
    }
}

/// Whether the key needs no brackets and quotes in a written path.
fn is_simple(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '$' | '@'))
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if !is_simple(key) => write!(f, "[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))?,
                Segment::Key(key) if position == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let wrong = || PathError(text.chars().take(80).collect());
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (segment, after) = first_segment(rest, segments.is_empty()).ok_or_else(wrong)?;
            segments.push(segment);
            rest = after;
        }
        Ok(Self(segments))
    }
}

/// The first step of a written path, and what comes after it.
fn first_segment(text: &str, is_first: bool) -> Option<(Segment, &str)> {
    if let Some(quoted) = text.strip_prefix("[\"") {
        return quoted_key(quoted);
    }
    if let Some(number) = text.strip_prefix('[') {
        let (number, after) = number.split_once(']')?;
        return Some((Segment::Index(number.parse().ok()?), after));
    }
    let key = if is_first { text } else { text.strip_prefix('.')? };
    let end = key.find(['.', '[']).unwrap_or(key.len());
    let (key, after) = key.split_at(end);
    (!key.is_empty()).then(|| (Segment::Key(key.to_owned()), after))
}

/// The key up to `"]`, without its escapes.
fn quoted_key(text: &str) -> Option<(Segment, &str)> {
    let mut key = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => key.push(characters.next()?.1),
            '"' => return Some((Segment::Key(key), text.get(at + 1..)?.strip_prefix(']')?)),
            other => key.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_people_write_it() {
        let path = Path::root().key("hosts").index(0).key("name");
        assert_eq!(path.to_string(), "hosts[0].name");
        assert_eq!(path.pointer(), "/hosts/0/name");
        assert_eq!(Path::root().key("podAnnotations").key("a.b/\"c").to_string(), r#"podAnnotations["a.b/\"c"]"#);
    }

    #[test]
    fn a_written_path_is_read_back() {
        for path in [
            Path::root(),
            Path::root().key("resources").key("limits").key("memory"),
            Path::root().key("a").index(0).index(12).key("b.c").key("d\\\"]e"),
            Path::root().key(""),
        ] {
            assert_eq!(path.to_string().parse::<Path>().unwrap(), path);
        }
        for wrong in ["a..b", ".a", "a[x]", "a[0", "a[\"x", "a[0]b"] {
            assert!(wrong.parse::<Path>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_path_crosses_the_wire_as_a_list() {
        let path = Path::root().key("hosts").index(0);
        let wire = serde_json::to_string(&path).unwrap();
        assert_eq!(wire, r#"["hosts",0]"#);
        assert_eq!(serde_json::from_str::<Path>(&wire).unwrap(), path);
    }
}
