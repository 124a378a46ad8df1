//! Deploys from asking to their end, on both databases: what people see, and what is left in the cluster.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use domain::environment::EnvironmentKind;
use domain::operation::{EventData, OperationState};
use domain::ports::Clusters as _;
use domain::release::ReleaseStatus;
use domain::{AppError, ErrorKind, OperationId};
use futures::future::join_all;
use testkit::build::{chart, deploy_draft, namespace, service};
use testkit::{Gate, HelmScript, OnStop, Rig, Rollout, on_both};

/// The record in short: step and kind, with the sentence where there is one.
async fn record(rig: &Rig, id: OperationId) -> String {
    let mut text = String::new();
    for event in rig.events(id).await {
        let words = match &event.data {
            EventData::Progress { sentence }
            | EventData::StepFinished { sentence, .. }
            | EventData::Succeeded { sentence }
            | EventData::Cancelled { sentence } => sentence.clone(),
            EventData::Output { line, .. } => line.clone(),
            EventData::Queued { by } | EventData::CancelRequested { by } => by.to_string(),
            EventData::Claimed { worker, generation } => format!("{worker} {generation}"),
            EventData::Failed { error } => error.to_string(),
            EventData::StepStarted => String::new(),
        };
        text += format!("{} {} {} {words}", event.seq, event.step.as_deref().unwrap_or("-"), event.data.kind()).trim_end();
        text += "\n";
    }
    text
}

async fn refused(rig: &Rig, version: &str) -> AppError {
    rig.portal.operations.operation_deploy(&rig.ada(), deploy_draft("candidates", "staging", version)).await.expect_err("the deploy is refused")
}

async fn cancel(rig: &Rig, id: OperationId) {
    rig.portal.operations.operation_cancel(&rig.ada(), id).await.expect("the request to stop is accepted");
}

fn statuses(rig: &Rig) -> Vec<ReleaseStatus> {
    rig.clusters.revisions(&rig.key()).iter().map(|r| r.status).collect()
}

on_both! {
    async fn a_first_deploy_tells_its_whole_story(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let id = rig.deploy("1.1.0").await;

        let running = rig.run("w");
        rig.ended(id).await;
        running.stop().await;

        let story = record(&rig, id).await;
        insta::allow_duplicates! { insta::assert_snapshot!(story, @r#"
        1 - queued ada
        2 - claimed w 1
        3 prepare step_started
        4 prepare progress Fetching candidates 1.1.0.
        5 prepare step_finished candidates 1.1.0 fetched, sealed feb81ba4.
        6 apply step_started
        7 apply progress Helm is at work.
        8 apply output Release "candidates" is on its way to revision 1.
        9 apply output Release "candidates" has been upgraded. Happy Helming!
        10 apply step_finished Helm has applied the chart. Revision 1 is in force.
        11 watch step_started
        12 watch progress 2 of 2 pods ready.
        13 watch step_finished 2 of 2 pods ready.
        14 - succeeded candidates 1.1.0 runs in staging and is healthy.
        "#); }
        assert_eq!(statuses(&rig), [ReleaseStatus::Deployed]);
        assert_eq!(rig.clusters.release(&rig.key()).unwrap().release.operation, Some(id));
    }

    async fn helm_is_given_the_defaults_of_the_kind_and_then_the_own_values(database: &Database) {
        let rig = Rig::empty(database.store());
        rig.store.team_insert(&testkit::build::team("talent", &["ada"])).await.unwrap();
        let mut new = service("candidates", "talent");
        new.default_values.insert(EnvironmentKind::Staging, "replicas: 2".into());
        new.default_values.insert(EnvironmentKind::Production, "replicas: 9".into());
        rig.store.service_insert(&new).await.unwrap();
        rig.charts.publish(&chart("candidates"), &["1.0.0"]);
        rig.environment_add("staging").await;
        let mut draft = deploy_draft("candidates", "staging", "1.0.0");
        draft.values = "replicas: 3".into();

        let id = rig.portal.operations.operation_deploy(&rig.ada(), draft).await.unwrap();
        let running = rig.run("w");
        rig.ended(id).await;
        running.stop().await;

        let asked = rig.helm.last().unwrap();
        assert_eq!(asked.values, ["replicas: 2", "replicas: 3"]);
        assert_eq!((asked.key, asked.operation, asked.description.as_str()), (rig.key(), id, "Slipway operation 1 by ada"));
    }

    async fn a_broken_image_fails_the_deploy_with_the_sentence_of_its_health(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.helm.script(HelmScript::Deploys(Rollout::ImageMissing));
        let id = rig.deploy("1.1.0").await;

        let running = rig.run("w");
        let ended = rig.ended(id).await;
        running.stop().await;

        assert_eq!(ended.state, OperationState::Failed);
        assert_eq!(
            rig.last_words(id).await,
            "candidates 1.1.0 in staging does not come up. 0 of 2 pods ready: `candidates-7c9-0` can't pull `acme/candidates:1.1.0` (not found), and 1 more is in trouble. \
             Deploy a version that works, or correct the values; the release is in force as it is."
        );
    }

    async fn a_slow_start_is_waited_for(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.helm.script(HelmScript::Deploys(Rollout::Starting));
        let id = rig.deploy("1.1.0").await;
        let running = rig.run("w");
        rig.event_seen(id, "watch", "progress").await;
        assert_eq!(rig.operation(id).await.state, OperationState::Running);

        rig.clusters.roll(&rig.key(), Rollout::Healthy);

        assert_eq!(rig.ended(id).await.state, OperationState::Succeeded);
        running.stop().await;
    }

    async fn a_start_that_takes_a_quarter_of_an_hour_is_given_up(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.helm.script(HelmScript::Deploys(Rollout::Starting));
        let id = rig.deploy("1.1.0").await;
        let running = rig.run_with(control::runner::RunnerOptions { lease_ms: 60 * 60_000, ..rig.options("w") }); // the clock jumps, the claim holds
        rig.event_seen(id, "watch", "progress").await;

        rig.clock.advance_ms(16 * 60_000);

        assert_eq!(rig.ended(id).await.state, OperationState::Failed);
        let words = rig.last_words(id).await;
        assert!(words.starts_with("candidates 1.1.0 in staging is not healthy after 15 min. 0 of 2 pods ready"), "{words}");
        running.stop().await;
    }

    async fn helms_refusal_is_told_in_its_own_words(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.helm.script(HelmScript::Fails("Template deployment.yaml, line 3, can't be rendered: nil pointer.".into()));
        let id = rig.deploy("1.1.0").await;

        let running = rig.run("w");
        rig.ended(id).await;
        running.stop().await;

        assert_eq!(
            rig.last_words(id).await,
            "Helm could not deploy candidates 1.1.0 to staging: Template deployment.yaml, line 3, can't be rendered: nil pointer. \
             The log below has Helm's own words. Correct the cause and try again."
        );
        assert_eq!(statuses(&rig), [ReleaseStatus::Failed]);
    }

    async fn a_deploy_is_cancelled_while_helm_runs_and_helm_has_time_to_end(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let (at_work, _) = rig.helm.hold(OnStop::MarksFailed);
        let id = rig.deploy("1.1.0").await;
        let running = rig.run("w");
        at_work.reached("Helm at work").await;

        cancel(&rig, id).await;

        assert_eq!(rig.ended(id).await.state, OperationState::Cancelled);
        assert_eq!(rig.last_words(id).await, "Helm was stopped. Parts of candidates 1.1.0 may be in place; the next deploy sets everything right.");
        assert_eq!(statuses(&rig), [ReleaseStatus::Failed]);
        running.stop().await;
    }

    async fn a_deploy_is_cancelled_while_helm_runs_and_helm_has_to_be_killed(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let (at_work, _) = rig.helm.hold(OnStop::StaysPending);
        let id = rig.deploy("1.1.0").await;
        let running = rig.run("w");
        at_work.reached("Helm at work").await;

        cancel(&rig, id).await;

        assert_eq!(rig.ended(id).await.state, OperationState::Cancelled);
        assert_eq!(rig.clusters.history(&rig.key()), ["1 1.1.0 failed: Interrupted in Slipway operation 1"]);
        let next = rig.deploy("1.2.0").await;
        assert_eq!(rig.ended(next).await.state, OperationState::Succeeded);
        running.stop().await;
    }

    async fn a_cancelled_watch_leaves_the_release_in_force(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.helm.script(HelmScript::Deploys(Rollout::Starting));
        let id = rig.deploy("1.1.0").await;
        let running = rig.run("w");
        rig.event_seen(id, "watch", "progress").await;

        cancel(&rig, id).await;

        assert_eq!(rig.ended(id).await.state, OperationState::Cancelled);
        assert_eq!(rig.last_words(id).await, "Nobody watches any more: revision 1 of candidates stays in force and goes on rolling out.");
        assert_eq!(statuses(&rig), [ReleaseStatus::Deployed]);
        running.stop().await;
    }

    async fn a_deploy_cancelled_while_queued_never_starts_helm(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let id = rig.deploy("1.1.0").await;
        cancel(&rig, id).await;

        let running = rig.run("w");

        assert_eq!(rig.ended(id).await.state, OperationState::Cancelled);
        running.stop().await;
        assert_eq!(rig.last_words(id).await, "Helm was not started. candidates is as it was in staging.");
        assert_eq!((rig.helm.runs(id), statuses(&rig).len()), (0, 0));
    }

    async fn a_request_to_stop_survives_the_process_that_heard_it(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let (at_work, _) = rig.helm.hold(OnStop::StaysPending);
        let id = rig.deploy("1.1.0").await;
        let running = rig.run("first");
        at_work.reached("Helm at work").await;
        running.kill().await;

        cancel(&rig, id).await;
        rig.leases_expire();
        let running = rig.run("second");

        assert_eq!(rig.ended(id).await.state, OperationState::Cancelled);
        assert_eq!((rig.helm.runs(id), statuses(&rig)), (1, vec![ReleaseStatus::Failed]));
        running.stop().await;
    }

    async fn an_operation_that_has_ended_can_not_be_cancelled(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let id = rig.deploy("1.1.0").await;
        let running = rig.run("w");
        rig.ended(id).await;
        running.stop().await;

        let error = rig.portal.operations.operation_cancel(&rig.ada(), id).await.unwrap_err();

        assert_eq!((error.kind, error.operation_id), (ErrorKind::Conflict, Some(id)));
    }

    async fn a_second_deploy_of_the_same_release_names_the_first(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let first = rig.deploy("1.1.0").await;

        let error = refused(&rig, "1.2.0").await;

        assert_eq!((error.kind, error.operation_id), (ErrorKind::Conflict, Some(first)));
        assert_eq!(error.message, "candidates is being deployed to staging already.");
    }

    async fn ten_clicks_at_once_are_one_deploy(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let ada = rig.ada();

        let answers = join_all((0..10).map(|_| rig.portal.operations.operation_deploy(&ada, deploy_draft("candidates", "staging", "1.1.0")))).await;

        assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1, "{answers:?}");
        assert!(answers.iter().flat_map(|a| a.as_ref().err()).all(|e| e.kind == ErrorKind::Conflict && e.operation_id == Some(OperationId(1))), "{answers:?}");
    }

    async fn an_unknown_version_is_answered_with_the_newest(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;

        let error = refused(&rig, "9.9.9").await;

        assert_eq!((error.kind, error.field.as_deref()), (ErrorKind::NotFound, Some("version")));
        assert_eq!(error.to_string(), "There is no version “9.9.9”. The newest of chart candidates are: 1.3.0, 1.2.0, 1.1.0.");
        assert_eq!(rig.store.operation_list(None, 10).await.unwrap(), []);
    }

    async fn a_namespace_that_is_being_deleted_is_not_deployed_to(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.namespace_change("kind-a", &namespace("staging"), |info| info.terminating = true);
        let id = rig.deploy("1.1.0").await;

        let running = rig.run("w");
        rig.ended(id).await;
        running.stop().await;

        assert_eq!(rig.last_words(id).await, "Namespace staging of kind-a is being deleted. Wait until it is gone; the next deploy makes it again.");
        assert_eq!(rig.helm.runs(id), 0);
    }

    async fn a_namespace_that_is_gone_is_made_again(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.namespace_vanish("kind-a", &namespace("staging"));
        let id = rig.deploy("1.1.0").await;

        let running = rig.run("w");
        assert_eq!(rig.ended(id).await.state, OperationState::Succeeded);
        running.stop().await;

        assert!(rig.clusters.namespace(&rig.key().cluster, &namespace("staging")).unwrap().created_by_us);
    }

    async fn a_cluster_that_is_away_is_named_with_its_reason(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.set_away("kind-a", "connection refused.");
        let id = rig.deploy("1.1.0").await;

        let running = rig.run("w");
        assert_eq!(rig.ended(id).await.state, OperationState::Failed);
        running.stop().await;

        assert_eq!(rig.last_words(id).await, "Cluster kind-a can't be used: connection refused. Try again when it is back.");
    }

    async fn a_cluster_that_goes_away_while_helm_runs_is_asked_until_it_is_back(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.helm.script(HelmScript::FailsPending("the connection was lost".into()));
        rig.clusters.fail_next(testkit::ClustersCall::ReleaseUnlock, AppError::unavailable("Cluster kind-a is away: connection refused."));
        let id = rig.deploy("1.1.0").await;

        let running = rig.run("w");
        assert_eq!(rig.ended(id).await.state, OperationState::Failed);
        running.stop().await;

        assert_eq!(statuses(&rig), [ReleaseStatus::Failed], "never left pending");
        assert!(record(&rig, id).await.contains("Cluster kind-a is away: connection refused. Slipway asks again until it knows how Helm left the release."));
    }

    async fn another_helm_at_work_is_not_disturbed(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand_begin(&rig.key(), "1.0.0");
        let id = rig.deploy("1.1.0").await;

        let running = rig.run("w");
        assert_eq!(rig.ended(id).await.state, OperationState::Failed);
        running.stop().await;

        assert_eq!(statuses(&rig), [ReleaseStatus::PendingInstall], "it is somebody else's");
        let words = rig.last_words(id).await;
        assert!(words.starts_with("Release candidates in staging is pending-install at revision 1: another run of Helm is at work"), "{words}");
    }

    async fn somebody_elses_revision_during_the_watch_ends_it(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.helm.script(HelmScript::Deploys(Rollout::Starting));
        let id = rig.deploy("1.1.0").await;
        let running = rig.run("w");
        rig.event_seen(id, "watch", "progress").await;

        rig.clusters.helm_by_hand(&rig.key(), "0.9.0", Rollout::Healthy);

        assert_eq!(rig.ended(id).await.state, OperationState::Failed);
        assert_eq!(rig.last_words(id).await, "Somebody else made revision 2 of candidates meanwhile. Look at what runs now before you try again.");
        running.stop().await;
    }

    async fn somebody_elses_revision_after_a_kill_is_not_overwritten(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let id = rig.deploy("1.1.0").await;
        let reached = Gate::new();
        let (opened, mut options) = (reached.clone(), rig.options("first"));
        options.kill_at = Some(std::sync::Arc::new(move |at| at == "before:apply" && { opened.open(); true }));
        let running = rig.run_with(options);
        reached.reached("the kill before apply").await;
        running.kill().await;

        rig.clusters.helm_by_hand(&rig.key(), "0.9.0", Rollout::Healthy);
        rig.leases_expire();
        let running = rig.run("second");

        assert_eq!(rig.ended(id).await.state, OperationState::Failed);
        assert_eq!(rig.helm.runs(id), 0);
        assert_eq!(rig.clusters.release(&rig.key()).unwrap().release.chart_version.as_deref(), Some("0.9.0"));
        running.stop().await;
    }

    async fn a_chart_published_again_with_other_contents_is_not_applied(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let id = rig.deploy("1.1.0").await;
        let (charts, mut options) = (rig.charts.clone(), rig.options("w"));
        options.kill_at = Some(std::sync::Arc::new(move |at| {
            if at == "before:apply" {
                charts.replace_contents(&chart("candidates"), "1.1.0", "candidates 1.1.0 and more");
            }
            false
        }));

        let running = rig.run_with(options);
        assert_eq!(rig.ended(id).await.state, OperationState::Failed);
        running.stop().await;

        assert_eq!(rig.last_words(id).await, "candidates 1.1.0 was published again with other contents since this deploy began. Look at what changed, then deploy again.");
        assert_eq!(rig.helm.runs(id), 0);
    }

    async fn two_runners_at_once_run_each_of_ten_operations_once(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let mut ids = Vec::new();
        for n in 0..10 {
            rig.service_add(&format!("service-{n}")).await;
            ids.push(rig.portal.operations.operation_deploy(&rig.ada(), deploy_draft(&format!("service-{n}"), "staging", "1.0.0")).await.unwrap());
        }

        let (one, two) = (rig.run("one"), rig.run("two"));
        for id in &ids {
            let ended = rig.ended(*id).await;
            assert_eq!((ended.state, ended.generation, rig.helm.runs(*id)), (OperationState::Succeeded, 1, 1), "{}", record(&rig, *id).await);
        }
        one.stop().await;
        two.stop().await;
    }

    async fn a_process_that_is_stopped_hands_its_work_on_at_once(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.helm.script(HelmScript::Deploys(Rollout::Starting));
        let id = rig.deploy("1.1.0").await;
        let first = rig.run("first");
        rig.event_seen(id, "watch", "progress").await;

        first.stop().await;
        let second = rig.run("second"); // the clock has not moved: no lease has run out
        rig.clusters.roll(&rig.key(), Rollout::Healthy);

        let ended = rig.ended(id).await;
        assert_eq!((ended.state, ended.generation, rig.helm.runs(id)), (OperationState::Succeeded, 2, 1));
        second.stop().await;
    }

    async fn a_process_that_still_holds_its_claim_is_left_alone(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let (at_work, go_on) = rig.helm.hold(OnStop::StaysPending);
        let id = rig.deploy("1.1.0").await;
        let first = rig.run("first");
        at_work.reached("Helm at work").await;
        let second = rig.run("second");
        go_on.open();

        let ended = rig.ended(id).await;

        assert_eq!((ended.state, ended.generation, rig.helm.runs(id)), (OperationState::Succeeded, 1, 1));
        first.stop().await;
        second.stop().await;
    }

    async fn a_claim_is_renewed_while_helm_takes_longer_than_the_lease(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let (at_work, go_on) = rig.helm.hold(OnStop::StaysPending);
        let id = rig.deploy("1.1.0").await;
        let short = |worker: &str| control::runner::RunnerOptions { lease_ms: 400, ..rig.options(worker) };
        let (first, second) = (rig.run_with(short("first")), rig.run_with(short("second")));
        at_work.reached("Helm at work").await;

        let held_until = tokio::time::Instant::now() + std::time::Duration::from_millis(1_500);
        testkit::eventually("three leases to pass", async || (tokio::time::Instant::now() > held_until).then_some(())).await;
        go_on.open();

        let ended = rig.ended(id).await;
        assert_eq!((ended.state, ended.generation, rig.helm.runs(id)), (OperationState::Succeeded, 1, 1));
        first.stop().await;
        second.stop().await;
    }
}
