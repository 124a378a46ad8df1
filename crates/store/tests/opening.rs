//! Opening databases: what is there stays, tables are brought up to date once, and what can't be used is named.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use domain::environment::EnvironmentKind;
use domain::{AppError, ErrorKind};
use futures::future::join_all;
use store::{Store, StoreError};
use testkit::build::{deploy_request, environment, noon, service, team, user};
use testkit::{database, on_both};

on_both! {
    async fn a_restart_keeps_everything(database: &Database) {
        let before = database.store();
        before.team_insert(&team("talent", &["ada"])).await.unwrap();
        before.service_insert(&service("candidates", "talent")).await.unwrap();
        before.environment_insert(&environment("staging", EnvironmentKind::Staging, "kind-a", "talent")).await.unwrap();
        let id = before.operation_insert(&deploy_request("candidates", "staging", "1.0.0"), &user("ada"), noon()).await.unwrap();
        let operation = before.operation_get(id).await.unwrap();
        before.close().await;

        let after = database.connect_again().await;

        assert_eq!(after.team_list().await.unwrap(), vec![team("talent", &["ada"])]);
        assert_eq!(after.service_list().await.unwrap(), vec![service("candidates", "talent")]);
        assert_eq!(after.environment_list().await.unwrap().len(), 1);
        assert_eq!(after.operation_get(id).await.unwrap(), operation);
        assert_eq!(after.operation_event_list(id, 0, 10).await.unwrap().len(), 1);
        after.close().await;
    }

    async fn tables_that_are_up_to_date_are_left_alone(database: &Database) {
        database.store().team_insert(&team("talent", &[])).await.unwrap();

        for _ in 0..3 {
            database.connect_again().await.close().await;
        }

        assert_eq!(database.store().team_list().await.unwrap().len(), 1);
    }

    async fn a_call_on_a_closed_store_says_that_the_database_is_away(database: &Database) {
        let store = database.connect_again().await;
        store.close().await;

        let error = store.team_list().await.unwrap_err();

        assert!(matches!(error, StoreError::Unusable { .. }), "{error:?}");
        assert_eq!(AppError::from(error).kind, ErrorKind::Unavailable);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_processes_that_start_at_once_on_a_fresh_file_all_come_up() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("slipway.db").display());

        let stores = join_all((0..4).map(|_| Store::connect(&url))).await;

        for store in stores {
            store.expect("each process finds the tables or makes them").close().await;
        }
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("with space & ä.db");

    let store = Store::connect(&format!("sqlite://{}", path.display())).await.unwrap();

    assert!(path.is_file(), "{}", path.display());
    store.close().await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");

    let error = Store::connect(&format!("sqlite:{}/slipway.db", missing.display())).await.unwrap_err();

    let StoreError::Unusable { what, why } = error else { panic!("{error:?}") };
    assert_eq!(what, format!("{}/slipway.db", missing.display()));
    assert_eq!(why, format!("the folder {} does not exist", missing.display()));
}

#[tokio::test]
async fn a_folder_in_place_of_the_file_is_named() {
    let folder = tempfile::tempdir().unwrap();

    let error = Store::connect(&format!("sqlite:{}", folder.path().display())).await.unwrap_err();

    let StoreError::Unusable { what, why } = error else { panic!("{error:?}") };
    assert_eq!(what, folder.path().display().to_string());
    assert!(why.contains("directory"), "{why}");
}

/// A file that may be read and not written by whoever runs this. For root no permission bit is a bar, so it gets one of the
/// kernel's own read-only files.
fn read_only_file(folder: &std::path::Path) -> std::path::PathBuf {
    let path = folder.join("slipway.db");
    std::fs::write(&path, "").unwrap();
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    if std::fs::OpenOptions::new().write(true).open(&path).is_err() { path } else { "/sys/kernel/uevent_seqnum".into() }
}

#[tokio::test]
async fn a_file_that_may_not_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = read_only_file(folder.path());

    let error = Store::connect(&format!("sqlite:{}", path.display())).await.unwrap_err();

    assert!(matches!(&error, StoreError::Unusable { what, .. } if *what == path.display().to_string()), "{error:?}");
    let told = AppError::from(error);
    assert_eq!(told.kind, ErrorKind::Unavailable);
    assert!(told.message.contains(&path.display().to_string()), "{told}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slipway.db");
    let text = "This is a letter, and a long one. ".repeat(100);
    std::fs::write(&path, &text).unwrap();

    let error = Store::connect(&format!("sqlite:{}", path.display())).await.unwrap_err();

    assert!(matches!(&error, StoreError::Unusable { what, .. } if *what == path.display().to_string()), "{error:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_without_its_password() {
    let error = Store::connect("postgres://ada:geheim@127.0.0.1:1/slipway").await.unwrap_err();

    let text = AppError::from(error).to_string();
    assert!(text.contains("127.0.0.1:1/slipway") && text.to_lowercase().contains("refused"), "{text}");
    assert!(!text.contains("geheim") && !text.contains("ada"), "{text}");
}

#[tokio::test]
async fn two_tests_never_share_a_database() {
    let (one, other) = (database::sqlite().await, database::sqlite().await);
    one.store().team_insert(&team("talent", &[])).await.unwrap();

    assert_eq!(other.store().team_list().await.unwrap(), vec![]);
}
