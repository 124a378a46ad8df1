//! Services, teams and deploys: what wrong drafts are told, and that nothing is written of them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use domain::catalog::ServiceDraft;
use domain::environment::EnvironmentKind;
use domain::service::DeployDraft;
use domain::{AppError, ErrorKind};
use testkit::build::{chart, deploy_draft, environment_name, platform, service_draft, service_name, team, team_name};
use testkit::{ChartsCall, Rig, Rollout, on_both};

fn line(what: &str, error: &AppError) -> String {
    format!("{what}: {:?} [{}] {error}\n", error.kind, error.field.as_deref().unwrap_or("-"))
}

fn with_values(kind: EnvironmentKind, text: &str) -> ServiceDraft {
    ServiceDraft { default_values: [(kind, text.to_owned())].into(), ..service_draft("jobs", "talent") }
}

/// Drafts that are wrong, each in one way.
fn wrong_drafts() -> Vec<(&'static str, ServiceDraft)> {
    let good = || service_draft("jobs", "talent");
    vec![
        ("no name", ServiceDraft { name: String::new(), ..good() }),
        ("a bad name", ServiceDraft { name: "jobs.api".into(), ..good() }),
        ("a name too long for Helm", ServiceDraft { name: "j".repeat(54), ..good() }),
        ("a name that is taken", ServiceDraft { name: "candidates".into(), ..good() }),
        ("no team", ServiceDraft { team: String::new(), ..good() }),
        ("an unknown team", ServiceDraft { team: "ghosts".into(), ..good() }),
        ("no repository", ServiceDraft { repository: String::new(), ..good() }),
        ("a relative folder as repository", ServiceDraft { repository: "file://charts".into(), ..good() }),
        ("a password in the address", ServiceDraft { repository: "https://ada:geheim@charts.test".into(), ..good() }),
        ("a chart that is not there", ServiceDraft { chart: "ghosts".into(), ..good() }),
        ("values that are no YAML", with_values(EnvironmentKind::Production, "a: [")),
        ("values that are a list", with_values(EnvironmentKind::Staging, "- a")),
        ("values that are too long", with_values(EnvironmentKind::Preview, &format!("a: {}", "x".repeat(300 * 1024)))),
    ]
}

on_both! {
    async fn each_wrong_draft_is_told_what_is_wrong_and_nothing_is_written(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.charts.publish(&chart("jobs"), &["1.0.0"]);

        let mut table = String::new();
        for (what, draft) in wrong_drafts() {
            let error = rig.portal.services.service_create(&platform(), draft).await.unwrap_err();
            assert_eq!(rig.store.service_list().await.unwrap().len(), 1, "{what}");
            table += &line(what, &error);
        }

        insta::allow_duplicates! { insta::assert_snapshot!(table, @r"
        no name: Invalid [name] “” is not a valid service name. Use 1 to 53 lower-case letters, digits and hyphens; begin and end with a letter or digit.
        a bad name: Invalid [name] “jobs.api” is not a valid service name. Use 1 to 53 lower-case letters, digits and hyphens; begin and end with a letter or digit.
        a name too long for Helm: Invalid [name] “jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj” is not a valid service name. Use 1 to 53 lower-case letters, digits and hyphens; begin and end with a letter or digit.
        a name that is taken: Conflict [name] There is a service “candidates” already. Choose another name.
        no team: Invalid [team] “” is not a valid team name. Use 1 to 63 lower-case letters, digits and hyphens; begin and end with a letter or digit.
        an unknown team: NotFound [team] There is no team “ghosts”. Create the team first, under Settings.
        no repository: Invalid [repository] The chart source's address is not usable: it begins with none of https://, http://, oci:// and file:///. Write the address of the folder that holds index.yaml, such as https://charts.example.com, or of a registry, such as oci://registry.example.com/charts.
        a relative folder as repository: Invalid [repository] The chart source's address is not usable: a folder is written as file:// and an absolute path without . or .. in it. Write for example file:///srv/charts, a folder on the portal's server.
        a password in the address: Invalid [repository] The chart source's address is not usable: it holds credentials. Leave user and password out; the portal finds them in the files of `--registry-config` and `--repository-config`.
        a chart that is not there: NotFound [chart] There is no chart “ghosts”. http://charts.test/stable has no chart of this name.
        values that are no YAML: Invalid [default_values_production] The values are not valid YAML: did not find expected node content at line 2 column 1, while parsing a flow node. Correct that line and try again.
        values that are a list: Invalid [default_values_staging] The values are YAML, but no mapping of names to values. Write lines such as `replicaCount: 3`.
        values that are too long: TooLarge [default_values_preview] The values are 300 KiB long; 256 KiB is the most. Keep large files in a ConfigMap of their own.
        "); }
        assert!(!table.contains("geheim"));
    }

    async fn a_wrong_edit_leaves_the_service_as_it_was(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let before = rig.store.service_list().await.unwrap();

        for (what, draft) in wrong_drafts().into_iter().skip(4) {
            let draft = ServiceDraft { name: "candidates".into(), ..draft };
            let error = rig.portal.services.service_update(&platform(), 1, draft).await.unwrap_err();
            assert!(error.field.is_some(), "{what}: {error}");
            assert_eq!(rig.store.service_list().await.unwrap(), before, "{what}");
        }
        let stale = rig.portal.services.service_update(&platform(), 7, service_draft("candidates", "talent")).await.unwrap_err();
        assert_eq!((stale.kind, stale.message.as_str()), (ErrorKind::Conflict, "Somebody changed this meanwhile."));
        assert_eq!(rig.store.service_list().await.unwrap(), before);
    }

    async fn a_service_whose_repository_is_away_is_not_made(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.charts.fail_next(ChartsCall::Versions, AppError::unavailable("The chart repository at charts.test can't be read: connection refused."));

        let error = rig.portal.services.service_create(&rig.ada(), ServiceDraft { chart: "candidates".into(), ..service_draft("jobs", "talent") }).await.unwrap_err();

        assert_eq!((error.kind, error.field.as_deref()), (ErrorKind::Unavailable, Some("repository")));
        assert_eq!(rig.store.service_list().await.unwrap().len(), 1);
    }

    async fn a_service_takes_the_chart_of_its_name_and_a_tidy_address(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.charts.publish(&chart("jobs"), &["1.0.0"]);
        let draft = ServiceDraft { name: " jobs ".into(), repository: format!(" {}/ ", testkit::build::REPOSITORY), ..service_draft("", "talent") };

        let made = rig.portal.services.service_create(&rig.ada(), draft).await.unwrap();

        assert_eq!((made.chart, made.name.as_str()), (chart("jobs"), "jobs"));
    }

    async fn each_wrong_deploy_is_told_what_is_wrong_and_nothing_is_queued(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let good = || deploy_draft("candidates", "staging", "1.1.0");
        let cases = [
            ("an unknown service", DeployDraft { service: service_name("ghosts"), ..good() }),
            ("an unknown environment", DeployDraft { environment: environment_name("ghosts"), ..good() }),
            ("no version", DeployDraft { version: "  ".into(), ..good() }),
            ("an unknown version", DeployDraft { version: "1.1".into(), ..good() }),
            ("values that are no YAML", DeployDraft { values: "replicas: {".into(), ..good() }),
            ("values that are a text", DeployDraft { values: "three".into(), ..good() }),
        ];

        let mut table = String::new();
        for (what, draft) in cases {
            let error = rig.portal.operations.operation_deploy(&rig.ada(), draft).await.unwrap_err();
            assert_eq!(rig.store.operation_list(None, 9).await.unwrap(), [], "{what}");
            table += &line(what, &error);
        }

        insta::allow_duplicates! { insta::assert_snapshot!(table, @r"
        an unknown service: NotFound [-] There is no service “ghosts”. The fleet board shows what there is.
        an unknown environment: NotFound [-] There is no environment “ghosts”. The list of environments shows what there is.
        no version: Invalid [version] No version of candidates was chosen. Choose one from the list.
        an unknown version: NotFound [version] There is no version “1.1”. The newest of chart candidates are: 1.3.0, 1.2.0, 1.1.0.
        values that are no YAML: Invalid [values] The values are not valid YAML: did not find expected node content at line 2 column 1, while parsing a flow node. Correct that line and try again.
        values that are a text: Invalid [values] The values are YAML, but no mapping of names to values. Write lines such as `replicaCount: 3`.
        "); }
    }

    async fn each_wrong_team_is_told_what_is_wrong(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let (teams, pia, ghosts) = (&rig.portal.teams, platform(), team_name("ghosts"));

        let table = [
            line("no name", &teams.team_create(&pia, " ", vec![]).await.unwrap_err()),
            line("a bad name", &teams.team_create(&pia, "Team Talent", vec![]).await.unwrap_err()),
            line("a name that is taken", &teams.team_create(&pia, "talent", vec![]).await.unwrap_err()),
            line("a bad member", &teams.team_create(&pia, "data", vec!["ada".into(), "bob the builder".into()]).await.unwrap_err()),
            line("too many members", &teams.team_create(&pia, "data", (0..501).map(|n| format!("user-{n}")).collect()).await.unwrap_err()),
            line("an edit of none", &teams.team_update(&pia, &ghosts, vec![]).await.unwrap_err()),
            line("a removal of none", &teams.team_remove(&pia, &ghosts).await.unwrap_err()),
            line("a removal of an owner", &teams.team_remove(&pia, &team_name("talent")).await.unwrap_err()),
        ]
        .concat();

        assert_eq!(rig.store.team_list().await.unwrap(), [team("talent", &["ada"])]);
        insta::allow_duplicates! { insta::assert_snapshot!(table, @r"
        no name: Invalid [name] “” is not a valid team name. Use 1 to 63 lower-case letters, digits and hyphens; begin and end with a letter or digit.
        a bad name: Invalid [name] “Team Talent” is not a valid team name. Use 1 to 63 lower-case letters, digits and hyphens; begin and end with a letter or digit.
        a name that is taken: Conflict [name] There is a team “talent” already. Choose another name.
        a bad member: Invalid [members] “bob the builder” is not a valid user name. Use 1 to 253 characters without spaces.
        too many members: Invalid [members] A team may list 500 members, not 501. Use a group of the identity provider.
        an edit of none: NotFound [-] There is no team “ghosts”.
        a removal of none: NotFound [-] There is no team “ghosts”.
        a removal of an owner: Conflict [-] Team talent still owns services or environments. Give them to another team first.
        "); }
    }

    async fn members_are_trimmed_sorted_and_counted_once(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let typed = [" bob ", "ada", "", "bob"].map(String::from).to_vec();

        let changed = rig.portal.teams.team_update(&platform(), &team_name("talent"), typed).await.unwrap();

        assert_eq!(changed.members.iter().map(|m| m.as_str()).collect::<Vec<_>>(), ["ada", "bob"]);
    }

    async fn a_service_that_is_removed_leaves_its_release_running(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.clusters.helm_by_hand(&rig.key(), "1.0.0", Rollout::Healthy);
        let (ada, name) = (rig.ada(), service_name("candidates"));

        let mistyped = rig.portal.services.service_remove(&ada, &name, "candidate").await.unwrap_err();
        assert_eq!(line("mistyped", &mistyped), "mistyped: Invalid [confirm_name] “candidate” is not the service's name. Type candidates to remove it.\n");
        rig.portal.services.service_remove(&ada, &name, "candidates").await.unwrap();

        assert_eq!(rig.store.service_list().await.unwrap(), []);
        let page = rig.portal.environments.environment_page(&ada, &environment_name("staging")).await.unwrap();
        assert_eq!(page.others.iter().map(|(release, _)| release.key.name.as_str()).collect::<Vec<_>>(), ["candidates"]);
    }

    async fn a_service_that_is_being_deployed_is_not_removed(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        let id = rig.deploy("1.1.0").await;

        let error = rig.portal.services.service_remove(&rig.ada(), &service_name("candidates"), "candidates").await.unwrap_err();

        assert_eq!((error.kind, error.operation_id), (ErrorKind::Conflict, Some(id)));
        assert_eq!(rig.store.service_list().await.unwrap().len(), 1);
    }

    async fn a_service_page_stays_when_its_repository_is_away(database: &Database) {
        let rig = Rig::with_candidates(database.store()).await;
        rig.charts.fail_next(ChartsCall::Versions, AppError::unavailable("The chart repository is away."));

        let page = rig.portal.services.service_page(&rig.ada(), &service_name("candidates"), &environment_name("staging")).await.unwrap();

        assert_eq!(page.versions_unknown_because.as_deref(), Some("The chart repository is away."));
        assert_eq!(page.versions.len(), 4, "those last read are shown");
    }
}
