//! The versions of a chart in a registry: its tags, page by page, and what the newest of them hold.

use std::time::Duration;

use domain::catalog::ChartVersion;
use domain::version::Version;
use futures::StreamExt;
use reqwest::header::LINK;
use reqwest::{Response, StatusCode, Url};

use crate::error::{ChartsError, SourceKind};
use crate::http::{body_read, is_same_origin, unexpected};
use crate::index::{Entry, Index};
use crate::oci::{Place, Registries};

/// How many tags a page is to have; a registry may give fewer.
const PAGE_TAGS: usize = 1_000;
/// Most pages that are read.
const PAGES_MAX: usize = 200;
/// Largest page.
const PAGE_BYTES_MAX: u64 = 4 << 20;
/// How many versions are asked what they hold before anybody opens them; each takes up to two requests.
const EAGER: usize = 20;
/// How many of these are asked at once.
const EAGER_AT_ONCE: usize = 4;
/// How long all of these together may take; the list is shown with what is known by then.
const EAGER_TIME_MAX: Duration = Duration::from_secs(5);

#[derive(serde::Deserialize)]
struct Page {
    tags: Option<Vec<String>>,
}

impl Registries {
    /// All versions of the chart, the newest with what is known of them.
    pub(crate) async fn index_read(&self, place: &Place) -> Result<Index, ChartsError> {
        let versions = versions_of(self.tags_list(place).await?);
        let newest: Vec<String> = versions.iter().take(EAGER).map(|(_, tag)| tag.clone()).collect();
        let reads = futures::stream::iter(newest).map(|tag| async move { self.details(place, &tag).await }).buffer_unordered(EAGER_AT_ONCE);
        let reads = reads.take_while(|read| {
            if let Err(error) = read {
                tracing::debug!(%error, "what versions of {} hold can't be read", place.name);
            }
            // A registry that wants to be left alone is left alone.
            std::future::ready(!matches!(read, Err(ChartsError::Throttled { .. })))
        });
        if tokio::time::timeout(EAGER_TIME_MAX, reads.for_each(|_| std::future::ready(()))).await.is_err() {
            tracing::debug!("what versions of {} hold takes too long to read", place.name);
        }
        let entries = versions.into_iter().map(|(version, tag)| {
            let known = self.details.get(place, &tag).map(|details| details.version.clone()).unwrap_or_default();
            let shown = ChartVersion { version: version.as_str().to_owned(), prerelease: version.is_prerelease(), ..known };
            Entry { version: shown, url: Some(tag) }
        });
        Ok(Index::of(&place.chart, entries.collect()))
    }

    async fn tags_list(&self, place: &Place) -> Result<Vec<String>, ChartsError> {
        let mut url = place.url(&format!("tags/list?n={PAGE_TAGS}"))?;
        let mut tags = Vec::new();
        for _ in 0..PAGES_MAX {
            let wrong = |why: &str| ChartsError::NotARegistry { address: url.to_string(), why: why.to_owned() };
            let response = self.get(place, &self.http.text, &url, "application/json").await?;
            match response.status() {
                status if status.is_success() => {}
                StatusCode::NOT_FOUND => {
                    let (chart, name, host) = (place.chart.clone(), place.name.clone(), place.host.clone());
                    return Err(ChartsError::NoRegistryRepository { chart, name, host });
                }
                status => return Err(unexpected(SourceKind::Registry, &url, status)),
            }
            let next = next_page(&response);
            let bytes = body_read(SourceKind::Registry, &url, response, PAGE_BYTES_MAX, || format!("The list of tags at {url}")).await?;
            let page: Page = serde_json::from_slice(&bytes).map_err(|_| wrong("it is no list of tags"))?;
            let page = page.tags.unwrap_or_default();
            tags.extend(page);
            if tags.len() > self.options.tags_max {
                break;
            }
            url = match next {
                None => return Ok(tags),
                Some(Ok(next)) if next == url => return Err(wrong("its next page is the same page")),
                Some(Ok(next)) if is_same_origin(&next, &place.origin) && next.path().starts_with("/v2/") => next,
                Some(_) => return Err(wrong("its next page lies elsewhere")),
            };
        }
        Err(ChartsError::TooMany { what: format!("The repository {} at {}", place.name, place.host), most: self.options.tags_max })
    }
}

/// The address after this page (RFC 8288, as the distribution specification uses it); an error if it can't be read.
fn next_page(response: &Response) -> Option<Result<Url, ()>> {
    let text = response.headers().get(LINK)?.to_str().ok()?;
    let link = text.split(',').find(|link| link.contains("rel=\"next\"") || link.contains("rel=next"))?;
    let target = link.trim().strip_prefix('<').and_then(|rest| rest.split_once('>'));
    Some(target.and_then(|(target, _)| response.url().join(target).ok()).ok_or(()))
}

/// The tags that Helm takes for versions, newest first, each beside the version it stands for.
fn versions_of(tags: Vec<String>) -> Vec<(Version, String)> {
    let mut versions: Vec<(Version, String)> = tags.into_iter().filter_map(|tag| Some((version_of(&tag)?, tag))).collect();
    versions.sort_by(|(left, _), (right, _)| right.cmp(left));
    versions.dedup_by(|(left, _), (right, _)| left.as_str() == right.as_str());
    versions
}

/// A tag can't hold `+`, so Helm writes `_`; and it takes only whole versions for one, no `v1.0.0`, no `1.0`, no `latest`.
fn version_of(tag: &str) -> Option<Version> {
    let text = tag.replace('_', "+");
    let numbers = text.split(['-', '+']).next()?;
    let whole = numbers.split('.').count() == 3 && numbers.split('.').all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    Version::parse(&text).ok().filter(|_| whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_versions_are_taken_and_a_plus_comes_back() {
        let tags = ["1.2.3", "latest", "v1.2.4", "1.3", "1.10.0_build.5", "1.10.0-rc.1", "sha256-abc.sig", "20260101", "1..2"];
        let versions = versions_of(tags.map(str::to_owned).to_vec());
        let texts: Vec<(&str, &str)> = versions.iter().map(|(version, tag)| (version.as_str(), tag.as_str())).collect();
        assert_eq!(texts, [("1.10.0+build.5", "1.10.0_build.5"), ("1.10.0-rc.1", "1.10.0-rc.1"), ("1.2.3", "1.2.3")]);
    }
}
