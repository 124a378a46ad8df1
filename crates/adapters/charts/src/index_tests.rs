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

/// An index as `helm repo index` writes it: 100 charts with 200 versions each, about 1 KB a version.
fn large_index() -> String {
    let mut text = "apiVersion: v1\nentries:\n".to_owned();
    for chart in 0..100 {
        writeln!(text, "  chart-{chart:02}:").unwrap();
        for version in 0..200 {
            let (minor, patch) = (version / 10, version % 10);
            write!(
                text,
                "  - annotations:\n      category: Infrastructure\n      licenses: Apache-2.0\n      images: |\n        - name: chart-{chart}\n          image: registry.example.com/chart-{chart}:1.{minor}.{patch}\n        - name: exporter\n          image: registry.example.com/exporter:0.{version}.0\n    apiVersion: v2\n    appVersion: 1.{minor}.{patch}\n    created: \"2026-11-20T10:{:02}:00.123456789Z\"\n    dependencies:\n    - name: common\n      repository: oci://registry.example.com/charts\n      tags:\n      - common\n      version: 2.x.x\n    description: Chart number {chart} is a fast and reliable part of a large application, and this is what its author says about it.\n    digest: {:064x}\n    home: https://example.com/charts/{chart}\n    icon: https://example.com/charts/{chart}/icon.png\n    keywords:\n    - chart\n    - number\n    - application\n    maintainers:\n    - name: Ada\n      url: https://example.com/ada\n    name: chart-{chart:02}\n    sources:\n    - https://example.com/source/{chart}\n    urls:\n    - https://charts.example.com/chart-{chart:02}-1.{minor}.{patch}.tgz\n    version: 1.{minor}.{patch}\n",
                version % 60,
                chart * 1000 + version
            )
            .unwrap();
        }
    }
    text += "generated: \"2026-11-20T10:00:00Z\"\n";
    text
}

#[test]
fn a_large_index_as_helm_writes_it_is_read_whole() {
    let index = Index::parse(large_index().as_bytes()).unwrap();
    assert_eq!(index.charts_count(), 100);
    let versions = index.chart("chart-07").unwrap();
    assert_eq!((versions.len(), versions[0].version.version.as_str(), versions[199].version.version.as_str()), (200, "1.19.9", "1.0.0"));
    assert_eq!(versions[0].url.as_deref(), Some("https://charts.example.com/chart-07-1.19.9.tgz"));
    assert!(versions[0].version.description.as_deref().is_some_and(|text| text.ends_with("says about it.")));
    assert_eq!(versions[0].version.digest.as_deref().map(str::len), Some(64));
}

#[test]
fn an_index_in_pieces_and_as_a_whole_say_the_same() {
    let block = "entries:\n  api:\n  - version: 1.0.0\n    description: &text The API.\n  - version: 1.1.0\n    description: *text\n  none: []\n  empty:\n  'quoted':\n    - version: 2\n    -\n    - null\n";
    let flow = b"entries: {api: [{version: 1.0.0, description: The API.}, {version: 1.1.0, description: The API.}], none: [], empty: , quoted: [{version: 2}]}";
    let shown = |text: &[u8]| {
        let mut charts: Vec<_> = Index::parse(text).unwrap().charts.into_iter().collect();
        charts.sort_by(|(left, _), (right, _)| left.cmp(right));
        format!("{charts:?}")
    };
    assert_eq!(shown(block.as_bytes()), shown(flow));
    // The alias crosses no piece here; in a long list it may, and the whole is read then.
    let mut long = block.replace("  - version: 1.1.0", &format!("{}  - version: 1.1.0", "  - {}\n".repeat(40_000)));
    assert_eq!(shown(long.as_bytes()), shown(flow));
    long += "  broken: [\n";
    assert!(Index::parse(long.as_bytes()).unwrap_err().contains("line 4001"));
}

/// `cargo test --release -p adapter-charts --lib -- --ignored --nocapture measure`: time and memory, to be read by people.
#[test]
#[ignore = "a measurement, not a check"]
fn measure_an_index_of_20_000_versions() {
    let peak_kib = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap()
    };
    let text = large_index();
    let before = peak_kib();
    let started = std::time::Instant::now();
    let index = Index::parse(text.as_bytes()).unwrap();
    let parsed = started.elapsed();
    let after = peak_kib();
    let started = std::time::Instant::now();
    let all: Vec<_> =
        (0..100).flat_map(|chart| index.chart(&format!("chart-{chart:02}")).unwrap().iter().map(|entry| entry.version.clone())).collect();
    let found = all
        .iter()
        .filter(|version| version.version.contains("1.9") || version.description.as_deref().is_some_and(|text| text.contains("1.9")))
        .count();
    let filtered = started.elapsed();
    println!(
        "{} KiB of text: read in {parsed:?}, {} KiB more at the peak; all copied and filtered in {filtered:?} ({found})",
        text.len() / 1024,
        after - before
    );
}
