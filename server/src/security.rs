//! What every answer carries and every write must show: content security policy, headers, same origin.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::AppError;
use leptos::nonce::Nonce;

use crate::rest::Problem;

/// Refuses writes that another site sent. `SameSite=Lax` keeps the cookie back already; this does not rely on it.
pub(crate) async fn origin_check(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || same_origin(request.headers()) {
        return next.run(request).await;
    }
    let error = AppError::forbidden("This request came from another site.").hint("Open the portal itself and try again.");
    Problem(error).into_response()
}

/// `Sec-Fetch-Site` where the browser sends it, else `Origin` against `Host`. A request with neither comes from no browser.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    match (text(HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text(header::HOST),
        (None, None) => true,
    }
}

/// Mints the nonce of this answer, and sets the policy and the other headers.
pub(crate) async fn headers_set(mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; font-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    request.extensions_mut().insert(nonce);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_from_elsewhere_are_told_apart() {
        let case = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs.iter().map(|&(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect();
            same_origin(&headers)
        };
        assert!(case(&[("sec-fetch-site", "same-origin")]));
        assert!(!case(&[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:1"), ("host", "127.0.0.1:1")]));
        assert!(!case(&[("sec-fetch-site", "same-site")]));
        assert!(case(&[("origin", "http://127.0.0.1:1"), ("host", "127.0.0.1:1")]));
        assert!(!case(&[("origin", "http://evil.example"), ("host", "127.0.0.1:1")]));
        assert!(!case(&[("origin", "null"), ("host", "127.0.0.1:1")]));
        assert!(case(&[]));
    }
}
