//! One watch: list, follow, put into the index, announce; with backoff, and a fresh list where following fails.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use futures::StreamExt;
use kube::runtime::watcher::{self, Event};
use kube::{Api, Client};

use crate::error::KubernetesError;
use crate::kept::{Kept, ObjectId, namespace_of};
use crate::shapes;
use crate::state::{Cluster, WatchKind, WatchState};
use crate::wire::Seen;

/// Wait after the first failure of a watch; doubled with each further one.
const BACKOFF_MIN: Duration = Duration::from_millis(500);
/// Longest wait between attempts.
const BACKOFF_MAX: Duration = Duration::from_secs(15);
/// After as many failures in a row the list is read anew.
const FAILURES_MAX: u32 = 5;
/// Objects per page of a list.
const PAGE_SIZE: u32 = 500;

/// All watches of a cluster, each a task of its own that ends with the set.
pub(crate) fn watches_spawn(cluster: &Arc<Cluster>, client: &Client, tasks: &mut tokio::task::JoinSet<()>) {
    let all = watcher::Config::default().page_size(PAGE_SIZE);
    let releases = all.clone().labels("owner=helm").fields("type=helm.sh/release.v1");
    tasks.spawn(watch::<shapes::ReleaseSecret>(cluster.clone(), client.clone(), releases));
    tasks.spawn(watch::<shapes::Deployment>(cluster.clone(), client.clone(), all.clone()));
    tasks.spawn(watch::<shapes::StatefulSet>(cluster.clone(), client.clone(), all.clone()));
    tasks.spawn(watch::<shapes::DaemonSet>(cluster.clone(), client.clone(), all.clone()));
    tasks.spawn(watch::<shapes::ReplicaSet>(cluster.clone(), client.clone(), all.clone()));
    tasks.spawn(watch::<shapes::Job>(cluster.clone(), client.clone(), all.clone()));
    tasks.spawn(watch::<shapes::Pod>(cluster.clone(), client.clone(), all.clone()));
    tasks.spawn(watch::<shapes::Node>(cluster.clone(), client.clone(), all));
}

/// Watches one kind until dropped.
async fn watch<K: Kept>(cluster: Arc<Cluster>, client: Client, config: watcher::Config) {
    let mut backoff = BACKOFF_MIN;
    loop {
        let mut stream = Box::pin(watcher::watcher(Api::<Seen<K>>::all(client.clone()), config.clone()));
        let mut listed: Option<HashSet<ObjectId>> = None;
        let mut failures = 0;
        while let Some(event) = stream.next().await {
            match event {
                Ok(event) => {
                    // `Init` comes before anything was asked, so it proves nothing.
                    if !matches!(event, Event::Init) {
                        (failures, backoff) = (0, BACKOFF_MIN);
                    }
                    apply(&cluster, event, &mut listed);
                }
                Err(error) => {
                    failures += 1;
                    let refused = failed::<K>(&cluster, &error);
                    tokio::time::sleep(backoff).await;
                    backoff = (backoff * 2).min(BACKOFF_MAX);
                    if refused || failures >= FAILURES_MAX {
                        break; // a fresh list tells for certain when it works again; a resumed watch may stay silent
                    }
                }
            }
        }
    }
}

/// Puts one event into the index. While a list is read nobody is told about single objects: its end announces them all.
fn apply<K: Kept>(cluster: &Cluster, event: Event<Seen<K>>, listed: &mut Option<HashSet<ObjectId>>) {
    let nodes_before = nodes_ready::<K>(cluster);
    let changed = match event {
        Event::Init => {
            *listed = Some(HashSet::new());
            return;
        }
        Event::InitApply(object) => {
            let namespace = namespace_of(&object);
            K::put(&mut cluster.index_mut(), namespace.as_ref(), &object);
            if let Some(listed) = listed {
                listed.insert((namespace, object.name().to_owned()));
            }
            return;
        }
        Event::InitDone => return list_done::<K>(cluster, listed.take().unwrap_or_default()),
        Event::Apply(object) => K::put(&mut cluster.index_mut(), namespace_of(&object).as_ref(), &object),
        Event::Delete(object) => K::remove(&mut cluster.index_mut(), namespace_of(&object).as_ref(), object.name()),
    };
    for release in changed {
        cluster.announce(release);
    }
    if nodes_before != nodes_ready::<K>(cluster) {
        cluster.announce_all();
    }
    if K::WATCH == WatchKind::ReleaseSecrets {
        cluster.bodies_wanted.notify_one();
    }
}

/// How many nodes are ready and there, for the watch of nodes alone.
fn nodes_ready<K: Kept>(cluster: &Cluster) -> Option<(usize, usize)> {
    (K::WATCH == WatchKind::Nodes).then(|| {
        let index = cluster.index();
        (index.nodes.values().filter(|ready| **ready).count(), index.nodes.len())
    })
}

/// A list is complete: what it did not have is gone.
fn list_done<K: Kept>(cluster: &Cluster, listed: HashSet<ObjectId>) {
    {
        let mut index = cluster.index_mut();
        for (namespace, name) in K::ids(&index).into_iter().filter(|id| !listed.contains(id)) {
            K::remove(&mut index, namespace.as_ref(), &name);
        }
        if K::WATCH == WatchKind::ReleaseSecrets {
            index.bodies_want_all();
        }
    }
    if K::WATCH == WatchKind::ReleaseSecrets {
        cluster.bodies_wanted.notify_one();
    }
    cluster.signal(|signals| {
        signals.watches.insert(K::WATCH, WatchState::Following);
    });
    cluster.announce_all();
}

/// Notes why a watch failed. Answers whether it was refused.
fn failed<K: Kept>(cluster: &Cluster, error: &watcher::Error) -> bool {
    use watcher::Error::{InitialListFailed, NoResourceVersion, WatchError, WatchFailed, WatchStartFailed};
    let (code, listing) = match error {
        InitialListFailed(kube::Error::Api(status)) => (Some(status.code), true),
        InitialListFailed(_) | NoResourceVersion => (None, true),
        WatchStartFailed(kube::Error::Api(status)) | WatchFailed(kube::Error::Api(status)) => (Some(status.code), false),
        WatchError(status) => (Some(status.code), false),
        WatchStartFailed(_) | WatchFailed(_) => (None, false),
    };
    let refused = matches!(code, Some(401 | 403));
    if code.is_none() {
        cluster.probe_wanted.notify_one();
    }
    let now = Timestamp::now();
    let next = match error {
        _ if refused => WatchState::Refused { since: now },
        InitialListFailed(error) => {
            let why = KubernetesError::from_kube(cluster.name(), &cluster.configured.server, &format!("list {}", K::PLURAL), error).to_string();
            WatchState::Failing { since: now, why }
        }
        _ if listing => WatchState::Failing { since: now, why: "its lists have no version".to_owned() },
        _ => return false, // following goes on by itself, or a fresh list follows
    };
    cluster.signal(|signals| {
        let known = signals.watches.entry(K::WATCH).or_insert_with(|| next.clone());
        match (&*known, &next) {
            (WatchState::Refused { .. }, WatchState::Refused { .. }) | (WatchState::Failing { .. }, WatchState::Failing { .. }) => {} // since then
            _ => *known = next,
        }
    });
    refused
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
