//! “Did you mean”: the nearest of the names that would do.

/// The name nearest to what was written, if it is near at all.
pub(super) fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let lower = written.to_ascii_lowercase();
    let scored =
        names.into_iter().take(500).filter(|name| *name != written).filter_map(|name| Some((score(&lower, &name.to_ascii_lowercase())?, name)));
    scored.min_by_key(|(score, name)| (*score, name.len())).map(|(_, name)| name)
}

/// How far two names are apart; `None` if too far for a slip.
fn score(written: &str, name: &str) -> Option<usize> {
    let (left, right): (Vec<char>, Vec<char>) = (written.chars().take(64).collect(), name.chars().take(64).collect());
    let distance = distance(&left, &right);
    let shorter = left.len().min(right.len());
    let shared = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let is_slip = distance <= (left.len().max(right.len()) / 3).max(1);
    let is_beginning = shared >= 4 && shared * 5 >= shorter * 3;
    (is_slip || is_beginning).then_some(distance)
}

/// Levenshtein's distance, with two neighbours swapped as one step.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, b) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(a != b)).min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let is_swap = row > 0 && column > 0 && left.get(row - 1) == Some(b) && right.get(column - 1) == Some(a);
            if is_swap {
                best = best.min(at(&before, column - 1) + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_the_name_that_was_meant() {
        let names = ["replicaCount", "image", "imagePullSecrets", "resources", "nodeSelector"];
        let near = |written| nearest(written, names);
        assert_eq!(near("replicas"), Some("replicaCount"));
        assert_eq!(near("imgae"), Some("image"));
        assert_eq!(near("Resources"), Some("resources"));
        assert_eq!(near("nodeselector"), Some("nodeSelector"));
        assert_eq!(near("somethingElse"), None);
        assert_eq!(near("x"), None);
    }
}
