//! The few fields of Kubernetes objects that Slipway reads, as they come over the wire.
//!
//! The generated types of `k8s-openapi` would parse and allocate everything (managed fields, volumes, probes) of ten
//! thousand pods to throw it away. These shapes let serde skip it. Here: shapes. Not here: what they mean ([`crate::trim`]).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;

use jiff::Timestamp;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference, Time};
use kube::Resource;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// Helm's annotation that names the release an object belongs to.
pub(crate) const RELEASE_NAME_ANNOTATION: &str = "meta.helm.sh/release-name";
/// Helm's annotation that names the namespace of that release.
pub(crate) const RELEASE_NAMESPACE_ANNOTATION: &str = "meta.helm.sh/release-namespace";

/// A kind of object we watch: its place in the API, and the fields of `spec` and `status` we read.
pub(crate) trait Shape: Clone + Debug + Send + Sync + 'static {
    /// API group, empty for the core group.
    const GROUP: &'static str;
    /// The kind.
    const KIND: &'static str;
    /// The kind in the address.
    const PLURAL: &'static str;
    /// Whether to ask for the metadata alone.
    const METADATA_ONLY: bool = false;
    /// The fields of `spec`.
    type Spec: DeserializeOwned + Default + Clone + Debug + Send + Sync;
    /// The fields of `status`.
    type Status: DeserializeOwned + Default + Clone + Debug + Send + Sync;
}

/// An object as seen in a list or a watch.
#[derive(Debug, Clone, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Seen<S: Shape> {
    /// Trimmed metadata: names, versions, labels, Helm's two annotations, the controlling owner, times.
    #[serde(default, deserialize_with = "trimmed_metadata")]
    pub metadata: ObjectMeta,
    /// What is asked for.
    #[serde(default)]
    pub spec: S::Spec,
    /// What is.
    #[serde(default)]
    pub status: S::Status,
}

impl<S: Shape> Seen<S> {
    /// Its name; empty never comes from an API server.
    pub(crate) fn name(&self) -> &str {
        self.metadata.name.as_deref().unwrap_or_default()
    }
    /// Its namespace; empty for nodes.
    pub(crate) fn namespace(&self) -> &str {
        self.metadata.namespace.as_deref().unwrap_or_default()
    }
    /// A label's value.
    pub(crate) fn label(&self, key: &str) -> Option<&str> {
        self.metadata.labels.as_ref()?.get(key).map(String::as_str)
    }
    /// An annotation's value; only Helm's two are kept.
    pub(crate) fn annotation(&self, key: &str) -> Option<&str> {
        self.metadata.annotations.as_ref()?.get(key).map(String::as_str)
    }
    /// The owner that controls it.
    pub(crate) fn controller(&self) -> Option<&OwnerReference> {
        self.metadata.owner_references.as_ref()?.first()
    }
}

impl<S: Shape> Resource for Seen<S> {
    type DynamicType = ();
    type Scope = NamespaceResourceScope;

    fn kind((): &()) -> Cow<'_, str> {
        S::KIND.into()
    }
    fn group((): &()) -> Cow<'_, str> {
        S::GROUP.into()
    }
    fn version((): &()) -> Cow<'_, str> {
        "v1".into()
    }
    fn plural((): &()) -> Cow<'_, str> {
        S::PLURAL.into()
    }
    fn metadata_api() -> bool {
        S::METADATA_ONLY
    }
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireMetadata {
    name: Option<String>,
    namespace: Option<String>,
    resource_version: Option<String>,
    generation: Option<i64>,
    creation_timestamp: Option<Timestamp>,
    deletion_timestamp: Option<Timestamp>,
    labels: Option<BTreeMap<String, String>>,
    annotations: Option<WireAnnotations>,
    owner_references: Option<Vec<OwnerReference>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireAnnotations {
    #[serde(rename = "meta.helm.sh/release-name")]
    release_name: Option<String>,
    #[serde(rename = "meta.helm.sh/release-namespace")]
    release_namespace: Option<String>,
}

fn trimmed_metadata<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ObjectMeta, D::Error> {
    let wire = WireMetadata::deserialize(deserializer)?;
    let annotations = wire.annotations.map(|kept| {
        let pairs = [(RELEASE_NAME_ANNOTATION, kept.release_name), (RELEASE_NAMESPACE_ANNOTATION, kept.release_namespace)];
        pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
    });
    let owners = wire.owner_references.map(|owners| owners.into_iter().filter(|owner| owner.controller == Some(true)).collect());
    Ok(ObjectMeta {
        name: wire.name,
        namespace: wire.namespace,
        resource_version: wire.resource_version,
        generation: wire.generation,
        creation_timestamp: wire.creation_timestamp.map(Time),
        deletion_timestamp: wire.deletion_timestamp.map(Time),
        labels: wire.labels,
        annotations,
        owner_references: owners,
        ..ObjectMeta::default()
    })
}
