//! The board's filter in the page's address, both ways.

use domain::fleet::FleetFilter;
use leptos_router::params::ParamsMap;

use crate::pages::words::{HEALTH_ALL, health_key};

/// The filter that an address holds. What can't be read filters nothing.
pub(crate) fn filter_of(query: &ParamsMap) -> FleetFilter {
    let text = |name: &str| query.get_str(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    FleetFilter {
        text: text("text").unwrap_or_default(),
        team: text("team"),
        status: text("status").and_then(|key| HEALTH_ALL.into_iter().find(|status| health_key(*status) == key)),
        page: text("page").and_then(|page| page.parse().ok()).unwrap_or_default(),
        rows: None,
    }
}

/// The address of the board with this filter. The first page is not mentioned.
pub(crate) fn fleet_href(filter: &FleetFilter) -> String {
    let mut query = ParamsMap::new();
    if let Some(team) = &filter.team {
        query.insert("team", team.clone());
    }
    if let Some(status) = filter.status {
        query.insert("status", health_key(status).to_owned());
    }
    if !filter.text.is_empty() {
        query.insert("text", filter.text.clone());
    }
    if filter.page > 0 {
        query.insert("page", filter.page.to_string());
    }
    format!("/{}", query.to_query_string())
}

#[cfg(test)]
mod tests {
    use domain::health::HealthStatus;

    use super::*;

    fn query(pairs: &[(&'static str, &str)]) -> ParamsMap {
        pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    }

    #[test]
    fn an_empty_address_filters_nothing() {
        assert_eq!(filter_of(&ParamsMap::new()), FleetFilter::default());
        assert_eq!(fleet_href(&FleetFilter::default()), "/");
    }

    #[test]
    fn what_cant_be_read_filters_nothing() {
        let filter = filter_of(&query(&[("status", "sad"), ("page", "-1"), ("team", " "), ("text", "")]));
        assert_eq!(filter, FleetFilter::default());
    }

    #[test]
    fn a_filter_survives_its_way_through_the_address() {
        let filter = FleetFilter { text: "jo&bs".into(), team: Some("talent".into()), status: Some(HealthStatus::Degraded), page: 2, rows: None };
        let read = filter_of(&query(&[("text", "jo&bs"), ("team", "talent"), ("status", "degraded"), ("page", "2")]));
        assert_eq!(read, filter);
    }
}
