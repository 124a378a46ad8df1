//! Keeps one cluster connected: makes the client, probes it, runs its watches while it answers, and starts over otherwise.
//!
//! A cluster has tasks of its own, so one that is away hinders no other. What was seen of it stays until it is back.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use kube::Client;
use tokio::task::JoinSet;

use crate::bodies::bodies_read;
use crate::error::KubernetesError;
use crate::state::{Away, Cluster};
use crate::watch::watches_spawn;

/// Between two probes of a cluster that answers, or that is away.
const PROBE_EVERY: Duration = Duration::from_secs(5);
/// Limit of a probe.
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);
/// Wait before a failed probe is repeated.
const PROBE_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// Failed probes in a row after which the cluster counts as away: one lost answer is none.
const PROBES_FAILED_MAX: u32 = 2;
/// Shortest time between two probes, however many watches fail.
const PROBE_GAP: Duration = Duration::from_millis(250);
/// Wait after the configuration or credentials did not do: they are rarely repaired within seconds, and may run a program.
const RENEW_EVERY: Duration = Duration::from_secs(15);
/// Failed probes after which the configuration is read anew: its address or credentials may have changed.
const PROBES_PER_CLIENT: u32 = 12;

/// Keeps the cluster connected, until dropped.
pub(crate) async fn cluster_supervise(cluster: Arc<Cluster>) {
    loop {
        match cluster.configured.client().await {
            Ok(client) => client_use(&cluster, client).await,
            Err(error) => {
                away(&cluster, &error);
                tokio::time::sleep(RENEW_EVERY).await;
            }
        }
    }
}

/// Works with a client until a new one is needed.
async fn client_use(cluster: &Arc<Cluster>, client: Client) {
    let mut failed = 0;
    while failed < PROBES_PER_CLIENT {
        let error = match probe(cluster, &client).await {
            Ok(version) => {
                failed = 0;
                session(cluster, &client, version).await
            }
            Err(error) => error,
        };
        failed += 1;
        away(cluster, &error);
        if error.is_refusal() || matches!(error, KubernetesError::Credentials { .. }) {
            tokio::time::sleep(RENEW_EVERY).await;
            return;
        }
        tokio::time::sleep(PROBE_EVERY).await;
    }
}

/// Runs the watches while the cluster answers. Returns why it no longer does.
async fn session(cluster: &Arc<Cluster>, client: &Client, version: String) -> KubernetesError {
    let mut tasks = JoinSet::new();
    cluster.client_set(client.clone());
    cluster.signal(|signals| {
        (signals.version, signals.away) = (Some(version), None);
        signals.watches.clear();
    });
    watches_spawn(cluster, client, &mut tasks);
    tasks.spawn(bodies_read(cluster.clone(), client.clone()));
    let mut failed = 0;
    loop {
        let pause = if failed == 0 { PROBE_EVERY } else { PROBE_AGAIN_AFTER };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = cluster.probe_wanted.notified(), if failed == 0 => tokio::time::sleep(PROBE_GAP).await,
            // The watches run for ever: one that ended has failed in a way of our own.
            _ = tasks.join_next() => return KubernetesError::Unreachable { cluster: cluster.name().clone(), why: "a watch ended unexpectedly".into() },
        }
        match probe(cluster, client).await {
            Ok(version) => {
                failed = 0;
                cluster.signal(|signals| signals.version = Some(version));
            }
            Err(error) => {
                failed += 1;
                if failed >= PROBES_FAILED_MAX || error.is_refusal() {
                    return error;
                }
            }
        }
    }
}

/// Asks for the version, which every API server answers quickly and to everybody it knows.
async fn probe(cluster: &Cluster, client: &Client) -> Result<String, KubernetesError> {
    match cluster.call("read its version", PROBE_TIMEOUT, client.apiserver_version()).await {
        Ok(version) => Ok(version.git_version),
        // It answers, and keeps its version to itself; the lists tell whether it lets us in.
        Err(KubernetesError::Forbidden { .. }) => Ok("unknown".to_owned()),
        Err(error) => Err(error),
    }
}

fn away(cluster: &Cluster, error: &KubernetesError) {
    let away = if error.is_refusal() { Away::Refused(error.sentence()) } else { Away::Unreachable(error.sentence()) };
    cluster.signal(|signals| {
        let since = signals.away.as_ref().map_or_else(Timestamp::now, |(since, _)| *since);
        signals.away = Some((since, away));
    });
}
