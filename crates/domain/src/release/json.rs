//! Helm's JSON of a release (`pkg/release/v1/release.go`), as it stands in release Secrets and as `helm … -o json` prints
//! it. Only what Slipway shows is read; templates and files of the chart are skipped.

use std::io::Read;

use serde::Deserialize;
use serde_json::Value;

use super::{ApplyMethod, ReleaseBody, ReleaseHook};

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    info: Info,
    #[serde(default)]
    chart: Option<Chart>,
    #[serde(default)]
    config: Option<Value>,
    #[serde(default)]
    manifest: String,
    #[serde(default)]
    hooks: Option<Vec<Hook>>,
    #[serde(default)]
    apply_method: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Info {
    last_deployed: String,
    description: String,
}

#[derive(Deserialize)]
struct Chart {
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    name: String,
    version: String,
    app_version: Option<String>,
}

#[derive(Deserialize)]
struct Hook {
    #[serde(default)]
    events: Option<Vec<String>>,
    #[serde(default)]
    weight: i64,
    #[serde(default)]
    manifest: String,
}

impl ReleaseBody {
    /// Reads Helm's JSON. The error may quote the text: it is for a log of nobody, not for people.
    pub fn from_json(json: impl Read) -> Result<Self, serde_json::Error> {
        let wire: Wire = serde_json::from_reader(json)?;
        let metadata = wire.chart.map(|chart| chart.metadata).unwrap_or_default();
        let hook = |hook: Hook| ReleaseHook { events: hook.events.unwrap_or_default(), weight: hook.weight, manifest: hook.manifest };
        Ok(Self {
            chart: metadata.name,
            chart_version: metadata.version,
            app_version: metadata.app_version.filter(|version| !version.is_empty()),
            deployed_at: wire.info.last_deployed.parse().ok(),
            description: wire.info.description,
            values: wire.config.filter(|values| !values.is_null()).unwrap_or_else(|| Value::Object(serde_json::Map::new())),
            manifest: wire.manifest,
            hooks: wire.hooks.unwrap_or_default().into_iter().map(hook).collect(),
            apply: if wire.apply_method == "ssa" { ApplyMethod::ServerSide } else { ApplyMethod::ClientSide },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_of_helm_4_is_read_without_its_templates() {
        let json = r#"{"name":"c","info":{"last_deployed":"2026-11-24T15:31:20.41Z","description":"Install complete","status":"deployed"},
            "chart":{"metadata":{"name":"candidates","version":"1.4.2","appVersion":"6.7"},"templates":[{"name":"a","data":"e30="}]},
            "config":{"replicaCount":4},"manifest":"---\nkind: Service\n","hooks":[{"events":["pre-upgrade"],"weight":-5,"manifest":"kind: Job"}],
            "version":1,"namespace":"play","apply_method":"ssa"}"#;
        let body = ReleaseBody::from_json(json.as_bytes()).unwrap();
        assert_eq!((body.chart.as_str(), body.chart_version.as_str(), body.app_version.as_deref()), ("candidates", "1.4.2", Some("6.7")));
        assert_eq!((body.apply, body.hooks[0].weight, body.values["replicaCount"].as_i64()), (ApplyMethod::ServerSide, -5, Some(4)));
    }

    #[test]
    fn a_release_of_helm_3_without_values_or_hooks_is_read_too() {
        let body = ReleaseBody::from_json(r#"{"info":{},"config":null,"hooks":null}"#.as_bytes()).unwrap();
        assert_eq!((body.apply, body.values.to_string().as_str()), (ApplyMethod::ClientSide, "{}"));
    }
}
