//! The three-fault harness of deploy.

use crate::faults::{Fault, Kind, away, fault, faults_of_helm, faults_of_rollout, harness};
use domain::operation::OperationKind;
use domain::release::ReleaseStatus;
use domain::{AppError, OperationId};
use futures::future::BoxFuture;
use testkit::build::namespace;
use testkit::database::{self, Database};
use testkit::{ChartsCall, ClustersCall, Rig, Rollout};

/// 1.1.0 over revision 1, which was made by hand.
struct Deploy;

fn no_charts() -> AppError {
    AppError::unavailable("The chart repository at charts.test can't be read: connection refused.")
}

impl Kind for Deploy {
    const KIND: OperationKind = OperationKind::Deploy;
    const REVISIONS_BEFORE: usize = 1;

    fn begin(rig: &Rig) {
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
    }

    async fn ask(rig: &Rig) -> OperationId {
        rig.deploy("1.1.0").await
    }

    async fn ask_next(rig: &Rig) -> OperationId {
        rig.deploy("1.2.0").await
    }

    fn faults(step: &str) -> Vec<Fault> {
        match step {
            "prepare" => vec![
                fault("the cluster is away", |rig| rig.clusters.set_away("kind-a", "connection refused.")),
                fault("the namespace is being deleted", |rig| {
                    rig.clusters.namespace_change("kind-a", &namespace("staging"), |info| info.terminating = true);
                }),
                fault("the namespace can't be read", |rig| rig.clusters.fail_next(ClustersCall::NamespaceGet, away())),
                fault("the revisions can't be read", |rig| rig.clusters.fail_next(ClustersCall::ReleaseRevisions, away())),
                fault("the chart can't be fetched", |rig| rig.charts.fail_next(ChartsCall::Fetch, no_charts())),
            ],
            "apply" => {
                let mut all = vec![
                    fault("the revisions can't be read", |rig| rig.clusters.fail_next(ClustersCall::ReleaseRevisions, away())),
                    fault("the chart can't be fetched", |rig| rig.charts.fail_next(ChartsCall::Fetch, no_charts())),
                ];
                all.extend(faults_of_helm());
                all
            }
            "watch" => faults_of_rollout(),
            other => panic!("step {other} needs faults of its own here"),
        }
    }

    fn helm_runs(rig: &Rig, id: OperationId) -> usize {
        rig.helm.runs(id)
    }

    fn achieved(rig: &Rig, id: OperationId) -> usize {
        let revisions = rig.clusters.revisions(&rig.key());
        let versions = rig.clusters.history(&rig.key());
        let ours = |r: &domain::release::ReleaseRevision| r.operation == Some(id) && r.status == ReleaseStatus::Deployed;
        revisions.iter().zip(versions).skip(1).filter(|(r, line)| ours(r) && line.contains(" 1.1.0 ")).count()
    }
}

async fn table(fresh: fn() -> BoxFuture<'static, Database>) {
    let table = harness::<Deploy>(fresh).await;
    insta::allow_duplicates! { insta::assert_snapshot!(table, @r"
        prepare  | the cluster is away                       | failed    | 0 | none
        prepare  | the namespace is being deleted            | failed    | 0 | none
        prepare  | the namespace can't be read               | failed    | 0 | none
        prepare  | the revisions can't be read               | failed    | 0 | none
        prepare  | the chart can't be fetched                | failed    | 0 | none
        apply    | the revisions can't be read               | failed    | 0 | none
        apply    | the chart can't be fetched                | failed    | 0 | none
        apply    | Helm can't be run                         | failed    | 1 | none
        apply    | Helm fails before it changes anything     | failed    | 1 | none
        apply    | Helm fails                                | failed    | 1 | 2 failed
        apply    | Helm fails and leaves it half done        | failed    | 1 | 2 failed
        apply    | Helm's end can't be waited for            | failed    | 1 | 2 failed
        apply    | the cluster is away when Helm has ended   | succeeded | 1 | 2 deployed
        watch    | the image is not there                    | failed    | 1 | 2 deployed
        watch    | the new pods crash                        | failed    | 1 | 2 deployed
        watch    | somebody else upgrades                    | failed    | 1 | 2 superseded, 3 deployed
        killed   | before prepare                            | succeeded | 1 | 2 deployed
        killed   | before prepare, then before prepare       | succeeded | 1 | 2 deployed
        killed   | before prepare, then after prepare        | succeeded | 1 | 2 deployed
        killed   | before prepare, then before apply         | succeeded | 1 | 2 deployed
        killed   | before prepare, then inside Helm          | succeeded | 2 | 2 failed, 3 deployed
        killed   | before prepare, then after apply          | succeeded | 1 | 2 deployed
        killed   | before prepare, then before watch         | succeeded | 1 | 2 deployed
        killed   | before prepare, then after watch          | succeeded | 1 | 2 deployed
        killed   | after prepare                             | succeeded | 1 | 2 deployed
        killed   | after prepare, then after prepare         | succeeded | 1 | 2 deployed
        killed   | after prepare, then before apply          | succeeded | 1 | 2 deployed
        killed   | after prepare, then inside Helm           | succeeded | 2 | 2 failed, 3 deployed
        killed   | after prepare, then after apply           | succeeded | 1 | 2 deployed
        killed   | after prepare, then before watch          | succeeded | 1 | 2 deployed
        killed   | after prepare, then after watch           | succeeded | 1 | 2 deployed
        killed   | before apply                              | succeeded | 1 | 2 deployed
        killed   | before apply, then before apply           | succeeded | 1 | 2 deployed
        killed   | before apply, then inside Helm            | succeeded | 2 | 2 failed, 3 deployed
        killed   | before apply, then after apply            | succeeded | 1 | 2 deployed
        killed   | before apply, then before watch           | succeeded | 1 | 2 deployed
        killed   | before apply, then after watch            | succeeded | 1 | 2 deployed
        killed   | inside Helm                               | succeeded | 2 | 2 failed, 3 deployed
        killed   | inside Helm, then inside Helm             | succeeded | 3 | 2 failed, 3 failed, 4 deployed
        killed   | inside Helm, then after apply             | succeeded | 2 | 2 failed, 3 deployed
        killed   | inside Helm, then before watch            | succeeded | 2 | 2 failed, 3 deployed
        killed   | inside Helm, then after watch             | succeeded | 2 | 2 failed, 3 deployed
        killed   | after apply                               | succeeded | 1 | 2 deployed
        killed   | after apply, then after apply             | succeeded | 1 | 2 deployed
        killed   | after apply, then before watch            | succeeded | 1 | 2 deployed
        killed   | after apply, then after watch             | succeeded | 1 | 2 deployed
        killed   | before watch                              | succeeded | 1 | 2 deployed
        killed   | before watch, then before watch           | succeeded | 1 | 2 deployed
        killed   | before watch, then after watch            | succeeded | 1 | 2 deployed
        killed   | after watch                               | succeeded | 1 | 2 deployed
        killed   | after watch, then after watch             | succeeded | 1 | 2 deployed
        "); }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_three_faults_of_deploy_on_sqlite() {
    table(|| Box::pin(database::sqlite())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_three_faults_of_deploy_on_postgres() {
    table(|| Box::pin(database::postgres())).await;
}
