//! What is read of an archive, and what Helm would not take.

use domain::chart::{ChartContents, ChartFileBody, ChartKind};
use domain::ports::Charts;
use domain::{AppError, ErrorKind};

use crate::charts;
use crate::server::{Server, archive, chart, index_of, sha256};

const CHART: &str = r#"
apiVersion: v2
name: api
version: 1.0.0
appVersion: 7
description: The API.
home: https://example.com
icon: javascript:alert(1)
keywords: [rest, 7]
sources: [https://example.com/source]
deprecated: true
kubeVersion: ">=1.30"
maintainers:
- {name: Ada, email: ada@example.com}
- {email: nobody@example.com}
dependencies:
- {name: redis, version: ^19, repository: "https://charts.example.com", condition: redis.enabled}
- {name: queue, alias: jobs, version: 1.x.x}
- {name: gone, version: 1.0.0}
annotations: {team: hiring, artifacthub.io/changes: "- Faster lists"}
"#;

/// Serves the files as version 1.0.0 of `api`, and answers what opening and fetching it say.
async fn open(files: &[(&str, &str)]) -> (Result<ChartContents, AppError>, Option<AppError>) {
    let server = Server::start().await;
    let bytes = archive(files);
    server.put("/index.yaml", 200, &index_of("api", "1.0.0", "api.tgz", &sha256(&bytes)));
    server.put_bytes("/api.tgz", 200, bytes);
    let (charts, _folder) = charts(|_| {});
    let api = chart(&server.url(""), "api");
    (charts.contents(&api, "1.0.0").await, charts.fetch(&api, "1.0.0").await.err())
}

#[tokio::test]
async fn a_chart_is_read_with_everything_that_is_shown_of_it() {
    let values = "# How many.\nreplicas: 1\n";
    let files = [
        ("api/Chart.yaml", CHART),
        ("api/values.yaml", values),
        ("api/values.schema.json", "{}"),
        ("api/README.md", "# API"),
        ("api/logo.png", "\u{0}PNG"),
        ("api/charts/redis/Chart.yaml", "name: redis\nversion: 19.1.0"),
        ("api/charts/redis/values.yaml", "port: 6379"),
        ("api/charts/queue-1.4.0.tgz", "packed"),
    ];
    let (contents, _) = open(&files).await;
    let contents = contents.unwrap();
    let metadata = &contents.metadata;
    assert_eq!((metadata.name.as_str(), metadata.version.as_str(), metadata.app_version.as_deref()), ("api", "1.0.0", Some("7")));
    assert_eq!((metadata.description.as_deref(), metadata.home.as_deref()), (Some("The API."), Some("https://example.com")));
    assert_eq!((metadata.icon.as_deref(), metadata.kube_version.as_deref()), (Some("javascript:alert(1)"), Some(">=1.30")));
    assert_eq!((metadata.deprecated, metadata.kind), (true, ChartKind::Application));
    assert_eq!((metadata.keywords.join(" "), metadata.sources.len(), metadata.maintainers.len()), ("rest 7".to_owned(), 1, 1));
    assert_eq!((metadata.annotations["team"].as_str(), metadata.changes.join(" ")), ("hiring", "Faster lists".to_owned()));
    let present: Vec<(&str, bool)> = metadata.dependencies.iter().map(|dependency| (dependency.name.as_str(), dependency.present)).collect();
    assert_eq!(present, [("redis", true), ("queue", true), ("gone", false)]);
    assert_eq!(metadata.dependencies[0].condition.as_deref(), Some("redis.enabled"));
    assert_eq!(metadata.dependencies[1].alias.as_deref(), Some("jobs"));
    assert_eq!((contents.values.as_str(), contents.schema.as_deref(), contents.readme.as_deref()), (values, Some("{}"), Some("# API")));
    let sub_charts: Vec<(&str, Option<&str>, &str)> =
        contents.sub_charts.iter().map(|chart| (chart.name.as_str(), chart.version.as_deref(), chart.values.as_str())).collect();
    assert_eq!(sub_charts, [("queue", Some("1.4.0"), ""), ("redis", Some("19.1.0"), "port: 6379")]);
    assert_eq!((contents.files.len(), contents.omitted.len(), contents.digest.len()), (8, 0, 64));
    assert!(contents.files.iter().any(|file| file.path == "logo.png" && file.body == ChartFileBody::Binary && file.bytes == 4));
}

#[tokio::test]
async fn a_chart_whose_dependencies_are_missing_can_be_read_but_not_deployed() {
    let (contents, refused) = open(&[("api/Chart.yaml", CHART)]).await;
    assert_eq!(contents.unwrap().dependencies_missing(), ["redis", "queue", "gone"]);
    let refused = refused.unwrap();
    assert_eq!(
        (refused.kind, refused.message.as_str()),
        (ErrorKind::Invalid, "The archive of api 1.0.0 is not a chart that can be deployed: its dependencies redis, queue, gone are not in it.")
    );
    assert!(refused.hint.unwrap().contains("--dependency-update"));
}

#[tokio::test]
async fn dependencies_of_an_old_chart_are_read_from_their_own_file() {
    let files = [("api/Chart.yaml", "name: api\nversion: 1.0.0"), ("api/requirements.yaml", "dependencies: [{name: redis}]")];
    let (contents, refused) = open(&files).await;
    assert_eq!(contents.unwrap().dependencies_missing(), ["redis"]);
    assert!(refused.unwrap().message.ends_with("its dependency redis is not in it."));
}

#[tokio::test]
async fn a_library_and_a_chart_of_another_name_or_version_are_not_deployed() {
    for (text, why) in [
        ("name: api\nversion: 1.0.0\ntype: library", "it is a library, for other charts to use."),
        ("name: api\nversion: 1.0.1", "its Chart.yaml calls it api 1.0.1."),
        ("name: web\nversion: 1.0.0", "its Chart.yaml calls it web 1.0.0."),
    ] {
        let (contents, refused) = open(&[("api/Chart.yaml", text)]).await;
        assert!(contents.is_ok());
        let message = refused.unwrap().message;
        assert!(message.ends_with(why), "{message}");
    }
}

#[tokio::test]
async fn a_chart_file_that_can_not_be_read_says_why() {
    for (text, why) in
        [("name: api", "Chart.yaml: it has no version."), ("a: [", "Chart.yaml: "), ("\u{0}", "its Chart.yaml is missing, no text, or too long.")]
    {
        let error = open(&[("api/Chart.yaml", text)]).await.0.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(error.message.contains(why), "{}", error.message);
    }
}

#[tokio::test]
async fn what_is_too_large_or_too_many_is_left_out_and_said() {
    let large = "x".repeat((1 << 20) + 1);
    let half = "y".repeat(1 << 19);
    let names: Vec<String> = (0..2_100).map(|number| format!("api/files/{number}")).collect();
    let halves: Vec<String> = (0..17).map(|number| format!("api/a/{number:02}")).collect();
    let mut files = vec![("api/large", large.as_str())];
    files.extend(halves.iter().map(|name| (name.as_str(), half.as_str())));
    files.extend(names.iter().map(|name| (name.as_str(), "")));
    files.push(("api/Chart.yaml", "name: api\nversion: 1.0.0"));
    files.push(("api/values.yaml", "a: 1"));
    let (contents, refused) = open(&files).await;
    let contents = contents.unwrap();
    assert_eq!((contents.files.len(), contents.values.as_str(), refused), (2_002, "a: 1", None));
    assert_eq!(
        contents.omitted,
        [
            "large is larger than 1 MiB and not shown.",
            "a/16 is not shown: the chart's text is longer than 8 MiB.",
            "118 more files are not listed: 2000 is the most."
        ]
    );
}
