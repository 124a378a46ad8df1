//! Teams, environments and services in both databases: what is written is read, names are unique, edits name what they saw.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use domain::environment::EnvironmentKind;
use store::StoreError;
use testkit::build::{environment, environment_name, service, service_name, team, team_name, user};
use testkit::on_both;

on_both! {
    async fn a_team_is_read_with_its_members_sorted(database: &Database) {
        let store = database.store();
        let talent = team("talent", &["ada", "bob"]);
        store.team_insert(&team("talent", &["bob", "ada"])).await.unwrap();
        store.team_insert(&team("edge", &[])).await.unwrap();

        assert_eq!(store.team_get(&talent.name).await.unwrap(), Some(talent.clone()));
        assert_eq!(store.team_list().await.unwrap(), vec![team("edge", &[]), talent]);
        assert_eq!(store.team_get(&team_name("nobody")).await.unwrap(), None);
    }

    async fn a_user_is_known_to_belong_to_several_teams(database: &Database) {
        let store = database.store();
        for name in ["talent", "edge", "data"] {
            store.team_insert(&team(name, if name == "data" { &["bob"] } else { &["ada", "bob"] })).await.unwrap();
        }

        assert_eq!(store.team_list_of(&user("ada")).await.unwrap(), vec![team_name("edge"), team_name("talent")]);
        assert_eq!(store.team_list_of(&user("eve")).await.unwrap(), vec![]);
    }

    async fn the_members_of_a_team_are_replaced_whole(database: &Database) {
        let store = database.store();
        store.team_insert(&team("talent", &["ada", "bob"])).await.unwrap();

        store.team_update(&team_name("talent"), &[user("cleo"), user("bob")]).await.unwrap();

        assert_eq!(store.team_get(&team_name("talent")).await.unwrap(), Some(team("talent", &["bob", "cleo"])));
        assert!(matches!(store.team_update(&team_name("nobody"), &[]).await, Err(StoreError::Stale)));
    }

    async fn two_processes_set_a_teams_members_at_once_and_one_of_them_wins_whole(database: &Database) {
        let (ours, theirs) = (database.store(), database.connect_again().await);
        ours.team_insert(&team("talent", &[])).await.unwrap();

        for round in 0..20 {
            let (a, b) = ([user("ada"), user("bob")], [user("bob"), user("cleo")]);
            let name = team_name("talent");
            let (first, second) = tokio::join!(ours.team_update(&name, &a), theirs.team_update(&name, &b));
            first.unwrap_or_else(|e| panic!("round {round}, ours: {e}"));
            second.unwrap_or_else(|e| panic!("round {round}, theirs: {e}"));
            let members = ours.team_get(&name).await.unwrap().unwrap().members;
            assert!(members == a || members == b, "round {round}: {members:?}");
        }
        theirs.close().await;
    }

    async fn a_second_team_of_the_same_name_leaves_the_first_as_it_was(database: &Database) {
        let store = database.store();
        store.team_insert(&team("talent", &["ada"])).await.unwrap();

        let refused = store.team_insert(&team("talent", &["eve"])).await;

        assert!(matches!(refused, Err(StoreError::Duplicate(_))), "{refused:?}");
        assert_eq!(store.team_list().await.unwrap(), vec![team("talent", &["ada"])]);
    }

    async fn a_team_that_owns_something_can_not_be_removed(database: &Database) {
        let store = database.store();
        for name in ["talent", "edge", "idle"] {
            store.team_insert(&team(name, &["ada"])).await.unwrap();
        }
        store.service_insert(&service("candidates", "talent")).await.unwrap();
        store.environment_insert(&environment("staging", EnvironmentKind::Staging, "kind-a", "edge")).await.unwrap();

        assert!(matches!(store.team_delete(&team_name("talent")).await, Err(StoreError::Referenced)));
        assert!(matches!(store.team_delete(&team_name("edge")).await, Err(StoreError::Referenced)));
        store.team_delete(&team_name("idle")).await.unwrap();

        assert_eq!(store.team_list().await.unwrap().len(), 2);
        assert_eq!(store.team_list_of(&user("ada")).await.unwrap(), vec![team_name("edge"), team_name("talent")], "members go with their team");
        assert!(matches!(store.team_delete(&team_name("idle")).await, Err(StoreError::Stale)));
    }

    async fn environments_are_listed_by_kind_and_name(database: &Database) {
        let store = database.store();
        store.team_insert(&team("talent", &[])).await.unwrap();
        let of = |name, kind| environment(name, kind, "kind-a", "talent");
        let production = of("a-production", EnvironmentKind::Production);
        let preview = of("z-preview", EnvironmentKind::Preview);
        let (staging_1, staging_2) = (of("staging-1", EnvironmentKind::Staging), of("staging-2", EnvironmentKind::Staging));
        for new in [&production, &staging_2, &preview, &staging_1] {
            store.environment_insert(new).await.unwrap();
        }

        assert_eq!(store.environment_list().await.unwrap(), vec![preview, staging_1, staging_2, production.clone()]);
        assert_eq!(store.environment_get(&production.name).await.unwrap(), Some(production));
    }

    async fn a_place_belongs_to_one_environment_and_a_name_is_given_once(database: &Database) {
        let store = database.store();
        store.team_insert(&team("talent", &[])).await.unwrap();
        let staging = environment("staging", EnvironmentKind::Staging, "kind-a", "talent");
        store.environment_insert(&staging).await.unwrap();

        let mut same_place = environment("other", EnvironmentKind::Staging, "kind-a", "talent");
        same_place.namespace = staging.namespace.clone();
        let same_name = environment("staging", EnvironmentKind::Staging, "kind-b", "talent");
        let mut other_cluster = same_place.clone();
        other_cluster.cluster = same_name.cluster.clone();

        assert!(matches!(store.environment_insert(&same_place).await, Err(StoreError::Duplicate(_))));
        assert!(matches!(store.environment_insert(&same_name).await, Err(StoreError::Duplicate(_))));
        store.environment_insert(&other_cluster).await.expect("the same namespace of another cluster is another place");
    }

    async fn an_environment_of_a_team_that_is_not_there_is_refused(database: &Database) {
        let refused = database.store().environment_insert(&environment("staging", EnvironmentKind::Staging, "kind-a", "ghosts")).await;
        assert!(matches!(refused, Err(StoreError::Referenced)), "{refused:?}");
    }

    async fn an_edit_of_an_environment_names_the_revision_it_saw(database: &Database) {
        let store = database.store();
        for name in ["talent", "edge"] {
            store.team_insert(&team(name, &[])).await.unwrap();
        }
        let seen = environment("staging", EnvironmentKind::Staging, "kind-a", "talent");
        store.environment_insert(&seen).await.unwrap();
        let mut mine = seen.clone();
        mine.kind = EnvironmentKind::Production;
        let mut yours = seen.clone();
        yours.team = team_name("edge");

        store.environment_update(&mine).await.unwrap();
        let refused = store.environment_update(&yours).await;

        assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
        mine.revision = 2;
        assert_eq!(store.environment_get(&seen.name).await.unwrap(), Some(mine));
    }

    async fn an_environment_that_is_removed_frees_its_place(database: &Database) {
        let store = database.store();
        store.team_insert(&team("talent", &[])).await.unwrap();
        let staging = environment("staging", EnvironmentKind::Staging, "kind-a", "talent");
        store.environment_insert(&staging).await.unwrap();

        store.environment_delete(&staging.name).await.unwrap();
        store.environment_delete(&staging.name).await.expect("removing what is gone says nothing");

        assert_eq!(store.environment_get(&environment_name("staging")).await.unwrap(), None);
        store.environment_insert(&staging).await.expect("name and place are free");
    }

    async fn a_service_keeps_its_default_values_word_for_word(database: &Database) {
        let store = database.store();
        store.team_insert(&team("talent", &[])).await.unwrap();
        let mut new = service("candidates", "talent");
        new.default_values.insert(EnvironmentKind::Staging, "greeting: \"Grüß ‘Gott’; DROP TABLE team\"\n# 🚀\n".into());
        new.default_values.insert(EnvironmentKind::Production, String::new());

        store.service_insert(&new).await.unwrap();

        assert_eq!(store.service_get(&new.name).await.unwrap(), Some(new.clone()));
        assert_eq!(store.service_list().await.unwrap(), vec![new]);
    }

    async fn an_edit_of_a_service_names_the_revision_it_saw(database: &Database) {
        let store = database.store();
        store.team_insert(&team("talent", &[])).await.unwrap();
        let seen = service("candidates", "talent");
        store.service_insert(&seen).await.unwrap();
        let mut mine = seen.clone();
        mine.chart.name = "candidates-next".into();

        store.service_update(&mine).await.unwrap();

        assert!(matches!(store.service_update(&seen).await, Err(StoreError::Stale)));
        assert!(matches!(store.service_update(&service("nobody", "talent")).await, Err(StoreError::Stale)));
        mine.revision = 2;
        assert_eq!(store.service_get(&seen.name).await.unwrap(), Some(mine));
    }

    async fn a_service_has_one_name_and_a_team_that_is_there(database: &Database) {
        let store = database.store();
        store.team_insert(&team("talent", &[])).await.unwrap();
        store.service_insert(&service("candidates", "talent")).await.unwrap();

        assert!(matches!(store.service_insert(&service("candidates", "talent")).await, Err(StoreError::Duplicate(_))));
        assert!(matches!(store.service_insert(&service("jobs", "ghosts")).await, Err(StoreError::Referenced)));
        let mut given_away = service("candidates", "ghosts");
        given_away.revision = 1;
        assert!(matches!(store.service_update(&given_away).await, Err(StoreError::Referenced)));

        store.service_delete(&service_name("candidates")).await.unwrap();
        assert_eq!(store.service_list().await.unwrap(), vec![]);
    }
}
