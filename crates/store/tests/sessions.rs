//! Browser sessions in both databases, through the trait that tower-sessions calls.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use std::collections::HashMap;

use domain::Timestamp;
use testkit::on_both;
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};

/// A session that expires in so many seconds from now.
fn session(expires_in_s: i64) -> Record {
    let expiry_date = OffsetDateTime::now_utc() + Duration::seconds(expires_in_s);
    Record { id: Id::default(), data: HashMap::from([("user".into(), "ada".into())]), expiry_date }
}

on_both! {
    async fn a_session_is_loaded_as_it_was_made(database: &Database) {
        let store = database.store();
        let mut record = session(60);

        store.create(&mut record).await.unwrap();

        let loaded = store.load(&record.id).await.unwrap().unwrap();
        assert_eq!((loaded.id, &loaded.data), (record.id, &record.data));
        assert_eq!(store.load(&Id::default()).await.unwrap(), None);
    }

    async fn a_session_id_in_use_is_not_given_twice(database: &Database) {
        let store = database.store();
        let mut first = session(60);
        store.create(&mut first).await.unwrap();
        let mut second = session(60);
        second.id = first.id;
        second.data.insert("user".into(), "eve".into());

        store.create(&mut second).await.unwrap();

        assert_ne!(second.id, first.id);
        assert_eq!(store.load(&first.id).await.unwrap().unwrap().data["user"], "ada");
        assert_eq!(store.load(&second.id).await.unwrap().unwrap().data["user"], "eve");
    }

    async fn a_session_that_is_saved_again_holds_the_new_contents(database: &Database) {
        let store = database.store();
        let mut record = session(60);
        store.create(&mut record).await.unwrap();

        record.data.insert("user".into(), "bob".into());
        store.save(&record).await.unwrap();

        assert_eq!(store.load(&record.id).await.unwrap().unwrap().data["user"], "bob");
    }

    async fn a_session_that_has_expired_is_not_loaded_and_is_swept_away(database: &Database) {
        let store = database.store();
        let (mut old, mut new) = (session(-5), session(60));
        store.create(&mut old).await.unwrap();
        store.create(&mut new).await.unwrap();

        assert_eq!(store.load(&old.id).await.unwrap(), None);
        assert_eq!(store.session_delete_expired(Timestamp::now()).await.unwrap(), 1);
        assert!(store.load(&new.id).await.unwrap().is_some());
    }

    async fn a_session_that_is_deleted_is_gone(database: &Database) {
        let store = database.store();
        let mut record = session(60);
        store.create(&mut record).await.unwrap();

        store.delete(&record.id).await.unwrap();
        store.delete(&record.id).await.expect("deleting what is gone says nothing");

        assert_eq!(store.load(&record.id).await.unwrap(), None);
    }
}
