//! The body of a release Secret: base64 of gzip of JSON (`pkg/storage/driver/util.go` in Helm 3 and 4).
//!
//! Reading for lists keeps four strings and no values; what a screen shows whole is read when it is asked for; marking a revision as failed leaves every other byte of the JSON as it was.
//! Both are bounded. Pure: no cluster here.

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use domain::release::ReleaseBody;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

/// Largest body as stored: what a Secret may hold (1 MiB, `MaxSecretSize` in Kubernetes).
const STORED_BYTES_MAX: usize = 1024 * 1024;
/// Largest body unpacked. Gzip reaches a factor of 1,000, so the stored size alone bounds nothing.
const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why a body could not be read or written. Holds no part of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The Secret has no `release` entry.
    #[error("it holds no release")]
    Missing,
    /// Over one of the two limits.
    #[error("it is larger than a release may be")]
    TooLarge,
    /// Not base64 of gzip of JSON.
    #[error("it is not in Helm's format")]
    Malformed,
}

/// What is kept of a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Body {
    pub chart: Option<String>,
    pub chart_version: Option<String>,
    pub app_version: Option<String>,
    pub deployed_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct WireBody {
    info: Option<WireInfo>,
    chart: Option<WireChart>,
}
#[derive(Deserialize)]
struct WireInfo {
    last_deployed: Option<String>,
}
#[derive(Deserialize)]
struct WireChart {
    metadata: Option<WireChartMetadata>,
}
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireChartMetadata {
    name: Option<String>,
    version: Option<String>,
    app_version: Option<String>,
}

/// Reads the four strings from the value of a Secret's `release` entry.
pub(crate) fn body_read(stored: &[u8]) -> Result<Body, BodyError> {
    let gzip = unwrapped(stored)?;
    let mut bounded = GzDecoder::new(gzip.as_slice()).take(UNPACKED_BYTES_MAX + 1);
    let read: Result<WireBody, _> = serde_json::from_reader(BufReader::new(&mut bounded));
    if bounded.limit() == 0 {
        return Err(BodyError::TooLarge);
    }
    let wire = read.map_err(|_| BodyError::Malformed)?;
    let metadata = wire.chart.and_then(|chart| chart.metadata);
    let deployed_at = wire.info.and_then(|info| info.last_deployed).and_then(|text| text.parse().ok());
    Ok(match metadata {
        Some(metadata) => Body { chart: metadata.name, chart_version: metadata.version, app_version: metadata.app_version, deployed_at },
        None => Body { deployed_at, ..Body::default() },
    })
}

/// Everything a revision holds that Slipway shows.
pub(crate) fn body_read_whole(stored: &[u8]) -> Result<ReleaseBody, BodyError> {
    let gzip = unwrapped(stored)?;
    let mut bounded = GzDecoder::new(gzip.as_slice()).take(UNPACKED_BYTES_MAX + 1);
    let read = ReleaseBody::from_json(BufReader::new(&mut bounded));
    if bounded.limit() == 0 { Err(BodyError::TooLarge) } else { read.map_err(|_| BodyError::Malformed) }
}

/// The same body with `info.status` failed and `info.description` set. Everything else stays byte for byte.
pub(crate) fn body_mark_failed(stored: &[u8], why: &str) -> Result<Vec<u8>, BodyError> {
    let gzip = unwrapped(stored)?;
    let mut json = String::new();
    let read = GzDecoder::new(gzip.as_slice()).take(UNPACKED_BYTES_MAX + 1).read_to_string(&mut json).map_err(|_| BodyError::Malformed)?;
    if read as u64 > UNPACKED_BYTES_MAX {
        return Err(BodyError::TooLarge);
    }
    let marked = marked_failed(&json, why).map_err(|_| BodyError::Malformed)?;
    drop(json);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let packed = encoder.write_all(marked.as_bytes()).and_then(|()| encoder.finish()).map_err(|_| BodyError::Malformed)?;
    let stored = STANDARD.encode(packed).into_bytes();
    if stored.len() > STORED_BYTES_MAX { Err(BodyError::TooLarge) } else { Ok(stored) }
}

fn marked_failed(json: &str, why: &str) -> Result<String, serde_json::Error> {
    let mut release: BTreeMap<String, &RawValue> = serde_json::from_str(json)?;
    let mut info: BTreeMap<String, &RawValue> = release.get("info").map_or(Ok(BTreeMap::new()), |raw| serde_json::from_str(raw.get()))?;
    let (status, description) = (to_raw_value("failed")?, to_raw_value(why)?);
    info.insert("status".to_owned(), &status);
    info.insert("description".to_owned(), &description);
    let info = to_raw_value(&info)?;
    release.insert("info".to_owned(), &info);
    serde_json::to_string(&release)
}

fn unwrapped(stored: &[u8]) -> Result<Vec<u8>, BodyError> {
    if stored.len() > STORED_BYTES_MAX {
        return Err(BodyError::TooLarge);
    }
    STANDARD.decode(stored).map_err(|_| BodyError::Malformed)
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
