//! The three-fault harness of uninstall.

use crate::faults::{Fault, Kind, away, fault, fault_waited_for, faults_of_helm, harness};
use domain::OperationId;
use domain::operation::OperationKind;
use futures::future::BoxFuture;
use testkit::database::{self, Database};
use testkit::{ClustersCall, Rig, Rollout};

/// Revision 1, made by hand, is removed.
struct Uninstall;

impl Kind for Uninstall {
    const KIND: OperationKind = OperationKind::Uninstall;
    const REVISIONS_BEFORE: usize = 0;

    fn begin(rig: &Rig) {
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
    }

    async fn ask(rig: &Rig) -> OperationId {
        rig.uninstall().await
    }

    async fn ask_next(rig: &Rig) -> OperationId {
        if rig.clusters.revisions(&rig.key()).is_empty() { rig.deploy("1.2.0").await } else { rig.uninstall().await }
    }

    fn faults(step: &str) -> Vec<Fault> {
        let unreadable = fault("the revisions can't be read", |rig| rig.clusters.fail_next(ClustersCall::ReleaseRevisions, away()));
        let gone = fault("somebody else uninstalls it", |rig| rig.clusters.helm_uninstall_by_hand(&rig.key()));
        match step {
            "prepare" => {
                vec![fault("the cluster is away", |rig| rig.clusters.set_away("kind-a", "connection refused.")), unreadable, gone]
            }
            "apply" => {
                let mut all = vec![unreadable, gone];
                all.extend(faults_of_helm());
                all
            }
            "watch" => vec![fault_waited_for("somebody else installs it again", |rig| {
                rig.clusters.helm_by_hand(&rig.key(), "0.9.0", Rollout::Healthy);
            })],
            other => panic!("step {other} needs faults of its own here"),
        }
    }

    fn helm_runs(rig: &Rig, _: OperationId) -> usize {
        rig.helm.runs_of_others()
    }

    fn achieved(rig: &Rig, _: OperationId) -> usize {
        usize::from(rig.clusters.revisions(&rig.key()).is_empty())
    }
}

async fn table(fresh: fn() -> BoxFuture<'static, Database>) {
    let table = harness::<Uninstall>(fresh).await;
    insta::allow_duplicates! { insta::assert_snapshot!(table, @r"
        prepare  | the cluster is away                       | failed    | 0 | 1 deployed
        prepare  | the revisions can't be read               | failed    | 0 | 1 deployed
        prepare  | somebody else uninstalls it               | failed    | 0 | none
        apply    | the revisions can't be read               | failed    | 0 | 1 deployed
        apply    | somebody else uninstalls it               | succeeded | 0 | none
        apply    | Helm can't be run                         | failed    | 1 | 1 deployed
        apply    | Helm fails before it changes anything     | failed    | 1 | 1 deployed
        apply    | Helm fails                                | failed    | 1 | 1 deployed
        apply    | Helm fails and leaves it half done        | failed    | 1 | 1 uninstalling
        apply    | Helm's end can't be waited for            | succeeded | 1 | none
        apply    | the cluster is away when Helm has ended   | succeeded | 1 | none
        watch    | somebody else installs it again           | failed    | 1 | 1 deployed
        killed   | before prepare                            | succeeded | 1 | none
        killed   | before prepare, then before prepare       | succeeded | 1 | none
        killed   | before prepare, then after prepare        | succeeded | 1 | none
        killed   | before prepare, then before apply         | succeeded | 1 | none
        killed   | before prepare, then inside Helm          | succeeded | 2 | none
        killed   | before prepare, then after apply          | succeeded | 1 | none
        killed   | before prepare, then before watch         | succeeded | 1 | none
        killed   | before prepare, then after watch          | succeeded | 1 | none
        killed   | after prepare                             | succeeded | 1 | none
        killed   | after prepare, then after prepare         | succeeded | 1 | none
        killed   | after prepare, then before apply          | succeeded | 1 | none
        killed   | after prepare, then inside Helm           | succeeded | 2 | none
        killed   | after prepare, then after apply           | succeeded | 1 | none
        killed   | after prepare, then before watch          | succeeded | 1 | none
        killed   | after prepare, then after watch           | succeeded | 1 | none
        killed   | before apply                              | succeeded | 1 | none
        killed   | before apply, then before apply           | succeeded | 1 | none
        killed   | before apply, then inside Helm            | succeeded | 2 | none
        killed   | before apply, then after apply            | succeeded | 1 | none
        killed   | before apply, then before watch           | succeeded | 1 | none
        killed   | before apply, then after watch            | succeeded | 1 | none
        killed   | inside Helm                               | succeeded | 2 | none
        killed   | inside Helm, then inside Helm             | succeeded | 3 | none
        killed   | inside Helm, then after apply             | succeeded | 2 | none
        killed   | inside Helm, then before watch            | succeeded | 2 | none
        killed   | inside Helm, then after watch             | succeeded | 2 | none
        killed   | after apply                               | succeeded | 1 | none
        killed   | after apply, then after apply             | succeeded | 1 | none
        killed   | after apply, then before watch            | succeeded | 1 | none
        killed   | after apply, then after watch             | succeeded | 1 | none
        killed   | before watch                              | succeeded | 1 | none
        killed   | before watch, then before watch           | succeeded | 1 | none
        killed   | before watch, then after watch            | succeeded | 1 | none
        killed   | after watch                               | succeeded | 1 | none
        killed   | after watch, then after watch             | succeeded | 1 | none
        "); }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_three_faults_of_uninstall_on_sqlite() {
    table(|| Box::pin(database::sqlite())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_three_faults_of_uninstall_on_postgres() {
    table(|| Box::pin(database::postgres())).await;
}
