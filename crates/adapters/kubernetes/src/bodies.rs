//! Reads the body of the newest revision of each release in the background: few at a time, each tried a few times.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client};

use crate::body::{Body, BodyError, body_read};
use crate::error::KubernetesError;
use crate::index::ReleaseRef;
use crate::kept::secret_name;
use crate::state::Cluster;

/// Bodies read at the same time per cluster. Each may take 1 MiB, and some more while it is unpacked.
const BODIES_AT_ONCE: usize = 8;
/// Attempts per body. After that the release shows without its chart until it changes or the cluster is connected anew.
const ATTEMPTS_MAX: u32 = 4;
/// Wait after the first failed attempt; doubled with each further one.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Limit for one Secret.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads bodies as they are wanted, until dropped.
pub(crate) async fn bodies_read(cluster: Arc<Cluster>, client: Client) {
    let mut reading = FuturesUnordered::new();
    loop {
        while reading.len() < BODIES_AT_ONCE {
            let Some((release, revision)) = cluster.index_mut().body_take() else { break };
            reading.push(release_read(&cluster, &client, release, revision));
        }
        tokio::select! {
            Some(()) = reading.next(), if !reading.is_empty() => {}
            () = cluster.bodies_wanted.notified() => {}
        }
    }
}

async fn release_read(cluster: &Cluster, client: &Client, release: ReleaseRef, revision: u32) {
    let mut wait = RETRY_AFTER;
    for attempt in 1..=ATTEMPTS_MAX {
        match attempt_read(cluster, client, &release, revision).await {
            Ok(Some(body)) => {
                let changed = cluster.index_mut().body_put(release, revision, body);
                if let Some(release) = changed {
                    cluster.announce(release);
                }
                return;
            }
            Ok(None) => return, // it is gone; the watch tells
            Err(error) if attempt == ATTEMPTS_MAX || matches!(error, KubernetesError::Body { .. } | KubernetesError::Forbidden { .. }) => {
                tracing::warn!(cluster.name = %cluster.name(), release.name = %release.name, "release {}: {error}", release.name);
                return;
            }
            Err(_) => {
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
        }
    }
}

async fn attempt_read(cluster: &Cluster, client: &Client, release: &ReleaseRef, revision: u32) -> Result<Option<Body>, KubernetesError> {
    let secrets: Api<Secret> = Api::namespaced(client.clone(), release.namespace.as_str());
    let name = secret_name(release.name.as_str(), revision);
    let deed = format!("read secret “{name}” in namespace “{}”", release.namespace);
    let Some(secret) = cluster.call(&deed, READ_TIMEOUT, secrets.get_opt(&name)).await? else { return Ok(None) };
    let stored = secret.data.and_then(|mut data| data.remove("release"));
    // Unpacking takes milliseconds of pure computing: off the threads that serve people.
    let read = tokio::task::spawn_blocking(move || stored.map_or(Err(BodyError::Missing), |stored| body_read(&stored.0))).await;
    let release = format!("{}/{}", release.namespace, release.name);
    read.unwrap_or(Err(BodyError::Malformed)).map(Some).map_err(|why| KubernetesError::Body {
        cluster: cluster.name().clone(),
        release,
        revision,
        why,
    })
}
