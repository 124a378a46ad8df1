//! What a plan says in a sentence. Pure.

use domain::plan::{Finding, ObjectFate, ReleasePlan, Severity};

use crate::components::Tone;
use crate::pages::words::counted;

/// "2 objects change, 1 is made, 14 stay as they are."
pub(super) fn summary(plan: &ReleasePlan) -> String {
    let count = |fate| plan.count(fate);
    let mut parts = Vec::new();
    let mut part = |count: usize, one: &str, many: &str| {
        if count > 0 {
            parts.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    };
    part(count(ObjectFate::Changed), "object changes", "objects change");
    part(count(ObjectFate::Relabelled), "gets a new version label", "get a new version label");
    part(count(ObjectFate::Added), "is made", "are made");
    part(count(ObjectFate::Removed), "is deleted", "are deleted");
    part(count(ObjectFate::Kept), "leaves the release", "leave the release");
    part(plan.hooks.len(), "hook runs", "hooks run");
    let stays = format!("{} as {}", counted(plan.unchanged, "object stays", "objects stay"), if plan.unchanged == 1 { "it is" } else { "they are" });
    match (parts.is_empty(), plan.unchanged) {
        (true, 0) => "Nothing would change.".to_owned(),
        (true, _) => format!("Nothing would change: {stays}."),
        (false, 0) => format!("{}.", parts.join(", ")),
        (false, _) => format!("{}; {stays}.", parts.join(", ")),
    }
}

/// Shape and colour of a finding.
pub(super) const fn severity_tone(severity: Severity) -> Tone {
    match severity {
        Severity::Note => Tone::None,
        Severity::Warning => Tone::Warn,
        Severity::Blocker => Tone::Bad,
    }
}

/// "2 to read", "1 stops it".
pub(super) fn findings_words(findings: &[Finding]) -> Option<(Tone, String)> {
    let blockers = findings.iter().filter(|finding| finding.severity == Severity::Blocker).count();
    match (blockers, findings.len()) {
        (0, 0) => None,
        (0, count) => Some((Tone::Warn, format!("{count} to read"))),
        (1, _) => Some((Tone::Bad, "1 stops it".to_owned())),
        (count, _) => Some((Tone::Bad, format!("{count} stop it"))),
    }
}

/// What becomes of an object, in a word.
pub(super) const fn fate_word(fate: ObjectFate) -> &'static str {
    match fate {
        ObjectFate::Added => "made",
        ObjectFate::Changed => "changes",
        ObjectFate::Relabelled => "version label",
        ObjectFate::Removed => "deleted",
        ObjectFate::Kept => "kept",
    }
}

/// The digest in groups of four, sixteen to a line, as it is read aloud.
pub(super) fn seal_lines(digest: &str) -> Vec<String> {
    let groups: Vec<String> = digest.chars().take(32).collect::<Vec<_>>().chunks(4).map(|group| group.iter().collect()).collect();
    groups.chunks(4).map(|line| line.join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_read_in_groups_of_four() {
        assert_eq!(seal_lines("9e41c07b52d8f3aa0b6e91c47d204e15ffff"), ["9e41 c07b 52d8 f3aa", "0b6e 91c4 7d20 4e15"]);
    }

    #[test]
    fn what_stops_it_outweighs_what_is_to_read() {
        let finding = |severity| Finding { severity, object: None, sentence: String::new(), hint: None };
        assert_eq!(findings_words(&[finding(Severity::Warning), finding(Severity::Blocker)]), Some((Tone::Bad, "1 stops it".to_owned())));
        assert_eq!(findings_words(&[finding(Severity::Note)]), Some((Tone::Warn, "1 to read".to_owned())));
    }
}
