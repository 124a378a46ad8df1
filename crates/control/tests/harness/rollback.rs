//! The three-fault harness of rollback.

use crate::faults::{Fault, Kind, away, fault, faults_of_helm, faults_of_rollout, harness};
use domain::OperationId;
use domain::operation::OperationKind;
use futures::future::BoxFuture;
use testkit::database::{self, Database};
use testkit::{ClustersCall, Rig, Rollout};

/// From revision 2 back to revision 1, both made by hand.
struct Rollback;

impl Kind for Rollback {
    const KIND: OperationKind = OperationKind::Rollback;
    const REVISIONS_BEFORE: usize = 2;

    fn begin(rig: &Rig) {
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        rig.clusters.helm_by_hand(&rig.key(), "1.1.0", Rollout::Healthy);
    }

    async fn ask(rig: &Rig) -> OperationId {
        rig.roll_back(1).await
    }

    async fn ask_next(rig: &Rig) -> OperationId {
        let is_there = rig.clusters.revisions(&rig.key()).iter().any(|r| r.revision == 1);
        if is_there { rig.roll_back(1).await } else { rig.deploy("1.2.0").await }
    }

    fn faults(step: &str) -> Vec<Fault> {
        let unreadable = fault("the revisions can't be read", |rig| rig.clusters.fail_next(ClustersCall::ReleaseRevisions, away()));
        let overtaken = fault("somebody else upgrades", |rig| {
            rig.clusters.helm_by_hand(&rig.key(), "0.9.0", Rollout::Healthy);
        });
        match step {
            "prepare" => vec![
                fault("the cluster is away", |rig| rig.clusters.set_away("kind-a", "connection refused.")),
                unreadable,
                overtaken,
                fault("the revision to go back to is gone", |rig| rig.clusters.revision_forget(&rig.key(), 1)),
            ],
            "apply" => {
                let mut all = vec![unreadable, overtaken];
                all.extend(faults_of_helm());
                all.push(fault("the new revision can't be read at once", |rig| rig.clusters.fail_next(ClustersCall::ReleaseBody, away())));
                all
            }
            "watch" => faults_of_rollout(),
            other => panic!("step {other} needs faults of its own here"),
        }
    }

    fn helm_runs(rig: &Rig, _: OperationId) -> usize {
        rig.helm.runs_of_others()
    }

    fn achieved(rig: &Rig, _: OperationId) -> usize {
        rig.clusters.history(&rig.key()).iter().filter(|line| line.ends_with(" 1.0.0 deployed: Rollback to 1")).count()
    }
}

async fn table(fresh: fn() -> BoxFuture<'static, Database>) {
    let table = harness::<Rollback>(fresh).await;
    insta::allow_duplicates! { insta::assert_snapshot!(table, @r"
        prepare  | the cluster is away                       | failed    | 0 | none
        prepare  | the revisions can't be read               | failed    | 0 | none
        prepare  | somebody else upgrades                    | failed    | 0 | 3 deployed
        prepare  | the revision to go back to is gone        | failed    | 0 | none
        apply    | the revisions can't be read               | failed    | 0 | none
        apply    | somebody else upgrades                    | failed    | 0 | 3 deployed
        apply    | Helm can't be run                         | failed    | 1 | none
        apply    | Helm fails before it changes anything     | failed    | 1 | none
        apply    | Helm fails                                | failed    | 1 | 3 failed
        apply    | Helm fails and leaves it half done        | failed    | 1 | 3 failed
        apply    | Helm's end can't be waited for            | failed    | 1 | 3 failed
        apply    | the cluster is away when Helm has ended   | succeeded | 1 | 3 deployed
        apply    | the new revision can't be read at once    | succeeded | 1 | 3 deployed
        watch    | the image is not there                    | failed    | 1 | 3 deployed
        watch    | the new pods crash                        | failed    | 1 | 3 deployed
        watch    | somebody else upgrades                    | failed    | 1 | 3 superseded, 4 deployed
        killed   | before prepare                            | succeeded | 1 | 3 deployed
        killed   | before prepare, then before prepare       | succeeded | 1 | 3 deployed
        killed   | before prepare, then after prepare        | succeeded | 1 | 3 deployed
        killed   | before prepare, then before apply         | succeeded | 1 | 3 deployed
        killed   | before prepare, then inside Helm          | succeeded | 2 | 3 failed, 4 deployed
        killed   | before prepare, then after apply          | succeeded | 1 | 3 deployed
        killed   | before prepare, then before watch         | succeeded | 1 | 3 deployed
        killed   | before prepare, then after watch          | succeeded | 1 | 3 deployed
        killed   | after prepare                             | succeeded | 1 | 3 deployed
        killed   | after prepare, then after prepare         | succeeded | 1 | 3 deployed
        killed   | after prepare, then before apply          | succeeded | 1 | 3 deployed
        killed   | after prepare, then inside Helm           | succeeded | 2 | 3 failed, 4 deployed
        killed   | after prepare, then after apply           | succeeded | 1 | 3 deployed
        killed   | after prepare, then before watch          | succeeded | 1 | 3 deployed
        killed   | after prepare, then after watch           | succeeded | 1 | 3 deployed
        killed   | before apply                              | succeeded | 1 | 3 deployed
        killed   | before apply, then before apply           | succeeded | 1 | 3 deployed
        killed   | before apply, then inside Helm            | succeeded | 2 | 3 failed, 4 deployed
        killed   | before apply, then after apply            | succeeded | 1 | 3 deployed
        killed   | before apply, then before watch           | succeeded | 1 | 3 deployed
        killed   | before apply, then after watch            | succeeded | 1 | 3 deployed
        killed   | inside Helm                               | succeeded | 2 | 3 failed, 4 deployed
        killed   | inside Helm, then inside Helm             | succeeded | 3 | 3 failed, 4 failed, 5 deployed
        killed   | inside Helm, then after apply             | succeeded | 2 | 3 failed, 4 deployed
        killed   | inside Helm, then before watch            | succeeded | 2 | 3 failed, 4 deployed
        killed   | inside Helm, then after watch             | succeeded | 2 | 3 failed, 4 deployed
        killed   | after apply                               | succeeded | 1 | 3 deployed
        killed   | after apply, then after apply             | succeeded | 1 | 3 deployed
        killed   | after apply, then before watch            | succeeded | 1 | 3 deployed
        killed   | after apply, then after watch             | succeeded | 1 | 3 deployed
        killed   | before watch                              | succeeded | 1 | 3 deployed
        killed   | before watch, then before watch           | succeeded | 1 | 3 deployed
        killed   | before watch, then after watch            | succeeded | 1 | 3 deployed
        killed   | after watch                               | succeeded | 1 | 3 deployed
        killed   | after watch, then after watch             | succeeded | 1 | 3 deployed
        "); }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_three_faults_of_rollback_on_sqlite() {
    table(|| Box::pin(database::sqlite())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_three_faults_of_rollback_on_postgres() {
    table(|| Box::pin(database::postgres())).await;
}
