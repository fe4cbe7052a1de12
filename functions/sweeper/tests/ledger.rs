//! The store as the sweeper's ledger: what was really kept is found again, with its age.

use std::sync::{Arc, Mutex};

use contracts::messages::{ChangeReported, SnapshotTaken};
use contracts::record::{Record, Repository};
use contracts::{BlobKey, Envelope, Message, MessageId, RepoName};
use futures::FutureExt;
use futures::future::BoxFuture;
use relationships::Relationships;
use stage::Fault;
use store::{Accept, Accepted, Decided, Decision, Emitted, Store};
use sweeper::{Delivery, Deps, Forge, Head, Ledger, Outlet, Said, Settings, Whom, sweep};

const MINUTE: i64 = 60_000;
const NOW: i64 = 1_795_077_060_000;

/// Keeps what is sent again.
#[derive(Default)]
struct Outside(Mutex<Vec<(Whom, MessageId, String)>>);

impl Outlet for Outside {
    fn say(&self, _id: MessageId, _said: Said) -> BoxFuture<'_, Result<bool, Fault>> {
        async { Ok(true) }.boxed()
    }

    fn again(&self, whom: Whom, id: MessageId, envelope: String) -> BoxFuture<'_, Result<(), Fault>> {
        self.0.lock().expect("not poisoned").push((whom, id, envelope));
        async { Ok(()) }.boxed()
    }
}

impl Forge for Outside {
    fn head<'a>(&'a self, _repo: &'a RepoName) -> BoxFuture<'a, Result<Head, Fault>> {
        async { Err(Fault::reject("nobody is asked here")) }.boxed()
    }

    fn pushed_at<'a>(&'a self, _repo: &'a RepoName) -> BoxFuture<'a, Result<Option<i64>, Fault>> {
        async { Ok(None) }.boxed()
    }

    fn deliveries(&self, _since: i64) -> BoxFuture<'_, Result<Option<Vec<Delivery>>, Fault>> {
        async { Ok(None) }.boxed()
    }

    fn redeliver<'a>(&'a self, _delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Fault>> {
        async { Ok(()) }.boxed()
    }

    fn url(&self, repo: &RepoName) -> String {
        format!("https://h/{repo}")
    }
}

fn repo() -> RepoName {
    "o/api".parse().expect("a name")
}

fn key(kind: &str) -> BlobKey {
    format!("{kind}/{:064x}", 7).parse().expect("a key")
}

async fn accept(store: &Store, name: &str, at: i64) -> MessageId {
    let id = MessageId::derive(&[name]);
    let change = ChangeReported { reported_at: at, ..ChangeReported::of(repo(), "u".into(), None) };
    let envelope = serde_json::to_string(&Envelope::first(id.clone(), change)).expect("is JSON");
    let topic = ChangeReported::TOPIC.to_owned();
    let accept = Accept { run: id.run(), delivery: None, repo: repo(), reported_at: at, topic, envelope };
    assert_eq!(store.accept(accept).await.expect("is accepted"), Accepted::New);
    id
}

/// A stage decides about a report and says one message, which names a document.
async fn decide(store: &Store, id: &MessageId, at: i64) -> MessageId {
    let child = id.child(SnapshotTaken::TOPIC, 0);
    let body = serde_json::json!({ "after": key("snapshot") });
    let envelope = serde_json::json!({ "id": child, "run": id.run(), "body": body }).to_string();
    let emitted = Emitted { topic: SnapshotTaken::TOPIC.into(), id: child.clone(), envelope };
    let head = Some(format!("{:040x}", 3).parse().expect("a commit"));
    let record = Repository { repo: repo(), url: "u".into(), head, snapshot: key("manifest"), seq: 9 };
    let decision = Decision {
        message: id.clone(),
        stage: "initialization".into(),
        run: id.run(),
        verdict: Decided::Emit(vec![emitted]),
        children: vec![(child.clone(), "metadata".into()), (child.clone(), "change_detection".into())],
        save: vec![Record::Repository(record)],
        started_at: at - 1,
        ended_at: at,
        attempts: 1,
    };
    assert!(store.decide(decision).await.expect("is kept"));
    child
}

#[tokio::test]
async fn what_nobody_decided_about_is_found_with_its_age_and_sent_again_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&format!("sqlite:{}", folder.path().join("s.db").display())).await.expect("opens");
    let waits = accept(&store, "waits", NOW - 7 * MINUTE).await;
    let young = accept(&store, "young", NOW - MINUTE).await;
    let decided = accept(&store, "decided", NOW - 50 * MINUTE).await;
    let child = decide(&store, &decided, NOW - 16 * MINUTE).await;

    let flights = store.flights(NOW - 5 * MINUTE, 10).await.expect("answers");
    let ages: Vec<_> = flights.iter().map(|flight| (flight.stage.as_str(), NOW - flight.said_at)).collect();
    assert_eq!(ages, [("change_detection", 16 * MINUTE), ("metadata", 16 * MINUTE)]);
    assert_eq!(store.flights(NOW - 17 * MINUTE, 10).await.expect("answers"), []);
    assert_eq!(store.flights(NOW, 1).await.expect("answers").len(), 1);
    let waiting = Ledger::waiting(&store, NOW - 5 * MINUTE, 10).await.expect("answers");
    let ids: Vec<_> = waiting.iter().map(|waiting| (&waiting.id, NOW - waiting.accepted_at)).collect();
    assert_eq!(ids, [(&waits, 7 * MINUTE)]);
    assert_ne!(waits, young);
    let known = store.known(&repo()).await.expect("answers").expect("is known");
    assert_eq!(known.seq, 9);
    let roots = store.roots().await.expect("answers");
    assert_eq!(roots, [key("manifest"), key("snapshot")].into(), "of the newest state and of what is in the air");
    assert_eq!(store.unreceipted(NOW, 10).await.expect("answers"), []);

    let outside = Arc::new(Outside::default());
    let deps = Deps {
        ledger: Arc::new(store.clone()),
        outlet: outside.clone(),
        forge: outside.clone(),
        attic: None,
        relationships: Arc::new(Relationships::empty()),
        settings: Settings::new("weekly", 90),
    };
    let report = sweep(&deps, NOW).await;
    assert_eq!((report.undecided.count, report.sent_again.count), (3, 3), "{report:#?}");
    assert_eq!(report.problems, Vec::<String>::new());
    {
        let sent = outside.0.lock().expect("not poisoned");
        let whom: Vec<_> = sent.iter().map(|(whom, id, _)| (whom.clone(), id.clone())).collect();
        let stage = |name: &str| Whom::Stage(name.into());
        let expected = [
            (stage("change_detection"), child.clone()),
            (stage("metadata"), child.clone()),
            (Whom::Topic(ChangeReported::TOPIC.into()), waits.clone()),
        ];
        assert_eq!(whom, expected, "the oldest first");
        assert!(sent.iter().all(|(_, id, envelope)| envelope.contains(id.as_str())));
    }
    // Another process, a minute later: it remembers.
    let store = Store::open(&format!("sqlite:{}", folder.path().join("s.db").display())).await.expect("opens");
    let report = sweep(&Deps { ledger: Arc::new(store), ..deps }, NOW + MINUTE).await;
    assert_eq!((report.undecided.count, report.sent_again.count), (3, 0), "{report:#?}");
}
