//! The state of a cluster follows from what the probe and the watches told.

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}
fn following() -> Signals {
    let watches = WatchKind::ESSENTIAL.into_iter().map(|kind| (kind, WatchState::Following)).collect();
    Signals { version: Some("v1.36.3".into()), away: None, watches }
}
fn state(signals: &Signals, second: i64) -> ClusterState {
    signals.state(&ClusterName::new("one").unwrap(), at(second))
}

#[test]
fn a_cluster_is_live_once_every_essential_list_was_read() {
    let mut signals = following();
    assert_eq!(state(&signals, 0), ClusterState::Live { version: "v1.36.3".into() });
    signals.watches.remove(&WatchKind::Jobs);
    assert_eq!(state(&signals, 0), ClusterState::Connecting);
    assert_eq!(state(&Signals::default(), 0), ClusterState::Connecting);
}

#[test]
fn refused_nodes_are_tolerated_and_refused_pods_are_not() {
    let mut signals = following();
    signals.watches.insert(WatchKind::Nodes, WatchState::Refused { since: at(1) });
    assert!(matches!(state(&signals, 2), ClusterState::Live { .. }));
    signals.watches.insert(WatchKind::Pods, WatchState::Refused { since: at(3) });
    signals.watches.insert(WatchKind::ReleaseSecrets, WatchState::Refused { since: at(2) });
    let reason = "Slipway's credentials for cluster “one” may not list and watch secrets and pods in all namespaces. Grant it with the ClusterRole of Slipway's chart.";
    assert_eq!(state(&signals, 4), ClusterState::Refused { since: at(2), reason: reason.into() });
}

#[test]
fn a_list_that_fails_for_long_makes_the_cluster_away_though_it_answers() {
    let mut signals = following();
    signals.watches.insert(WatchKind::Pods, WatchState::Failing { since: at(0), why: "etcd is slow".into() });
    assert!(matches!(state(&signals, 15), ClusterState::Live { .. }));
    assert_eq!(state(&signals, 16), ClusterState::Away { since: at(0), reason: "It answers, but its pods can't be read: etcd is slow.".into() });
}

#[test]
fn away_comes_before_all_else() {
    let mut signals = following();
    signals.away = Some((at(5), Away::Unreachable("Gone.".into())));
    assert_eq!(state(&signals, 6), ClusterState::Away { since: at(5), reason: "Gone.".into() });
}
