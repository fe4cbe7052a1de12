use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use contracts::Fingerprint;
use contracts::record::{Notice, Record, Wish, WishKind};
use jiff::Timestamp;
use runtime::{Clock, Observers, Wiring};
use store::Store;

use super::*;
use crate::home::Home;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

/// An installation whose stages do not run: what was said stays where it was accepted.
struct Place {
    deps: Deps,
    store: Store,
    now: Arc<AtomicI64>,
    _home: Home,
}

impl Place {
    async fn open(folder: &Path, now: i64) -> Self {
        let now = Arc::new(AtomicI64::new(now));
        let clock: Clock = Arc::new({
            let now = Arc::clone(&now);
            move || now.load(Ordering::Relaxed)
        });
        let home = Home::open(folder, clock.clone()).await.unwrap();
        let world = World {
            queue: home.queue.clone(),
            store: home.store.clone(),
            blobs: home.blobs.clone(),
            wiring: Arc::new(Wiring::default()),
            pipeline: Arc::default(),
            clock: clock.clone(),
            observers: Observers::default(),
        };
        let intake = Arc::new(Intake::open(world.clone()).await.unwrap());
        let (credentials, api_url) = (github::Credentials::None, github::Settings::PUBLIC_API.to_owned());
        let github = Github::open(github::Settings { credentials, api_url, outbox: home.outbox() }).unwrap();
        let git = Git::open(home.repositories(), git::Settings::default());
        let where_is: WhereIs = Arc::new(|repo| format!("file:///nowhere/{repo}"));
        let outside = outside(git, github, where_is, &Relationships::empty());
        let deps = deps(&world, Arc::new(Relationships::empty()), Mail { intake: Some(intake) }, outside);
        Self { deps, store: home.store.clone(), now, _home: home }
    }

    async fn strike(&self) {
        let report = sweeper::sweep(&self.deps, self.now.load(Ordering::Relaxed)).await;
        assert_eq!(report.problems, Vec::<String>::new());
    }

    /// Topics with their bodies, in order.
    async fn said(&self) -> Vec<(String, serde_json::Value)> {
        let waiting = self.store.waiting(0, 100).await.unwrap();
        let body = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["body"].take();
        waiting.into_iter().map(|(_, _, topic, envelope)| (topic, body(&envelope))).collect()
    }

    async fn note(&self, fingerprint: &str, target: &str, state: &str, at: i64) {
        let notice = Notice {
            fingerprint: fingerprint.parse().unwrap(),
            target: target.parse().unwrap(),
            number: None,
            location: String::new(),
            state: state.to_owned(),
            evidence: String::new(),
            at,
        };
        self.store.save(vec![Record::Notice(notice)]).await.unwrap();
    }

    async fn snooze(&self, fingerprint: &Fingerprint, until: i64, at: i64) {
        let (target, kind) = ("acme/shop".parse().unwrap(), WishKind::Snooze { until });
        let (by, reason) = (String::new(), String::new());
        let wish = Wish { fingerprint: fingerprint.clone(), target, number: Some(57), kind, by, reason, at };
        self.store.save(vec![Record::Wish(wish)]).await.unwrap();
    }
}

#[tokio::test]
async fn a_digest_is_said_once_a_period_over_every_restart() {
    let folder = tempfile::tempdir().unwrap();
    let thursday = at("2026-11-19T08:31:00Z");
    let place = Place::open(folder.path(), thursday).await;
    place.note("0000000000000001", "acme/shop", "digest", thursday - HOUR).await;
    place.note("0000000000000002", "Acme/Shop", "digest", thursday - HOUR).await;
    place.note("0000000000000003", "acme/jobs", "open", thursday - 30 * DAY).await;
    place.strike().await;
    assert_eq!(place.said().await, [], "it waits for its week");

    // The program is down when the week begins.
    drop(place);
    let tuesday = at("2026-11-24T10:00:00Z");
    for restart in 0..3 {
        let place = Place::open(folder.path(), tuesday + restart * HOUR).await;
        place.strike().await;
        place.strike().await;
        let said = place.said().await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!(said[0].0, "digest-due.v1");
        assert_eq!(said[0].1["period"], "2026-11-23");
        assert_eq!(said[0].1["repo"].as_str().unwrap().to_lowercase(), "acme/shop");
    }
    // What came within the week waits for the next one, and a listing is looked at again.
    let place = Place::open(folder.path(), tuesday + DAY).await;
    place.note("0000000000000004", "acme/late", "digest", tuesday).await;
    place.note("0000000000000005", "acme/listed", "listing", tuesday).await;
    place.strike().await;
    assert_eq!(place.said().await.len(), 1);
    place.now.fetch_add(7 * DAY, Ordering::Relaxed);
    place.strike().await;
    assert_eq!(place.said().await.len(), 4);
}

#[tokio::test]
async fn a_snooze_ends_once_over_every_restart() {
    let folder = tempfile::tempdir().unwrap();
    let now = at("2026-11-19T08:31:00Z");
    let fingerprint: Fingerprint = "0123456789abcdef".parse().unwrap();
    let place = Place::open(folder.path(), now).await;
    place.snooze(&fingerprint, now + DAY, now).await;
    place.strike().await;
    assert_eq!(place.said().await, []);
    drop(place);
    for _ in 0..2 {
        let place = Place::open(folder.path(), now + 3 * DAY).await;
        place.strike().await;
        let said = place.said().await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!((said[0].0.as_str(), &said[0].1["act"]["what"]), ("issue-touched.v1", &"woken".into()));
        assert_eq!(said[0].1["number"], 57);
    }
    // Snoozed again: another end.
    let place = Place::open(folder.path(), now + 3 * DAY).await;
    place.snooze(&fingerprint, now + 4 * DAY, now + 3 * DAY).await;
    place.now.fetch_add(DAY, Ordering::Relaxed);
    place.strike().await;
    assert_eq!(place.said().await.len(), 2);
}
