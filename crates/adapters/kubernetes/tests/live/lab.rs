//! What the scenarios need: the cluster, a namespace of their own, Helm, and waiting with a limit.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use adapter_kubernetes::{ClustersOptions, KubernetesClusters};
use domain::cluster::ClusterState;
use domain::ports::Clusters;
use domain::release::ReleaseKey;
use domain::{ClusterName, Namespace, ReleaseName};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use tempfile::TempDir;

/// Limit of every wait. Generous: the machine may be busy, and waiting ends as soon as it can.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// The administrator's kubeconfig of the test cluster.
pub(crate) fn kubeconfig() -> PathBuf {
    std::env::var_os("SLIPWAY_TEST_KUBECONFIG").expect("SLIPWAY_TEST_KUBECONFIG is not set: run through make test").into()
}

fn program(variable: &str, name: &str) -> PathBuf {
    let cached = || PathBuf::from(std::env::var_os("HOME").expect("HOME is not set")).join(".cache/slipway/bin").join(name);
    std::env::var_os(variable).map_or_else(cached, PathBuf::from)
}

/// A name nobody else has.
pub(crate) fn unique(stem: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() % 1_000_000_000;
    format!("{stem}-{now}-{}-{}", std::process::id() % 10_000, COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Polls until there is an answer; fails at the limit.
pub(crate) async fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(began.elapsed() < WAIT_MAX, "waited {WAIT_MAX:?} for {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Asks until there is an answer; fails at the limit.
pub(crate) async fn until_answer<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(began.elapsed() < WAIT_MAX, "waited {WAIT_MAX:?} for {what}");
    }
}

/// Clusters of these kubeconfigs.
pub(crate) fn connect(kubeconfigs: &[&Path]) -> Arc<KubernetesClusters> {
    KubernetesClusters::connect(&ClustersOptions {
        kubeconfigs: kubeconfigs.iter().map(|path| (*path).to_owned()).collect(),
        ..ClustersOptions::default()
    })
}

/// Waits for a state.
pub(crate) async fn until_state(
    clusters: &KubernetesClusters,
    cluster: &ClusterName,
    what: &str,
    wanted: impl Fn(&ClusterState) -> bool,
) -> ClusterState {
    let mut last = None;
    until(what, || {
        let state = clusters.get(cluster)?.state;
        if last.as_ref() != Some(&state) {
            eprintln!("{cluster}: {state:?}");
            last = Some(state.clone());
        }
        wanted(&state).then_some(state)
    })
    .await
}

/// Whether it is live.
pub(crate) fn is_live(state: &ClusterState) -> bool {
    matches!(state, ClusterState::Live { .. })
}

/// A connected cluster, and a namespace that goes with it.
pub(crate) struct Lab {
    pub(crate) clusters: Arc<KubernetesClusters>,
    pub(crate) cluster: ClusterName,
    pub(crate) namespace: Namespace,
    pub(crate) client: Client,
    pub(crate) folder: TempDir,
}

impl Lab {
    /// Connects and waits until the cluster is live. The namespace is not made yet.
    pub(crate) async fn open(stem: &str) -> Self {
        let path = kubeconfig();
        let read = Kubeconfig::read_from(&path).unwrap();
        let cluster = ClusterName::new(read.current_context.clone().unwrap()).unwrap();
        let config = Config::from_custom_kubeconfig(read, &KubeConfigOptions::default()).await.unwrap();
        let lab = Self {
            clusters: connect(&[&path]),
            cluster,
            namespace: Namespace::new(unique(stem)).unwrap(),
            client: Client::try_from(config).unwrap(),
            folder: tempfile::tempdir().unwrap(),
        };
        until_state(&lab.clusters, &lab.cluster, "the cluster to be live", is_live).await;
        lab
    }

    /// The key of a release in the namespace.
    pub(crate) fn key(&self, name: &str) -> ReleaseKey {
        ReleaseKey { cluster: self.cluster.clone(), namespace: self.namespace.clone(), name: ReleaseName::new(name).unwrap() }
    }

    /// Writes a small chart of this version and returns its folder.
    pub(crate) fn chart(&self, version: &str) -> String {
        let folder = self.folder.path().join(format!("chart-{version}"));
        std::fs::create_dir_all(folder.join("templates")).unwrap();
        std::fs::write(folder.join("Chart.yaml"), format!("apiVersion: v2\nname: sample\nversion: {version}\nappVersion: \"9.{version}\"\n"))
            .unwrap();
        std::fs::write(folder.join("values.yaml"), "tag: \"1\"\nreplicas: 2\nhook: false\n").unwrap();
        std::fs::write(folder.join("templates/deployment.yaml"), DEPLOYMENT).unwrap();
        std::fs::write(folder.join("templates/hook.yaml"), HOOK).unwrap();
        folder.to_str().unwrap().to_owned()
    }

    /// Runs Helm in the namespace; answers whether it went well, with what it said.
    pub(crate) async fn helm_try(&self, arguments: &[&str]) -> (bool, String) {
        self.helm_of(&program("SLIPWAY_TEST_HELM", "helm4"), arguments).await
    }

    /// Runs Helm 3 or 4, which is to succeed.
    pub(crate) async fn helm_version(&self, version: u32, arguments: &[&str]) {
        let helm = program(&format!("SLIPWAY_TEST_HELM{version}"), &format!("helm{version}"));
        let (well, said) = self.helm_of(&helm, arguments).await;
        assert!(well, "helm {version} {arguments:?}: {said}");
    }

    async fn helm_of(&self, helm: &Path, arguments: &[&str]) -> (bool, String) {
        let mut command = tokio::process::Command::new(helm);
        command.arg("--kubeconfig").arg(kubeconfig()).args(["--namespace", self.namespace.as_str()]).args(arguments);
        for (variable, folder) in [("HELM_CACHE_HOME", "cache"), ("HELM_CONFIG_HOME", "config"), ("HELM_DATA_HOME", "data")] {
            command.env(variable, self.folder.path().join(folder));
        }
        let output = command.output().await.expect("helm can't be run");
        (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    }

    /// Runs Helm, which is to succeed.
    pub(crate) async fn helm(&self, arguments: &[&str]) {
        let (well, said) = self.helm_try(arguments).await;
        assert!(well, "helm {arguments:?}: {said}");
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let kubectl = program("SLIPWAY_TEST_KUBECTL", "kubectl");
        let arguments = ["delete", "namespace", self.namespace.as_str(), "--wait=false", "--ignore-not-found"];
        let _ = std::process::Command::new(kubectl).arg("--kubeconfig").arg(kubeconfig()).args(arguments).output();
    }
}

const DEPLOYMENT: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - {name: main, image: "registry.example/acme/sample:{{ .Values.tag }}"}
"#;

const HOOK: &str = r#"{{ if .Values.hook }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  labels: {app.kubernetes.io/managed-by: {{ .Release.Service }}, app.kubernetes.io/instance: {{ .Release.Name }}}
  annotations: {helm.sh/hook: post-install}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: migrate, image: "registry.example/acme/sample:job-fails"}
{{ end }}
"#;
