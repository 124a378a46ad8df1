//! Releases from their page: history, comparison, the ways back and out, repair, and the values in force.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use domain::operation::OperationState;
use domain::ports::ObjectTried;
use domain::release::ReleaseStatus;
use domain::service::UninstallDraft;
use domain::{ErrorKind, OperationId};
use serde_json::json;
use testkit::build::{deploy_draft, environment_name, platform, release_name, rollback_draft, service_name, uninstall_draft};
use testkit::{Rig, Rollout, on_both};

/// Runs an operation to its end.
async fn run(rig: &Rig, id: OperationId) -> OperationState {
    let running = rig.run("w");
    let state = rig.ended(id).await.state;
    running.stop().await;
    state
}

/// The lines of a release's history, newest first.
async fn history(rig: &Rig) -> String {
    let history = rig.portal.releases.release_history(&rig.ada(), &environment_name("staging"), &release_name("candidates")).await.unwrap();
    let line = |entry: &domain::plan::HistoryEntry| {
        let by = entry.operation.as_ref().map_or("by hand".to_owned(), |(id, user)| format!("operation {id} by {user}"));
        format!("{} {} {} {by} {}\n", entry.revision, entry.chart_version.as_deref().unwrap_or("-"), entry.status.as_str(), entry.description)
    };
    history.entries.iter().map(line).collect::<String>().replace(" \n", "\n")
}

async fn values_in_force(rig: &Rig) -> String {
    rig.portal.services.service_page(&rig.ada(), &service_name("candidates"), &environment_name("staging")).await.unwrap().values
}

async fn deploy_with(rig: &Rig, values: &str) {
    let draft = domain::service::DeployDraft { values: values.into(), ..deploy_draft("candidates", "staging", "1.1.0") };
    let id = rig.portal.operations.operation_deploy(&rig.ada(), draft).await.unwrap();
    assert_eq!(run(rig, id).await, OperationState::Succeeded);
}

on_both! {
    async fn a_history_tells_every_revision_and_who_made_it(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        let deploy = rig.deploy("1.1.0").await;
        run(&rig, deploy).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.2.0", Rollout::Healthy);

        let back = rig.roll_back(2).await;
        assert_eq!(run(&rig, back).await, OperationState::Succeeded, "{}", rig.last_words(back).await);

        assert_eq!(rig.last_words(back).await, "candidates is back at 1.1.0 in staging and is healthy.");
        let told = history(&rig).await;
        insta::allow_duplicates! { insta::assert_snapshot!(told, @r"
            4 1.1.0 deployed operation 2 by ada Rollback to 2
            3 1.2.0 superseded by hand Upgrade complete
            2 1.1.0 superseded operation 1 by ada Upgrade complete
            1 1.0.0 superseded by hand Upgrade complete
            "); }
    }

    async fn a_comparison_of_two_revisions_hides_the_values_of_secrets(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        rig.clusters.helm_by_hand(&rig.key(), "1.1.0", Rollout::Healthy);

        let compared =
            rig.portal.releases.release_compare(&rig.ada(), &environment_name("staging"), &release_name("candidates"), 1, 2).await.unwrap();

        let touched: Vec<String> = compared.objects.iter().map(|change| format!("{} {:?}", change.id, change.fate)).collect();
        assert_eq!(touched, ["Secret candidates Changed", "ConfigMap candidates Changed"]);
        let text = serde_json::to_string(&compared).unwrap();
        assert!(!text.contains("secret-1.") && text.contains("version: 1.1.0"), "{text}");
    }

    async fn the_values_in_force_keep_their_comments_until_somebody_else_changes_them(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        deploy_with(&rig, "# few are enough\nreplicas: 2\n").await;
        assert_eq!(values_in_force(&rig).await, "# few are enough\nreplicas: 2\n");

        rig.clusters.helm_by_hand(&rig.key(), "1.1.0", Rollout::Healthy);

        assert_eq!(values_in_force(&rig).await, "", "plain Helm gave none");
    }

    async fn a_repair_frees_a_pending_revision_for_the_next_deploy(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand_begin(&rig.key(), "1.0.0");

        let repair = async || rig.portal.releases.release_repair(&rig.ada(), &environment_name("staging"), &release_name("candidates"), 1).await;
        repair().await.unwrap();

        assert_eq!(rig.clusters.history(&rig.key()), ["1 1.0.0 failed: Marked as failed by ada: an interrupted Helm left it pending"]);
        assert_eq!(repair().await.unwrap_err().message, "Revision 1 of candidates is not pending any more.");
        let next = rig.deploy("1.1.0").await;
        assert_eq!(run(&rig, next).await, OperationState::Succeeded);
    }

    async fn a_repair_is_refused_while_an_operation_is_under_way(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let id = rig.deploy("1.1.0").await;
        rig.clusters.helm_by_hand_begin(&rig.key(), "1.0.0");

        let answer = rig.portal.releases.release_repair(&rig.ada(), &environment_name("staging"), &release_name("candidates"), 1).await;

        let error = answer.unwrap_err();
        assert_eq!((error.kind, error.operation_id), (ErrorKind::Conflict, Some(id)));
        assert_eq!(rig.clusters.revisions(&rig.key())[0].status, ReleaseStatus::PendingInstall);
    }

    async fn a_repair_of_a_release_without_a_service_waits_for_its_operation_too(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let (key, tool) = (testkit::build::release_key("kind-a", "staging", "tool"), release_name("tool"));
        rig.clusters.helm_by_hand(&key, "1.0.0", Rollout::Healthy);
        let id = rig.portal.operations.operation_uninstall(&rig.ada(), uninstall_draft("tool")).await.unwrap();
        rig.clusters.helm_by_hand_begin(&key, "1.1.0");

        let error = rig.portal.releases.release_repair(&rig.ada(), &environment_name("staging"), &tool, 2).await.unwrap_err();

        assert_eq!((error.kind, error.operation_id), (ErrorKind::Conflict, Some(id)));
        assert_eq!(rig.portal.releases.release_history(&rig.ada(), &environment_name("staging"), &tool).await.unwrap().operation, Some(id));
    }

    async fn an_uninstall_needs_the_name_and_may_keep_the_history(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        let draft = |name: &str| UninstallDraft { confirm_name: name.into(), keep_history: true, ..uninstall_draft("candidates") };
        let error = rig.portal.operations.operation_uninstall(&rig.ada(), draft("candidate")).await.unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (ErrorKind::Invalid, Some("confirm_name")));

        let id = rig.portal.operations.operation_uninstall(&rig.ada(), draft(" candidates ")).await.unwrap();
        assert_eq!(run(&rig, id).await, OperationState::Succeeded, "{}", rig.last_words(id).await);

        assert_eq!(rig.last_words(id).await, "candidates is no longer in staging.");
        assert_eq!(rig.clusters.revisions(&rig.key())[0].status, ReleaseStatus::Uninstalled);
        let next = rig.deploy("1.1.0").await;
        assert_eq!(run(&rig, next).await, OperationState::Succeeded, "{}", rig.last_words(next).await);
    }

    async fn a_removal_names_volumes_and_load_balancers(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let objects = [
            json!({ "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": { "name": "data" } }),
            json!({ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "web" }, "spec": { "type": "LoadBalancer" },
                "status": { "loadBalancer": { "ingress": [{ "ip": "192.0.2.7" }] } } }),
            json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "kept", "annotations": { "helm.sh/resource-policy": "keep" } } }),
        ];
        rig.clusters.manifest_set("1.0.0", &objects.iter().map(|object| format!("---\n{object}\n")).collect::<String>());
        for object in objects {
            let tried = ObjectTried { live: Some(object.clone()), after: None, refused: None, conflicts: Vec::new() };
            rig.clusters.object_set("kind-a", domain::manifest::ObjectId::of(&object).unwrap(), tried);
        }
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);

        let removal = rig.portal.releases.release_removal(&rig.ada(), &environment_name("staging"), &release_name("candidates")).await.unwrap();

        let told: String = removal.findings.iter().map(|finding| format!("{:?} {}\n", finding.severity, finding.sentence)).collect();
        insta::allow_duplicates! { insta::assert_snapshot!(told, @r"
            Warning PersistentVolumeClaim data is deleted, and what is stored on it with it, unless its storage class retains volumes.
            Warning Service web gives up its load balancer 192.0.2.7; a new one gets another address.
            Note ConfigMap kept leaves the release and stays in the cluster: it asks to be kept.
            "); }
        assert_eq!((removal.objects.len(), removal.kept.len(), removal.pods), (2, 1, 2));
    }

    async fn a_rollback_is_refused_when_somebody_was_quicker_or_the_revision_is_gone(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        for version in ["1.0.0", "1.1.0", "1.2.0"] {
            rig.clusters.helm_by_hand(&rig.key(), version, Rollout::Healthy);
        }
        rig.clusters.revision_forget(&rig.key(), 1);
        let ask = async |from, to| rig.portal.operations.operation_rollback(&rig.ada(), rollback_draft(from, to)).await.unwrap_err();

        assert_eq!(ask(2, 1).await.message, "Release candidates is at revision 3 by now, not at 2.");
        assert_eq!(ask(3, 1).await.kind, ErrorKind::NotFound);
        assert_eq!(ask(3, 3).await.message, "Release candidates is at revision 3 already.");
        assert_eq!(rig.store.operation_list(None, 10).await.unwrap(), []);
    }

    async fn of_two_people_at_once_the_second_is_told_of_the_first(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        rig.clusters.helm_by_hand(&rig.key(), "1.1.0", Rollout::Healthy);
        let first = rig.roll_back(1).await;

        let second = rig.portal.operations.operation_uninstall(&platform(), uninstall_draft("candidates")).await.unwrap_err();

        assert_eq!((second.kind, second.operation_id), (ErrorKind::Conflict, Some(first)));
        assert_eq!(second.message, "candidates is being rolled back in staging already.");
    }
}
