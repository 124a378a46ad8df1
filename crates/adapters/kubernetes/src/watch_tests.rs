//! Watches against an API server that allows less than it should. A few lines of HTTP, as no real one does this on demand.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::cluster::ClusterState;
use domain::ports::Clusters;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::{ClustersOptions, KubernetesClusters};

const VERSION: &str =
    r#"{"major":"1","minor":"36","gitVersion":"v1.36.3","gitCommit":"","gitTreeState":"","buildDate":"","goVersion":"","compiler":"","platform":""}"#;
const EMPTY: &str = r#"{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}"#;
const FORBIDDEN: &str = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"no","reason":"Forbidden","code":403}"#;

/// An API server without objects, which counts the lists it is asked for.
struct Api {
    /// Whether a path may be read.
    allowed: Box<dyn Fn(&str) -> bool + Send + Sync>,
    lists: AtomicUsize,
}

async fn answer(api: Arc<Api>, mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = vec![0; 8_192];
    let read = stream.read(&mut request).await?;
    let head = String::from_utf8_lossy(&request[..read]).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    if path.contains("watch=") {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n").await?;
        std::future::pending::<()>().await;
    }
    let (status, body) = match path.as_str() {
        "/version" => ("200 OK", VERSION),
        path => {
            api.lists.fetch_add(1, Ordering::Relaxed);
            if (api.allowed)(path) { ("200 OK", EMPTY) } else { ("403 Forbidden", FORBIDDEN) }
        }
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await
}

async fn serve(listener: TcpListener, api: Arc<Api>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(answer(api.clone(), stream));
    }
}

/// Starts it, and watches it. The guard ends it.
async fn watched(allowed: impl Fn(&str) -> bool + Send + Sync + 'static) -> (Arc<Api>, Arc<KubernetesClusters>, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let text = format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: k\n  cluster: {{server: '{server}'}}\ncontexts:\n- name: one\n  context: {{cluster: k, user: u}}\nusers:\n- name: u\n  user: {{token: t}}\n"
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let api = Arc::new(Api { allowed: Box::new(allowed), lists: AtomicUsize::new(0) });
    let mut guard = JoinSet::new();
    guard.spawn(serve(listener, api.clone()));
    let clusters = KubernetesClusters::connect(&ClustersOptions { kubeconfigs: vec![file.path().into()], ..ClustersOptions::default() });
    let waited = Instant::now();
    while clusters.list()[0].state == ClusterState::Connecting {
        assert!(waited.elapsed() < Duration::from_secs(20), "still connecting");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(file); // read while connecting
    (api, clusters, guard)
}

#[tokio::test]
async fn nodes_that_may_not_be_read_are_zero_of_zero_in_a_live_cluster() {
    let (_api, clusters, _guard) = watched(|path| !path.contains("/nodes")).await;
    let summary = clusters.list().remove(0);
    assert_eq!(summary.state, ClusterState::Live { version: "v1.36.3".into() });
    assert_eq!((summary.nodes_ready, summary.nodes), (0, 0));
}

#[tokio::test]
async fn a_refused_watch_asks_less_and_less_often() {
    let (api, clusters, _guard) = watched(|_| false).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(matches!(clusters.list()[0].state, ClusterState::Refused { .. }));
    // Eight watches at 0, 0.5, 1.5 and 3.5 seconds.
    let lists = api.lists.load(Ordering::Relaxed);
    assert!((16..=40).contains(&lists), "{lists} lists in 4 s");
}

#[tokio::test]
async fn rights_given_later_are_noticed() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let (_api, clusters, _guard) = watched(move |path| !path.contains("/pods") || count.fetch_add(1, Ordering::Relaxed) > 0).await;
    let ClusterState::Refused { reason, .. } = clusters.list().remove(0).state else { panic!("it is to be refused first") };
    assert!(reason.contains("may not list and watch pods in all namespaces"), "{reason}");
    let waited = Instant::now();
    while !matches!(clusters.list()[0].state, ClusterState::Live { .. }) {
        assert!(waited.elapsed() < Duration::from_secs(20), "{:?}", clusters.list());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    clusters.shutdown();
}
