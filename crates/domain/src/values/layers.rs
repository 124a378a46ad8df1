//! [`Layers`]: the values of a release as Helm merges them, and which layer each one comes from.
//!
//! The rules are Helm's: values files are merged by `loader.MergeMaps` (maps deep, anything else replaced, later wins), and
//! the result goes over the chart's defaults by `coalesceValues` and `coalesceTablesFullKey` in
//! `pkg/chart/common/util/coalesce.go`: there a null takes a default away. Defaults of subcharts are not known here; a null
//! meant for one of them stays in the result.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::path::{Path, Segment};

/// Where a value comes from. A later one goes over an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The chart's own `values.yaml`.
    Chart,
    /// The values that the service declares for this kind of environment.
    Service,
    /// The values of the service in this environment.
    Environment,
}

impl Source {
    /// All, the one that wins last.
    pub const ALL: [Self; 3] = [Self::Chart, Self::Service, Self::Environment];
}

/// The three layers of a release's values, and what they make together.
#[derive(Debug, Clone, PartialEq)]
pub struct Layers {
    chart: Value,
    service: Value,
    environment: Value,
    merged: Value,
}

impl Layers {
    /// Merges the layers; each is a map, as [`super::Values::json`] gives it.
    pub fn new(chart: Value, service: Value, environment: Value) -> Self {
        let merged = merge_layers(&chart, [&service, &environment]);
        Self { chart, service, environment, merged }
    }

    /// What the chart's templates see.
    pub fn merged(&self) -> &Value {
        &self.merged
    }

    /// One layer alone.
    pub fn layer(&self, source: Source) -> &Value {
        match source {
            Source::Chart => &self.chart,
            Source::Service => &self.service,
            Source::Environment => &self.environment,
        }
    }

    /// The value of a path after the merge; none where no layer sets it, or a null took it away.
    pub fn get(&self, path: &Path) -> Option<&Value> {
        path.lookup(&self.merged)
    }

    /// The layer that decides about a path: the last one that says anything there. A list is decided as a whole.
    pub fn source(&self, path: &Path) -> Option<Source> {
        let last = |says: fn(&Value, &[Segment]) -> bool| Source::ALL.into_iter().rev().find(|source| says(self.layer(*source), path.segments()));
        // An empty map says nothing, unless no other layer says anything either.
        last(decides).or_else(|| last(is_empty_map))
    }

    /// The layer of each value in the merged values that is no map, or an empty one. Lists count as one value.
    pub fn provenance(&self) -> BTreeMap<Path, Source> {
        let mut found = BTreeMap::new();
        self.collect(&self.merged, &Path::root(), &mut found);
        found
    }

    fn collect(&self, value: &Value, here: &Path, found: &mut BTreeMap<Path, Source>) {
        match value {
            Value::Object(map) if !map.is_empty() => map.iter().for_each(|(key, inner)| self.collect(inner, &here.key(key), found)),
            _ => {
                found.extend(self.source(here).map(|source| (here.clone(), source)));
            }
        }
    }

    /// Whether the value differs from the chart's default.
    pub fn differs(&self, path: &Path) -> bool {
        self.get(path) != path.lookup(&self.chart)
    }

    /// The value that the path would have if this layer said nothing about it: what a reset gives.
    pub fn without(&self, source: Source, path: &Path) -> Option<Value> {
        let mut layers = Source::ALL.map(|layer| self.layer(layer).clone());
        let [chart, service, environment] = &mut layers;
        match source {
            Source::Chart => take(chart, path.segments()),
            Source::Service => take(service, path.segments()),
            Source::Environment => take(environment, path.segments()),
        }
        path.lookup(&merge_layers(chart, [service, environment])).cloned()
    }
}

fn merge_layers(chart: &Value, files: [&Value; 2]) -> Value {
    let mut values = Map::new();
    for file in files {
        if let Value::Object(map) = file {
            merge_file(&mut values, map);
        }
    }
    if let Value::Object(defaults) = chart {
        coalesce(&mut values, defaults, Level::Top);
    }
    Value::Object(values)
}

/// One values file over those before it (`loader.MergeMaps`).
fn merge_file(below: &mut Map<String, Value>, above: &Map<String, Value>) {
    for (key, value) in above {
        match (below.get_mut(key), value) {
            (Some(Value::Object(target)), Value::Object(inner)) => merge_file(target, inner),
            _ => {
                below.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Helm has two functions for this, which treat a default of null differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Top,
    Nested,
}

/// A person's values over the defaults.
fn coalesce(values: &mut Map<String, Value>, defaults: &Map<String, Value>, level: Level) {
    for (key, default) in defaults {
        match (values.get_mut(key), default) {
            (None, default) => {
                values.insert(key.clone(), default.clone());
            }
            (Some(Value::Null), default) if level == Level::Top || !default.is_null() => {
                values.remove(key);
            }
            (Some(Value::Object(inner)), Value::Object(default)) => coalesce(inner, default, Level::Nested),
            (Some(_), _) => {}
        }
    }
}

/// Whether a layer says anything about a path: it has a value there, or one that isn't a map on the way.
fn decides(layer: &Value, segments: &[Segment]) -> bool {
    match (layer, segments.split_first()) {
        (Value::Object(map), Some((Segment::Key(key), rest))) => map.get(key).is_some_and(|inner| decides(inner, rest)),
        (Value::Object(map), None) => !map.is_empty(),
        (Value::Object(_), Some(_)) => false,
        _ => true,
    }
}

fn is_empty_map(layer: &Value, segments: &[Segment]) -> bool {
    match (layer, segments.split_first()) {
        (Value::Object(map), Some((Segment::Key(key), rest))) => map.get(key).is_some_and(|inner| is_empty_map(inner, rest)),
        (Value::Object(map), None) => map.is_empty(),
        _ => false,
    }
}

/// Takes a value out, and the maps that held nothing else.
fn take(layer: &mut Value, segments: &[Segment]) {
    let (Value::Object(map), Some((Segment::Key(key), rest))) = (layer, segments.split_first()) else { return };
    let is_gone = match map.get_mut(key) {
        Some(inner) if inner.is_object() && !rest.is_empty() => {
            take(inner, rest);
            inner.as_object().is_some_and(Map::is_empty)
        }
        // An element of a list is no layer's own: the whole list goes.
        Some(_) => true,
        None => false,
    };
    if is_gone {
        map.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn layers(chart: Value, service: Value, environment: Value) -> Layers {
        Layers::new(chart, service, environment)
    }

    fn path(text: &str) -> Path {
        text.parse().unwrap()
    }

    #[test]
    fn maps_merge_deep_and_everything_else_is_replaced() {
        let layers = layers(
            json!({"image": {"repository": "x", "tag": "1"}, "args": ["a", "b"], "port": 80}),
            json!({"image": {"tag": "2"}, "args": ["c"]}),
            json!({"image": {"pullPolicy": "Always"}, "port": {"http": 80}}),
        );
        assert_eq!(layers.merged(), &json!({"image": {"repository": "x", "tag": "2", "pullPolicy": "Always"}, "args": ["c"], "port": {"http": 80}}));
        assert_eq!(layers.source(&path("image.repository")), Some(Source::Chart));
        assert_eq!(layers.source(&path("image.tag")), Some(Source::Service));
        assert_eq!(layers.source(&path("image.pullPolicy")), Some(Source::Environment));
        assert_eq!(layers.source(&path("args[0]")), Some(Source::Service));
        assert_eq!(layers.source(&path("nothing")), None);
    }

    #[test]
    fn a_null_takes_a_default_away_and_stays_where_there_is_none() {
        let merged = |chart: Value, values: Value| layers(chart, json!({}), values).merged().clone();
        assert_eq!(merged(json!({"a": 1, "b": 2}), json!({"a": null})), json!({"b": 2}));
        assert_eq!(merged(json!({"a": {"b": 1, "c": 2}}), json!({"a": {"b": null}})), json!({"a": {"c": 2}}));
        assert_eq!(merged(json!({}), json!({"a": null})), json!({"a": null}));
        assert_eq!(merged(json!({"a": {}}), json!({"a": {"b": null}})), json!({"a": {"b": null}}));
        assert_eq!(merged(json!({"a": null}), json!({"a": null})), json!({}));
        assert_eq!(merged(json!({"a": {"b": null}}), json!({"a": {"b": null}})), json!({"a": {"b": null}}));
        assert_eq!(merged(json!({"a": null, "b": {"c": null}}), json!({})), json!({"a": null, "b": {"c": null}}));
        assert_eq!(merged(json!({"a": {"b": 1}}), json!({"a": 7})), json!({"a": 7}));
    }

    #[test]
    fn a_later_file_brings_back_what_an_earlier_one_took_away() {
        let layers = layers(json!({"a": 1}), json!({"a": null}), json!({"a": 2}));
        assert_eq!(layers.get(&path("a")), Some(&json!(2)));
        assert_eq!(layers.without(Source::Environment, &path("a")), None);
        assert_eq!(layers.without(Source::Service, &path("a")), Some(json!(2)));
    }

    #[test]
    fn a_reset_gives_the_value_of_the_layers_below() {
        let layers = layers(json!({"a": {"b": 1, "l": [1]}}), json!({"a": {"b": 2}}), json!({"a": {"b": 3, "l": [2, 3]}}));
        assert!(layers.differs(&path("a.b")));
        assert_eq!(layers.without(Source::Environment, &path("a.b")), Some(json!(2)));
        assert_eq!(layers.without(Source::Environment, &path("a.l[1]")), None);
        assert_eq!(layers.without(Source::Environment, &path("a.l")), Some(json!([1])));
        assert!(!super::Layers::new(json!({"a": 1}), json!({}), json!({})).differs(&path("a")));
    }

    #[test]
    fn every_value_knows_its_layer() {
        let layers = layers(json!({"a": {"b": 1, "c": {}}, "l": [1, 2]}), json!({"a": {"b": 2}}), json!({"d": null}));
        let provenance: Vec<String> = layers.provenance().iter().map(|(path, source)| format!("{path} {source:?}")).collect();
        assert_eq!(provenance, ["a.b Service", "a.c Chart", "d Environment", "l Chart"]);
    }
}
