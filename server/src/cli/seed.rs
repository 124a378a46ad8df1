//! `slipway seed`: the demo's teams, environments and services, through the same use cases a person would use.
//!
//! Safe to repeat: what is there already is left as it is.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use domain::catalog::ServiceDraft;
use domain::cluster::ClusterState;
use domain::environment::{EnvironmentDraft, EnvironmentKind};
use domain::service::Portal;
use domain::{Actor, AppError, ErrorKind};

use crate::config::SeedOptions;
use crate::{auth, telemetry, wiring};

/// How long the cluster may take to answer.
const CLUSTER_WAIT: Duration = Duration::from_secs(30);

/// Teams and their services.
const TEAMS: [(&str, &[&str]); 2] = [("talent", &["candidates", "jobs", "notifications"]), ("edge", &["gateway", "web"])];
const ENVIRONMENTS: [(&str, EnvironmentKind); 3] =
    [("development", EnvironmentKind::Development), ("staging", EnvironmentKind::Staging), ("production-eu", EnvironmentKind::Production)];

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
        let draft = EnvironmentDraft { name: name.to_owned(), kind, cluster: options.cluster.clone(), namespace: String::new(), team: "talent".to_owned() };
        there(portal.environments.environment_create(&actor, draft).await.map(drop))?;
    }
    world.store.close().await;
    Ok(())
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
