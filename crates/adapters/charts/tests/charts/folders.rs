//! Folders on the server.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use domain::ports::Charts;
use domain::{AppError, ErrorKind};

use crate::charts;
use crate::server::{archive, chart};

fn source(folder: &Path) -> String {
    format!("file://{}", folder.display())
}

fn packaged(version: &str) -> Vec<u8> {
    archive(&[("api/Chart.yaml", &format!("name: api\nversion: {version}\nappVersion: 7"))])
}

#[tokio::test]
async fn packaged_and_unpacked_charts_of_a_folder_are_found() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("api-1.0.0.tgz"), packaged("1.0.0")).unwrap();
    fs::write(root.path().join("api-1.10.0-rc.1.tgz"), packaged("1.10.0-rc.1")).unwrap();
    fs::write(root.path().join("broken.tgz"), "no archive").unwrap();
    fs::create_dir_all(root.path().join("web/templates")).unwrap();
    fs::write(root.path().join("web/Chart.yaml"), "name: web\nversion: 2.0.0").unwrap();
    fs::write(root.path().join("web/templates/a.yaml"), "a: b").unwrap();
    fs::write(root.path().join("web/.secret"), "x").unwrap();
    let (charts, _folder) = charts(|options| options.roots = vec![root.path().to_owned()]);
    let (api, web) = (chart(&source(root.path()), "api"), chart(&source(root.path()), "web"));
    let versions = charts.versions(&api).await.unwrap();
    assert_eq!((versions[0].version.as_str(), versions[0].prerelease, versions[1].app_version.as_deref()), ("1.10.0-rc.1", true, Some("7")));
    let fetched = charts.fetch(&api, "1.0.0").await.unwrap();
    assert_eq!((fs::read(&fetched.path).unwrap(), versions[1].digest.as_deref()), (packaged("1.0.0"), Some(fetched.digest.as_str())));
    let contents = charts.contents(&web, "2.0.0").await.unwrap();
    let paths: Vec<&str> = contents.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["Chart.yaml", "templates/a.yaml"]);
    assert_eq!(charts.fetch(&web, "2.0.0").await.unwrap().digest, charts.versions(&web).await.unwrap()[0].digest.clone().unwrap());
    let error = charts.versions(&chart(&source(root.path()), "wed")).await.unwrap_err();
    assert!(error.hint.unwrap().ends_with("holds web."));
}

#[tokio::test]
async fn nothing_outside_the_roots_is_read_by_whatever_way() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let secret = outside.path().join("api-1.0.0.tgz");
    fs::write(&secret, packaged("1.0.0")).unwrap();
    symlink(outside.path(), root.path().join("way")).unwrap();
    let inside = root.path().join("inside");
    fs::create_dir_all(inside.join("web")).unwrap();
    symlink(&secret, inside.join("api-1.0.0.tgz")).unwrap();
    fs::write(inside.join("web/Chart.yaml"), "name: web\nversion: 1.0.0").unwrap();
    symlink("/etc/hostname", inside.join("web/values.yaml")).unwrap();
    let (charts, _folder) = charts(|options| options.roots = vec![root.path().to_owned()]);
    let ask = async |source: String, name: &str| -> AppError { charts.versions(&chart(&source, name)).await.unwrap_err() };
    for path in [outside.path().to_owned(), root.path().join("way"), Path::new("/etc").to_owned(), outside.path().join("nothing")] {
        let error = ask(source(&path), "api").await;
        assert_eq!((error.kind, error.message), (ErrorKind::Invalid, format!("Charts are not read from the folder {}.", path.display())));
        assert!(error.hint.unwrap().contains("--chart-folder"));
    }
    assert_eq!(ask(source(&root.path().join("nothing")), "api").await.kind, ErrorKind::NotFound);
    for name in ["api", "web"] {
        assert_eq!(ask(source(&inside), name).await.kind, ErrorKind::NotFound, "{name}");
    }
}

#[tokio::test]
async fn a_chart_that_is_packaged_again_is_noticed_and_one_that_is_removed_is_gone() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("api-1.0.0.tgz");
    fs::write(&file, packaged("1.0.0")).unwrap();
    let (charts, _folder) = charts(|options| options.roots = vec![root.path().to_owned()]);
    let api = chart(&source(root.path()), "api");
    charts.fetch(&api, "1.0.0").await.unwrap();
    fs::write(&file, archive(&[("api/Chart.yaml", "name: api\nversion: 1.0.0"), ("api/values.yaml", "a: 1")])).unwrap();
    assert!(charts.versions(&api).await.unwrap()[0].republished);
    assert_eq!(charts.contents(&api, "1.0.0").await.unwrap().values, "a: 1");
    fs::remove_file(&file).unwrap();
    assert_eq!(charts.versions(&api).await.unwrap_err().kind, ErrorKind::NotFound);
}
