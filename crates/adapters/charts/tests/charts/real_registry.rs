//! Against a real registry: the one of the distribution project, named by `SLIPWAY_TEST_REGISTRY`; `end2end/cluster/build
//! registry` makes it. Without that variable there is nothing to test here.

use std::ffi::OsString;
use std::process::Stdio;
use std::time::Duration;

use domain::ErrorKind;
use domain::ports::Charts;
use reqwest::{Client, Response};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::charts;
use crate::server::{archive, chart, sha256};

/// Longest that the registry may take to start.
const START: Duration = Duration::from_secs(20);
/// User `ada`, password `hunter2`, cheaply hashed.
const USERS: &str = "ada:$2a$05$ldvS1dSiKQHtbyzJi1sq3.EQs0UaGp6FyKRmQZ09.6qP/6wiQf7HS\n";

struct Registry {
    _process: Child,
    folder: TempDir,
    host: String,
    client: Client,
    password: Option<&'static str>,
}

impl Registry {
    /// Starts one on a free port of loopback, with a password or open; nothing if there is no program.
    async fn start(password: Option<&'static str>) -> Option<Self> {
        let program: OsString = std::env::var_os("SLIPWAY_TEST_REGISTRY").filter(|program| !program.is_empty())?;
        drop(charts(|_| {})); // names the TLS provider without which reqwest makes no client
        let folder = TempDir::new().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let users = file("users", USERS);
        let auth = password.map_or(String::new(), |_| format!("auth: {{htpasswd: {{realm: test, path: {users}}}}}\n"));
        let storage = folder.path().join("storage").display().to_string();
        let text = format!("version: 0.1\nstorage: {{filesystem: {{rootdirectory: {storage}}}}}\nhttp: {{addr: '127.0.0.1:0'}}\n{auth}");
        let configuration = file("config.yml", &text);
        let mut command = Command::new(program);
        command.args(["serve", &configuration]).env("OTEL_TRACES_EXPORTER", "none").kill_on_drop(true).stderr(Stdio::piped()).stdout(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let listening = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some((_, rest)) = line.split_once("listening on ") {
                    return rest.split(['"', ' ']).next().unwrap().to_owned();
                }
            }
            panic!("the registry ended");
        };
        let host = tokio::time::timeout(START, listening).await.unwrap();
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Some(Self { _process: process, folder, host, client: Client::new(), password })
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Response {
        let request = if self.password.is_some() { request.basic_auth("ada", self.password) } else { request };
        let response = request.send().await.unwrap();
        assert!(response.status().is_success(), "{} {}", response.status(), response.url());
        response
    }

    async fn blob_push(&self, bytes: Vec<u8>) -> (String, usize) {
        let (digest, size) = (format!("sha256:{}", sha256(&bytes)), bytes.len());
        let uploads = format!("http://{}/v2/charts/api/blobs/uploads/", self.host);
        let begun = self.send(self.client.post(uploads)).await;
        let mut place = begun.url().join(begun.headers()["location"].to_str().unwrap()).unwrap();
        place.query_pairs_mut().append_pair("digest", &digest);
        self.send(self.client.put(place).body(bytes)).await;
        (digest, size)
    }

    /// Publishes a version as `helm push` does, and answers the digest of its archive.
    async fn push(&self, version: &str, values: &str) -> String {
        let bytes = archive(&[("api/Chart.yaml", &format!("name: api\nversion: {version}")), ("api/values.yaml", values)]);
        let config = json!({"name": "api", "version": version, "appVersion": format!("app {version}")}).to_string();
        let (config_digest, config_size) = self.blob_push(config.into_bytes()).await;
        let (digest, size) = self.blob_push(bytes).await;
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": config_digest, "size": config_size},
            "layers": [{"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": digest, "size": size}],
        });
        let address = format!("http://{}/v2/charts/api/manifests/{}", self.host, version.replace('+', "_"));
        let request = self.client.put(address).header("content-type", "application/vnd.oci.image.manifest.v1+json");
        self.send(request.body(manifest.to_string())).await;
        digest.trim_start_matches("sha256:").to_owned()
    }

    fn source(&self) -> String {
        format!("oci://{}/charts", self.host)
    }
}

#[tokio::test]
async fn a_chart_pushed_to_a_real_registry_is_listed_opened_and_fetched() {
    let Some(registry) = Registry::start(None).await else { return };
    for number in 0..22 {
        registry.push(&format!("1.{number}.0"), "a: 1").await;
    }
    let first = registry.push("1.22.0+build.7", "a: 2").await;
    let (charts, _folder) = charts(|options| options.details_fresh_for = Duration::ZERO);
    let api = chart(&registry.source(), "api");
    let versions = charts.versions(&api).await.unwrap();
    assert_eq!((versions.len(), versions[0].version.as_str(), versions[22].version.as_str()), (23, "1.22.0+build.7", "1.0.0"));
    assert_eq!((versions[0].app_version.as_deref(), versions[0].digest.as_deref()), (Some("app 1.22.0+build.7"), Some(first.as_str())));
    assert_eq!((versions[19].app_version.as_deref(), versions[20].app_version.as_deref()), (Some("app 1.3.0"), None));
    assert_eq!(charts.fetch(&api, "1.22.0+build.7").await.unwrap().digest, first);
    assert_eq!(charts.contents(&api, "1.0.0").await.unwrap().values, "a: 1");
    let second = registry.push("1.22.0+build.7", "a: 3").await;
    let again = charts.versions(&api).await.unwrap();
    assert!(again[0].republished && !again[1].republished);
    assert_eq!((charts.fetch(&api, "1.22.0+build.7").await.unwrap().digest, again[0].digest.as_deref()), (second.clone(), Some(second.as_str())));
    let nothing = charts.versions(&chart(&registry.source(), "nothing")).await.unwrap_err();
    assert_eq!((nothing.kind, nothing.field.as_deref()), (ErrorKind::NotFound, Some("chart")));
}

#[tokio::test]
async fn a_real_registry_with_a_password_is_read_with_dockers_file_only() {
    let Some(registry) = Registry::start(Some("hunter2")).await else { return };
    let digest = registry.push("1.0.0", "a: 1").await;
    let api = chart(&registry.source(), "api");
    let (stranger, _folder) = charts(|_| {});
    let refused = stranger.versions(&api).await.unwrap_err();
    assert!(refused.message.ends_with("it asks for credentials for /v2/charts/api/tags/list (401)."), "{refused}");
    let file = registry.folder.path().join("config.json");
    for (auth, right) in [("YWRhOndyb25n", false), ("YWRhOmh1bnRlcjI=", true)] {
        std::fs::write(&file, json!({"auths": {&registry.host: {"auth": auth}}}).to_string()).unwrap();
        let (known, _folder) = charts(|options| options.registry_config = Some(file.clone()));
        assert_eq!(known.fetch(&api, "1.0.0").await.ok().map(|archive| archive.digest), right.then(|| digest.clone()));
    }
}
