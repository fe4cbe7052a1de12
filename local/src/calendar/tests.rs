use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use contracts::Fingerprint;
use contracts::record::{Notice, Record, Wish};
use runtime::{Observers, Wiring, World};

use super::*;
use crate::home::Home;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

#[test]
fn periods_begin_at_midnight_in_utc() {
    for (schedule, now, first) in [
        ("weekly", "2026-11-19T08:31:00Z", "2026-11-16"),
        ("weekly", "2026-11-16T00:00:00Z", "2026-11-16"),
        ("weekly", "2026-11-15T23:59:59.999Z", "2026-11-09"),
        ("weekly", "2027-01-01T00:00:00Z", "2026-12-28"),
        ("daily", "2026-11-19T23:59:59Z", "2026-11-19"),
        ("daily", "2026-11-20T00:00:00Z", "2026-11-20"),
        ("monthly", "2028-02-29T12:00:00Z", "2028-02-01"),
    ] {
        let began = at(&format!("{first}T00:00:00Z"));
        assert_eq!(period(schedule, at(now)), Some((first.to_owned(), began)), "{schedule} {now}");
    }
    assert_eq!(period("weekly", i64::MAX), None, "a clock that makes no sense rings no bell");
}

/// An installation whose stages do not run: what was said stays where it was accepted.
struct Place {
    calendar: Calendar,
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
        let intake = Arc::new(Intake::open(world).await.unwrap());
        let store = home.store.clone();
        let calendar = Calendar::new(store.clone(), intake, clock, "weekly");
        Self { calendar, store, now, _home: home }
    }

    async fn strike(&mut self) {
        self.calendar.strike().await.unwrap();
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
    let mut place = Place::open(folder.path(), thursday).await;
    place.note("0000000000000001", "acme/shop", "digest", thursday - HOUR).await;
    place.note("0000000000000002", "Acme/Shop", "digest", thursday - HOUR).await;
    place.note("0000000000000003", "acme/jobs", "open", thursday - 30 * DAY).await;
    place.strike().await;
    assert_eq!(place.said().await, [], "it waits for its week");

    // The program is down when the week begins.
    drop(place);
    let tuesday = at("2026-11-24T10:00:00Z");
    for restart in 0..3 {
        let mut place = Place::open(folder.path(), tuesday + restart * HOUR).await;
        place.strike().await;
        place.strike().await;
        let said = place.said().await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!(said[0].0, "digest-due.v1");
        assert_eq!(said[0].1["period"], "2026-11-23");
        assert_eq!(said[0].1["repo"].as_str().unwrap().to_lowercase(), "acme/shop");
    }
    // What came within the week waits for the next one, and a listing is looked at again.
    let mut place = Place::open(folder.path(), tuesday + DAY).await;
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
    let mut place = Place::open(folder.path(), now).await;
    place.snooze(&fingerprint, now + DAY, now).await;
    place.strike().await;
    assert_eq!(place.said().await, []);
    drop(place);
    for _ in 0..2 {
        let mut place = Place::open(folder.path(), now + 3 * DAY).await;
        place.strike().await;
        let said = place.said().await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!((said[0].0.as_str(), &said[0].1["act"]["what"]), ("issue-touched.v1", &"woken".into()));
        assert_eq!(said[0].1["number"], 57);
    }
    // Snoozed again: another end.
    let mut place = Place::open(folder.path(), now + 3 * DAY).await;
    place.snooze(&fingerprint, now + 4 * DAY, now + 3 * DAY).await;
    place.now.fetch_add(DAY, Ordering::Relaxed);
    place.strike().await;
    assert_eq!(place.said().await.len(), 2);
}
