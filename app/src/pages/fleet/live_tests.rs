//! What needs a person, as cells change.

use domain::health::Health;
use domain::release::{Release, ReleaseKey, ReleaseStatus};
use domain::{ClusterName, Namespace, ReleaseName};

use super::*;

fn cell(service: &str, status: HealthStatus) -> FleetCell {
    let key =
        ReleaseKey { cluster: ClusterName::new("eu").unwrap(), namespace: Namespace::new("shop").unwrap(), name: ReleaseName::new(service).unwrap() };
    let release = Release {
        key,
        revision: 1,
        status: ReleaseStatus::Deployed,
        operation: None,
        chart: None,
        chart_version: None,
        app_version: None,
        updated_at: None,
    };
    FleetCell {
        service: ServiceName::new(service).unwrap(),
        environment: EnvironmentName::new("staging").unwrap(),
        release: Some(release),
        health: Some(Health { status, short: String::new(), sentence: format!("{status:?}") }),
        behind: 0,
        operation: None,
        operation_version: None,
    }
}

fn names(list: &[Attention]) -> Vec<&str> {
    list.iter().map(|entry| entry.service.as_str()).collect()
}

#[test]
fn the_worst_stands_first() {
    let list = attention_after(&[], &cell("search", HealthStatus::Warning)).unwrap();
    let list = attention_after(&list, &cell("jobs", HealthStatus::Degraded)).unwrap();
    assert_eq!(names(&list), ["jobs", "search"]);
}

#[test]
fn a_cell_that_is_well_again_needs_nobody() {
    let list = attention_after(&[], &cell("jobs", HealthStatus::Degraded)).unwrap();
    assert_eq!(names(&attention_after(&list, &cell("jobs", HealthStatus::Healthy)).unwrap()), Vec::<&str>::new());
    assert_eq!(attention_after(&[], &cell("jobs", HealthStatus::Healthy)), None);
}

#[test]
fn the_same_again_changes_nothing() {
    let list = attention_after(&[], &cell("jobs", HealthStatus::Degraded)).unwrap();
    assert_eq!(attention_after(&list, &cell("jobs", HealthStatus::Degraded)), None);
}

#[test]
fn what_cant_be_seen_and_runs_nothing_needs_nobody() {
    let unseen = FleetCell { release: None, ..cell("jobs", HealthStatus::Unknown) };
    assert_eq!(attention_after(&[], &unseen), None);
}
