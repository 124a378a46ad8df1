//! Who may do what: every use case of the portal, asked by each kind of actor. Refused means that nothing has changed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use domain::environment::EnvironmentKind;
use domain::fleet::FleetFilter;
use domain::service::Portal;
use domain::{Actor, AppError, ErrorKind, OperationId};
use futures::future::BoxFuture;
use testkit::build::{
    cluster_name, deploy_draft, developer, environment_draft, environment_name, namespace, platform, release_key, release_name, rollback_draft,
    service_draft, service_name, team, team_name, uninstall_draft, viewer,
};
use testkit::{Rig, Rollout, database};

type Ask = for<'a> fn(&'a Portal, &'a Actor) -> BoxFuture<'a, Result<(), AppError>>;

/// One use case: its name and a call that succeeds for whoever may make it.
macro_rules! use_case {
    ($noun:ident . $call:ident ( $($argument:expr),* )) => {{
        let ask: Ask = |portal, actor| Box::pin(async move { portal.$noun.$call(actor $(, $argument)*).await.map(drop) });
        (stringify!($call), ask)
    }};
}

/// All of them, in the order of the traits in `domain::service`.
fn use_cases() -> Vec<(&'static str, Ask)> {
    vec![
        use_case!(fleet.fleet_board(FleetFilter::default())),
        use_case!(fleet.fleet_live()),
        use_case!(environments.environment_list()),
        use_case!(environments.environment_page(&environment_name("staging"))),
        use_case!(environments.environment_create(environment_draft("review", EnvironmentKind::Preview, "kind-a", "talent"))),
        use_case!(environments.environment_update(1, environment_draft("staging", EnvironmentKind::Production, "kind-a", "talent"))),
        use_case!(environments.environment_removal(&environment_name("staging"))),
        use_case!(environments.environment_remove(&environment_name("idle"), "idle")),
        use_case!(services.service_list()),
        use_case!(services.service_get(&service_name("candidates"))),
        use_case!(services.service_page(&service_name("candidates"), &environment_name("staging"))),
        use_case!(services.service_versions(&service_name("candidates"))),
        use_case!(services.service_create(domain::catalog::ServiceDraft { chart: "candidates".into(), ..service_draft("jobs", "talent") })),
        use_case!(services.service_update(
            1,
            domain::catalog::ServiceDraft {
                default_values: [(EnvironmentKind::Staging, "a: 1".into())].into(),
                ..service_draft("candidates", "talent")
            }
        )),
        use_case!(services.service_remove(&service_name("idle"), "idle")),
        use_case!(releases.release_history(&environment_name("staging"), &release_name("candidates"))),
        use_case!(releases.release_compare(&environment_name("staging"), &release_name("candidates"), 1, 2)),
        use_case!(releases.release_plan_deploy(deploy_draft("candidates", "staging", "1.2.0"))),
        use_case!(releases.release_plan_rollback(&environment_name("staging"), &release_name("candidates"), 1)),
        use_case!(releases.release_removal(&environment_name("staging"), &release_name("candidates"))),
        use_case!(releases.release_repair(&environment_name("idle"), &release_name("candidates"), 1)),
        use_case!(operations.operation_deploy(deploy_draft("candidates", "staging", "1.2.0"))),
        use_case!(operations.operation_rollback(rollback_draft(2, 1))),
        use_case!(operations.operation_uninstall(uninstall_draft("candidates"))),
        use_case!(operations.operation_list(None)),
        use_case!(operations.operation_get(OperationId(1))),
        use_case!(operations.operation_cancel(OperationId(1))),
        use_case!(operations.operation_follow(OperationId(1), 0)),
        use_case!(clusters.cluster_list()),
        use_case!(clusters.cluster_get(&cluster_name("kind-a"))),
        use_case!(teams.team_list()),
        use_case!(teams.team_create("data", vec!["bob".into()])),
        use_case!(teams.team_update(&team_name("talent"), vec!["ada".into(), "bob".into()])),
        use_case!(teams.team_remove(&team_name("idle"))),
    ]
}

/// `candidates` in `staging` at revision 2, left pending in `idle`, with operation 1 under way in `production`; an idle one of each noun to remove.
async fn world(database: &database::Database) -> Rig {
    let rig = Rig::with_candidates(database.store()).await;
    rig.service_add("idle").await;
    rig.environment_add("idle").await;
    rig.environment_add("production").await;
    rig.store.team_insert(&team("idle", &[])).await.unwrap();
    rig.store.team_insert(&team("edge", &["eve"])).await.unwrap();
    rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
    rig.clusters.helm_by_hand(&rig.key(), "1.1.0", Rollout::Healthy);
    rig.clusters.helm_by_hand_begin(&release_key("kind-a", "idle", "candidates"), "1.0.0");
    rig.portal.operations.operation_deploy(&rig.ada(), deploy_draft("candidates", "production", "1.1.0")).await.unwrap();
    rig
}

/// Everything that a use case could have changed, as text.
async fn everything(rig: &Rig) -> String {
    let store = &rig.store;
    let operations = store.operation_list(None, 100).await.unwrap();
    let mut events = Vec::new();
    for operation in &operations {
        events.extend(store.operation_event_list(operation.id, 0, 1_000).await.unwrap());
    }
    let nouns = (store.team_list().await.unwrap(), store.service_list().await.unwrap(), store.environment_list().await.unwrap());
    let places = ["staging", "idle", "production", "review"].map(|name| {
        (
            name,
            rig.clusters.namespace(&cluster_name("kind-a"), &namespace(name)),
            rig.clusters.namespace_kind(&cluster_name("kind-a"), &namespace(name)),
        )
    });
    let histories = ["staging", "idle"].map(|name| rig.clusters.history(&release_key("kind-a", name, "candidates")));
    format!("{nouns:?} {operations:?} {events:?} {places:?} {histories:?}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_of_actors_and_use_cases() {
    let actors = [
        ("viewer", viewer()),
        ("viewer in the team", domain::Actor { teams: vec![team_name("talent")], ..viewer() }),
        ("developer, other team", developer("eve", &["edge"])),
        ("developer, owner", developer("ada", &["talent"])),
        ("platform", platform()),
    ];
    let mut table = format!("{:21} | {}\n", "use case", actors.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" | "));
    for (name, ask) in use_cases() {
        let mut cells = Vec::new();
        for (who, actor) in &actors {
            let database = database::sqlite().await;
            let rig = world(&database).await;
            let before = everything(&rig).await;
            let answer = ask(&rig.portal, actor).await;
            let word = match &answer {
                Ok(()) => "yes",
                Err(error) => {
                    assert_eq!(error.kind, ErrorKind::Forbidden, "{name} by {who}: {error}");
                    assert!(error.hint.is_some() && error.message.starts_with(actor.user.as_str()), "{name} by {who}: {error}");
                    assert_eq!(everything(&rig).await, before, "{name} by {who} was refused and changed something");
                    "no"
                }
            };
            cells.push(format!("{word:width$}", width = who.len()));
            database.remove().await;
        }
        table += format!("{name:21} | {}", cells.join(" | ")).trim_end();
        table += "\n";
    }
    insta::assert_snapshot!(table, @r"
        use case              | viewer | viewer in the team | developer, other team | developer, owner | platform
        fleet_board           | yes    | yes                | yes                   | yes              | yes
        fleet_live            | yes    | yes                | yes                   | yes              | yes
        environment_list      | yes    | yes                | yes                   | yes              | yes
        environment_page      | yes    | yes                | yes                   | yes              | yes
        environment_create    | no     | no                 | no                    | yes              | yes
        environment_update    | no     | no                 | no                    | yes              | yes
        environment_removal   | yes    | yes                | yes                   | yes              | yes
        environment_remove    | no     | no                 | no                    | yes              | yes
        service_list          | yes    | yes                | yes                   | yes              | yes
        service_get           | yes    | yes                | yes                   | yes              | yes
        service_page          | yes    | yes                | yes                   | yes              | yes
        service_versions      | yes    | yes                | yes                   | yes              | yes
        service_create        | no     | no                 | no                    | yes              | yes
        service_update        | no     | no                 | no                    | yes              | yes
        service_remove        | no     | no                 | no                    | yes              | yes
        release_history       | yes    | yes                | yes                   | yes              | yes
        release_compare       | yes    | yes                | yes                   | yes              | yes
        release_plan_deploy   | no     | no                 | no                    | yes              | yes
        release_plan_rollback | no     | no                 | no                    | yes              | yes
        release_removal       | yes    | yes                | yes                   | yes              | yes
        release_repair        | no     | no                 | no                    | yes              | yes
        operation_deploy      | no     | no                 | no                    | yes              | yes
        operation_rollback    | no     | no                 | no                    | yes              | yes
        operation_uninstall   | no     | no                 | no                    | yes              | yes
        operation_list        | yes    | yes                | yes                   | yes              | yes
        operation_get         | yes    | yes                | yes                   | yes              | yes
        operation_cancel      | no     | no                 | no                    | yes              | yes
        operation_follow      | yes    | yes                | yes                   | yes              | yes
        cluster_list          | yes    | yes                | yes                   | yes              | yes
        cluster_get           | yes    | yes                | yes                   | yes              | yes
        team_list             | yes    | yes                | yes                   | yes              | yes
        team_create           | no     | no                 | no                    | no               | yes
        team_update           | no     | no                 | no                    | no               | yes
        team_remove           | no     | no                 | no                    | no               | yes
        ");
}

/// Giving an object to a team needs the right on both sides: nobody pushes a service onto another team, or takes one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_is_not_given_to_a_team_that_one_is_not_in() {
    let database = database::sqlite().await;
    let rig = world(&database).await;
    let before = everything(&rig).await;
    let (ada, portal) = (rig.ada(), &rig.portal);

    let answers = [
        portal.services.service_update(&ada, 1, service_draft("candidates", "edge")).await.map(drop),
        portal
            .services
            .service_create(&ada, domain::catalog::ServiceDraft { chart: "candidates".into(), ..service_draft("jobs", "edge") })
            .await
            .map(drop),
        portal.environments.environment_update(&ada, 1, environment_draft("staging", EnvironmentKind::Staging, "kind-a", "edge")).await.map(drop),
        portal.environments.environment_create(&ada, environment_draft("review", EnvironmentKind::Preview, "kind-a", "edge")).await.map(drop),
    ];

    for answer in answers {
        assert_eq!(answer.unwrap_err().kind, ErrorKind::Forbidden);
    }
    assert_eq!(everything(&rig).await, before);
    database.remove().await;
}

/// The service decides who deploys; whose the environment is plays no part.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owner_of_an_environment_does_not_deploy_other_teams_services_to_it() {
    let database = database::sqlite().await;
    let rig = world(&database).await;
    let eve = developer("eve", &["edge"]);
    rig.portal.environments.environment_create(&eve, environment_draft("edge", EnvironmentKind::Staging, "kind-a", "edge")).await.unwrap();

    let error = rig.portal.operations.operation_deploy(&eve, deploy_draft("candidates", "edge", "1.2.0")).await.unwrap_err();

    assert_eq!(error.kind, ErrorKind::Forbidden);
    assert_eq!(error.to_string(), "eve may not deploy this service. It belongs to team talent: ask one of its members, or a platform engineer.");
    rig.portal.operations.operation_deploy(&rig.ada(), deploy_draft("candidates", "edge", "1.2.0")).await.expect("its own team does");
    database.remove().await;
}

/// A release without a service belongs to the team of its environment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_without_a_service_is_for_the_owner_of_its_environment() {
    let database = database::sqlite().await;
    let rig = world(&database).await;
    let (eve, staging, tool) = (developer("eve", &["edge"]), environment_name("staging"), release_name("tool"));
    let key = release_key("kind-a", "staging", "tool");
    rig.clusters.helm_by_hand(&key, "1.0.0", Rollout::Healthy);
    rig.clusters.helm_by_hand(&key, "1.1.0", Rollout::Healthy);
    let rollback = || domain::service::RollbackDraft { release: tool.clone(), ..rollback_draft(2, 1) };
    let before = everything(&rig).await;

    let answers = [
        rig.portal.releases.release_plan_rollback(&eve, &staging, &tool, 1).await.map(drop),
        rig.portal.releases.release_repair(&eve, &staging, &tool, 2).await,
        rig.portal.operations.operation_rollback(&eve, rollback()).await.map(drop),
        rig.portal.operations.operation_uninstall(&eve, uninstall_draft("tool")).await.map(drop),
    ];

    for answer in answers {
        let error = answer.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Forbidden);
        assert_eq!(error.hint.as_deref(), Some("It belongs to team talent: ask one of its members, or a platform engineer."));
    }
    assert_eq!(everything(&rig).await, before);
    assert_eq!(rig.portal.releases.release_history(&eve, &staging, &tool).await.unwrap().owner, team_name("talent"), "everyone may look");
    let id = rig.portal.operations.operation_rollback(&rig.ada(), rollback()).await.expect("its environment's team may");
    let running = rig.run("w");
    assert_eq!(rig.ended(id).await.state, domain::operation::OperationState::Succeeded);
    running.stop().await;
    database.remove().await;
}
