//! Plans of a deploy: what becomes of each object, and what a person should read first.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use domain::manifest::ObjectId;
use domain::plan::ReleasePlan;
use domain::ports::{FieldConflict, ObjectRefusal, ObjectTried};
use domain::{AppError, ErrorKind};
use serde_json::{Value, json};
use testkit::build::deploy_draft;
use testkit::{HelmScript, Rig, Rollout, on_both};

fn map(name: &str, data: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name }, "data": { "a": data } })
}

/// As Helm applied it.
fn marked(mut object: Value) -> Value {
    object["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "Helm".into();
    object["metadata"]["annotations"]["meta.helm.sh/release-name"] = "candidates".into();
    object["metadata"]["annotations"]["meta.helm.sh/release-namespace"] = "staging".into();
    object
}

fn documents(objects: &[Value]) -> String {
    objects.iter().map(|object| format!("---\n{object}\n")).collect()
}

/// `candidates` 1.0.0 by hand in `staging`, rendered so; 1.1.0 renders to `new`.
async fn world(database: &testkit::database::Database, old: &[Value], new: &[Value]) -> Rig {
    let rig = Rig::with_candidates(database.store()).await;
    rig.clusters.manifest_set("1.0.0", &documents(old));
    rig.clusters.manifest_set("1.1.0", &documents(new));
    rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
    rig
}

/// The cluster has the object so, and would make `after` of it.
fn has(rig: &Rig, live: &Value, after: &Value) {
    answers(rig, live, ObjectTried { live: Some(marked(live.clone())), after: Some(marked(after.clone())), refused: None, conflicts: Vec::new() });
}

fn answers(rig: &Rig, object: &Value, tried: ObjectTried) {
    rig.clusters.object_set("kind-a", ObjectId::of(object).unwrap(), tried);
}

async fn plan_try(rig: &Rig) -> Result<ReleasePlan, AppError> {
    rig.portal.releases.release_plan_deploy(&rig.ada(), deploy_draft("candidates", "staging", "1.1.0")).await
}

/// Each object with its fate, then the findings.
async fn told(rig: &Rig) -> String {
    let plan = plan_try(rig).await.unwrap();
    let objects: String =
        plan.objects.iter().map(|change| format!("{:?} {} +{} -{}\n", change.fate, change.id, change.diff.added, change.diff.removed)).collect();
    let findings: String = plan.findings.iter().map(|finding| format!("{:?}: {}\n", finding.severity, finding.sentence)).collect();
    format!("{objects}{} unchanged\n{findings}", plan.unchanged)
}

on_both! {
    async fn each_object_has_its_fate(database: &Database) {
        let mut kept = map("kept", "1");
        kept["metadata"]["annotations"] = json!({ "helm.sh/resource-policy": "keep" });
        let labelled = |version: &str| {
            let mut object = map("labelled", "1");
            object["metadata"]["labels"] = json!({ "helm.sh/chart": format!("candidates-{version}") });
            object
        };
        let old = [map("same", "1"), map("changed", "1"), map("gone", "1"), kept.clone(), labelled("1.0.0")];
        let new = [map("same", "1"), map("changed", "2"), map("new", "1"), labelled("1.1.0")];
        let rig = world(database, &old, &new).await;
        for object in [&old[0], &old[2], &kept] {
            has(&rig, object, object);
        }
        has(&rig, &old[1], &new[1]);
        has(&rig, &old[4], &new[3]);

        let told = told(&rig).await;

        insta::allow_duplicates! { insta::assert_snapshot!(told, @r"
            Changed ConfigMap changed +1 -1
            Added ConfigMap new +11 -0
            Removed ConfigMap gone +0 -11
            Kept ConfigMap kept +0 -0
            Relabelled ConfigMap labelled +1 -1
            1 unchanged
            Note: ConfigMap kept leaves the release and stays in the cluster: it asks to be kept.
            "); }
        assert_eq!(rig.clusters.revisions(&rig.key()).len(), 1, "nothing ran");
    }

    async fn what_the_cluster_refuses_is_a_blocker(database: &Database) {
        let new = [map("theirs", "2"), map("fixed", "2")];
        let rig = world(database, &[map("theirs", "1"), map("fixed", "1")], &new).await;
        let conflicts = vec![FieldConflict { manager: "kubectl".into(), field: ".data.a".into() }];
        let theirs = ObjectTried { live: Some(marked(map("theirs", "9"))), after: Some(marked(new[0].clone())), refused: None, conflicts };
        answers(&rig, &new[0], theirs);
        let words = ObjectRefusal::Invalid("data: field is immutable when `immutable` is set".into());
        answers(&rig, &new[1], ObjectTried { live: Some(marked(map("fixed", "1"))), after: None, refused: Some(words), conflicts: Vec::new() });

        let told = told(&rig).await;

        insta::allow_duplicates! { insta::assert_snapshot!(told, @r"
            Changed ConfigMap fixed +1 -1
            Changed ConfigMap theirs +1 -1
            0 unchanged
            Blocker: The cluster refuses ConfigMap fixed: data: field is immutable when `immutable` is set.
            Blocker: ConfigMap theirs: .data.a was last set by kubectl, so Helm will stop there. Below is what forcing it would do.
            "); }
    }

    async fn what_was_changed_by_hand_is_a_warning(database: &Database) {
        let same = map("same", "1");
        let rig = world(database, std::slice::from_ref(&same), std::slice::from_ref(&same)).await;
        has(&rig, &map("same", "by hand"), &same);

        let told = told(&rig).await;

        insta::allow_duplicates! { insta::assert_snapshot!(told, @r"
            Changed ConfigMap same +1 -1
            0 unchanged
            Warning: ConfigMap same was changed outside Helm; this sets it back.
            "); }
    }

    async fn the_pods_that_an_autoscaler_runs_are_told_and_no_change(database: &Database) {
        let web = |replicas: u32| json!({ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web" }, "spec": { "replicas": replicas } });
        let scaler = json!({ "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": { "name": "web" },
            "spec": { "scaleTargetRef": { "kind": "Deployment", "name": "web" } } });
        let rig = world(database, &[web(2), scaler.clone()], &[web(2), scaler.clone()]).await;
        has(&rig, &web(7), &web(2));
        has(&rig, &scaler, &scaler);

        let told = told(&rig).await;

        insta::allow_duplicates! { insta::assert_snapshot!(told, @r"
            2 unchanged
            Warning: An autoscaler runs 7 pods of Deployment web; the chart also sets 2, which holds until the autoscaler looks again.
            "); }
    }

    async fn a_pending_release_is_a_blocker(database: &Database) {
        let same = map("same", "1");
        let rig = world(database, std::slice::from_ref(&same), std::slice::from_ref(&same)).await;
        has(&rig, &same, &same);
        rig.clusters.helm_by_hand_begin(&rig.key(), "1.1.0");

        let told = told(&rig).await;

        insta::allow_duplicates! { insta::assert_snapshot!(told, @r"
            1 unchanged
            Blocker: Release candidates is pending-upgrade at revision 2: another run of Helm is at work, or was cut off.
            "); }
    }

    async fn what_helm_says_against_the_chart_is_the_answer(database: &Database) {
        let rig = world(database, &[], &[]).await;
        rig.helm.script(HelmScript::FailsEarly("The values don't fit the schema of chart candidates: at '/replicas': got string, want integer.".into()));

        let error = plan_try(&rig).await.unwrap_err();

        assert_eq!(error.kind, ErrorKind::Invalid);
        assert_eq!(error.message, "The values don't fit the schema of chart candidates: at '/replicas': got string, want integer.");
    }
}
