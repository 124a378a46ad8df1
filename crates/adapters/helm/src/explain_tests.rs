//! Real messages of Helm 3.22.0 and 4.3.1 against Kubernetes 1.36, and what people read instead.

use super::explain;

#[test]
fn a_schema_violation_names_each_value() {
    let stderr = "Error: UPGRADE FAILED: values don't meet the specifications of the schema(s) in the following chart(s):\napp:\n- at '': missing property 'color'\n- at '/mode': value must be one of 'a', 'b'\n- at '/replicas': minimum: got -1, want 0\n- at '/password': 'HUNTER2' does not match pattern '^[a-z]+$'\n\n";
    insta::assert_snapshot!(explain(stderr), @"The values don't fit the schema of chart app: missing property 'color'; at '/mode': value must be one of 'a', 'b'; at '/replicas': minimum: got -1, want 0; at '/password': ••• does not match pattern '^[a-z]+$'.");
}

#[test]
fn template_errors_name_file_and_line() {
    let required = "Error: UPGRADE FAILED: execution error at (app/templates/all.yaml:38:3): bad must be good\n";
    insta::assert_snapshot!(explain(required), @"Template app/templates/all.yaml, line 38, refuses to render: bad must be good.");
    let nil_of_3 = "Error: template: app/templates/all.yaml:41:10: executing \"app/templates/all.yaml\" at <.Values.a.b.c>: nil pointer evaluating interface {}.b\n";
    insta::assert_snapshot!(explain(nil_of_3), @r#"Template app/templates/all.yaml, line 41, can't be rendered: executing "app/templates/all.yaml" at <.Values.a.b.c>: nil pointer evaluating interface {}.b."#);
    let nil_of_4 = "Error: app/templates/all.yaml:41:10\n  executing \"app/templates/all.yaml\" at <.Values.a.b.c>:\n    nil pointer evaluating interface {}.b\n";
    assert_eq!(explain(nil_of_4), explain(nil_of_3));
    let yaml = "Error: YAML parse error on app/templates/all.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context\n";
    insta::assert_snapshot!(explain(yaml), @"Template app/templates/all.yaml renders to something that is not YAML: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context.");
}

#[test]
fn values_that_are_not_yaml_are_said_to_be_so() {
    let of_3 = "Error: failed to parse values-1.yaml: error converting YAML to JSON: yaml: line 1: did not find expected node content\n";
    insta::assert_snapshot!(explain(of_3), @"The values are not YAML: error converting YAML to JSON: yaml: line 1: did not find expected node content.");
}

#[test]
fn an_unknown_kind_asks_for_its_definition() {
    let stderr = "Error: UPGRADE FAILED: resource mapping not found for name: \"w\" namespace: \"\" from \"\": no matches for kind \"Widget\" in version \"acme.dev/v1\"\nensure CRDs are installed first\n";
    insta::assert_snapshot!(explain(stderr), @"The cluster doesn't know the kind Widget of acme.dev/v1: its CustomResourceDefinition has to be installed first.");
}

#[test]
fn namespaces_that_are_gone_or_going() {
    insta::assert_snapshot!(explain("Error: create: failed to create: namespaces \"nowhere\" not found\n"), @"There is no namespace nowhere in the cluster.");
    let dying = "Error: create: failed to create: secrets \"sh.helm.release.v1.app.v1\" is forbidden: unable to create new content in namespace dying because it is being terminated\n";
    insta::assert_snapshot!(explain(dying), @"Namespace dying is being deleted; nothing new can be made in it.");
}

#[test]
fn a_pending_release_is_said_to_be_pending() {
    let stderr = "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n";
    insta::assert_snapshot!(explain(stderr), @"Helm refuses: the newest revision of this release is still pending, so another Helm is at work on it, or was cut off.");
}

#[test]
fn hooks_that_fail_and_hooks_that_never_end() {
    let failed_of_3 = "Error: UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred:\n\t* job u-hook failed: BackoffLimitExceeded\n\n\n";
    insta::assert_snapshot!(explain(failed_of_3), @"A pre-upgrade hook failed: job u-hook failed: BackoffLimitExceeded.");
    let failed_of_4 = "level=WARN msg=\"upgrade failed\" name=u error=\"pre-upgrade hooks failed: resource Job/lab/u-hook not ready. status: Failed, message: Job Failed. failed: 1/1\"\nError: UPGRADE FAILED: pre-upgrade hooks failed: resource Job/lab/u-hook not ready. status: Failed, message: Job Failed. failed: 1/1\n";
    insta::assert_snapshot!(explain(failed_of_4), @"A pre-upgrade hook failed: resource Job/lab/u-hook not ready. status: Failed, message: Job Failed. failed: 1/1.");
    let slow_of_3 = "Error: failed pre-install: 1 error occurred:\n\t* timed out waiting for the condition\n\n\n";
    insta::assert_snapshot!(explain(slow_of_3), @"A pre-install hook did not end in time.");
    let slow_of_4 =
        "Error: failed pre-install: resource Job/lab/bad8-hook not ready. status: InProgress, message: Job in progress\ncontext deadline exceeded\n";
    insta::assert_snapshot!(explain(slow_of_4), @"The pre-install hook Job/lab/bad8-hook did not end in time.");
}

#[test]
fn a_cluster_that_does_not_answer_or_refuses() {
    let of_3 = "Error: Kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": dial tcp 127.0.0.1:1: connect: connection refused\n";
    let of_4 = "Error: kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": dial tcp 127.0.0.1:1: connect: connection refused\n";
    insta::assert_snapshot!(explain(of_3), @r#"The cluster's API can't be reached: Get "https://127.0.0.1:1/version": dial tcp 127.0.0.1:1: connect: connection refused."#);
    assert_eq!(explain(of_4), explain(of_3));
    let forbidden = "Error: query: failed to query with labels: secrets is forbidden: User \"nobody\" cannot list resource \"secrets\" in API group \"\" in the namespace \"lab\"\n";
    insta::assert_snapshot!(explain(forbidden), @"The cluster refuses: its user nobody may not list secrets in namespace lab.");
}

#[test]
fn conflicts_of_server_side_apply_name_fields_and_owners() {
    let two = "Error: UPGRADE FAILED: conflict occurred while applying object lab/s4-config /v1, Kind=ConfigMap: Apply failed with 1 conflict: conflict with \"kubectl-patch\" using v1: .data.size && conflict occurred while applying object lab/s4 apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas\n";
    insta::assert_snapshot!(explain(two), @"Helm would overwrite what somebody else has set. ConfigMap lab/s4-config: .data.size was last set by kubectl-patch, not by Helm. Deployment lab/s4: .spec.replicas was last set by kubectl, not by Helm. Leave these fields out of the chart, or have the other give them up.");
    let list = "Error: UPGRADE FAILED: conflict occurred while applying object lab/u-config /v1, Kind=ConfigMap: Apply failed with 2 conflicts: conflicts with \"kubectl-patch\" using v1:\n- .data.color\n- .data.size\n";
    insta::assert_snapshot!(explain(list), @"Helm would overwrite what somebody else has set. ConfigMap lab/u-config: .data.color, .data.size was last set by kubectl-patch, not by Helm. Leave these fields out of the chart, or have the other give them up.");
}

#[test]
fn objects_that_are_there_already_name_their_owner() {
    let nobody = "Error: Unable to continue with install: ConfigMap \"taken-config\" in namespace \"lab\" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key \"app.kubernetes.io/managed-by\": must be set to \"Helm\"; annotation validation error: missing key \"meta.helm.sh/release-name\": must be set to \"taken\"\n";
    insta::assert_snapshot!(explain(nobody), @"ConfigMap taken-config in namespace lab is there already and belongs to no Helm release.");
    let other = "Error: unable to continue with install: ConfigMap \"u-config\" in namespace \"lab\" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: key \"meta.helm.sh/release-name\" must equal \"other\": current value is \"u\"\n";
    insta::assert_snapshot!(explain(other), @"ConfigMap u-config in namespace lab is there already and belongs to release u.");
}

#[test]
fn an_unknown_message_stays_without_noise_and_within_its_length() {
    let stderr = "WARNING: Kubernetes configuration file is group-readable. This is insecure. Location: /k\nW1123 15:04:05.123456   42 warnings.go:70] something old\nError: UPGRADE FAILED: something new\n";
    assert_eq!(explain(stderr), "something new");
    assert_eq!(explain(&format!("Error: {}", "a b ".repeat(5000))).chars().count(), 2000);
    assert_eq!(explain("panic: no prefix\ngoroutine 1"), "panic: no prefix\ngoroutine 1");
}
