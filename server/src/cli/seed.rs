//! `slipway seed`: the demo's teams, environments and services, through the same use cases a person would use.
//!
//! Safe to repeat: what is there already is left as it is. The portal must be running: it serves the charts, and carries
//! out the deploys that `--deploy` writes down.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use domain::catalog::ServiceDraft;
use domain::cluster::ClusterState;
use domain::environment::{EnvironmentDraft, EnvironmentKind};
use domain::service::{DeployDraft, Portal};
use domain::{Actor, AppError, ErrorKind, OperationId};
use futures::StreamExt as _;

use crate::config::SeedOptions;
use crate::{auth, telemetry, wiring};

/// How long the cluster may take to answer.
const CLUSTER_WAIT: Duration = Duration::from_secs(30);

/// Teams and their services.
const TEAMS: [(&str, &[&str]); 2] = [("talent", &["candidates", "jobs", "notifications"]), ("edge", &["gateway", "web"])];
const ENVIRONMENTS: [(&str, EnvironmentKind); 3] =
    [("development", EnvironmentKind::Development), ("staging", EnvironmentKind::Staging), ("production-eu", EnvironmentKind::Production)];

/// What the demo begins with: service, environment, version. Later ones for the same place wait for the earlier.
const DEPLOYS: [(&str, &str, &str); 14] = [
    ("candidates", "development", "1.6.0"),
    ("jobs", "development", "3.1.1"),
    ("notifications", "development", "1.0.0-rc.1"),
    ("gateway", "development", "2.13.0"),
    ("web", "development", "5.40.2"),
    ("candidates", "staging", "1.5.0"),
    ("jobs", "staging", "3.0.4"),
    ("notifications", "staging", "0.9.3"),
    ("gateway", "staging", "2.12.1"),
    ("candidates", "production-eu", "1.4.2"),
    ("notifications", "production-eu", "0.9.2"),
    ("gateway", "production-eu", "2.12.0"),
    ("jobs", "production-eu", "3.0.4"),
    ("jobs", "production-eu", "3.1.0"), // its image does not exist: something to explain
];
/// How long one of them may take.
const DEPLOY_WAIT: Duration = Duration::from_mins(2);

pub(crate) fn run(options: Box<SeedOptions>) -> anyhow::Result<()> {
    telemetry::init("warn", false)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(seed(&options))
}

async fn seed(options: &SeedOptions) -> anyhow::Result<()> {
    let world = wiring::World::open(&options.world).await?;
    let portal = world.control.portal();
    let actor = auth::demo::DemoUser::Platform.actor(&world.store).await?;
    cluster_wait(&portal, &actor, &options.cluster).await?;
    for (team, services) in TEAMS {
        there(portal.teams.team_create(&actor, team, vec![auth::demo::DemoUser::Developer.name().to_owned()]).await.map(drop))?;
        for service in services {
            let draft = ServiceDraft {
                name: (*service).to_owned(),
                team: team.to_owned(),
                repository: options.repository.clone(),
                chart: String::new(),
                default_values: BTreeMap::from([(EnvironmentKind::Development, "replicaCount: 1\n".to_owned())]),
            };
            there(portal.services.service_create(&actor, draft).await.map(drop))?;
        }
    }
    for (name, kind) in ENVIRONMENTS {
        let draft =
            EnvironmentDraft { name: name.to_owned(), kind, cluster: options.cluster.clone(), namespace: String::new(), team: "talent".to_owned() };
        there(portal.environments.environment_create(&actor, draft).await.map(drop))?;
    }
    if options.deploy && portal.operations.operation_list(&actor, None).await?.is_empty() {
        deploys_begin(&portal, &actor).await?;
    }
    world.store.close().await;
    Ok(())
}

/// Writes the deploys down; the running portal carries them out.
async fn deploys_begin(portal: &Portal, actor: &Actor) -> anyhow::Result<()> {
    let mut begun: Vec<(&str, &str, OperationId)> = Vec::new();
    for (service, environment, version) in DEPLOYS {
        if let Some((.., earlier)) = begun.iter().find(|(s, e, _)| *s == service && *e == environment) {
            operation_wait(portal, actor, *earlier).await?;
        }
        let draft = DeployDraft { service: service.parse()?, environment: environment.parse()?, version: version.to_owned(), values: String::new() };
        begun.push((service, environment, portal.operations.operation_deploy(actor, draft).await?));
    }
    Ok(())
}

async fn operation_wait(portal: &Portal, actor: &Actor, id: OperationId) -> anyhow::Result<()> {
    let mut events = portal.operations.operation_follow(actor, id, 0).await?;
    let ended = tokio::time::timeout(DEPLOY_WAIT, async { while events.next().await.is_some() {} }).await;
    ended.with_context(|| format!("operation {id} did not end in {} s: is the portal running?", DEPLOY_WAIT.as_secs()))
}

async fn cluster_wait(portal: &Portal, actor: &Actor, name: &str) -> anyhow::Result<()> {
    let started = std::time::Instant::now();
    loop {
        let cluster = portal.clusters.cluster_list(actor).await?.into_iter().find(|c| c.name.as_str() == name);
        let state = cluster.with_context(|| format!("there is no cluster {name} in the kubeconfig"))?.state;
        match state {
            ClusterState::Live { .. } => return Ok(()),
            ClusterState::Away { reason, .. } | ClusterState::Refused { reason, .. } if started.elapsed() > CLUSTER_WAIT => bail!("{reason}"),
            _ if started.elapsed() > CLUSTER_WAIT => bail!("cluster {name} did not answer in {} s", CLUSTER_WAIT.as_secs()),
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Being there already is fine.
fn there(result: Result<(), AppError>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind != ErrorKind::Conflict => Err(error.into()),
        _ => Ok(()),
    }
}
