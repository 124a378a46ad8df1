//! Environments: what wrong drafts are told, and that nothing is left half-made.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use domain::environment::{EnvironmentDraft, EnvironmentKind};
use domain::ports::Clusters as _;
use domain::{AppError, ErrorKind};
use testkit::build::{cluster_name, environment_draft, environment_name, namespace, platform};
use testkit::{ClustersCall, Rig, Rollout, on_both};

fn draft(name: &str, cluster: &str, namespace: &str, team: &str) -> EnvironmentDraft {
    EnvironmentDraft { namespace: namespace.into(), ..environment_draft(name, EnvironmentKind::Staging, cluster, team) }
}

fn line(what: &str, error: &AppError) -> String {
    format!("{what}: {:?} [{}] {error}\n", error.kind, error.field.as_deref().unwrap_or("-"))
}

/// How many environments there are, and whether the namespace of a refused one is there.
async fn made(rig: &Rig) -> (usize, bool) {
    (rig.store.environment_list().await.unwrap().len(), rig.clusters.namespace(&cluster_name("kind-a"), &namespace("review")).is_some())
}

on_both! {
    async fn each_wrong_draft_is_told_what_is_wrong_and_nothing_is_made(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.connect("kind-b");
        rig.clusters.set_away("kind-b", "connection refused.");
        rig.clusters.namespace_by_hand("kind-a", &namespace("leaving"));
        rig.clusters.namespace_change("kind-a", &namespace("leaving"), |info| info.terminating = true);
        rig.clusters.namespace_by_hand("kind-a", &namespace("foreign"));
        rig.clusters.namespace_change("kind-a", &namespace("foreign"), |info| info.environment = Some(environment_name("elsewhere")));
        let cases = [
            ("no name", draft("", "kind-a", "", "talent")),
            ("a bad name", draft("Re_view", "kind-a", "", "talent")),
            ("a long name", draft(&"a".repeat(64), "kind-a", "", "talent")),
            ("a bad namespace", draft("review", "kind-a", "re.view", "talent")),
            ("no cluster", draft("review", "", "", "talent")),
            ("an unknown cluster", draft("review", "kind-z", "", "talent")),
            ("no team", draft("review", "kind-a", "", "")),
            ("an unknown team", draft("review", "kind-a", "", "ghosts")),
            ("a name that is taken", draft("staging", "kind-a", "other", "talent")),
            ("a place that is taken", draft("review", "kind-a", "staging", "talent")),
            ("a cluster that is away", draft("review", "kind-b", "", "talent")),
            ("a namespace that is being deleted", draft("review", "kind-a", "leaving", "talent")),
            ("a namespace of another Slipway", draft("review", "kind-a", "foreign", "talent")),
        ];

        let mut table = String::new();
        for (what, draft) in cases {
            let error = rig.portal.environments.environment_create(&platform(), draft).await.unwrap_err();
            assert_eq!(made(&rig).await, (1, false), "{what}");
            table += &line(what, &error);
        }

        insta::allow_duplicates! { insta::assert_snapshot!(table, @r"
        no name: Invalid [name] “” is not a valid environment name. Use 1 to 63 lower-case letters, digits and hyphens; begin and end with a letter or digit.
        a bad name: Invalid [name] “Re_view” is not a valid environment name. Use 1 to 63 lower-case letters, digits and hyphens; begin and end with a letter or digit.
        a long name: Invalid [name] “aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa” is not a valid environment name. Use 1 to 63 lower-case letters, digits and hyphens; begin and end with a letter or digit.
        a bad namespace: Invalid [namespace] “re.view” is not a valid namespace name. Use 1 to 63 lower-case letters, digits and hyphens; begin and end with a letter or digit.
        no cluster: Invalid [cluster] “” is not a valid cluster name. Use 1 to 253 characters without spaces.
        an unknown cluster: NotFound [cluster] There is no cluster “kind-z”. There are: kind-a, kind-b.
        no team: Invalid [team] “” is not a valid team name. Use 1 to 63 lower-case letters, digits and hyphens; begin and end with a letter or digit.
        an unknown team: NotFound [team] There is no team “ghosts”. Create the team first, under Settings.
        a name that is taken: Conflict [name] There is an environment “staging” already. Choose another name.
        a place that is taken: Conflict [namespace] Namespace staging of kind-a belongs to environment staging already. Choose another namespace.
        a cluster that is away: Unavailable [cluster] Cluster kind-b is away: connection refused.
        a namespace that is being deleted: Conflict [namespace] Namespace “leaving” of cluster “kind-a” is being deleted. Wait until it is gone.
        a namespace of another Slipway: Conflict [namespace] Namespace “foreign” of cluster “kind-a” belongs to environment “elsewhere”. Choose another.
        "); }
    }

    async fn an_environment_is_made_with_its_namespace(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;

        let made = rig.portal.environments.environment_create(&rig.ada(), draft(" review ", " kind-a ", "", "talent")).await.unwrap();

        assert_eq!((made.namespace.clone(), made.revision), (namespace("review"), 1));
        let found = rig.clusters.namespace(&made.cluster, &made.namespace).unwrap();
        assert_eq!((found.environment, found.created_by_us), (Some(made.name.clone()), true));
        assert_eq!(rig.clusters.namespace_kind(&made.cluster, &made.namespace).as_deref(), Some("staging"));
        assert_eq!(rig.store.environment_get(&made.name).await.unwrap(), Some(made).map(|mut e| { e.created_at = domain::Timestamp::from_millisecond(e.created_at.as_millisecond()).unwrap(); e }));
    }

    async fn a_namespace_that_was_there_is_taken_over_and_outlives_the_environment(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.namespace_by_hand("kind-a", &namespace("review"));
        let made = rig.portal.environments.environment_create(&rig.ada(), draft("review", "kind-a", "", "talent")).await.unwrap();

        let removal = rig.portal.environments.environment_removal(&rig.ada(), &made.name).await.unwrap();
        rig.portal.environments.environment_remove(&rig.ada(), &made.name, "review").await.unwrap();

        assert!(!removal.namespace_goes);
        let left = rig.clusters.namespace(&made.cluster, &made.namespace).unwrap();
        assert_eq!(left.environment, None, "our label is off");
    }

    async fn two_people_who_make_the_same_environment_at_once_get_one(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let ada = rig.ada();
        let make = || rig.portal.environments.environment_create(&ada, draft("review", "kind-a", "", "talent"));

        let (one, two, three) = tokio::join!(make(), make(), make());

        let errors: Vec<AppError> = [one, two, three].into_iter().filter_map(Result::err).collect();
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(errors.iter().all(|e| e.kind == ErrorKind::Conflict && e.field.as_deref() == Some("name")), "{errors:?}");
        assert_eq!(made(&rig).await, (2, true));
    }

    async fn an_edit_moves_kind_and_label_together(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let production = environment_draft("staging", EnvironmentKind::Production, "kind-a", "talent");

        let changed = rig.portal.environments.environment_update(&rig.ada(), 1, production.clone()).await.unwrap();
        let refused = rig.portal.environments.environment_update(&rig.ada(), 1, production).await.unwrap_err();

        assert_eq!((changed.kind, changed.revision), (EnvironmentKind::Production, 2));
        assert_eq!(rig.clusters.namespace_kind(&changed.cluster, &changed.namespace).as_deref(), Some("production"));
        assert_eq!(rig.store.environment_get(&changed.name).await.unwrap(), Some(changed));
        assert_eq!((refused.kind, refused.message.as_str()), (ErrorKind::Conflict, "Somebody changed this meanwhile."));
    }

    async fn an_edit_that_the_cluster_does_not_take_changes_nothing(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let before = rig.store.environment_list().await.unwrap();
        rig.clusters.fail_next(ClustersCall::NamespaceEnsure, AppError::unavailable("Cluster kind-a is away."));

        let error = rig.portal.environments.environment_update(&rig.ada(), 1, environment_draft("staging", EnvironmentKind::Production, "kind-a", "talent")).await.unwrap_err();

        assert_eq!(error.message, "Cluster kind-a is away.");
        assert_eq!(rig.store.environment_list().await.unwrap(), before);
        assert_eq!(rig.clusters.namespace_kind(&cluster_name("kind-a"), &namespace("staging")).as_deref(), Some("staging"));
    }

    async fn an_edit_that_saw_an_old_revision_does_not_touch_the_namespace(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;

        let error = rig.portal.environments.environment_update(&rig.ada(), 7, environment_draft("staging", EnvironmentKind::Production, "kind-a", "talent")).await.unwrap_err();

        assert_eq!(error.kind, ErrorKind::Conflict);
        assert_eq!(rig.clusters.namespace_kind(&cluster_name("kind-a"), &namespace("staging")).as_deref(), Some("staging"));
    }

    async fn a_removal_tells_beforehand_what_it_takes_along(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        rig.clusters.namespace_change("kind-a", &namespace("staging"), |info| info.volume_claims = vec!["data-postgres-0".into()]);
        let name = environment_name("staging");

        let removal = rig.portal.environments.environment_removal(&rig.ada(), &name).await.unwrap();

        assert_eq!((removal.namespace_goes, removal.pods, removal.unknown_because.clone()), (true, 2, None));
        assert_eq!((removal.releases, removal.volume_claims), (vec!["candidates 1.0.0".to_owned()], vec!["data-postgres-0".to_owned()]));

        rig.clusters.set_away("kind-a", "connection refused.");
        let unknown = rig.portal.environments.environment_removal(&rig.ada(), &name).await.unwrap();
        assert_eq!(unknown.unknown_because.as_deref(), Some("Cluster kind-a is away: connection refused."));
    }

    async fn a_removal_needs_the_name_typed_and_nothing_under_way(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let (ada, name) = (rig.ada(), environment_name("staging"));

        let mistyped = rig.portal.environments.environment_remove(&ada, &name, "stagin").await.unwrap_err();
        let id = rig.deploy("1.1.0").await;
        let busy = rig.portal.environments.environment_remove(&ada, &name, "staging").await.unwrap_err();

        assert_eq!(line("mistyped", &mistyped), "mistyped: Invalid [confirm_name] “stagin” is not the environment's name. Type staging to remove it.\n");
        assert_eq!((busy.kind, busy.operation_id), (ErrorKind::Conflict, Some(id)));
        assert_eq!(rig.store.environment_list().await.unwrap().len(), 1);
        assert!(rig.clusters.namespace(&cluster_name("kind-a"), &namespace("staging")).is_some());
    }

    async fn a_removal_takes_our_namespace_with_all_that_is_in_it(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);

        rig.portal.environments.environment_remove(&rig.ada(), &environment_name("staging"), "staging").await.unwrap();

        assert_eq!(rig.store.environment_list().await.unwrap(), []);
        assert_eq!(rig.clusters.namespace(&cluster_name("kind-a"), &namespace("staging")), None);
        assert_eq!(rig.clusters.release(&rig.key()), None);
    }

    async fn a_removal_that_the_cluster_does_not_take_keeps_the_environment(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.set_away("kind-a", "connection refused.");

        let error = rig.portal.environments.environment_remove(&rig.ada(), &environment_name("staging"), "staging").await.unwrap_err();

        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert_eq!(rig.store.environment_list().await.unwrap().len(), 1);
    }

    async fn a_page_shows_what_runs_there_without_a_service(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        rig.clusters.helm_by_hand(&testkit::build::release_key("kind-a", "staging", "redis"), "7.0.0", Rollout::Starting);

        let page = rig.portal.environments.environment_page(&rig.ada(), &environment_name("staging")).await.unwrap();

        assert_eq!(page.cells.iter().map(|(cell, team)| (cell.service.as_str(), team.as_str(), cell.behind)).collect::<Vec<_>>(), [("candidates", "talent", 3)]);
        assert_eq!(page.others.iter().map(|(release, health)| (release.key.name.as_str(), health.short.as_str())).collect::<Vec<_>>(), [("redis", "0 of 2 ready")]);
    }
}
