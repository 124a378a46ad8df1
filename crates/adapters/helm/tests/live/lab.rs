//! What the scenarios run on: the cluster of `make test`, namespaces of their own, a chart, both Helms, `kubectl`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use adapter_helm::{HelmOptions, HelmProgram};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::operation::OutputStream;
use domain::ports::{Helm, HelmOutcome, HelmRollback, HelmUninstall, HelmUpgrade};
use domain::release::{ReleaseBody, ReleaseKey};
use domain::{ClusterName, Namespace, OperationId, ReleaseName};
use futures::FutureExt;
use tempfile::TempDir;

/// A template with a knob for each fault. `hook` is the fault of a Job that runs at `hookEvents`.
const TEMPLATE: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-config"}
data: {color: "{{ .Values.color }}", size: "{{ .Values.size }}"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}, annotations: {slipway.dev/fault: never-ready}}
    spec: {containers: [{name: main, image: "acme/app:1"}]}
{{- if .Values.hook }}
---
apiVersion: batch/v1
kind: Job
metadata: {name: "{{ .Release.Name }}-migration", annotations: {helm.sh/hook: "{{ .Values.hookEvents }}"}}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {slipway.dev/fault: "{{ .Values.hook }}"}}
    spec: {restartPolicy: Never, containers: [{name: main, image: "acme/app:1"}]}
{{- end }}
"#;
const SCHEMA: &str = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"replicas": {"type": "integer"}}}"#;

/// A Helm with a namespace of its own.
pub(crate) struct Lab {
    pub(crate) helm: HelmProgram,
    pub(crate) key: ReleaseKey,
    pub(crate) name: &'static str,
    kubeconfig: PathBuf,
    folder: TempDir,
}

fn program(name: &str) -> PathBuf {
    Path::new(&std::env::var_os("HOME").unwrap()).join(".cache/slipway/bin").join(name)
}

fn path_of(variable: &str, default: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| program(default), PathBuf::from)
}

/// One lab for each version of Helm.
pub(crate) fn labs(scenario: &str) -> [Lab; 2] {
    [("helm3", "SLIPWAY_TEST_HELM3"), ("helm4", "SLIPWAY_TEST_HELM4")].map(|(name, variable)| Lab::start(scenario, name, &path_of(variable, name)))
}

impl Lab {
    fn start(scenario: &str, name: &'static str, helm: &Path) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let kubeconfig =
            PathBuf::from(std::env::var_os("SLIPWAY_TEST_KUBECONFIG").expect("SLIPWAY_TEST_KUBECONFIG is not set: run through `make test`"));
        let folder = TempDir::new().unwrap();
        for (file, text) in [
            ("Chart.yaml", "{apiVersion: v2, name: app, version: 1.0.0}"),
            ("values.yaml", "{color: red, size: small, replicas: 1, hookEvents: 'pre-install,pre-upgrade'}"),
            ("values.schema.json", SCHEMA),
        ] {
            std::fs::create_dir_all(folder.path().join("app/templates")).unwrap();
            std::fs::write(folder.path().join("app").join(file), text).unwrap();
        }
        std::fs::write(folder.path().join("app/templates/all.yaml"), TEMPLATE).unwrap();
        let mut options = HelmOptions::new(folder.path().join("helm"), environment());
        options.program = helm.to_owned();
        options.kubeconfig = Some(kubeconfig.clone());
        let namespace = format!("{name}-{scenario}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let lab = Self { helm: HelmProgram::new(options), key: key(&kubeconfig, &namespace), name, kubeconfig, folder };
        lab.kubectl(&["create", "namespace", &namespace]);
        lab
    }

    pub(crate) fn request(&self, values: &[&str]) -> HelmUpgrade {
        HelmUpgrade {
            key: self.key.clone(),
            chart: self.folder.path().join("app"),
            values: values.iter().map(|text| (*text).to_owned()).collect(),
            operation: OperationId(17),
            description: "Deployed by Slipway, operation 17".to_owned(),
            timeout_ms: 60_000,
        }
    }

    /// Runs to the end; the outcome and the lines.
    pub(crate) async fn upgrade(&self, request: &HelmUpgrade) -> (HelmOutcome, Vec<String>) {
        let lines = Mutex::new(Vec::new());
        let sink = |stream: OutputStream, line: String| lines.lock().unwrap().push(format!("{stream:?} {line}"));
        let outcome = self.helm.upgrade(request, &sink, futures::future::pending().boxed()).await.unwrap();
        (outcome, lines.into_inner().unwrap())
    }

    /// Goes back to a revision, to the end; the outcome and the lines.
    pub(crate) async fn rollback(&self, to_revision: u32) -> (HelmOutcome, Vec<String>) {
        let lines = Mutex::new(Vec::new());
        let sink = |stream: OutputStream, line: String| lines.lock().unwrap().push(format!("{stream:?} {line}"));
        let outcome = self.helm.rollback(&self.rollback_request(to_revision), &sink, futures::future::pending().boxed()).await.unwrap();
        (outcome, lines.into_inner().unwrap())
    }

    pub(crate) fn rollback_request(&self, to_revision: u32) -> HelmRollback {
        HelmRollback { key: self.key.clone(), to_revision, timeout_ms: 60_000 }
    }

    pub(crate) async fn uninstall(&self, keep_history: bool) -> HelmOutcome {
        let request = HelmUninstall { key: self.key.clone(), keep_history, description: "Slipway operation 18".to_owned(), timeout_ms: 60_000 };
        self.helm.uninstall(&request, &|_, _| {}, futures::future::pending().boxed()).await.unwrap()
    }

    /// Helm's description of each revision, oldest first.
    pub(crate) async fn descriptions(&self) -> Vec<String> {
        let names =
            self.kubectl(&["get", "secrets", "-l", "owner=helm", "--sort-by=.metadata.creationTimestamp", "-o", "jsonpath={.items[*].data.release}"]);
        let described = |stored: &str| {
            let inner = STANDARD.decode(STANDARD.decode(stored).unwrap()).unwrap();
            ReleaseBody::from_json(flate2::read::GzDecoder::new(inner.as_slice())).unwrap().description
        };
        names.split_whitespace().map(described).collect()
    }

    pub(crate) fn kubectl(&self, arguments: &[&str]) -> String {
        let output = self.kubectl_try(arguments);
        assert!(output.status.success(), "kubectl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn kubectl_try(&self, arguments: &[&str]) -> Output {
        Command::new(program("kubectl"))
            .arg("--kubeconfig")
            .arg(&self.kubeconfig)
            .args(["--namespace", self.key.namespace.as_str()])
            .args(arguments)
            .output()
            .unwrap()
    }

    /// A label of the Secret of a revision.
    pub(crate) fn label(&self, revision: u32, label: &str) -> String {
        let path = format!("jsonpath={{.metadata.labels.{}}}", label.replace('.', "\\."));
        self.kubectl(&["get", "secret", &format!("sh.helm.release.v1.app.v{revision}"), "-o", &path])
    }

    /// A value of the chart's ConfigMap.
    pub(crate) fn data(&self, name: &str) -> String {
        self.kubectl(&["get", "configmap", "app-config", "-o", &format!("jsonpath={{.data.{name}}}")])
    }

    /// Resolves as soon as the hook's Job is in the cluster.
    pub(crate) async fn hook_begun(&self) {
        while !self.kubectl_try(&["get", "job", "app-migration"]).status.success() {
            tokio::task::yield_now().await;
        }
    }

    /// Folders of runs, which hold values.
    pub(crate) fn run_folders(&self) -> usize {
        let names = std::fs::read_dir(self.folder.path().join("helm")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("run-")).count()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.kubectl_try(&["delete", "namespace", self.key.namespace.as_str(), "--wait=false"]);
    }
}

pub(crate) fn environment() -> impl Iterator<Item = (String, OsString)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
}

/// The release `app`, in the cluster of the kubeconfig's current context.
fn key(kubeconfig: &Path, namespace: &str) -> ReleaseKey {
    let text = std::fs::read_to_string(kubeconfig).unwrap();
    let context = text.lines().find_map(|line| line.strip_prefix("current-context: ")).unwrap().trim();
    ReleaseKey { cluster: ClusterName::new(context).unwrap(), namespace: Namespace::new(namespace).unwrap(), name: ReleaseName::new("app").unwrap() }
}
