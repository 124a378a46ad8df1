//! The live streams: a cell of the board when something moves, a reload when rows or columns change, an operation's record.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use std::time::Duration;

use domain::fleet::{FleetBoard, FleetCell, FleetFilter, LiveEvent};
use domain::health::HealthStatus;
use domain::operation::{EventData, OperationEvent};
use domain::service::Portal;
use domain::{Actor, ErrorKind, OperationId};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use testkit::build::{chart, deploy_draft, environment_draft, service_draft, viewer};
use testkit::{OnStop, Rig, Rollout, eventually, on_both};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Far above what a busy machine needs.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// The task that feeds the live stream, and a stream that has seen everything up to now.
struct Live {
    task: JoinHandle<()>,
    shutdown: CancellationToken,
    stream: BoxStream<'static, LiveEvent>,
}

impl Live {
    /// Ready once the first board has been told.
    async fn start(rig: &Rig) -> Self {
        let mut stream = rig.portal.fleet.fleet_live(&viewer()).await.unwrap();
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(control::run_events(rig.control.clone(), shutdown.clone()));
        let first = tokio::time::timeout(WAIT_MAX, stream.next()).await.unwrap();
        assert_eq!(first, Some(LiveEvent::Reload));
        let mut live = Self { task, shutdown, stream };
        live.cell(|_| true).await;
        live
    }

    async fn next(&mut self) -> LiveEvent {
        tokio::time::timeout(WAIT_MAX, self.stream.next()).await.expect("an event in time").expect("the stream goes on")
    }

    /// The next cell like this.
    async fn cell(&mut self, wanted: impl Fn(&FleetCell) -> bool) -> FleetCell {
        loop {
            if let LiveEvent::Cell { cell } = self.next().await
                && wanted(&cell)
            {
                return *cell;
            }
        }
    }

    async fn reload(&mut self) {
        while self.next().await != LiveEvent::Reload {}
    }

    async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.unwrap();
    }
}

/// Everything an operation's page is told after `seq`, to the end of the stream.
async fn followed(portal: &Portal, actor: &Actor, id: OperationId, seq: i64) -> Vec<OperationEvent> {
    let stream = portal.operations.operation_follow(actor, id, seq).await.unwrap();
    tokio::time::timeout(WAIT_MAX, stream.collect()).await.expect("the stream ends with the operation")
}

on_both! {
    async fn a_pod_that_fails_is_on_every_board(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        let mut live = Live::start(&rig).await;

        rig.clusters.roll(&rig.key(), Rollout::Crashing);

        let cell = live.cell(|cell| cell.health.as_ref().is_some_and(|h| h.status == HealthStatus::Degraded)).await;
        assert_eq!((cell.service.as_str(), cell.environment.as_str(), cell.behind), ("candidates", "staging", 3));
        let sentence = cell.health.unwrap().sentence;
        assert_eq!(sentence, "0 of 2 pods ready: `candidates-7c9-0` crashes: `app` ends with exit code 1, 3 restarts, and 1 more is in trouble.");
        live.stop().await;
    }

    async fn a_change_in_the_cluster_is_told_within_a_quarter_of_a_second(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        let mut live = Live::start(&rig).await;
        let mut best = Duration::MAX;

        for (rollout, status) in [(Rollout::Crashing, HealthStatus::Degraded), (Rollout::Healthy, HealthStatus::Healthy), (Rollout::ImageMissing, HealthStatus::Degraded)] {
            let since = std::time::Instant::now();
            rig.clusters.roll(&rig.key(), rollout);
            live.cell(|cell| cell.health.as_ref().is_some_and(|h| h.status == status)).await;
            best = best.min(since.elapsed());
        }

        assert!(best < Duration::from_millis(250), "the best of three took {best:?}");
        live.stop().await;
    }

    async fn the_board_that_is_kept_is_the_one_that_was_told(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        let fresh = rig.portal.fleet.fleet_board(&viewer(), FleetFilter::default()).await.unwrap();
        let mut live = Live::start(&rig).await;
        let kept = async || rig.portal.fleet.fleet_board(&viewer(), FleetFilter::default()).await.unwrap();
        assert_eq!(kept().await, FleetBoard { now: kept().await.now, ..fresh });

        rig.clusters.roll(&rig.key(), Rollout::Crashing);
        let told = live.cell(|cell| cell.health.as_ref().is_some_and(|h| h.status == HealthStatus::Degraded)).await;

        eventually("the board with that cell", async || (kept().await.rows[0].cells == [told.clone()]).then_some(())).await;
        assert_eq!(kept().await.attention_total, 1);
        live.stop().await;
    }

    async fn a_board_shows_what_was_written_just_before(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.charts.publish(&chart("jobs"), &["1.0.0"]);
        let live = Live::start(&rig).await;

        for _ in 0..5 {
            rig.portal.services.service_create(&rig.ada(), service_draft("jobs", "talent")).await.unwrap();
            let board = rig.portal.fleet.fleet_board(&viewer(), FleetFilter::default()).await.unwrap();
            assert_eq!(board.services_total, 2);
            rig.portal.services.service_remove(&rig.ada(), &board.rows[1].service, "jobs").await.unwrap();
            assert_eq!(rig.portal.fleet.fleet_board(&viewer(), FleetFilter::default()).await.unwrap().services_total, 1);
        }
        live.stop().await;
    }

    async fn a_burst_of_changes_ends_with_the_last_state(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        let mut live = Live::start(&rig).await;

        for _ in 0..2_000 {
            rig.clusters.roll(&rig.key(), Rollout::Starting); // more than the stream of changes holds
        }
        rig.clusters.roll(&rig.key(), Rollout::ImageMissing);

        live.cell(|cell| cell.health.as_ref().is_some_and(|h| h.short == "image not found")).await;
        live.stop().await;
    }

    async fn a_new_service_makes_boards_read_again(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.charts.publish(&chart("jobs"), &["1.0.0"]);
        let mut live = Live::start(&rig).await;

        rig.portal.services.service_create(&rig.ada(), service_draft("jobs", "talent")).await.unwrap();

        live.reload().await;
        live.stop().await;
    }

    async fn a_new_environment_and_its_removal_make_boards_read_again(database: &Database) {
        use domain::environment::EnvironmentKind;
        let rig = Rig::with_candidates(database.store()).await;
        let mut live = Live::start(&rig).await;
        let ada = rig.ada();

        let made = rig.portal.environments.environment_create(&ada, environment_draft("review", EnvironmentKind::Preview, "kind-a", "talent")).await.unwrap();
        live.reload().await;
        rig.portal.environments.environment_remove(&ada, &made.name, "review").await.unwrap();

        live.reload().await;
        live.stop().await;
    }

    async fn a_cluster_that_goes_away_is_told_of_cells_without_a_release(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let mut live = Live::start(&rig).await;

        rig.clusters.set_away("kind-a", "It does not answer.");

        let cell = live.cell(|cell| cell.health.as_ref().is_some_and(|h| h.status == HealthStatus::Unknown)).await;
        assert_eq!(cell.health.unwrap().sentence, "It does not answer.");
        live.stop().await;
    }

    async fn an_operation_is_seen_on_its_cell_from_begin_to_end(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let mut live = Live::start(&rig).await;

        let id = rig.deploy("1.2.0").await;
        let under_way = live.cell(|cell| cell.operation.is_some()).await;
        assert_eq!((under_way.operation, under_way.operation_version.as_deref()), (Some(id), Some("1.2.0")));
        let running = rig.run("w");

        let ended = live.cell(|cell| cell.operation.is_none() && cell.release.is_some()).await;
        assert_eq!(ended.release.unwrap().chart_version.as_deref(), Some("1.2.0"));
        running.stop().await;
        live.stop().await;
    }

    async fn a_page_that_opens_during_an_operation_hears_it_to_the_end(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let (at_work, go_on) = rig.helm.hold(OnStop::StaysPending);
        let id = rig.deploy("1.2.0").await;
        let running = rig.run("w");
        at_work.reached("Helm at work").await;

        let (viewer, opened) = (viewer(), async { go_on.open() });
        let (heard, ()) = tokio::join!(followed(&rig.portal, &viewer, id, 0), opened);

        assert_eq!(heard, rig.events(id).await, "everything from the first event on, once, in order");
        assert!(matches!(heard.last().unwrap().data, EventData::Succeeded { .. }));
        running.stop().await;
    }

    async fn a_page_that_reconnects_hears_only_what_it_missed(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let id = rig.deploy("1.2.0").await;
        let running = rig.run("w");
        rig.ended(id).await;
        running.stop().await;
        let all = rig.events(id).await;

        assert_eq!(followed(&rig.portal, &viewer(), id, 4).await, all[4..]);
        assert_eq!(followed(&rig.portal, &viewer(), id, 0).await, all);
    }

    async fn a_page_that_has_heard_the_end_is_not_kept_waiting(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let id = rig.deploy("1.2.0").await;
        let running = rig.run("w");
        rig.ended(id).await;
        running.stop().await;
        let last = rig.events(id).await.len();

        let heard = followed(&rig.portal, &viewer(), id, i64::try_from(last).unwrap()).await;

        assert_eq!(heard, []);
    }

    async fn an_operation_that_another_process_carries_out_is_heard_too(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let elsewhere = database.connect_again().await;
        let id = rig.deploy("1.2.0").await;
        let at = testkit::build::noon();

        let other_process = async {
            let claimed = elsewhere.operation_claim("elsewhere", at, at).await.unwrap().unwrap();
            let end = EventData::Succeeded { sentence: "It runs.".into() };
            elsewhere.operation_event_append(id, claimed.generation, "", &[end], at).await.unwrap();
        };
        let viewer = viewer();
        let (heard, ()) = tokio::join!(followed(&rig.portal, &viewer, id, 0), other_process);

        assert_eq!(heard.iter().map(|e| e.data.kind()).collect::<Vec<_>>(), ["queued", "claimed", "succeeded"]);
        elsewhere.close().await;
    }

    async fn an_operation_that_is_not_there_can_not_be_followed(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;

        let error = rig.portal.operations.operation_follow(&viewer(), OperationId(9), 0).await.err().unwrap();

        assert_eq!((error.kind, error.message.as_str()), (ErrorKind::NotFound, "There is no operation “9”."));
        let draft = deploy_draft("nothing", "staging", "1.0.0");
        assert_eq!(rig.portal.operations.operation_deploy(&rig.ada(), draft).await.unwrap_err().message, "There is no service “nothing”.");
    }
}
