//! The proof that an archive is a chart, and that unpacking it would write nowhere but below its own folder.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use tar::{Archive, EntryType};

/// How a gzip stream begins (RFC 1952, section 2.3.1).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Most files in an archive.
const ENTRIES_MAX: usize = 20_000;

/// Reads the whole archive without unpacking it. The error says what is wrong, beginning in lower case.
pub(crate) fn archive_check(mut file: impl Read, chart: &str, unpacked_bytes_max: u64) -> Result<(), String> {
    let mut magic = [0; 2];
    if file.read_exact(&mut magic).is_err() || magic != GZIP_MAGIC {
        return Err("it is not gzip".to_owned());
    }
    let unpacked = Limited { inner: MultiGzDecoder::new(magic.chain(file)), left: unpacked_bytes_max };
    let mut archive = Archive::new(unpacked);
    let broken = |error: io::Error| match error.get_ref() {
        Some(inner) if inner.is::<OverLimit>() => format!("unpacked it is larger than {unpacked_bytes_max} bytes"),
        _ => format!("it can't be unpacked ({error})"),
    };
    let wanted = format!("{chart}/Chart.yaml");
    let mut found = false;
    for (count, entry) in archive.entries().map_err(broken)?.enumerate() {
        if count >= ENTRIES_MAX {
            return Err(format!("it holds more than {ENTRIES_MAX} files"));
        }
        let entry = entry.map_err(broken)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        match kind {
            EntryType::Regular | EntryType::Continuous | EntryType::Directory | EntryType::XGlobalHeader => {}
            _ => return Err(format!("{path} is a link or a device, not a file")),
        }
        if path.starts_with('/') || path.contains(['\\', '\0']) || path.split('/').any(|part| part == ".." || part.ends_with(':')) {
            return Err(format!("{path} leads out of the chart's folder"));
        }
        found |= kind != EntryType::Directory && path.strip_prefix("./").unwrap_or(&path) == wanted;
    }
    if found { Ok(()) } else { Err(format!("it has no {wanted}")) }
}

#[derive(Debug, thiserror::Error)]
#[error("over the limit")]
struct OverLimit;

/// Fails where `Read::take` would pretend that the end was reached.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| io::Error::other(OverLimit))?;
        Ok(count)
    }
}
