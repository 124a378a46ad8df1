//! Regular expressions of a schema, as far as charts use them: small, and linear in time for any pattern and text.
//!
//! Helm uses Go's `regexp`. What this module reads means the same there; what it doesn't read (flags, `\p`, POSIX classes,
//! counts above 100, …) is [`None`], and nothing is reported. A crate would cost more wasm than the whole of the checks.

/// Longest program; a pattern that needs more is not read.
const PROGRAM_MAX: usize = 2_000;
/// Longest text that is matched, in characters.
const TEXT_MAX: usize = 10_000;

/// Most pairs of a step and a place in the text.
const WORK_MAX: usize = 1_000_000;

/// A pattern, as instructions for [`Pattern::is_match`].
#[derive(Debug, Clone)]
pub(super) struct Pattern(Vec<Step>);

#[derive(Debug, Clone)]
enum Step {
    /// One character that is in the class.
    Class(Class),
    /// Both ways.
    Split(usize, usize),
    Jump(usize),
    Start,
    End,
    /// A word boundary, or none.
    Boundary(bool),
    Done,
}

#[derive(Debug, Clone, Default)]
struct Class {
    is_negated: bool,
    ranges: Vec<(char, char)>,
}

impl Class {
    fn holds(&self, character: char) -> bool {
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != self.is_negated
    }

    fn of(ranges: &[(char, char)]) -> Self {
        Self { is_negated: false, ranges: ranges.to_vec() }
    }
}

impl Pattern {
    /// Reads a pattern; `None` if it isn't sure to mean here what it means to Helm.
    pub(super) fn read(pattern: &str) -> Option<Self> {
        let mut reader = Reader { characters: pattern.chars().collect(), at: 0, depth: 0 };
        let mut steps = reader.alternatives()?;
        if reader.at < reader.characters.len() {
            return None;
        }
        steps.push(Step::Done);
        Some(Self(steps))
    }

    /// Whether the pattern matches anywhere in the text; `None` if the text is too long to say.
    pub(super) fn is_match(&self, text: &str) -> Option<bool> {
        let characters: Vec<char> = text.chars().take(TEXT_MAX + 1).collect();
        if characters.len() > TEXT_MAX || self.0.len() * characters.len() > WORK_MAX {
            return None;
        }
        let mut seen = vec![false; self.0.len() * (characters.len() + 1)];
        Some((0..=characters.len()).any(|start| self.matches_from(start, &characters, &mut seen)))
    }

    /// Each pair of step and place is tried once, so a text takes at most steps × characters.
    fn matches_from(&self, start: usize, text: &[char], seen: &mut [bool]) -> bool {
        let mut open = vec![(0, start)];
        while let Some((step, at)) = open.pop() {
            match seen.get_mut(step * (text.len() + 1) + at) {
                Some(was_seen) if !*was_seen => *was_seen = true,
                _ => continue,
            }
            let is_word = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_');
            match self.0.get(step) {
                Some(Step::Class(class)) if text.get(at).is_some_and(|character| class.holds(*character)) => open.push((step + 1, at + 1)),
                Some(Step::Split(first, second)) => open.extend([(*second, at), (*first, at)]),
                Some(Step::Jump(target)) => open.push((*target, at)),
                Some(Step::Start) if at == 0 => open.push((step + 1, at)),
                Some(Step::End) if at == text.len() => open.push((step + 1, at)),
                Some(Step::Boundary(wanted)) if (is_word(at.checked_sub(1)) != is_word(Some(at))) == *wanted => open.push((step + 1, at)),
                Some(Step::Done) => return true,
                _ => {}
            }
        }
        false
    }
}

struct Reader {
    characters: Vec<char>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += 1;
        Some(character)
    }

    fn takes(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.at += usize::from(is_next);
        is_next
    }

    fn alternatives(&mut self) -> Option<Vec<Step>> {
        let mut steps = self.sequence()?;
        while self.takes('|') {
            let other = self.sequence()?;
            let mut joined = vec![Step::Split(1, steps.len() + 2)];
            append(&mut joined, steps)?;
            joined.push(Step::Jump(joined.len() + 1 + other.len()));
            append(&mut joined, other)?;
            steps = joined;
        }
        Some(steps)
    }

    fn sequence(&mut self) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        while !matches!(self.peek(), None | Some('|' | ')')) {
            let piece = self.atom()?;
            let piece = self.repeated(piece)?;
            append(&mut steps, piece)?;
        }
        Some(steps)
    }

    fn atom(&mut self) -> Option<Vec<Step>> {
        let one = |class: Class| Some(vec![Step::Class(class)]);
        match self.take()? {
            '^' => Some(vec![Step::Start]),
            '$' => Some(vec![Step::End]),
            '.' => one(Class { is_negated: true, ranges: vec![('\n', '\n')] }),
            '[' => one(self.class()?),
            '(' => {
                if self.takes('?') && !self.takes(':') {
                    return None;
                }
                self.depth += 1;
                let inner = if self.depth > 20 { None } else { self.alternatives() }?;
                self.depth -= 1;
                self.takes(')').then_some(inner)
            }
            '\\' => match self.take()? {
                'b' => Some(vec![Step::Boundary(true)]),
                'B' => Some(vec![Step::Boundary(false)]),
                'A' => Some(vec![Step::Start]),
                'z' => Some(vec![Step::End]),
                letter => one(escaped(letter)?),
            },
            '*' | '+' | '?' | '{' | ')' => None,
            character => one(Class::of(&[(character, character)])),
        }
    }

    fn repeated(&mut self, piece: Vec<Step>) -> Option<Vec<Step>> {
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => return self.counted(piece),
            _ => return Some(piece),
        };
        self.at += 1;
        self.finish_repeat(&piece, least, most)
    }

    fn counted(&mut self, piece: Vec<Step>) -> Option<Vec<Step>> {
        self.at += 1;
        let close = self.characters.iter().skip(self.at).position(|character| *character == '}')?;
        let inside: String = self.characters.iter().skip(self.at).take(close).collect();
        self.at += close + 1;
        let count = |text: &str| text.parse::<usize>().ok().filter(|count| *count <= 100 && text.bytes().all(|byte| byte.is_ascii_digit()));
        let (least, most) = match inside.split_once(',') {
            None => (count(&inside)?, Some(count(&inside)?)),
            Some((least, "")) => (count(least)?, None),
            Some((least, most)) => (count(least)?, Some(count(most)?)),
        };
        if most.is_some_and(|most| most < least) {
            return None;
        }
        self.finish_repeat(&piece, least, most)
    }

    /// The piece over and over. Whether it takes as much or as little as it can makes no difference to a yes or no.
    fn finish_repeat(&mut self, piece: &[Step], least: usize, most: Option<usize>) -> Option<Vec<Step>> {
        self.takes('?');
        if matches!(self.peek(), Some('*' | '+' | '?' | '{')) {
            return None;
        }
        let mut steps = Vec::new();
        for _ in 0..least {
            append(&mut steps, piece.to_vec())?;
        }
        match most {
            None => {
                let start = steps.len();
                steps.push(Step::Split(start + 1, start + piece.len() + 2));
                append(&mut steps, piece.to_vec())?;
                steps.push(Step::Jump(start));
            }
            Some(most) => {
                for _ in least..most {
                    let start = steps.len();
                    steps.push(Step::Split(start + 1, start + piece.len() + 1));
                    append(&mut steps, piece.to_vec())?;
                }
            }
        }
        Some(steps)
    }

    fn class(&mut self) -> Option<Class> {
        let mut class = Class { is_negated: self.takes('^'), ranges: Vec::new() };
        let mut is_first = true;
        loop {
            let low = match self.take()? {
                ']' if !is_first => return Some(class),
                '[' if self.peek() == Some(':') => return None,
                '\\' => {
                    let inner = escaped(self.take()?)?;
                    match (inner.is_negated, inner.ranges.as_slice()) {
                        (false, [(low, high)]) if low == high => *low,
                        (false, ranges) => {
                            class.ranges.extend_from_slice(ranges);
                            is_first = false;
                            continue;
                        }
                        _ => return None,
                    }
                }
                character => character,
            };
            is_first = false;
            let is_range = self.peek() == Some('-') && self.characters.get(self.at + 1).is_some_and(|next| *next != ']');
            let high = if is_range { self.range_end()? } else { low };
            if high < low {
                return None;
            }
            class.ranges.push((low, high));
        }
    }

    fn range_end(&mut self) -> Option<char> {
        self.at += 1;
        match self.take()? {
            '\\' => match escaped(self.take()?)?.ranges.as_slice() {
                [(low, high)] if low == high => Some(*low),
                _ => None,
            },
            '[' => None,
            character => Some(character),
        }
    }
}

/// What a backslash and a letter stand for.
fn escaped(letter: char) -> Option<Class> {
    const DIGIT: [(char, char); 1] = [('0', '9')];
    const WORD: [(char, char); 4] = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
    const SPACE: [(char, char); 4] = [('\t', '\n'), ('\x0c', '\x0c'), ('\r', '\r'), (' ', ' ')];
    let negated = |ranges: &[(char, char)]| Class { is_negated: true, ranges: ranges.to_vec() };
    Some(match letter {
        'd' => Class::of(&DIGIT),
        'D' => negated(&DIGIT),
        'w' => Class::of(&WORD),
        'W' => negated(&WORD),
        's' => Class::of(&SPACE),
        'S' => negated(&SPACE),
        'n' => Class::of(&[('\n', '\n')]),
        't' => Class::of(&[('\t', '\t')]),
        'r' => Class::of(&[('\r', '\r')]),
        'f' => Class::of(&[('\x0c', '\x0c')]),
        'v' => Class::of(&[('\x0b', '\x0b')]),
        mark if mark.is_ascii_punctuation() => Class::of(&[(mark, mark)]),
        _ => return None,
    })
}

/// Adds steps whose jumps count from their own start.
fn append(steps: &mut Vec<Step>, more: Vec<Step>) -> Option<()> {
    let shift = steps.len();
    if shift + more.len() > PROGRAM_MAX {
        return None;
    }
    steps.extend(more.into_iter().map(|step| match step {
        Step::Split(first, second) => Step::Split(first + shift, second + shift),
        Step::Jump(target) => Step::Jump(target + shift),
        other => other,
    }));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> Option<bool> {
        Pattern::read(pattern)?.is_match(text)
    }

    #[test]
    fn the_patterns_of_charts_match_as_in_go() {
        for (pattern, text, expected) in [
            ("^[0-9]+(\\.[0-9]+)?(m|[KMGTPE]i?)?$", "512Mi", true),
            ("^[0-9]+(\\.[0-9]+)?(m|[KMGTPE]i?)?$", "512M i", false),
            ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "a-b", true),
            ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "a-", false),
            ("b", "abc", true),
            ("^$", "", true),
            ("^(a|bc|)d{2,3}$", "bcddd", true),
            ("^(a|bc|)d{2,3}$", "dddd", false),
            ("^(?:x+)*y$", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxz", false),
            ("^\\d{4}-\\d\\d$", "2026-11", true),
            ("^[^:/]+:\\d+$", "host:80", true),
            ("\\bfoo\\b", "a foo b", true),
            ("\\bfoo\\b", "afoo", false),
            ("^.$", "ä", true),
            ("^.$", "\n", false),
            ("^[\\w.-]+$", "a.b-c_d", true),
            ("^a??b$", "b", true),
            ("x*", "", true),
            ("a|b|c", "c", true),
            ("^(a|b|c)$", "b", true),
            ("^[]a]+$", "]a", true),
            ("^a{0}b{1,}$", "bb", true),
        ] {
            assert_eq!(matches(pattern, text), Some(expected), "{pattern} {text}");
        }
    }

    #[test]
    fn what_go_may_read_otherwise_is_not_read() {
        for pattern in ["(?i)a", "(?=a)", "\\p{L}", "[[:alpha:]]", "a**", "a{1001}", "(", "[a", "a)", "\\1", "*a", "[z-a]", "a{", "\\"] {
            assert!(Pattern::read(pattern).is_none(), "{pattern}");
        }
        assert!(Pattern::read(&"(".repeat(10_000)).is_none());
        assert!(Pattern::read("((a{100}){100}){100}").is_none());
    }
}
