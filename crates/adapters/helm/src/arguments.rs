//! The command lines of Helm, the same for Helm 3 and 4.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use domain::ports::{HelmRollback, HelmUninstall, HelmUpgrade};
use domain::release::{OPERATION_LABEL, ReleaseKey};

use crate::options::HelmOptions;

/// Revisions that Helm keeps of a release.
const HISTORY_MAX: u32 = 10;

/// The name of a values file in the working folder. Relative and plain, because Helm splits `--values` at commas.
pub(crate) fn values_file_name(index: usize) -> String {
    format!("values-{index}.yaml")
}

/// What is done to a release, and its flags.
struct Line(Vec<OsString>);

impl Line {
    /// The verb, its operands, and where the release is.
    fn new(words: &[&OsStr], key: &ReleaseKey, kubeconfig: Option<&Path>) -> Self {
        let mut line = Self(words.iter().map(|word| (*word).to_owned()).collect());
        line.flag("namespace", key.namespace.as_str());
        if let Some(context) = HelmOptions::context_of(&key.cluster) {
            if let Some(kubeconfig) = kubeconfig {
                line.flag("kubeconfig", kubeconfig);
            }
            line.flag("kube-context", context);
        }
        line
    }

    fn flag(&mut self, name: &str, value: impl AsRef<OsStr>) {
        let mut argument = OsString::from(format!("--{name}="));
        argument.push(value);
        self.0.push(argument);
    }
}

/// All arguments of an upgrade after the program's name.
///
/// `--reset-values`, because without it Helm takes over the values of the revision before when it is given none.
/// No `--wait`: Slipway watches the rollout itself; hooks are waited for anyway (Helm 4 calls that `hookOnly`).
/// No `--server-side`: Helm 4 keeps to what made the release (client-side for one of Helm 3, server-side for its own).
pub(crate) fn upgrade_arguments(request: &HelmUpgrade, chart: &Path, kubeconfig: Option<&Path>) -> Vec<OsString> {
    let words = ["upgrade".as_ref(), "--install".as_ref(), request.key.name.as_str().as_ref(), chart.as_os_str()];
    let mut line = Line::new(&words, &request.key, kubeconfig);
    for index in 0..request.values.len() {
        line.flag("values", values_file_name(index));
    }
    line.flag("labels", format!("{OPERATION_LABEL}={}", request.operation));
    line.flag("description", &request.description);
    line.flag("timeout", format!("{}ms", request.timeout_ms));
    line.flag("history-max", HISTORY_MAX.to_string());
    line.0.push("--reset-values".into());
    line.0
}

/// All arguments of a look at what that upgrade would do. `server`: templates may look things up in the cluster.
pub(crate) fn render_arguments(request: &HelmUpgrade, chart: &Path, kubeconfig: Option<&Path>) -> Vec<OsString> {
    let mut arguments = upgrade_arguments(request, chart, kubeconfig);
    arguments.extend(["--dry-run=server".into(), "--output=json".into()]);
    arguments
}

/// All arguments of a rollback. It knows neither labels nor a description: Helm takes the labels of the revision it
/// returns to, and writes "Rollback to 3".
pub(crate) fn rollback_arguments(request: &HelmRollback, kubeconfig: Option<&Path>) -> Vec<OsString> {
    let revision = request.to_revision.to_string();
    let mut line = Line::new(&["rollback".as_ref(), request.key.name.as_str().as_ref(), revision.as_ref()], &request.key, kubeconfig);
    line.flag("timeout", format!("{}ms", request.timeout_ms));
    line.flag("history-max", HISTORY_MAX.to_string());
    line.0
}

/// All arguments of an uninstall.
pub(crate) fn uninstall_arguments(request: &HelmUninstall, kubeconfig: Option<&Path>) -> Vec<OsString> {
    let mut line = Line::new(&["uninstall".as_ref(), request.key.name.as_str().as_ref()], &request.key, kubeconfig);
    line.flag("description", &request.description);
    line.flag("timeout", format!("{}ms", request.timeout_ms));
    if request.keep_history {
        line.0.push("--keep-history".into());
    }
    line.0
}

#[cfg(test)]
mod tests {
    use domain::{ClusterName, Namespace, OperationId, ReleaseName};

    use super::*;

    fn key(cluster: &str) -> ReleaseKey {
        ReleaseKey { cluster: ClusterName::new(cluster).unwrap(), namespace: Namespace::new("shop").unwrap(), name: ReleaseName::new("api").unwrap() }
    }

    fn words(arguments: &[OsString]) -> String {
        arguments.iter().map(|argument| argument.display().to_string()).collect::<Vec<_>>().join("\n")
    }

    fn line(cluster: &str) -> String {
        let request = HelmUpgrade {
            key: key(cluster),
            chart: "unused".into(),
            values: vec![String::new(), String::new()],
            operation: OperationId(17),
            description: "-x, y".to_owned(),
            timeout_ms: 90_500,
        };
        words(&upgrade_arguments(&request, Path::new("/cache/a.tgz"), Some(Path::new("/k"))))
    }

    #[test]
    fn the_command_lines_of_the_ways_back_and_out() {
        let rollback = HelmRollback { key: key("eu-prod-1"), to_revision: 3, timeout_ms: 500 };
        insta::assert_snapshot!(words(&rollback_arguments(&rollback, None)), @r"
        rollback
        api
        3
        --namespace=shop
        --kube-context=eu-prod-1
        --timeout=500ms
        --history-max=10
        ");
        let uninstall = HelmUninstall { key: key("in-cluster"), keep_history: true, description: "why".to_owned(), timeout_ms: 500 };
        insta::assert_snapshot!(words(&uninstall_arguments(&uninstall, None)), @r"
        uninstall
        api
        --namespace=shop
        --description=why
        --timeout=500ms
        --keep-history
        ");
    }

    #[test]
    fn the_command_line_for_a_context() {
        insta::assert_snapshot!(line("eu-prod-1"), @r"
        upgrade
        --install
        api
        /cache/a.tgz
        --namespace=shop
        --kubeconfig=/k
        --kube-context=eu-prod-1
        --values=values-0.yaml
        --values=values-1.yaml
        --labels=slipway.dev/operation=17
        --description=-x, y
        --timeout=90500ms
        --history-max=10
        --reset-values
        ");
    }

    #[test]
    fn in_the_cluster_we_run_in_no_kubeconfig_is_named() {
        assert!(!line("in-cluster").contains("--kube"));
    }
}
