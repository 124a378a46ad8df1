//! What a tag stands for: its manifest, the chart's description in its configuration, and where the archive is.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use domain::catalog::ChartVersion;
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use sha2::{Digest, Sha256};

use crate::chart_yaml::metadata_read_json;
use crate::error::{ChartsError, SourceKind};
use crate::http::{body_read, unexpected};
use crate::oci::{Place, Registries};

/// OCI image manifest (OCI image specification, “Image Manifest”).
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// What makes a manifest a chart's (HIP 6).
const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
/// The archive; the second one is from before Helm 3.7.
const ARCHIVES: [&str; 2] = ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip"];
/// When it was published (OCI image specification, “Annotations”).
const CREATED: &str = "org.opencontainers.image.created";
/// What it is, for a chart whose configuration can't be read.
const DESCRIPTION: &str = "org.opencontainers.image.description";
/// The digest of what a registry sends.
const DIGEST_HEADER: &str = "docker-content-digest";
/// Largest manifest; registries have the same limit (distribution specification, “Pushing Manifests”).
const MANIFEST_BYTES_MAX: u64 = 4 << 20;
/// Largest configuration.
const CONFIG_BYTES_MAX: u64 = 1 << 20;
/// Most tags whose details are kept.
const DETAILS_MAX: usize = 5_000;

/// What a tag stands for.
#[derive(Debug)]
pub(crate) struct Details {
    /// What is shown of the version; the `version` itself is left empty.
    pub(crate) version: ChartVersion,
    /// `sha256` of the archive in hexadecimal.
    pub(crate) archive_digest: String,
    /// Size of the archive.
    pub(crate) archive_bytes: u64,
    manifest_digest: String,
}

/// The details read last.
#[derive(Debug, Default)]
pub(crate) struct DetailsKept(Mutex<HashMap<Key, (Instant, Arc<Details>)>>);

/// Origin, name and tag.
type Key = (String, String, String);

impl DetailsKept {
    pub(crate) fn get(&self, place: &Place, tag: &str) -> Option<Arc<Details>> {
        self.get_with_age(place, tag).map(|(_, details)| details)
    }

    fn get_with_age(&self, place: &Place, tag: &str) -> Option<(Instant, Arc<Details>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key(place, tag)).cloned()
    }

    fn put(&self, place: &Place, tag: &str, details: &Arc<Details>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= DETAILS_MAX {
            let oldest = all.iter().min_by_key(|(_, (at, _))| *at).map(|(key, _)| key.clone());
            oldest.and_then(|key| all.remove(&key));
        }
        all.insert(key(place, tag), (Instant::now(), Arc::clone(details)));
    }
}

fn key(place: &Place, tag: &str) -> Key {
    (place.origin.to_string(), place.name.clone(), tag.to_owned())
}

#[derive(serde::Deserialize)]
struct Manifest {
    config: Descriptor,
    #[serde(default)]
    layers: Vec<Descriptor>,
    annotations: Option<BTreeMap<String, String>>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: String,
    digest: String,
    size: u64,
}

impl Registries {
    /// What a tag stood for not long ago.
    pub(crate) async fn details(&self, place: &Place, tag: &str) -> Result<Arc<Details>, ChartsError> {
        match self.details.get_with_age(place, tag) {
            Some((at, details)) if at.elapsed() < self.options.details_fresh_for => Ok(details),
            _ => self.details_now(place, tag).await,
        }
    }

    /// What a tag stands for now.
    pub(crate) async fn details_now(&self, place: &Place, tag: &str) -> Result<Arc<Details>, ChartsError> {
        let url = place.url(&format!("manifests/{tag}"))?;
        let wrong = |why: String| ChartsError::NotARegistry { address: url.to_string(), why };
        let response = self.get(place, &self.http.text, &url, MANIFEST).await?;
        match response.status() {
            status if status.is_success() => {}
            StatusCode::NOT_FOUND => return Err(bad(place, tag, "the registry lists the tag but has no manifest for it")),
            status => return Err(unexpected(SourceKind::Registry, &url, status)),
        }
        let promised = digest_header(response.headers());
        let bytes = body_read(SourceKind::Registry, &url, response, MANIFEST_BYTES_MAX, || format!("The manifest {url}")).await?;
        let manifest_digest = format!("{:x}", Sha256::digest(&bytes));
        if promised.is_some_and(|promised| promised != manifest_digest) {
            return Err(wrong("its digest is not the one it says".to_owned()));
        }
        let known = self.details.get(place, tag).filter(|known| known.manifest_digest == manifest_digest);
        let details = match known {
            Some(known) => known,
            None => {
                let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|_| bad(place, tag, "its manifest is not that of a chart"))?;
                Arc::new(self.details_of(place, tag, &manifest, manifest_digest).await?)
            }
        };
        self.details.put(place, tag, &details);
        Ok(details)
    }

    async fn details_of(&self, place: &Place, tag: &str, manifest: &Manifest, manifest_digest: String) -> Result<Details, ChartsError> {
        if manifest.config.media_type != CONFIG {
            return Err(bad(place, tag, &format!("it is no Helm chart but {}", shortened(&manifest.config.media_type))));
        }
        let archive = manifest.layers.iter().find(|layer| ARCHIVES.contains(&layer.media_type.as_str()));
        let archive = archive.ok_or_else(|| bad(place, tag, "its manifest names no archive"))?;
        let archive_digest =
            sha256_of(&archive.digest).ok_or_else(|| bad(place, tag, "its manifest names the archive by something else than sha256"))?;
        let annotation = |name: &str| manifest.annotations.as_ref().and_then(|annotations| annotations.get(name).cloned());
        let metadata = match self.config_read(place, &manifest.config).await {
            Err(error @ ChartsError::Throttled { .. }) => return Err(error),
            // The archive itself has the last word; a list can do without.
            read => read.ok().flatten().unwrap_or_default(),
        };
        let version = ChartVersion {
            version: String::new(),
            app_version: metadata.app_version,
            description: metadata.description.or_else(|| annotation(DESCRIPTION)),
            changes: metadata.changes,
            created_at: annotation(CREATED).and_then(|text| text.parse().ok()),
            digest: Some(archive_digest.clone()),
            deprecated: metadata.deprecated,
            prerelease: false,
            republished: false,
        };
        Ok(Details { version, archive_digest, archive_bytes: archive.size, manifest_digest })
    }

    async fn config_read(&self, place: &Place, config: &Descriptor) -> Result<Option<domain::chart::ChartMetadata>, ChartsError> {
        let Some(digest) = sha256_of(&config.digest).filter(|_| config.size <= CONFIG_BYTES_MAX) else { return Ok(None) };
        let url = place.url(&format!("blobs/sha256:{digest}"))?;
        let response = self.get(place, &self.http.text, &url, "*/*").await?;
        if !response.status().is_success() {
            return Err(unexpected(SourceKind::Registry, &url, response.status()));
        }
        let bytes = body_read(SourceKind::Registry, &url, response, CONFIG_BYTES_MAX, || format!("The configuration {url}")).await?;
        Ok(metadata_read_json(&bytes).ok().filter(|_| format!("{:x}", Sha256::digest(&bytes)) == digest))
    }

    /// Asks for an archive; its body is still to be read, and its digest to be compared.
    pub(crate) async fn archive_get(&self, place: &Place, digest: &str) -> Result<Response, ChartsError> {
        let url = place.url(&format!("blobs/sha256:{digest}"))?;
        let response = self.get(place, &self.http.archive, &url, "*/*").await?;
        if response.status().is_success() { Ok(response) } else { Err(unexpected(SourceKind::Registry, response.url(), response.status())) }
    }
}

fn digest_header(headers: &HeaderMap) -> Option<String> {
    headers.get(DIGEST_HEADER).and_then(|value| value.to_str().ok()).and_then(sha256_of)
}

/// The digest in hexadecimal, if it is a `sha256` one.
fn sha256_of(digest: &str) -> Option<String> {
    let hex = digest.strip_prefix("sha256:")?;
    let right = hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    right.then(|| hex.to_owned())
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}

fn bad(place: &Place, tag: &str, why: &str) -> ChartsError {
    ChartsError::BadArchive { chart: place.chart.clone(), version: tag.replace('_', "+"), why: why.to_owned() }
}
