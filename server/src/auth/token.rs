//! The portal's token: what programs on this machine show instead of a session, as `Authorization: Bearer TOKEN`.
//!
//! Whoever can read `token` in the data folder may act as the demo's platform user, so it is its owner's alone (0600).
//! Offered as long as demo users are, which is on loopback only. The token is never logged and never answered.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use axum::http::{HeaderMap, header};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

/// The file in the data folder.
pub(crate) const TOKEN_FILE: &str = "token";
/// 256 bits.
const TOKEN_BYTES: usize = 32;

/// The token of this installation.
#[derive(Debug, Clone)]
pub(crate) struct PortalToken(Arc<SecretString>);

/// What a request shows of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presented {
    /// No `Authorization` at all: the session decides.
    Nothing,
    /// The token.
    Right,
    /// Something else. The session must not make up for it.
    Wrong,
}

impl PortalToken {
    /// The token in the data folder, which is made if it is not there.
    pub(crate) fn open(data: &Path) -> anyhow::Result<Self> {
        let path = data.join(TOKEN_FILE);
        if !path.try_exists().with_context(|| format!("{} can't be looked at", path.display()))? {
            token_write(data, &path).with_context(|| format!("the token {} can't be made", path.display()))?;
        }
        let unreadable = || format!("the token {} can't be read", path.display());
        let file = File::open(&path).with_context(unreadable)?;
        let mode = file.metadata().with_context(unreadable)?.mode();
        if mode & 0o077 != 0 {
            bail!("the token {} can be read by others (mode {:o}): remove it, and a new one is made", path.display(), mode & 0o777);
        }
        let mut text = String::new();
        file.take(1024).read_to_string(&mut text).with_context(unreadable)?;
        let token = text.trim();
        if token.len() != 2 * TOKEN_BYTES || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            bail!("{} holds no token: remove it, and a new one is made", path.display());
        }
        Ok(Self(Arc::new(SecretString::from(token))))
    }

    /// What these headers show. Two `Authorization` headers, or another scheme, are wrong too.
    pub(crate) fn presented(&self, headers: &HeaderMap) -> Presented {
        let mut given = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (given.next(), given.next()) else {
            return if headers.contains_key(header::AUTHORIZATION) { Presented::Wrong } else { Presented::Nothing };
        };
        let Some((scheme, token)) = value.to_str().ok().and_then(|text| text.split_once(' ')) else { return Presented::Wrong };
        // Both have 64 bytes or the answer is no at once; the length is no secret.
        let same = bool::from(token.trim().as_bytes().ct_eq(self.0.expose_secret().as_bytes()));
        if scheme.eq_ignore_ascii_case("bearer") && same { Presented::Right } else { Presented::Wrong }
    }
}

/// Writes a new token under a name of its own and links it to its place, so that a reader sees a whole one, and of two
/// processes that begin together the first one's stays.
fn token_write(data: &Path, path: &Path) -> anyhow::Result<()> {
    let mut bytes = [0_u8; TOKEN_BYTES];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system has no random numbers"))?;
    let token = bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let draft = data.join(format!("{TOKEN_FILE}.{}", std::process::id()));
    drop(fs::remove_file(&draft)); // of a process of the same number that died in between
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let linked = writeln!(file, "{token}").and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use axum::http::HeaderValue;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (header::AUTHORIZATION, HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn a_token_is_made_once_for_its_owner_alone_and_is_kept() {
        let data = tempfile::tempdir().unwrap();
        let first = PortalToken::open(data.path()).unwrap();
        let file = data.path().join(TOKEN_FILE);
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        assert_eq!(first.0.expose_secret().len(), 64);
        let second = PortalToken::open(data.path()).unwrap();
        assert_eq!(second.0.expose_secret(), first.0.expose_secret());
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 1, "nothing else is left behind");

        let elsewhere = tempfile::tempdir().unwrap();
        assert_ne!(PortalToken::open(elsewhere.path()).unwrap().0.expose_secret(), first.0.expose_secret());
    }

    #[test]
    fn a_token_that_others_may_read_or_that_is_none_is_refused() {
        let data = tempfile::tempdir().unwrap();
        PortalToken::open(data.path()).unwrap();
        let file = data.path().join(TOKEN_FILE);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        let error = PortalToken::open(data.path()).unwrap_err().to_string();
        assert!(error.contains("can be read by others (mode 640)"), "{error}");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        for bad in ["", "short", &"z".repeat(64), &"a".repeat(65)] {
            fs::write(&file, bad).unwrap();
            assert!(PortalToken::open(data.path()).unwrap_err().to_string().contains("holds no token"), "{bad}");
        }
    }

    #[test]
    fn only_the_whole_token_of_the_right_scheme_and_alone_is_right() {
        let data = tempfile::tempdir().unwrap();
        let token = PortalToken::open(data.path()).unwrap();
        let text = token.0.expose_secret().to_owned();
        assert_eq!(token.presented(&HeaderMap::new()), Presented::Nothing);
        assert_eq!(token.presented(&headers(&[&format!("Bearer {text}")])), Presented::Right);
        assert_eq!(token.presented(&headers(&[&format!("bearer  {text} ")])), Presented::Right);
        let other = format!("{}{}", if text.starts_with('0') { '1' } else { '0' }, &text[1..]);
        for bad in [
            "",
            "Bearer",
            "Bearer ",
            &text,
            &format!("Basic {text}"),
            &format!("Bearer {}", &text[..63]),
            &format!("Bearer {text}0"),
            &format!("Bearer {other}"),
        ] {
            assert_eq!(token.presented(&headers(&[bad])), Presented::Wrong, "{bad}");
        }
        assert_eq!(token.presented(&headers(&[&format!("Bearer {text}"), "Bearer x"])), Presented::Wrong);
        assert!(!format!("{token:?}").contains(&text), "it is not shown by Debug");
    }
}
