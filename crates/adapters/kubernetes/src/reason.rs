//! Puts failures of the network, of TLS and of credentials programs into words that name the cause and hold no secret.

use std::error::Error;
use std::io::ErrorKind;

use kube::client::AuthError;

/// Longest foreign text in a message, in characters.
const FOREIGN_LENGTH_MAX: usize = 300;

/// A foreign text cut to a length fit for a message, on one line, without a full stop.
pub(crate) fn short(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.trim_end_matches('.').chars().take(FOREIGN_LENGTH_MAX).collect();
    if cut.is_empty() { "no reason given".to_owned() } else { cut }
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The innermost cause's own words.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    short(&chain(error).last().map(ToString::to_string).unwrap_or_default())
}

/// Why a server does not answer, with its address.
pub(crate) fn unreachable(server: &str, error: &(dyn Error + 'static)) -> String {
    let io = chain(error).filter_map(|cause| cause.downcast_ref::<std::io::Error>()).last();
    let text = chain(error).map(ToString::to_string).collect::<Vec<_>>().join(": ");
    if let Some(why) = tls(&text) {
        return format!("{server} is not who it should be: {why}");
    }
    let why = match io.map(std::io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => "connection refused".to_owned(),
        Some(ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe) => "it closed the connection".to_owned(),
        Some(ErrorKind::TimedOut) => "no connection in time".to_owned(),
        Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => "no route to it".to_owned(),
        _ if text.contains("lookup address") || text.contains("dns error") => "its name is not known".to_owned(),
        _ => innermost(error),
    };
    format!("{server} does not answer ({why})")
}

/// The server's certificate is at fault. The words are those of `rustls::CertificateError`.
fn tls(text: &str) -> Option<&'static str> {
    if !text.contains("invalid peer certificate") {
        return None;
    }
    Some(match text {
        _ if text.contains("UnknownIssuer") => "its certificate is not signed by the authority in the kubeconfig",
        _ if text.contains("Expired") || text.contains("expired") => "its certificate has expired",
        _ if text.contains("NotValidForName") || text.contains("not valid for name") => "its certificate is for another name",
        _ => "its certificate is not valid",
    })
}

/// Why there are no credentials, if that is the cause. The output of the program is never shown: it may be a token.
pub(crate) fn credentials(error: &kube::Error) -> Option<String> {
    let auth = match error {
        kube::Error::Auth(auth) => auth,
        other => chain(other).find_map(|cause| cause.downcast_ref::<AuthError>())?,
    };
    Some(match auth {
        AuthError::AuthExecStart(why) if why.kind() == ErrorKind::NotFound => {
            "the credentials program of the kubeconfig is not installed on Slipway's host".into()
        }
        AuthError::AuthExecStart(why) => format!("the credentials program of the kubeconfig can't be started ({})", short(&why.to_string())),
        AuthError::AuthExecRun { out, .. } => format!("the credentials program of the kubeconfig failed ({})", out.status),
        AuthError::AuthExecParse(_) | AuthError::ExecPluginFailed => "the credentials program of the kubeconfig gave no credentials".into(),
        AuthError::ReadTokenFile(why, path) => format!("the token file {} can't be read ({})", path.display(), short(&why.to_string())),
        _ => "the user of the kubeconfig is not usable".into(),
    })
}
