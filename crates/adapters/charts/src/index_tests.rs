//! What is read from an index, and how leniently.

use std::fmt::Write;

use super::Index;

#[test]
fn a_version_is_read_with_everything_that_is_shown_of_it() {
    let text = br#"
apiVersion: v1
entries:
  api:
  - name: api
    version: 1.2.0-rc.1
    appVersion: "7"
    description: The API.
    created: "2026-11-20T10:00:00.123456789+01:00"
    digest: sha256:ABCDEF
    deprecated: true
    urls: [api-1.2.0-rc.1.tgz, https://elsewhere/x.tgz]
    annotations:
      artifacthub.io/changes: |
        - Faster lists
        - kind: fixed
          description: No more 500s
        - 7
"#;
    let index = Index::parse(text).unwrap();
    insta::assert_snapshot!(format!("{:#?}", index.chart("api").unwrap()[0]), @r#"
    Entry {
        version: ChartVersion {
            version: "1.2.0-rc.1",
            app_version: Some(
                "7",
            ),
            description: Some(
                "The API.",
            ),
            changes: [
                "Faster lists",
                "fixed: No more 500s",
            ],
            created_at: Some(
                2026-11-20T09:00:00.123456789Z,
            ),
            digest: Some(
                "abcdef",
            ),
            deprecated: true,
            prerelease: true,
            republished: false,
        },
        url: Some(
            "api-1.2.0-rc.1.tgz",
        ),
    }
    "#);
}

#[test]
fn unquoted_numbers_missing_fields_and_odd_rows_do_no_harm() {
    let text = b"entries:\n  api:\n  - {version: 1.2, appVersion: 3, urls: null, created: yesterday, annotations: {artifacthub.io/changes: '{'}}\n  - null\n  - {description: no version}\n  - {version: 1.10.0, description: [a]}\n  empty:\n";
    let index = Index::parse(text).unwrap();
    let versions: Vec<&str> = index.chart("api").unwrap().iter().map(|entry| entry.version.version.as_str()).collect();
    assert_eq!(versions, ["1.10.0", "1.2"]);
    assert_eq!(index.chart("empty").unwrap().len(), 0);
    assert!(index.chart("other").is_none());
}

#[test]
fn what_is_not_an_index_says_why() {
    assert!(Index::parse(b"<html><body>Sign in</body></html>").is_err());
    assert_eq!(Index::parse(b"apiVersion: v1\n").unwrap_err(), "it has no `entries`");
    assert!(Index::parse(b"a: [").is_err());
}

#[test]
fn near_names_are_the_ones_that_look_or_sound_alike() {
    let index = Index::parse(b"entries: {candidates: [], candidate-search: [], jobs: [], gateway: []}").unwrap();
    assert_eq!(index.near("candidate"), ["candidates", "candidate-search"]);
    assert_eq!(index.near("gatewya"), ["gateway"]);
    assert!(index.near("billing").is_empty());
}

#[test]
fn twenty_thousand_versions_are_read_and_sorted() {
    let mut text = "entries:\n  api:\n".to_owned();
    for number in 0..20_000 {
        writeln!(text, "  - {{version: 1.{}.{}, digest: '{number:064x}', urls: [api-{number}.tgz]}}", number % 100, number / 100).unwrap();
    }
    let index = Index::parse(text.as_bytes()).unwrap();
    let versions = index.chart("api").unwrap();
    assert_eq!(versions.len(), 20_000);
    assert_eq!((versions[0].version.version.as_str(), versions[19_999].version.version.as_str()), ("1.99.199", "1.0.0"));
}
