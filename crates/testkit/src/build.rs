//! Builders: nouns with usual contents, named in one short call.

use std::collections::BTreeMap;

use domain::catalog::{ChartRef, Service, ServiceDraft};
use domain::environment::{Environment, EnvironmentDraft, EnvironmentKind};
use domain::operation::{DeployTask, OperationRequest, OperationTask};
use domain::release::ReleaseKey;
use domain::service::{DeployDraft, RollbackDraft, UninstallDraft};
use domain::team::Team;
use domain::{Actor, ClusterName, EnvironmentName, Namespace, ReleaseName, Role, ServiceName, TeamName, Timestamp, UserName};

/// The chart repository of all built services.
pub const REPOSITORY: &str = "http://charts.test/stable";

/// Noon of a day in 2026.
pub fn noon() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// A team's name.
pub fn team_name(name: &str) -> TeamName {
    TeamName::new(name).unwrap()
}

/// A service's name.
pub fn service_name(name: &str) -> ServiceName {
    ServiceName::new(name).unwrap()
}

/// An environment's name.
pub fn environment_name(name: &str) -> EnvironmentName {
    EnvironmentName::new(name).unwrap()
}

/// A cluster's name.
pub fn cluster_name(name: &str) -> ClusterName {
    ClusterName::new(name).unwrap()
}

/// A namespace.
pub fn namespace(name: &str) -> Namespace {
    Namespace::new(name).unwrap()
}

/// A release's name.
pub fn release_name(name: &str) -> ReleaseName {
    ReleaseName::new(name).unwrap()
}

/// A user's name.
pub fn user(name: &str) -> UserName {
    UserName::new(name).unwrap()
}

/// A release's place.
pub fn release_key(cluster: &str, namespace_name: &str, name: &str) -> ReleaseKey {
    ReleaseKey { cluster: cluster_name(cluster), namespace: namespace(namespace_name), name: release_name(name) }
}

/// Someone with this role in these teams.
pub fn actor(name: &str, role: Role, teams: &[&str]) -> Actor {
    Actor { user: user(name), role, teams: teams.iter().map(|t| team_name(t)).collect() }
}

/// A developer of these teams.
pub fn developer(name: &str, teams: &[&str]) -> Actor {
    actor(name, Role::Developer, teams)
}

/// A platform engineer.
pub fn platform() -> Actor {
    actor("pia", Role::Platform, &[])
}

/// Someone who may only look.
pub fn viewer() -> Actor {
    actor("vera", Role::Viewer, &[])
}

/// A team with members.
pub fn team(name: &str, members: &[&str]) -> Team {
    Team { name: team_name(name), members: members.iter().map(|m| user(m)).collect(), created_at: noon() }
}

/// A chart of [`REPOSITORY`].
pub fn chart(name: &str) -> ChartRef {
    ChartRef { repository: REPOSITORY.into(), name: name.into() }
}

/// A service whose chart has its name.
pub fn service(name: &str, team: &str) -> Service {
    Service { name: service_name(name), team: team_name(team), chart: chart(name), default_values: BTreeMap::new(), created_at: noon(), revision: 1 }
}

/// What a person types for that service.
pub fn service_draft(name: &str, team: &str) -> ServiceDraft {
    ServiceDraft { name: name.into(), team: team.into(), repository: REPOSITORY.into(), chart: String::new(), default_values: BTreeMap::new() }
}

/// An environment whose namespace has its name.
pub fn environment(name: &str, kind: EnvironmentKind, cluster: &str, team: &str) -> Environment {
    Environment {
        name: environment_name(name),
        kind,
        cluster: cluster_name(cluster),
        namespace: namespace(name),
        team: team_name(team),
        created_at: noon(),
        revision: 1,
    }
}

/// What a person types for that environment.
pub fn environment_draft(name: &str, kind: EnvironmentKind, cluster: &str, team: &str) -> EnvironmentDraft {
    EnvironmentDraft { name: name.into(), kind, cluster: cluster.into(), namespace: String::new(), team: team.into() }
}

/// What a person asks when deploying.
pub fn deploy_draft(service: &str, environment: &str, version: &str) -> DeployDraft {
    DeployDraft { service: service_name(service), environment: environment_name(environment), version: version.into(), values: String::new() }
}

/// What a person asks when going back with `candidates` in `staging`, having seen `from_revision` as the newest.
pub fn rollback_draft(from_revision: u32, to_revision: u32) -> RollbackDraft {
    RollbackDraft { environment: environment_name("staging"), release: release_name("candidates"), from_revision, to_revision }
}

/// What a person asks when removing a release from `staging`, its name typed as it is.
pub fn uninstall_draft(release: &str) -> UninstallDraft {
    let release = release_name(release);
    UninstallDraft { environment: environment_name("staging"), confirm_name: release.to_string(), release, keep_history: false }
}

/// What is written down of a deploy.
pub fn deploy_request(service: &str, environment: &str, version: &str) -> OperationRequest {
    let task = DeployTask { chart: chart(service), version: version.into(), default_values: String::new(), values: String::new() };
    OperationRequest { service: service_name(service), environment: environment_name(environment), task: OperationTask::Deploy(task) }
}
