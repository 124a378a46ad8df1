//! The fleet as a table for a terminal, and a sentence for each thing that is not as it should be.

use domain::fleet::{FleetBoard, FleetCell};
use domain::health::HealthStatus;

const HEADINGS: [&str; 5] = ["SERVICE", "ENVIRONMENT", "VERSION", "HEALTH", "REASON"];

/// The lines: headings, a row for each service where it runs or should, and sentences below.
pub(super) fn table_lines(board: &FleetBoard) -> Vec<String> {
    let cells: Vec<&FleetCell> = board.rows.iter().flat_map(|row| &row.cells).filter(|cell| is_shown(cell)).collect();
    if cells.is_empty() {
        return vec!["Nothing runs here.".to_owned()];
    }
    let rows = cells.iter().map(|cell| row(cell));
    let mut lines = aligned(&std::iter::once(HEADINGS.map(str::to_owned)).chain(rows).collect::<Vec<_>>());
    let mut sentences = cells.iter().filter_map(|cell| sentence(cell)).peekable();
    if sentences.peek().is_some() {
        lines.push(String::new());
    }
    lines.extend(sentences);
    lines
}

fn is_shown(cell: &FleetCell) -> bool {
    cell.release.is_some() || cell.health.is_some() || cell.operation.is_some()
}

fn row(cell: &FleetCell) -> [String; 5] {
    let version = cell.release.as_ref().and_then(|release| release.chart_version.clone()).unwrap_or_else(|| "-".to_owned());
    let version = match (&cell.operation, &cell.operation_version) {
        (Some(_), Some(coming)) => format!("{version} -> {coming}"),
        _ => version,
    };
    let (word, short) = cell.health.as_ref().map_or(("-", ""), |health| (health_word(health.status), health.short.as_str()));
    [cell.service.to_string(), cell.environment.to_string(), version, word.to_owned(), short.to_owned()]
}

/// What is wrong, or on its way.
fn sentence(cell: &FleetCell) -> Option<String> {
    let health = cell.health.as_ref().filter(|health| !matches!(health.status, HealthStatus::Healthy | HealthStatus::Asleep))?;
    Some(format!("{} in {}: {}", cell.service, cell.environment, health.sentence))
}

/// The word, as the pages have it.
fn health_word(status: HealthStatus) -> &'static str {
    match status {
        HealthStatus::Healthy => "Healthy",
        HealthStatus::Asleep => "Asleep",
        HealthStatus::Moving => "Moving",
        HealthStatus::Warning => "Warning",
        HealthStatus::Degraded => "Degraded",
        HealthStatus::Unknown => "Unknown",
    }
}

/// Columns two blanks apart, as wide as their widest text in characters.
fn aligned<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    let line = |row: &[String; COLUMNS]| {
        let cells: Vec<String> = row.iter().zip(widths).map(|(text, width)| format!("{text:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_text() {
        let rows = [["a", "bä", ""], ["longer", "c", "d"]].map(|row| row.map(str::to_owned));
        assert_eq!(aligned(&rows), ["a       bä", "longer  c   d"]);
    }

    #[test]
    fn a_cell_tells_what_runs_what_comes_and_how_it_is() {
        let cell = |json| serde_json::from_value::<FleetCell>(json).unwrap();
        let empty = serde_json::json!({ "service": "jobs", "environment": "staging", "release": null, "health": null, "behind": 0, "operation": null,
            "operation_version": null });
        assert!(!is_shown(&cell(empty.clone())));
        let mut coming = empty;
        coming["operation"] = 7.into();
        coming["operation_version"] = "1.2.0".into();
        let first = cell(coming.clone());
        assert!(is_shown(&first));
        assert_eq!((row(&first)[2].as_str(), row(&first)[3].as_str(), sentence(&first)), ("- -> 1.2.0", "-", None));
        coming["health"] = serde_json::json!({ "status": "degraded", "short": "crashes", "sentence": "It crashes." });
        let broken = cell(coming);
        assert_eq!(row(&broken)[3..], ["Degraded", "crashes"]);
        assert_eq!(sentence(&broken).unwrap(), "jobs in staging: It crashes.");
    }
}
