//! Where charts come from, read from the text that people write. Pure: whether something is there is for the adapter.

use std::fmt;

/// Longest address of a chart source, in bytes.
pub const CHART_SOURCE_BYTES_MAX: usize = 2_000;

/// A place that holds charts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ChartSource {
    /// An HTTP chart repository: the `http` or `https` address of the folder that holds its `index.yaml`, without a slash
    /// at its end.
    Web(String),
    /// Repositories of an OCI registry, one for each chart, `path/NAME`.
    Registry {
        /// Host, and port if it is not the usual one.
        host: String,
        /// What the repositories' names begin with; may be empty.
        path: String,
    },
    /// A folder on the server, as an absolute path, taken as it is written.
    Folder(String),
}

/// Why a text is no chart source; reads on from “… is no chart source: ”.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChartSourceError {
    /// Over [`CHART_SOURCE_BYTES_MAX`], or with blanks or control characters.
    #[error("it holds blanks, or is longer than {CHART_SOURCE_BYTES_MAX} characters")]
    Text,
    /// Another scheme, or none.
    #[error("it begins with none of https://, http://, oci:// and file:///")]
    Scheme,
    /// User or password.
    #[error("it holds credentials")]
    Credentials,
    /// No host, or none that can be one.
    #[error("its host is missing or can't be one")]
    Host,
    /// Not a name for repositories (OCI distribution specification, “Pulling manifests”).
    #[error("what follows a registry's host is lower-case letters and digits with . _ - or / between them, without tag or digest")]
    RegistryPath,
    /// Relative, or not in its shortest form.
    #[error("a folder is written as file:// and an absolute path without . or .. in it")]
    FolderPath,
}

impl ChartSource {
    /// Reads a source as it is written: `https://charts.example.com/stable`, `oci://registry.example.com/charts`,
    /// `file:///srv/charts`. Blanks around it and slashes at its end don't count.
    pub fn parse(text: &str) -> Result<Self, ChartSourceError> {
        let text = text.trim();
        if text.len() > CHART_SOURCE_BYTES_MAX || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(ChartSourceError::Text);
        }
        let (scheme, rest) = text.split_once("://").ok_or(ChartSourceError::Scheme)?;
        match scheme {
            "http" | "https" => {
                host_check(rest.split(['/', '?', '#']).next().unwrap_or_default())?;
                Ok(Self::Web(text.trim_end_matches('/').to_owned()))
            }
            "oci" => {
                let rest = rest.trim_end_matches('/');
                let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
                host_check(host)?;
                if path.is_empty() || is_repository_name(path) {
                    Ok(Self::Registry { host: host.to_ascii_lowercase(), path: path.to_owned() })
                } else {
                    Err(ChartSourceError::RegistryPath)
                }
            }
            "file" => {
                let path = rest.trim_end_matches('/');
                let segments_ok = path.split('/').skip(1).all(|segment| !matches!(segment, "" | "." | ".."));
                if path.starts_with('/') && segments_ok { Ok(Self::Folder(path.to_owned())) } else { Err(ChartSourceError::FolderPath) }
            }
            _ => Err(ChartSourceError::Scheme),
        }
    }
}

impl fmt::Display for ChartSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Web(address) => f.write_str(address),
            Self::Registry { host, path } if path.is_empty() => write!(f, "oci://{host}"),
            Self::Registry { host, path } => write!(f, "oci://{host}/{path}"),
            Self::Folder(path) => write!(f, "file://{path}"),
        }
    }
}

/// Whether this can be the name of a registry's repository (OCI distribution specification 1.1, “Pulling manifests”).
pub fn is_repository_name(text: &str) -> bool {
    let component = |part: &str| {
        let ends = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let inside = part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-'));
        inside && ends(part.as_bytes().first()) && ends(part.as_bytes().last()) && !part.contains("..")
    };
    text.len() <= 255 && text.split('/').all(component)
}

fn host_check(host: &str) -> Result<(), ChartSourceError> {
    if host.contains('@') {
        return Err(ChartSourceError::Credentials);
    }
    let name = host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(host, |(name, _)| name);
    let port_ok = host.len() == name.len() || host[name.len() + 1..].parse::<u16>().is_ok();
    let name_ok = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '[' | ']' | ':'));
    if port_ok && name_ok { Ok(()) } else { Err(ChartSourceError::Host) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_every_kind_are_read_and_written_in_their_shortest_form() {
        for (text, written) in [
            (" https://charts.example.com/a/ ", "https://charts.example.com/a"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("oci://Registry.example.com:5000/charts/", "oci://registry.example.com:5000/charts"),
            ("oci://registry.example.com", "oci://registry.example.com"),
            ("oci://[::1]:5000/team-a/charts_v2", "oci://[::1]:5000/team-a/charts_v2"),
            ("file:///srv/charts/", "file:///srv/charts"),
        ] {
            let source = ChartSource::parse(text).unwrap();
            assert_eq!(source.to_string(), written);
            assert_eq!(ChartSource::parse(written).unwrap(), source);
        }
    }

    #[test]
    fn what_is_no_source_says_why() {
        use ChartSourceError::{Credentials, FolderPath, Host, RegistryPath, Scheme, Text};
        for (text, why) in [
            ("", Scheme),
            ("charts.example.com", Scheme),
            ("ftp://x", Scheme),
            ("https://", Host),
            ("https://x:port/", Host),
            ("oci:///charts", Host),
            ("https://ada:secret@x/", Credentials),
            ("oci://ada@x/charts", Credentials),
            ("https://a b", Text),
            ("oci://x/Charts", RegistryPath),
            ("oci://x/charts:1.0.0", RegistryPath),
            ("oci://x/charts@sha256", RegistryPath),
            ("oci://x/../charts", RegistryPath),
            ("oci://x/charts//api", RegistryPath),
            ("file://srv/charts", FolderPath),
            ("file:///srv/../etc", FolderPath),
            ("file:///", FolderPath),
        ] {
            assert_eq!(ChartSource::parse(text), Err(why), "{text}");
        }
        assert_eq!(ChartSource::parse(&format!("https://{}", "x".repeat(CHART_SOURCE_BYTES_MAX))), Err(Text));
    }
}
