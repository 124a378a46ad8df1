//! OCI registries: what a right one answers, and every way to answer wrongly.

use std::time::Duration;

use domain::ports::Charts;
use domain::{AppError, ErrorKind};
use serde_json::json;

use crate::charts;
use crate::server::{Server, archive, chart, sha256};

const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
const ARCHIVE: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const TAGS: &str = "/v2/charts/api/tags/list";

fn packaged(version: &str) -> Vec<u8> {
    archive(&[("api/Chart.yaml", &format!("name: api\nversion: {version}")), ("api/values.yaml", "a: 1")])
}

/// Publishes a version as `helm push` does, and answers the digest of its archive.
fn publish(server: &Server, tag: &str, config: &serde_json::Value, bytes: &[u8]) -> String {
    let (config, digest) = (config.to_string(), sha256(bytes));
    let config_digest = sha256(config.as_bytes());
    let manifest = json!({
        "schemaVersion": 2,
        "config": {"mediaType": CONFIG, "digest": format!("sha256:{config_digest}"), "size": config.len()},
        "layers": [{"mediaType": ARCHIVE, "digest": format!("sha256:{digest}"), "size": bytes.len()}],
        "annotations": {"org.opencontainers.image.created": "2026-11-20T10:00:00Z"},
    });
    manifest_put(server, tag, &manifest);
    server.put(&format!("/v2/charts/api/blobs/sha256:{config_digest}"), 200, &config);
    server.put_bytes(&format!("/v2/charts/api/blobs/sha256:{digest}"), 200, bytes.to_vec());
    digest
}

fn manifest_put(server: &Server, tag: &str, manifest: &serde_json::Value) {
    let (path, text) = (format!("/v2/charts/api/manifests/{tag}"), manifest.to_string());
    server.put(&path, 200, &text);
    server.header(&path, "docker-content-digest", &format!("sha256:{}", sha256(text.as_bytes())));
}

fn plain_config(version: &str) -> serde_json::Value {
    json!({"name": "api", "version": version})
}

fn oci(server: &Server) -> String {
    format!("oci://{}/charts", server.host())
}

/// Asks for the versions, with these credentials in Docker's file.
async fn ask_with(server: &Server, auths: &serde_json::Value) -> Result<usize, AppError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    std::fs::write(&file, auths.to_string()).unwrap();
    let (charts, _folder) = charts(|options| options.registry_config = Some(file));
    charts.versions(&chart(&oci(server), "api")).await.map(|versions| versions.len())
}

#[tokio::test]
async fn versions_are_tags_and_what_the_newest_hold_is_read_from_their_manifests() {
    let server = Server::start().await;
    server.put(TAGS, 200, &json!({"name": "charts/api", "tags": ["latest", "1.0.0", "1.10.0_b1", "1.9.0"]}).to_string());
    let config = json!({"name": "api", "version": "1.10.0+b1", "appVersion": "7", "description": "The API.", "deprecated": true,
        "annotations": {"artifacthub.io/changes": "- Faster lists"}});
    let digest = publish(&server, "1.10.0_b1", &config, &packaged("1.10.0+b1"));
    publish(&server, "1.9.0", &plain_config("1.9.0"), &packaged("1.9.0"));
    let (charts, _folder) = charts(|_| {});
    let api = chart(&oci(&server), "api");
    let versions = charts.versions(&api).await.unwrap();
    let texts: Vec<&str> = versions.iter().map(|version| version.version.as_str()).collect();
    assert_eq!(texts, ["1.10.0+b1", "1.9.0", "1.0.0"]);
    let newest = &versions[0];
    assert_eq!((newest.app_version.as_deref(), newest.description.as_deref()), (Some("7"), Some("The API.")));
    assert_eq!((newest.deprecated, newest.changes.join(" "), newest.digest.as_deref()), (true, "Faster lists".to_owned(), Some(digest.as_str())));
    assert_eq!(newest.created_at.unwrap().to_string(), "2026-11-20T10:00:00Z");
    assert_eq!((versions[2].digest.as_deref(), versions[2].app_version.as_deref()), (None, None));
    assert_eq!(charts.versions_cached(&api).unwrap(), versions);
    let fetched = charts.fetch(&api, "1.10.0+b1").await.unwrap();
    assert_eq!((fetched.digest.as_str(), std::fs::read(&fetched.path).unwrap()), (digest.as_str(), packaged("1.10.0+b1")));
    assert_eq!(charts.contents(&api, "1.10.0+b1").await.unwrap().values, "a: 1");
    let error = charts.fetch(&api, "1.0.0").await.unwrap_err();
    assert_eq!(error.message, "The archive of api 1.0.0 is not a chart that can be deployed: the registry lists the tag but has no manifest for it.");
}

#[tokio::test]
async fn what_versions_hold_is_not_asked_for_again_while_it_is_fresh() {
    let server = Server::start().await;
    server.put(TAGS, 200, r#"{"tags": ["1.0.0"]}"#);
    publish(&server, "1.0.0", &plain_config("1.0.0"), &packaged("1.0.0"));
    let (charts, _folder) = charts(|_| {});
    let api = chart(&oci(&server), "api");
    charts.versions(&api).await.unwrap();
    assert_eq!(server.requests().len(), 3);
    charts.versions(&api).await.unwrap();
    assert_eq!(server.requests()[3..], [format!("200 {TAGS}")]);
}

#[tokio::test]
async fn a_long_list_of_tags_is_read_page_by_page_within_limits() {
    let server = Server::start().await;
    server.put(TAGS, 200, r#"{"tags": ["1.0.0", "1.1.0"]}"#);
    server.header(TAGS, "link", &format!("<{TAGS}?last=1.1.0>; rel=\"next\""));
    server.put(&format!("{TAGS}?last=1.1.0"), 200, r#"{"tags": ["1.2.0"]}"#);
    let api = chart(&oci(&server), "api");
    let (patient, _folder) = charts(|_| {});
    assert_eq!(patient.versions(&api).await.unwrap().len(), 3);
    let (strict, _folder) = charts(|options| options.tags_max = 1);
    let error = strict.versions(&api).await.unwrap_err();
    assert_eq!(
        (error.kind, error.message),
        (ErrorKind::TooLarge, format!("The repository charts/api at {} holds more than 1 versions.", server.host()))
    );
    for (link, why) in
        [(format!("<{TAGS}?n=1000>; rel=\"next\""), "the same page"), ("<http://127.0.0.1:1/v2/>; rel=next".to_owned(), "lies elsewhere")]
    {
        server.put(TAGS, 200, r#"{"tags": []}"#);
        server.header(TAGS, "link", &link);
        let error = patient.versions(&api).await.unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains(why), "{}", error.message);
    }
}

#[tokio::test]
async fn an_anonymous_token_is_asked_of_the_realm_and_kept() {
    let server = Server::start().await;
    let challenge = format!("Bearer realm=\"{}\",service=\"registry\",scope=\"repository:charts/api:pull\"", server.url("/token"));
    server.put(TAGS, 200, r#"{"tags": []}"#);
    server.guard(TAGS, "Bearer t1", &challenge);
    server.put("/token?scope=repository%3Acharts%2Fapi%3Apull&service=registry", 200, r#"{"token": "t1", "expires_in": 300}"#);
    let (charts, _folder) = charts(|_| {});
    let api = chart(&oci(&server), "api");
    for _ in 0..2 {
        assert_eq!(charts.versions(&api).await.unwrap().len(), 0);
    }
    assert_eq!(server.requests(), [format!("401 {TAGS}"), "200 /token".to_owned(), format!("200 {TAGS}"), format!("200 {TAGS}")]);
}

#[tokio::test]
async fn a_token_that_ran_out_is_changed_for_another() {
    let server = Server::start().await;
    server.put(TAGS, 200, r#"{"tags": []}"#);
    server.guard(TAGS, "Bearer t1", &format!("Bearer realm=\"{}\"", server.url("/token")));
    server.put("/token", 200, r#"{"access_token": "t1", "expires_in": 1}"#);
    let (charts, _folder) = charts(|_| {});
    for _ in 0..2 {
        charts.versions(&chart(&oci(&server), "api")).await.unwrap();
    }
    assert_eq!(server.requests().iter().filter(|request| *request == "200 /token").count(), 2);
}

#[tokio::test]
async fn credentials_are_shown_as_the_registry_asks_and_only_to_it() {
    let server = Server::start().await;
    let auths = json!({"auths": {server.host(): {"auth": "YWRhOmh1bnRlcjI="}, "other.example.com": {"auth": "eDp5"}}});
    server.put(TAGS, 200, r#"{"tags": ["1.0.0"]}"#);
    server.guard(TAGS, "Basic YWRhOmh1bnRlcjI=", "Basic realm=\"x\"");
    assert_eq!(ask_with(&server, &auths).await.unwrap(), 1);
    server.guard(TAGS, "Bearer t2", &format!("Bearer realm=\"{}\"", server.url("/token")));
    server.put("/token", 200, r#"{"token": "t2"}"#);
    server.guard("/token", "Basic YWRhOmh1bnRlcjI=", "Basic");
    assert_eq!(ask_with(&server, &auths).await.unwrap(), 1);
    server.put("/token", 200, r#"{"token": "t2"}"#);
    assert_eq!(ask_with(&server, &json!({"auths": {server.host(): {"identitytoken": "it"}}})).await.unwrap(), 1);
    server.guard(TAGS, "Bearer rt", &format!("Bearer realm=\"{}\"", server.url("/token")));
    assert_eq!(ask_with(&server, &json!({"auths": {server.host(): {"registrytoken": "rt"}}})).await.unwrap(), 1);
}

#[tokio::test]
async fn missing_and_refused_credentials_say_what_to_do_and_never_what_they_are() {
    let server = Server::start().await;
    server.put(TAGS, 200, "{}");
    server.guard(TAGS, "Basic never", "Basic realm=\"x\"");
    let host = server.host();
    for (auths, message, hint) in [
        (json!({}), "it asks for credentials for", "Put credentials for"),
        (json!({"auths": {host: {"auth": "YWRhOmh1bnRlcjI="}}}), "it refuses the credentials it was given for", "Renew what the file"),
        (json!({"credsStore": "desktop"}), "it asks for credentials for", "names the credential helper “desktop”"),
    ] {
        let error = ask_with(&server, &auths).await.unwrap_err();
        assert_eq!(
            (error.kind, error.message.clone()),
            (ErrorKind::Unavailable, format!("The chart registry at {host} can't be read: {message} {TAGS} (401)."))
        );
        assert!(error.hint.as_ref().unwrap().contains(hint) && !error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_realm_that_is_not_to_be_trusted_gets_nothing() {
    let server = Server::start().await;
    server.put(TAGS, 200, "{}");
    let auths = json!({"auths": {server.host(): {"auth": "YWRhOmh1bnRlcjI="}}});
    for (realm, why) in [
        ("http://auth.example.com/token", "its token server is not reached by https."),
        ("token", "its token server has no address that can be read."),
        (&server.url("/nothing"), "it answers 404 for /nothing."),
        (&server.url("/page"), "its token server answers something else than a token."),
    ] {
        server.put("/page", 200, "<html>");
        server.guard(TAGS, "Bearer t", &format!("Bearer realm=\"{realm}\""));
        let error = ask_with(&server, &auths).await.unwrap_err();
        assert!(error.message.ends_with(why), "{}", error.message);
    }
    let elsewhere = Server::start().await;
    server.redirect("/token", &elsewhere.url("/token"));
    server.guard(TAGS, "Bearer t", &format!("Bearer realm=\"{}\"", server.url("/token")));
    assert!(ask_with(&server, &auths).await.unwrap_err().message.ends_with("it answers 302 for /token."));
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn an_archive_that_lies_on_another_host_is_fetched_without_the_credentials() {
    let (server, store) = (Server::start().await, Server::start().await);
    let bytes = packaged("1.0.0");
    server.put(TAGS, 200, r#"{"tags": ["1.0.0"]}"#);
    let digest = publish(&server, "1.0.0", &plain_config("1.0.0"), &bytes);
    let blob = format!("/v2/charts/api/blobs/sha256:{digest}");
    server.redirect(&blob, &store.url("/stored"));
    store.put_bytes("/stored", 200, bytes);
    for path in [TAGS, &blob, "/v2/charts/api/manifests/1.0.0"] {
        server.guard(path, "Basic YWRhOmh1bnRlcjI=", "Basic");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    std::fs::write(&file, json!({"auths": {server.host(): {"auth": "YWRhOmh1bnRlcjI="}}}).to_string()).unwrap();
    let (charts, _folder) = charts(|options| options.registry_config = Some(file));
    let api = chart(&oci(&server), "api");
    charts.fetch(&api, "1.0.0").await.unwrap();
    assert_eq!((store.requests(), store.shown()), (vec!["200 /stored".to_owned()], vec![]));
    // The other host asks for credentials: it gets none all the same.
    publish(&server, "1.0.0", &plain_config("1.0.0"), &archive(&[("api/Chart.yaml", "name: api\nversion: 1.0.0"), ("api/b", "")]));
    let other = sha256(&archive(&[("api/Chart.yaml", "name: api\nversion: 1.0.0"), ("api/b", "")]));
    server.redirect(&format!("/v2/charts/api/blobs/sha256:{other}"), &store.url("/secret"));
    store.put("/secret", 200, "");
    store.guard("/secret", "Basic YWRhOmh1bnRlcjI=", "Basic");
    let error = charts.fetch(&api, "1.0.0").await.unwrap_err();
    assert!(error.message.contains("asks for credentials for /secret (401)") && store.shown().is_empty(), "{}", error.message);
}

#[tokio::test]
async fn a_registry_that_asks_to_wait_a_moment_is_waited_for_and_one_that_asks_for_long_is_left_alone() {
    let server = Server::start().await;
    server.put(TAGS, 200, r#"{"tags": ["1.0.0"]}"#);
    server.once(TAGS, 429, &[("retry-after", "0")]);
    server.once(TAGS, 503, &[("retry-after", "0")]);
    let (charts, _folder) = charts(|_| {});
    let api = chart(&oci(&server), "api");
    assert_eq!(charts.versions(&api).await.unwrap().len(), 1);
    server.once(TAGS, 429, &[("retry-after", "120")]);
    let before = server.requests().len();
    for _ in 0..3 {
        let error = charts.versions(&api).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert_eq!(error.message, format!("The chart registry at {} can't be read: it asks to be left alone for a while (429).", server.host()));
        assert!(error.hint.unwrap().starts_with("Try again after "));
    }
    assert_eq!(server.requests().len(), before + 1);
    assert_eq!(charts.versions_cached(&api).unwrap().len(), 1);
}

#[tokio::test]
async fn the_background_leaves_a_failing_registry_alone_and_a_person_does_not() {
    let server = Server::start().await;
    server.put(TAGS, 500, "");
    let (charts, _folder) = charts(|options| options.backoff_first = Duration::from_secs(600));
    let api = chart(&oci(&server), "api");
    assert!(charts.refresh(&api).await.is_err());
    assert!(charts.refresh(&api).await.is_ok());
    assert_eq!(server.requests().len(), 1);
    assert!(charts.versions(&api).await.is_err());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn wrong_answers_are_told_apart() {
    let server = Server::start().await;
    server.put("/v2/charts/page/tags/list", 200, "<html>Sign in</html>");
    server.put("/v2/charts/broken/tags/list", 500, "");
    server.hang("/v2/charts/slow/tags/list");
    let (charts, _folder) = charts(|options| options.request_timeout = Duration::from_millis(300));
    let ask = async |name: &str| charts.versions(&chart(&oci(&server), name)).await.unwrap_err();
    let (host, nothing) = (server.host(), ask("nothing").await);
    assert_eq!(nothing.kind, ErrorKind::NotFound);
    assert_eq!(
        nothing.to_string(),
        format!(
            "There is no chart “nothing”. The registry at {host} has no repository charts/nothing: check the source's path and the chart's name."
        )
    );
    let page = ask("page").await;
    assert_eq!(page.kind, ErrorKind::Invalid);
    assert!(page.message.ends_with("is not what a registry answers: it is no list of tags."), "{}", page.message);
    assert!(ask("broken").await.message.ends_with("it answers 500 for /v2/charts/broken/tags/list."));
    assert_eq!(ask("slow").await.message, format!("The chart registry at {host} can't be read: no answer in time."));
    assert!(ask("Jobs").await.message.contains("a chart in a registry has a name of lower-case letters"));
}

#[tokio::test]
async fn manifests_that_are_no_charts_and_archives_of_another_digest_are_refused() {
    let server = Server::start().await;
    let layer = |media_type: &str, digest: &str| json!({"mediaType": media_type, "digest": digest, "size": 10});
    let (good, right) = (format!("sha256:{}", "ab".repeat(32)), layer(CONFIG, &format!("sha256:{}", "cd".repeat(32))));
    let cases = [
        (
            "1.0.0",
            json!({"config": layer("application/vnd.oci.image.config.v1+json", &good)}),
            "it is no Helm chart but application/vnd.oci.image.config",
        ),
        ("1.0.1", json!({"config": right, "layers": []}), "its manifest names no archive."),
        ("1.0.2", json!({"config": right, "layers": [layer(ARCHIVE, "sha256:../../x")]}), "by something else than sha256."),
        ("1.0.3", json!({"manifests": []}), "its manifest is not that of a chart."),
        ("1.0.4", json!({"config": right, "layers": [layer(ARCHIVE, &good)]}), "its sha256 begins with "),
    ];
    for (tag, manifest, _) in &cases {
        manifest_put(&server, tag, manifest);
    }
    server.put("/v2/charts/api/blobs/".to_owned().as_str(), 200, "");
    server.put_bytes(&format!("/v2/charts/api/blobs/{good}"), 200, packaged("1.0.4"));
    manifest_put(&server, "1.0.5", &json!({}));
    server.header("/v2/charts/api/manifests/1.0.5", "docker-content-digest", &good);
    server.put(TAGS, 200, r#"{"tags": ["1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.4"]}"#);
    let (charts, folder) = charts(|_| {});
    let api = chart(&oci(&server), "api");
    for (version, _, why) in cases {
        let error = charts.fetch(&api, version).await.unwrap_err();
        assert!(error.message.starts_with(&format!("The archive of api {version} is not ")) && error.message.contains(why), "{}", error.message);
    }
    assert_eq!(std::fs::read_dir(folder.path().join("charts")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_version_published_again_with_other_contents_is_served_and_marked() {
    let server = Server::start().await;
    server.put(TAGS, 200, r#"{"tags": ["1.0.0"]}"#);
    let first = publish(&server, "1.0.0", &plain_config("1.0.0"), &packaged("1.0.0"));
    let (charts, _folder) = charts(|options| options.details_fresh_for = Duration::ZERO);
    let api = chart(&oci(&server), "api");
    assert_eq!(charts.fetch(&api, "1.0.0").await.unwrap().digest, first);
    assert!(!charts.versions(&api).await.unwrap()[0].republished);
    let second = publish(&server, "1.0.0", &plain_config("1.0.0"), &archive(&[("api/Chart.yaml", "name: api\nversion: 1.0.0"), ("api/new", "")]));
    assert!(charts.versions(&api).await.unwrap()[0].republished);
    assert_eq!(charts.contents(&api, "1.0.0").await.unwrap().digest, second);
    assert_eq!(charts.fetch(&api, "1.0.0").await.unwrap().digest, second);
    assert!(charts.versions_cached(&api).unwrap()[0].republished);
}
