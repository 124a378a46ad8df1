//! The command line of `helm upgrade --install`, the same for Helm 3 and 4.

use std::ffi::OsString;
use std::path::Path;

use domain::ports::HelmUpgrade;
use domain::release::OPERATION_LABEL;

use crate::options::HelmOptions;

/// Revisions that Helm keeps of a release.
const HISTORY_MAX: u32 = 10;

/// The name of a values file in the working folder. Relative and plain, because Helm splits `--values` at commas.
pub(crate) fn values_file_name(index: usize) -> String {
    format!("values-{index}.yaml")
}

/// All arguments after the program's name.
///
/// `--reset-values`, because without it Helm takes over the values of the revision before when it is given none.
/// No `--wait`: Slipway watches the rollout itself; hooks are waited for anyway (Helm 4 calls that `hookOnly`).
/// No `--server-side`: Helm 4 keeps to what made the release (client-side for one of Helm 3, server-side for its own).
pub(crate) fn upgrade_arguments(request: &HelmUpgrade, chart: &Path, kubeconfig: Option<&Path>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["upgrade".into(), "--install".into(), request.key.name.as_str().into(), chart.into()];
    let mut flag = |name: &str, value: OsString| {
        let mut argument = OsString::from(format!("--{name}="));
        argument.push(value);
        arguments.push(argument);
    };
    flag("namespace", request.key.namespace.as_str().into());
    if let Some(context) = HelmOptions::context_of(&request.key.cluster) {
        if let Some(kubeconfig) = kubeconfig {
            flag("kubeconfig", kubeconfig.into());
        }
        flag("kube-context", context.into());
    }
    for index in 0..request.values.len() {
        flag("values", values_file_name(index).into());
    }
    flag("labels", format!("{OPERATION_LABEL}={}", request.operation).into());
    flag("description", request.description.clone().into());
    flag("timeout", format!("{}ms", request.timeout_ms).into());
    flag("history-max", HISTORY_MAX.to_string().into());
    arguments.push("--reset-values".into());
    arguments
}

#[cfg(test)]
mod tests {
    use domain::release::ReleaseKey;
    use domain::{ClusterName, Namespace, OperationId, ReleaseName};

    use super::*;

    fn line(cluster: &str) -> String {
        let request = HelmUpgrade {
            key: ReleaseKey {
                cluster: ClusterName::new(cluster).unwrap(),
                namespace: Namespace::new("shop").unwrap(),
                name: ReleaseName::new("api").unwrap(),
            },
            chart: "unused".into(),
            values: vec![String::new(), String::new()],
            operation: OperationId(17),
            description: "-x, y".to_owned(),
            timeout_ms: 90_500,
        };
        let arguments = upgrade_arguments(&request, Path::new("/cache/a.tgz"), Some(Path::new("/k")));
        arguments.iter().map(|argument| argument.display().to_string()).collect::<Vec<_>>().join("\n")
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
