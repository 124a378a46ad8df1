//! Operations in both databases: numbered without gaps, one per release at a time, claimed by one worker, fenced by generation.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use domain::operation::{EventData, Operation, OperationState, OutputStream};
use domain::{AppError, OperationId, Timestamp};
use futures::future::join_all;
use store::{Store, StoreError};
use testkit::build::{deploy_request, environment_name, noon, service_name, user};
use testkit::on_both;

/// So many milliseconds after noon.
fn after_noon(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(noon().as_millisecond() + ms).unwrap()
}

async fn insert(store: &Store, service: &str) -> Result<OperationId, StoreError> {
    store.operation_insert(&deploy_request(service, "staging", "1.0.0"), &user("ada"), noon()).await
}

/// Claims the oldest free operation for a second.
async fn claim(store: &Store, worker: &str, at_ms: i64) -> Option<Operation> {
    store.operation_claim(worker, after_noon(at_ms), after_noon(at_ms + 1_000)).await.unwrap()
}

async fn numbers(store: &Store, id: OperationId) -> Vec<i64> {
    store.operation_event_list(id, 0, 10_000).await.unwrap().iter().map(|e| e.seq).collect()
}

fn line(text: &str) -> EventData {
    EventData::Output { stream: OutputStream::Out, line: text.into() }
}

fn succeeded() -> EventData {
    EventData::Succeeded { sentence: "It runs.".into() }
}

on_both! {
    async fn an_operation_is_written_with_its_first_event(database: &Database) {
        let store = database.store();

        let id = insert(&store, "candidates").await.unwrap();

        let found = store.operation_get(id).await.unwrap().unwrap();
        assert_eq!((found.id, found.state, found.generation, found.finished_at, found.cancel_requested), (OperationId(1), OperationState::Queued, 0, None, false));
        assert_eq!((found.request, found.created_by, found.created_at), (deploy_request("candidates", "staging", "1.0.0"), user("ada"), noon()));
        let events = store.operation_event_list(id, 0, 10).await.unwrap();
        assert_eq!(events.iter().map(|e| (e.seq, e.step.clone(), e.data.clone())).collect::<Vec<_>>(), vec![(1, None, EventData::Queued { by: user("ada") })]);
    }

    async fn twenty_deploys_at_once_from_two_processes_are_numbered_1_to_20(database: &Database) {
        let (ours, theirs) = (database.store(), database.connect_again().await);
        let services: Vec<String> = (0..20).map(|n| format!("service-{n}")).collect();

        let mut ids: Vec<i64> = join_all(services.iter().enumerate().map(async |(n, service)| {
            insert(if n % 2 == 0 { &ours } else { &theirs }, service).await.unwrap().0
        }))
        .await;

        ids.sort_unstable();
        assert_eq!(ids, (1..=20).collect::<Vec<i64>>());
        theirs.close().await;
    }

    async fn ten_deploys_of_one_release_at_once_leave_one_under_way(database: &Database) {
        let store = database.store();

        let answers = join_all((0..10).map(|_| insert(&store, "candidates"))).await;

        assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|a| matches!(a, Ok(_) | Err(StoreError::Duplicate(_)))), "{answers:?}");
        assert_eq!(store.operation_list_active().await.unwrap().len(), 1);
        assert_eq!(store.operation_active(&environment_name("staging"), &service_name("candidates")).await.unwrap().unwrap().id, OperationId(1));
    }

    async fn the_same_service_may_move_in_two_environments_at_once(database: &Database) {
        let store = database.store();
        insert(&store, "candidates").await.unwrap();

        let elsewhere = store.operation_insert(&deploy_request("candidates", "production", "1.0.0"), &user("ada"), noon()).await;

        assert_eq!(elsewhere.unwrap(), OperationId(2));
    }

    async fn ten_workers_at_once_claim_one_operation_once(database: &Database) {
        let stores = [database.store(), database.connect_again().await];
        insert(&stores[0], "candidates").await.unwrap();
        let workers: Vec<String> = (0..10).map(|n| format!("worker-{n}")).collect();

        let claims = join_all(workers.iter().enumerate().map(|(n, worker)| claim(&stores[n % 2], worker, 1))).await;

        let won: Vec<&Operation> = claims.iter().flatten().collect();
        assert_eq!(won.len(), 1, "{won:?}");
        assert_eq!((won[0].state, won[0].generation), (OperationState::Running, 1));
        let claimed = stores[0].operation_event_list(OperationId(1), 1, 10).await.unwrap();
        assert_eq!(claimed.len(), 1, "{claimed:?}");
        stores[1].close().await;
    }

    async fn the_oldest_operation_is_claimed_first(database: &Database) {
        let store = database.store();
        for service in ["a", "b", "c"] {
            insert(&store, service).await.unwrap();
        }

        let order = [claim(&store, "w", 1).await, claim(&store, "w", 1).await, claim(&store, "w", 1).await, claim(&store, "w", 1).await];

        assert_eq!(order.map(|o| o.map(|o| o.id.0)), [Some(1), Some(2), Some(3), None]);
    }

    async fn a_claim_that_ran_out_is_taken_over_with_a_higher_generation(database: &Database) {
        let store = database.store();
        let id = insert(&store, "candidates").await.unwrap();
        claim(&store, "first", 0).await.unwrap();

        assert_eq!(claim(&store, "second", 1_000).await, None, "the claim still holds in its last millisecond");
        let taken_over = claim(&store, "second", 1_001).await.unwrap();

        assert_eq!((taken_over.id, taken_over.generation), (id, 2));
        assert!(!store.operation_renew(id, 1, after_noon(9_000)).await.unwrap(), "the first has lost it");
        assert!(store.operation_renew(id, 2, after_noon(9_000)).await.unwrap());
        assert_eq!(claim(&store, "third", 8_000).await, None, "renewed is held");
    }

    async fn a_holder_that_lost_its_claim_writes_nothing_more(database: &Database) {
        let store = database.store();
        let id = insert(&store, "candidates").await.unwrap();
        claim(&store, "first", 0).await.unwrap();
        store.operation_event_append(id, 1, "prepare", &[EventData::StepStarted], after_noon(1)).await.unwrap();
        claim(&store, "second", 2_000).await.unwrap();
        let before = numbers(&store, id).await;

        let stale_line = store.operation_event_append(id, 1, "prepare", &[line("late")], after_noon(2_001)).await;
        let stale_end = store.operation_event_append(id, 1, "", &[succeeded()], after_noon(2_001)).await;

        assert!(matches!(stale_line, Err(StoreError::Stale)), "{stale_line:?}");
        assert!(matches!(stale_end, Err(StoreError::Stale)), "{stale_end:?}");
        assert_eq!(numbers(&store, id).await, before);
        assert_eq!(store.operation_get(id).await.unwrap().unwrap().state, OperationState::Running);
        store.operation_event_append(id, 2, "prepare", &[line("in time")], after_noon(2_002)).await.expect("the new holder writes");
    }

    async fn events_written_at_once_with_a_request_to_stop_have_no_gap(database: &Database) {
        let (ours, theirs) = (database.store(), database.connect_again().await);
        let id = insert(&ours, "candidates").await.unwrap();
        claim(&ours, "w", 0).await.unwrap();

        let lines = async {
            for n in 0..30 {
                ours.operation_event_append(id, 1, "apply", &[line(&format!("{n}a")), line(&format!("{n}b"))], after_noon(n)).await.unwrap();
            }
        };
        let people = [user("ada"), user("bob"), user("cleo")];
        let requests = join_all(people.iter().map(|who| theirs.operation_cancel_request(id, who, noon())));
        let ((), asked) = tokio::join!(lines, requests);

        assert_eq!(asked.into_iter().filter(|a| *a.as_ref().unwrap()).count(), 1, "only the first request counts");
        assert_eq!(numbers(&ours, id).await, (1..=63).collect::<Vec<i64>>(), "queued, claimed, 60 lines, one request");
        assert!(ours.operation_get(id).await.unwrap().unwrap().cancel_requested);
        theirs.close().await;
    }

    async fn a_final_event_ends_the_operation_and_frees_the_release(database: &Database) {
        let store = database.store();
        let id = insert(&store, "candidates").await.unwrap();
        claim(&store, "w", 0).await.unwrap();

        let end = EventData::Failed { error: AppError::conflict("Helm said no.").operation(id) };
        store.operation_event_append(id, 1, "", &[line("last words"), end.clone()], after_noon(5)).await.unwrap();

        let ended = store.operation_get(id).await.unwrap().unwrap();
        assert_eq!((ended.state, ended.finished_at), (OperationState::Failed, Some(after_noon(5))));
        assert_eq!(store.operation_event_list(id, 3, 10).await.unwrap()[0].data, end);
        assert!(matches!(store.operation_event_append(id, 1, "", &[succeeded()], after_noon(6)).await, Err(StoreError::Stale)), "it has ended");
        assert!(!store.operation_cancel_request(id, &user("ada"), noon()).await.unwrap(), "it has ended");
        assert!(!store.operation_renew(id, 1, after_noon(9_000)).await.unwrap(), "it has ended");
        assert_eq!(claim(&store, "w", 60_000).await, None, "it is never claimed again");
        assert_eq!(insert(&store, "candidates").await.unwrap(), OperationId(2), "the release is free");
    }

    async fn a_worker_that_stops_lets_go_of_its_own_claims_only(database: &Database) {
        let store = database.store();
        for (service, worker) in [("a", "leaving"), ("b", "staying"), ("c", "leaving")] {
            insert(&store, service).await.unwrap();
            claim(&store, worker, 0).await.unwrap();
        }

        store.operation_release("leaving").await.unwrap();

        let next = [claim(&store, "next", 1).await, claim(&store, "next", 1).await, claim(&store, "next", 1).await];
        assert_eq!(next.map(|o| o.map(|o| (o.id.0, o.generation))), [Some((1, 2)), Some((3, 2)), None]);
    }

    async fn lists_are_newest_first_and_page_on_from_a_number(database: &Database) {
        let store = database.store();
        for n in 0..5 {
            insert(&store, &format!("service-{n}")).await.unwrap();
        }
        let ids = |list: Vec<Operation>| list.iter().map(|o| o.id.0).collect::<Vec<_>>();

        assert_eq!(ids(store.operation_list(None, 2).await.unwrap()), [5, 4]);
        assert_eq!(ids(store.operation_list(Some(OperationId(4)), 2).await.unwrap()), [3, 2]);
        assert_eq!(ids(store.operation_list_in(&environment_name("staging"), 3).await.unwrap()), [5, 4, 3]);
        assert_eq!(ids(store.operation_list_of(&environment_name("staging"), &service_name("service-1"), 9).await.unwrap()), [2]);
        assert_eq!(ids(store.operation_list_in(&environment_name("elsewhere"), 3).await.unwrap()), [0_i64; 0]);
    }

    async fn events_are_read_on_from_a_number(database: &Database) {
        let store = database.store();
        let id = insert(&store, "candidates").await.unwrap();
        claim(&store, "w", 0).await.unwrap();
        store.operation_event_append(id, 1, "apply", &[line("a"), line("b"), line("c")], noon()).await.unwrap();

        let seen: Vec<i64> = store.operation_event_list(id, 2, 2).await.unwrap().iter().map(|e| e.seq).collect();

        assert_eq!(seen, [3, 4]);
    }

    async fn a_reader_is_woken_by_an_event_written_after_it_asked(database: &Database) {
        let store = database.store();
        let id = insert(&store, "candidates").await.unwrap();
        claim(&store, "w", 0).await.unwrap();

        let written = store.operation_event_written();
        store.operation_event_append(id, 1, "apply", &[line("a")], noon()).await.unwrap();

        tokio::time::timeout(std::time::Duration::from_secs(5), written).await.expect("the reader is woken though it polls late");
    }
}
