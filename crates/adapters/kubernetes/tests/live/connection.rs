//! Clusters that are away, that refuse, and that come back.

use std::path::PathBuf;
use std::time::Instant;

use domain::cluster::ClusterState;
use domain::ports::Clusters;
use domain::{ClusterName, ErrorKind};
use kube::config::Kubeconfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::lab::{Lab, connect, is_live, kubeconfig, until, until_state};

/// The administrator's kubeconfig with its one context renamed, and changed.
fn changed(folder: &tempfile::TempDir, context: &str, change: impl FnOnce(&mut Kubeconfig)) -> (ClusterName, PathBuf) {
    let mut read = Kubeconfig::read_from(kubeconfig()).unwrap();
    read.contexts[0].name = context.to_owned();
    read.current_context = Some(context.to_owned());
    change(&mut read);
    let path = folder.path().join(context);
    std::fs::write(&path, serde_json::to_string(&read).unwrap()).unwrap(); // JSON is YAML
    (ClusterName::new(context).unwrap(), path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_away_says_so_and_hinders_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (good, good_path) = changed(&folder, "good", |_| {});
    let (away, away_path) =
        changed(&folder, "away", |config| config.clusters[0].cluster.as_mut().unwrap().server = Some("https://127.0.0.1:1".into()));
    let clusters = connect(&[&good_path, &away_path]);
    assert_eq!(clusters.list().iter().map(|c| c.name.as_str().to_owned()).collect::<Vec<_>>(), ["away", "good"], "at once");
    let state = until_state(&clusters, &away, "the cluster to be away", |state| matches!(state, ClusterState::Away { .. })).await;
    let ClusterState::Away { reason, .. } = state else { unreachable!() };
    assert_eq!(
        reason,
        "Cluster “away” is away: https://127.0.0.1:1 does not answer (connection refused). Check its address, the network and the cluster itself; Slipway tries again by itself."
    );
    until_state(&clusters, &good, "the other to be live", is_live).await;
    let error = clusters.namespace_get(&away, &domain::Namespace::new("x").unwrap()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_rights_is_refused_with_the_next_step() {
    let path = kubeconfig().with_file_name("kubeconfig-nobody");
    let clusters = connect(&[&path]);
    let name = clusters.list()[0].name.clone();
    let all = "secrets, deployments, statefulsets, daemonsets, replicasets, jobs and pods";
    let reason = format!(
        "Slipway's credentials for cluster “{name}” may not list and watch {all} in all namespaces. Grant it with the ClusterRole of Slipway's chart."
    );
    until_state(&clusters, &name, "the refusal", |state| matches!(state, ClusterState::Refused { reason: told, .. } if *told == reason)).await;
    let error = clusters.namespace_get(&name, &domain::Namespace::new("x").unwrap()).await.unwrap_err();
    assert_eq!(error.message, format!("Slipway's credentials for cluster “{name}” may not read namespace “x”."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_accepted_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (name, path) = changed(&folder, "stranger", |config| {
        let user = config.auth_infos[0].auth_info.as_mut().unwrap();
        (user.client_certificate_data, user.client_key_data, user.token) = (None, None, Some("not-a-token".into()));
    });
    let clusters = connect(&[&path]);
    let state = until_state(&clusters, &name, "the refusal", |state| matches!(state, ClusterState::Refused { .. })).await;
    let ClusterState::Refused { reason, .. } = state else { unreachable!() };
    assert_eq!(
        reason,
        "Cluster “stranger” does not accept Slipway's credentials. Renew the credentials in its kubeconfig; Slipway reads it again by itself."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_certificate_nobody_vouches_for_is_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let (name, path) = changed(&folder, "unknown-authority", |config| config.clusters[0].cluster.as_mut().unwrap().certificate_authority_data = None);
    let clusters = connect(&[&path]);
    let state = until_state(&clusters, &name, "the cluster to be away", |state| matches!(state, ClusterState::Away { .. })).await;
    let ClusterState::Away { reason, .. } = state else { unreachable!() };
    assert!(reason.contains("is not who it should be: its certificate is not signed by the authority in the kubeconfig."), "{reason}");
}

/// Passes connections on until dropped: the network between us and the cluster.
async fn network(listener: TcpListener, server: String) {
    let mut connections = JoinSet::new();
    while let Ok((mut near, _)) = listener.accept().await {
        let server = server.clone();
        connections.spawn(async move {
            let mut far = TcpStream::connect(server).await?;
            tokio::io::copy_bidirectional(&mut near, &mut far).await
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_comes_back_is_live_again_with_all_that_happened_meanwhile() {
    let lab = Lab::open("back").await;
    let (kept, chart) = (lab.key("kept"), lab.chart("1.0.0"));
    lab.helm(&["install", "kept", &chart, "--create-namespace", "--set", "replicas=0"]).await;
    lab.helm(&["install", "removed", &chart, "--set", "replicas=0"]).await;

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = String::new();
    let (name, path) = changed(&lab.folder, "through", |config| {
        let cluster = config.clusters[0].cluster.as_mut().unwrap();
        server = cluster.server.replace(format!("https://{address}")).unwrap().trim_start_matches("https://").to_owned();
    });
    let between = tokio::spawn(network(listener, server.clone()));
    let clusters = connect(&[&path]);
    let key = |release: &domain::release::ReleaseKey| domain::release::ReleaseKey { cluster: name.clone(), ..release.clone() };
    until_state(&clusters, &name, "the cluster to be live", is_live).await;
    until("both releases", || (clusters.releases_in(&name, &lab.namespace).len() == 2).then_some(())).await;

    between.abort();
    let began = Instant::now();
    until_state(&clusters, &name, "the cluster to be away", |state| matches!(state, ClusterState::Away { .. })).await;
    eprintln!("away after {:?}", began.elapsed());
    assert_eq!(clusters.releases_in(&name, &lab.namespace).len(), 2, "what was seen stays");
    lab.helm(&["uninstall", "removed"]).await;
    lab.helm(&["install", "added", &chart, "--set", "replicas=0"]).await;

    let _between = tokio::spawn(network(TcpListener::bind(address).await.unwrap(), server));
    let began = Instant::now();
    until_state(&clusters, &name, "the cluster to be back", is_live).await;
    eprintln!("back after {:?}", began.elapsed());
    let names: Vec<_> = clusters.releases_in(&name, &lab.namespace).into_iter().map(|live| live.release.key.name.to_string()).collect();
    assert_eq!(names, ["added", "kept"]);
    assert!(clusters.release(&key(&kept)).is_some());
    lab.helm(&["upgrade", "kept", &chart, "--set", "replicas=0"]).await;
    until("the watches to follow again", || clusters.release(&key(&kept)).filter(|live| live.release.revision == 2)).await;
}
