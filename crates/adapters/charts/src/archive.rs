//! Walking through an archive without unpacking it, with the proof that unpacking it would write nowhere but below its own
//! folder.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use tar::{Archive, EntryType};

/// How a gzip stream begins (RFC 1952, section 2.3.1).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Most files in an archive.
const ENTRIES_MAX: usize = 20_000;

/// Reads the whole archive: that it is a chart, and harmless. The error says what is wrong, beginning in lower case.
pub(crate) fn archive_check(file: impl Read, chart: &str, unpacked_bytes_max: u64) -> Result<(), String> {
    let wanted = format!("{chart}/Chart.yaml");
    let mut found = false;
    archive_walk(file, unpacked_bytes_max, |path, _, _| {
        found |= path == wanted;
        Ok(())
    })?;
    if found { Ok(()) } else { Err(format!("it has no {wanted}")) }
}

/// Shows each file's path, size and content to `visit`, in the archive's order. Ends at the first thing that is wrong.
pub(crate) fn archive_walk(
    mut file: impl Read,
    unpacked_bytes_max: u64,
    mut visit: impl FnMut(&str, u64, &mut dyn Read) -> io::Result<()>,
) -> Result<(), String> {
    let mut magic = [0; 2];
    if file.read_exact(&mut magic).is_err() || magic != GZIP_MAGIC {
        return Err("it is not gzip".to_owned());
    }
    let unpacked = Limited { inner: MultiGzDecoder::new(magic.chain(file)), left: unpacked_bytes_max };
    let mut archive = Archive::new(unpacked);
    let broken = |error: io::Error| match error.get_ref() {
        Some(inner) if inner.is::<OverLimit>() => format!("unpacked it is larger than {}", size(unpacked_bytes_max)),
        _ => format!("it can't be unpacked ({error})"),
    };
    for (count, entry) in archive.entries().map_err(broken)?.enumerate() {
        if count >= ENTRIES_MAX {
            return Err(format!("it holds more than {ENTRIES_MAX} files"));
        }
        let mut entry = entry.map_err(broken)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        match kind {
            EntryType::Regular | EntryType::Continuous | EntryType::Directory | EntryType::XGlobalHeader => {}
            _ => return Err(format!("{path} is a link or a device, not a file")),
        }
        if path.starts_with('/') || path.contains(['\\', '\0']) || path.split('/').any(|part| part == ".." || part.ends_with(':')) {
            return Err(format!("{path} leads out of the chart's folder"));
        }
        if matches!(kind, EntryType::Regular | EntryType::Continuous) {
            let bytes = entry.size();
            visit(path.strip_prefix("./").unwrap_or(&path), bytes, &mut entry).map_err(broken)?;
        }
    }
    Ok(())
}

/// A number of bytes as a message says it.
pub(crate) fn size(bytes: u64) -> String {
    if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{bytes} bytes") }
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
