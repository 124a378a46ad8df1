//! How Helm is run, without a cluster: a shell in the guard's place answers instead of Helm.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::Mutex;

use adapter_helm::{HelmOptions, HelmProgram};
use domain::ports::{Helm, HelmOutcome, HelmUpgrade};
use domain::release::ReleaseKey;
use domain::{ClusterName, ErrorKind, Namespace, OperationId, ReleaseName};
use futures::FutureExt;
use tempfile::TempDir;

/// A Helm that is this script. It sees Helm's arguments as `$*`.
fn scripted(script: &str) -> (HelmProgram, TempDir) {
    let folder = TempDir::new().unwrap();
    let environment = [("PATH", "/usr/bin:/bin"), ("SLIPWAY_SECRET", "x")].map(|(name, value)| (name.to_owned(), value.into()));
    let mut options = HelmOptions::new(folder.path(), environment);
    options.program = "/bin/true".into();
    options.guard = Some(["/bin/sh", "-c", script, "guard"].map(Into::into).to_vec());
    (HelmProgram::new(options), folder)
}

fn request(values: &[&str]) -> HelmUpgrade {
    HelmUpgrade {
        key: ReleaseKey {
            cluster: ClusterName::new("in-cluster").unwrap(),
            namespace: Namespace::new("shop").unwrap(),
            name: ReleaseName::new("api").unwrap(),
        },
        chart: "chart".into(),
        values: values.iter().map(|text| (*text).to_owned()).collect(),
        operation: OperationId(17),
        description: String::new(),
        timeout_ms: 60_000,
    }
}

#[tokio::test]
async fn an_old_helm_and_something_else_are_refused() {
    let (old, _folder) = scripted("echo v3.9.4");
    let error = old.version().await.unwrap_err();
    assert_eq!(error.to_string(), "Helm v3.9.4 is too old to deploy with. Install Helm 3.13 or later, or Helm 4.");
    let (other, _folder) = scripted("echo hello; exit 1");
    let error = other.upgrade(&request(&[]), &|_, _| {}, futures::future::pending().boxed()).await.unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Unavailable, "`/bin/true version` names no version, it says: hello"));
}

#[tokio::test]
async fn values_are_private_files_and_secrets_in_the_output_are_masked() {
    let script = r#"case "$*" in *version*) echo v4.3.1; exit;; esac
        stat -c '%a %n' values-*; stat -c %a .; cat values-1.yaml; env | cut -d= -f1 | sort; cat
        echo 'Error: UPGRADE FAILED: can not log in with correct-horse' >&2; exit 1"#;
    let (helm, folder) = scripted(script);
    let lines = Mutex::new(Vec::new());
    let sink = |stream, line: String| lines.lock().unwrap().push(format!("{stream:?} {line}"));
    let values = request(&["{}", "db:\n  password: correct-horse\n  port: 5432\n"]);
    let outcome = helm.upgrade(&values, &sink, futures::future::pending().boxed()).await.unwrap();
    assert_eq!(outcome, HelmOutcome::Failed("can not log in with •••".to_owned()));
    let mut lines = lines.into_inner().unwrap();
    lines.sort_by_key(|line| line.starts_with("Error"));
    let lines: Vec<String> = lines.into_iter().filter(|line| !matches!(line.as_str(), "Out _" | "Out PWD" | "Out SHLVL" | "Out OLDPWD")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    Out 600 values-0.yaml
    Out 600 values-1.yaml
    Out 700
    Out db:
    Out   password: •••
    Out   port: 5432
    Out HELM_CACHE_HOME
    Out HELM_CONFIG_HOME
    Out HELM_DATA_HOME
    Out KUBECACHEDIR
    Out KUBECONFIG
    Out NO_COLOR
    Out PATH
    Error Error: UPGRADE FAILED: can not log in with •••
    ");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing stays");
}

#[tokio::test]
async fn a_failure_without_a_word_still_has_words() {
    let (helm, _folder) = scripted(r#"case "$*" in *version*) echo v4.3.1;; *) exit 7;; esac"#);
    let outcome = helm.upgrade(&request(&[]), &|_, _| {}, futures::future::pending().boxed()).await.unwrap();
    assert_eq!(outcome, HelmOutcome::Failed("Helm ended without a word (exit status: 7).".to_owned()));
}

#[test]
fn values_left_by_a_killed_process_are_removed_at_the_start() {
    let folder = TempDir::new().unwrap();
    // No process has this number: it is above the highest that Linux gives (`/proc/sys/kernel/pid_max` is at most 2^22).
    let (dead, alive, other) = (folder.path().join("run-4194305-x"), folder.path().join("run-1-x"), folder.path().join("cache"));
    for path in [&dead, &alive, &other] {
        std::fs::create_dir(path).unwrap();
    }
    HelmProgram::new(HelmOptions::new(folder.path(), []));
    assert_eq!((dead.exists(), alive.exists(), other.exists()), (false, true, true));
}
