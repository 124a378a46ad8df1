//! HTTP chart repositories.

use std::time::Duration;

use domain::ErrorKind;
use domain::ports::Charts;

use crate::charts;
use crate::server::{self, Server, archive, chart, index_of, sha256};

fn good_archive() -> Vec<u8> {
    archive(&[("api/Chart.yaml", "name: api\nversion: 1.0.0"), ("api/templates/a.yaml", "a: b")])
}

#[tokio::test]
async fn versions_come_newest_first_and_stay_known_while_the_repository_is_away() {
    let server = Server::start().await;
    server.put("/index.yaml", 200, "entries:\n  api:\n  - version: 1.9.0\n  - version: 1.10.0\n  - version: 1.10.0-rc.1\n");
    let (charts, _folder) = charts(|_| {});
    let api = chart(&server.url(""), "api");
    assert_eq!(charts.versions_cached(&api), None);
    let versions: Vec<String> = charts.versions(&api).await.unwrap().into_iter().map(|version| version.version).collect();
    assert_eq!(versions, ["1.10.0", "1.10.0-rc.1", "1.9.0"]);
    server.put("/index.yaml", 500, "");
    let error = charts.versions(&api).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(error.message, format!("The chart repository at {} can't be read: it answers 500 for /index.yaml.", server.host()));
    assert_eq!(charts.versions_cached(&api).unwrap().len(), 3);
}

#[tokio::test]
async fn a_fresh_index_is_not_asked_for_again_and_a_stale_one_only_if_it_changed() {
    let server = Server::start().await;
    server.put("/index.yaml", 200, "entries: {api: [{version: 1.0.0}]}");
    server.header("/index.yaml", "etag", "\"one\"");
    let api = chart(&server.url(""), "api");
    let (patient, _folder) = charts(|options| options.fresh_for = Duration::from_secs(600));
    patient.versions(&api).await.unwrap();
    patient.versions(&api).await.unwrap();
    assert_eq!(server.requests(), ["200 /index.yaml"]);
    let (eager, _folder) = charts(|_| {});
    eager.versions(&api).await.unwrap();
    assert_eq!(eager.versions(&api).await.unwrap().len(), 1);
    assert_eq!(server.requests()[1..], ["200 /index.yaml", "304 /index.yaml"]);
}

#[tokio::test]
async fn an_unchanged_date_is_enough_where_there_is_no_etag() {
    let server = Server::start().await;
    server.put("/index.yaml", 200, "entries: {api: [{version: 1.0.0}]}");
    server.header("/index.yaml", "last-modified", "Mon, 23 Nov 2026 10:00:00 GMT");
    let (charts, _folder) = charts(|_| {});
    for _ in 0..2 {
        charts.versions(&chart(&server.url(""), "api")).await.unwrap();
    }
    assert_eq!(server.requests(), ["200 /index.yaml", "304 /index.yaml"]);
}

#[tokio::test]
async fn many_who_ask_at_once_share_one_request() {
    let server = Server::start().await;
    server.put("/index.yaml", 200, "entries: {api: [{version: 1.0.0}]}");
    let (charts, _folder) = charts(|options| options.fresh_for = Duration::from_secs(600));
    let api = chart(&server.url(""), "api");
    let (a, b, c) = tokio::join!(charts.versions(&api), charts.versions(&api), charts.versions(&api));
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_unknown_chart_is_told_its_neighbours_and_an_unknown_version_the_newest() {
    let server = Server::start().await;
    server.put("/index.yaml", 200, "entries: {candidates: [{version: 2.0.0}, {version: 2.1.0}], jobs: []}");
    let (charts, _folder) = charts(|_| {});
    let error = charts.versions(&chart(&server.url(""), "candidate")).await.unwrap_err();
    assert_eq!(error.to_string(), format!("There is no chart “candidate”. {} holds candidates.", server.url("")));
    let error = charts.versions(&chart(&server.url(""), "billing")).await.unwrap_err();
    assert_eq!(error.to_string(), format!("There is no chart “billing”. {} holds 2 charts, none with a name like it.", server.url("")));
    let error = charts.fetch(&chart(&server.url(""), "candidates"), "3.0.0").await.unwrap_err();
    assert_eq!(
        (error.kind, error.to_string().as_str()),
        (ErrorKind::NotFound, "There is no version “3.0.0” of chart “candidates”. The newest are 2.1.0, 2.0.0.")
    );
}

#[tokio::test]
async fn addresses_that_are_none_are_refused_without_a_request() {
    let (charts, _folder) = charts(|_| {});
    let schemes = "it begins with none of https://, http://, oci:// and file:///";
    for (address, message) in [
        ("charts.example.com", format!("“charts.example.com” is no chart source: {schemes}.")),
        ("ftp://charts.example.com/a", format!("“ftp://charts.example.com/a” is no chart source: {schemes}.")),
        ("https://ada:hunter2@charts.example.com/", "“charts.example.com/” is no chart source: it holds credentials.".to_owned()),
    ] {
        let error = charts.versions(&chart(address, "api")).await.unwrap_err();
        assert_eq!((error.kind, error.message), (ErrorKind::Invalid, message));
    }
}

#[tokio::test]
async fn servers_without_an_index_are_told_apart() {
    let server = Server::start().await;
    server.put("/page/index.yaml", 200, "<html>Sign in</html>");
    server.put("/secret/index.yaml", 401, "");
    server.put("/huge/index.yaml", 200, &"#".repeat(2000));
    let (charts, _folder) = charts(|options| options.index_bytes_max = 1000);
    let ask = async |path: &str| charts.versions(&chart(&server.url(path), "api")).await.unwrap_err();
    assert_eq!(ask("/nothing").await.kind, ErrorKind::NotFound);
    assert_eq!(ask("/page").await.kind, ErrorKind::Invalid);
    assert_eq!(ask("/huge").await.message, format!("The index of {}/ is larger than 1000 bytes.", server.url("/huge")));
    assert_eq!(
        ask("/secret").await.message,
        format!("The chart repository at {} can't be read: it asks for credentials for /secret/index.yaml (401).", server.host())
    );
}

#[tokio::test]
async fn a_slow_server_and_an_absent_one_are_unavailable() {
    let server = Server::start().await;
    server.hang("/index.yaml");
    let (charts, _folder) = charts(|options| options.request_timeout = Duration::from_millis(100));
    let error = charts.versions(&chart(&server.url(""), "api")).await.unwrap_err();
    assert_eq!(error.message, format!("The chart repository at {} can't be read: no answer in time.", server.host()));
    let gone = Server::port_of_nobody().await;
    let error = charts.versions(&chart(&format!("http://127.0.0.1:{gone}"), "api")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(error.message.contains(&format!("127.0.0.1:{gone} can't be read: ")) && error.message.contains("refused"), "{}", error.message);
}

#[tokio::test]
async fn redirects_are_followed_to_an_end_but_not_in_a_circle_or_out_of_the_web() {
    let server = Server::start().await;
    server.put("/new/index.yaml", 200, "entries: {api: [{version: 1.0.0}]}");
    server.redirect("/old/index.yaml", "/new/index.yaml");
    server.redirect("/circle/index.yaml", "/circle/index.yaml");
    server.redirect("/file/index.yaml", "file:///etc/passwd");
    let (charts, _folder) = charts(|_| {});
    assert_eq!(charts.versions(&chart(&server.url("/old"), "api")).await.unwrap().len(), 1);
    let error = charts.versions(&chart(&server.url("/circle"), "api")).await.unwrap_err();
    assert!(error.message.ends_with("it redirects more than 5 times."), "{}", error.message);
    let error = charts.versions(&chart(&server.url("/file"), "api")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable, "{}", error.message);
}

#[tokio::test]
async fn an_archive_is_fetched_once_and_kept_by_its_digest() {
    let server = Server::start().await;
    let bytes = good_archive();
    server.put("/charts/index.yaml", 200, &index_of("api", "1.0.0", "files/api-1.0.0.tgz", &sha256(&bytes)));
    server.put_bytes("/charts/files/api-1.0.0.tgz", 200, bytes.clone());
    let (charts, folder) = charts(|options| options.fresh_for = Duration::from_secs(600));
    let api = chart(&server.url("/charts"), "api");
    let first = charts.fetch(&api, "1.0.0").await.unwrap();
    assert_eq!(charts.fetch(&api, "1.0.0").await.unwrap(), first);
    assert_eq!((first.digest.clone(), std::fs::read(&first.path).unwrap()), (sha256(&bytes), bytes));
    assert_eq!(first.path, folder.path().join("charts").join(format!("{}.tgz", first.digest)));
    assert_eq!(server.requests(), ["200 /charts/index.yaml", "200 /charts/files/api-1.0.0.tgz"]);
}

#[tokio::test]
async fn an_archive_stays_compressed_whatever_its_headers_say() {
    let server = Server::start().await;
    let bytes = good_archive();
    server.put("/index.yaml", 200, &index_of("api", "1.0.0", &server.url("/api.tgz"), &sha256(&bytes)));
    server.put_bytes("/api.tgz", 200, bytes);
    server.header("/api.tgz", "content-encoding", "gzip");
    let (charts, _folder) = charts(|_| {});
    let api = chart(&server.url(""), "api");
    let (left, right) = tokio::join!(charts.fetch(&api, "1.0.0"), charts.fetch(&api, "1.0.0"));
    assert_eq!(left.unwrap(), right.unwrap());
}

#[tokio::test]
async fn an_archive_that_is_not_the_one_in_the_index_is_refused_and_leaves_nothing() {
    let server = Server::start().await;
    let bytes = good_archive();
    server.put("/index.yaml", 200, &index_of("api", "1.0.0", "api.tgz", &"ab".repeat(32)));
    server.put_bytes("/api.tgz", 200, bytes.clone());
    let (charts, folder) = charts(|_| {});
    let error = charts.fetch(&chart(&server.url(""), "api"), "1.0.0").await.unwrap_err();
    let begins = &sha256(&bytes)[..8];
    assert_eq!(
        (error.kind, error.message),
        (
            ErrorKind::Conflict,
            format!("The archive of api 1.0.0 is not the one in the index: its sha256 begins with {begins}, the index says abababab.")
        )
    );
    assert_eq!(std::fs::read_dir(folder.path().join("charts")).unwrap().count(), 0);
}

#[tokio::test]
async fn archives_that_are_no_charts_or_would_do_harm_are_refused() {
    let server = Server::start().await;
    let whole = ("api/Chart.yaml", "name: api");
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("text", b"not an archive".to_vec(), "it is not gzip."),
        ("torn", good_archive()[..40].to_vec(), "it can't be unpacked"),
        ("empty", archive(&[("api/values.yaml", "")]), "it has no api/Chart.yaml."),
        ("traversal", archive(&[whole, ("api/../../etc/passwd", "x")]), "api/../../etc/passwd leads out of the chart's folder."),
        ("absolute", archive(&[whole, ("/etc/passwd", "x")]), "/etc/passwd leads out of the chart's folder."),
        ("link", server::archive_with_link("api/x", "/etc/passwd"), "api/x is a link or a device, not a file."),
        ("bomb", archive(&[whole, ("api/bomb", &"0".repeat(200_000))]), "unpacked it is larger than 100000 bytes."),
        ("long", archive(&[whole, (&format!("api/{}/../../../x", "d".repeat(200)), "x")]), "leads out of the chart's folder."),
    ];
    for (name, bytes, why) in cases {
        server.put(&format!("/{name}/index.yaml"), 200, &index_of("api", "1.0.0", "api.tgz", ""));
        server.put_bytes(&format!("/{name}/api.tgz"), 200, bytes);
        let (charts, folder) = charts(|options| options.unpacked_bytes_max = 100_000);
        let error = charts.fetch(&chart(&server.url(&format!("/{name}")), "api"), "1.0.0").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(
            error.message.starts_with("The archive of api 1.0.0 is not a chart that can be deployed: ") && error.message.contains(why),
            "{name}: {}",
            error.message
        );
        assert_eq!(std::fs::read_dir(folder.path().join("charts")).unwrap().count(), 0, "{name} leaves nothing");
    }
}

#[tokio::test]
async fn archives_that_are_too_large_missing_or_nowhere_are_told_apart() {
    let server = Server::start().await;
    server.put("/index.yaml", 200, "entries: {api: [{version: 1.0.0, urls: [big.tgz]}, {version: 2.0.0, urls: [gone.tgz]}, {version: 3.0.0}, {version: 4.0.0, urls: ['oci://x/y']}]}");
    server.put("/big.tgz", 200, &"x".repeat(2000));
    let (charts, _folder) = charts(|options| options.archive_bytes_max = 1000);
    let api = chart(&server.url(""), "api");
    let error = async |version| charts.fetch(&api, version).await.unwrap_err();
    assert_eq!(error("1.0.0").await.message, "The archive of api 1.0.0 is larger than 1000 bytes.");
    assert_eq!(error("2.0.0").await.message, format!("The chart repository at {} can't be read: it answers 404 for /gone.tgz.", server.host()));
    assert!(error("3.0.0").await.message.ends_with("the index has no address for it."));
    assert!(error("4.0.0").await.message.ends_with("neither http nor https."));
}

#[tokio::test]
async fn credentials_of_helms_file_are_shown_to_their_repository_and_to_nobody_else() {
    let (server, store) = (Server::start().await, Server::start().await);
    let bytes = good_archive();
    server.put("/a/index.yaml", 200, &index_of("api", "1.0.0", &store.url("/api.tgz"), &sha256(&bytes)));
    server.guard("/a/index.yaml", "Basic YWRhOmh1bnRlcjI=", "Basic");
    server.put("/b/index.yaml", 200, &index_of("api", "1.0.0", "api.tgz", &sha256(&bytes)));
    server.put_bytes("/b/api.tgz", 200, bytes.clone());
    for path in ["/b/index.yaml", "/b/api.tgz"] {
        server.guard(path, "Bearer geheim", "Bearer");
    }
    store.put_bytes("/api.tgz", 200, bytes);
    let files = tempfile::tempdir().unwrap();
    let file = files.path().join("repositories.yaml");
    let text = |everywhere: bool| {
        let (a, b) = (server.url("/a"), server.url("/b/"));
        format!(
            "repositories:\n- {{name: a, url: '{a}', username: ada, password: hunter2, pass_credentials_all: {everywhere}}}\n- {{name: b, url: '{b}', token: geheim}}\n"
        )
    };
    std::fs::write(&file, text(false)).unwrap();
    let open = || charts(|options| options.repository_config = Some(file.clone()));
    let ((once, _folder), (again, _other)) = (open(), open());
    let (a, b) = (chart(&server.url("/a"), "api"), chart(&server.url("/b"), "api"));
    once.fetch(&b, "1.0.0").await.unwrap();
    again.fetch(&a, "1.0.0").await.unwrap();
    assert!(store.shown().is_empty());
    // The file is read again when it changes; now its owner wants the other host to see them too.
    std::fs::write(&file, text(true)).unwrap();
    let (third, _folder) = open();
    third.fetch(&a, "1.0.0").await.unwrap();
    assert_eq!(store.shown(), [("/api.tgz".to_owned(), "Basic YWRhOmh1bnRlcjI=".to_owned())]);
    std::fs::write(&file, text(true).replace("hunter2", "wrong")).unwrap();
    let error = third.versions(&a).await.unwrap_err();
    assert!(error.message.ends_with("it refuses the credentials it was given for /a/index.yaml (401)."), "{}", error.message);
    assert!(!format!("{third:?}{error:?}").contains("geheim"));
}

#[tokio::test]
async fn a_file_of_credentials_that_can_not_be_read_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    for text in [None, Some("{"), Some("[1]")] {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let mut options = adapter_charts::ChartsOptions::new(folder.path());
        options.registry_config = Some(file.clone());
        let error = adapter_charts::ChartSources::new(options).unwrap_err();
        assert!(error.kind == ErrorKind::Invalid && error.message.contains("config.json can't be used: "), "{error}");
    }
}

#[tokio::test]
async fn a_version_published_again_is_marked_even_after_a_restart_and_the_new_archive_is_served() {
    let server = Server::start().await;
    let (first, second) = (good_archive(), archive(&[("api/Chart.yaml", "name: api\nversion: 1.0.0"), ("api/new", "")]));
    let publish = |bytes: &[u8]| {
        server.put("/index.yaml", 200, &index_of("api", "1.0.0", "api.tgz", &sha256(bytes)));
        server.put_bytes("/api.tgz", 200, bytes.to_vec());
    };
    publish(&first);
    let (before, folder) = charts(|_| {});
    let api = chart(&server.url(""), "api");
    before.fetch(&api, "1.0.0").await.unwrap();
    assert!(!before.versions(&api).await.unwrap()[0].republished);
    publish(&second);
    assert!(before.versions(&api).await.unwrap()[0].republished);
    let (after, _other) = charts(|options| options.folder = folder.path().join("charts"));
    assert!(after.versions(&api).await.unwrap()[0].republished);
    assert_eq!(after.fetch(&api, "1.0.0").await.unwrap().digest, sha256(&second));
    assert!(after.versions_cached(&api).unwrap()[0].republished);
}

#[tokio::test]
async fn a_repository_that_asks_to_be_left_alone_is_and_others_of_its_host_too() {
    let server = Server::start().await;
    server.once("/a/index.yaml", 429, &[]);
    let (charts, _folder) = charts(|_| {});
    for path in ["/a", "/a", "/b"] {
        let error = charts.versions(&chart(&server.url(path), "api")).await.unwrap_err();
        assert!(error.message.ends_with("it asks to be left alone for a while (429)."), "{}", error.message);
    }
    assert_eq!(server.requests(), ["429 /a/index.yaml"]);
}
