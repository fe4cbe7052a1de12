//! What happens to a message on its way through a service, and what every one of them comes to: one decision a message,
//! its children under the same ids, its reason where it can never work, and nothing left in a queue.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use blobs::Blobs;
use contracts::messages::{ChangeReported, NoticeDelivered, RepositoryReady};
use contracts::pipeline::Pipeline;
use contracts::{Envelope, Fingerprint, MessageId};
use counterparts::{localstack, pstest, sqs_queues};
use queue::{Parcel, Queue, Received};
use runtime::step::step;
use runtime::{Observers, Wiring, World};
use stage::{Fault, Outcome, Stage, says};
use store::Store;

const LONG: Duration = Duration::from_secs(300);
const STAGES: [&str; 2] = [Pass::NAME, End::NAME];

/// What [`End`] was told, by message: how long the text was.
type Told = Arc<Mutex<BTreeMap<MessageId, usize>>>;

/// Says as much as it is asked to: the report's summary is a number of bytes.
struct Pass;
struct End;

says! { enum Passed { NoticeDelivered } }
says! { enum Ended { RepositoryReady } }

impl Stage for Pass {
    const NAME: &'static str = "pass_on";
    type In = ChangeReported;
    type Out = Passed;
    type Deps = ();

    async fn handle(msg: &Envelope<ChangeReported>, (): &()) -> Result<Outcome<Passed>, Fault> {
        let length = msg.body.summary.parse().map_err(Fault::reject)?;
        let (fingerprint, target) =
            (Fingerprint::derive(&msg.body.repo, &msg.body.repo, "r", "x", ""), msg.body.repo.clone());
        let told =
            NoticeDelivered { fingerprint, target, action: "created".into(), location: "\u{ffff}".repeat(length) };
        Ok(Outcome::say(told.into()))
    }
}

impl Stage for End {
    const NAME: &'static str = "end";
    type In = NoticeDelivered;
    type Out = Ended;
    type Deps = Told;

    async fn handle(msg: &Envelope<NoticeDelivered>, told: &Told) -> Result<Outcome<Ended>, Fault> {
        told.lock().expect("not poisoned").insert(msg.id.clone(), msg.body.location.chars().count());
        Ok(Outcome::default())
    }
}

struct Case {
    world: World,
    told: Told,
    /// The shortest lease that the service knows.
    lease: Duration,
    /// Characters that make a message too long.
    too_long: usize,
    objects: tempfile::TempDir,
}

async fn world(url: &str, folder: &Path) -> World {
    let clock = runtime::clock::system();
    World {
        queue: Queue::open(url, clock.clone()).await.expect("opens"),
        store: Store::open(&format!("sqlite:{}", folder.join("state.db").display())).await.expect("opens"),
        blobs: Blobs::open(&format!("dir:{}", folder.join("objects").display())).await.expect("opens"),
        wiring: Arc::new(Wiring::default().with::<Pass>("pass").with::<End>("end")),
        pipeline: Arc::new(Pipeline::default()),
        clock,
        observers: Observers::default(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_sqs() {
    let (server, objects) = (localstack(), tempfile::tempdir().expect("a folder"));
    let world = world(&sqs_queues(&server, "test-", &STAGES), objects.path()).await;
    let case = Case { world, told: Told::default(), lease: Duration::from_secs(2), too_long: 100_000, objects };
    case.all().await;
    assert_eq!(case.world.queue.lengths().await.expect("counts"), BTreeMap::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn over_pubsub() {
    let (server, objects) = (pstest("acme", "test-", &STAGES), tempfile::tempdir().expect("a folder"));
    let world = world(&format!("pubsub:{}/projects/acme/test-", server.url()), objects.path()).await;
    let case = Case { world, told: Told::default(), lease: Duration::from_secs(10), too_long: 3_500_000, objects };
    case.all().await;
}

impl Case {
    async fn all(&self) {
        // First, for a service may keep the lease of whoever receives first.
        self.a_lease_that_ended_costs_nothing().await;
        self.a_truncated_message_is_buried_with_the_reason().await;
        self.a_message_that_is_too_long_travels_as_a_claim().await;
        self.a_claim_to_nothing_is_buried_with_the_reason().await;
        self.what_is_delivered_twice_happens_once().await;
        self.any_order_comes_to_the_same().await;
    }

    async fn a_lease_that_ended_costs_nothing(&self) {
        let id = self.report("late", 10).await;
        let late = self.world.queue.receive(Pass::NAME, 1, self.lease).await.expect("receives").remove(0);
        let again = self.receive::<Pass>().await;
        assert_eq!(again.parcel, late.parcel);
        self.step::<Pass>(&(), &again).await;
        self.step::<Pass>(&(), &late).await;
        self.ends_once(&[id], 2, 10).await;
    }

    async fn a_truncated_message_is_buried_with_the_reason(&self) {
        let (id, whole) = (MessageId::derive(&["truncated"]), self.envelope("truncated", 10));
        for length in [0, 1, whole.len() / 2, whole.len() - 1] {
            let id = MessageId::derive(&["truncated", &length.to_string()]);
            self.send(Parcel { stage: Pass::NAME.to_owned(), id, envelope: whole[..length].to_owned() }).await;
            let received = self.receive::<Pass>().await;
            self.step::<Pass>(&(), &received).await;
        }
        // Of a version that nobody knows yet: its run is not held up by it.
        let envelope = whole.replace("\"repo\":", "\"repository\":");
        self.send(Parcel { stage: Pass::NAME.to_owned(), id: id.clone(), envelope }).await;
        self.step::<Pass>(&(), &self.receive::<Pass>().await).await;
        assert!(self.world.store.decision(&id, Pass::NAME).await.expect("reads").is_some());
        let letters = self.world.queue.dead_letters(100).await.expect("lists");
        let unreadable =
            letters.iter().filter(|letter| letter.why.starts_with("the message cannot be read by this version"));
        assert_eq!((letters.len(), unreadable.count()), (5, 5), "{letters:?}");
    }

    async fn a_message_that_is_too_long_travels_as_a_claim(&self) {
        let id = self.report("long", self.too_long).await;
        self.step::<Pass>(&(), &self.receive::<Pass>().await).await;
        let received = self.receive::<End>().await;
        assert!(received.parcel.envelope.starts_with(r#"{"claim":"#), "{:.80}", received.parcel.envelope);
        self.step::<End>(&self.told, &received).await;
        assert_eq!(self.take_told(), BTreeMap::from([(child(&id), self.too_long)]));
    }

    async fn a_claim_to_nothing_is_buried_with_the_reason(&self) {
        self.report("lost", self.too_long + 1).await;
        self.step::<Pass>(&(), &self.receive::<Pass>().await).await;
        std::fs::remove_dir_all(self.objects.path().join("objects/envelope")).expect("removes");
        self.step::<End>(&self.told, &self.receive::<End>().await).await;
        let letters = self.world.queue.dead_letters(100).await.expect("lists");
        let lost = letters.iter().filter(|letter| letter.why.contains("cannot be had")).collect::<Vec<_>>();
        assert_eq!(lost.len(), 1, "{letters:?}");
        assert_eq!((lost[0].parcel.stage.as_str(), self.take_told().len()), (End::NAME, 0));
    }

    async fn what_is_delivered_twice_happens_once(&self) {
        let id = self.report("twice", 20).await;
        self.report("twice", 20).await;
        let (one, two) = (self.receive::<Pass>().await, self.receive::<Pass>().await);
        assert_eq!(one.parcel, two.parcel);
        // At the same time: the first decision wins, and both send its children.
        tokio::join!(self.step::<Pass>(&(), &one), self.step::<Pass>(&(), &two));
        self.ends_once(std::slice::from_ref(&id), 2, 20).await;
        // Long after: the decision is found.
        self.report("twice", 20).await;
        self.step::<Pass>(&(), &self.receive::<Pass>().await).await;
        let copy = self.receive::<End>().await;
        assert_eq!(copy.parcel.id, child(&id));
        self.step::<End>(&self.told, &copy).await;
        assert!(self.take_told().is_empty(), "it is not told again");
    }

    async fn any_order_comes_to_the_same(&self) {
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(self.report(&format!("order {n}"), 30).await);
        }
        let mut received = Vec::new();
        while received.len() < 5 {
            received.push(self.receive::<Pass>().await);
        }
        for received in received.iter().rev() {
            self.step::<Pass>(&(), received).await;
        }
        self.ends_once(&ids, 5, 30).await;
    }

    /// Children come `times` in all, and [`End`] is told once of each.
    async fn ends_once(&self, reports: &[MessageId], times: usize, length: usize) {
        let mut told = BTreeMap::new();
        for _ in 0..times {
            self.step::<End>(&self.told, &self.receive::<End>().await).await;
            for (id, length) in self.take_told() {
                assert_eq!(told.insert(id, length), None, "it is told twice");
            }
        }
        assert_eq!(told, reports.iter().map(|id| (child(id), length)).collect());
    }

    /// A report reaches the first queue as it does in a cloud: the store learns of it from the first decision.
    async fn report(&self, name: &str, length: usize) -> MessageId {
        let (id, stage) = (MessageId::derive(&[name]), Pass::NAME.to_owned());
        self.send(Parcel { stage, id: id.clone(), envelope: self.envelope(name, length) }).await;
        id
    }

    fn envelope(&self, name: &str, length: usize) -> String {
        let repo = "o/r".parse().expect("a name");
        let change =
            ChangeReported { summary: length.to_string(), ..ChangeReported::of(repo, "file:///x".into(), None) };
        serde_json::to_string(&Envelope::first(MessageId::derive(&[name]), change)).expect("JSON")
    }

    async fn send(&self, parcel: Parcel) {
        self.world.queue.send(vec![parcel]).await.expect("sends");
    }

    async fn receive<S: Stage>(&self) -> Received {
        let received = tokio::time::timeout(Duration::from_secs(60), self.world.queue.receive(S::NAME, 1, LONG)).await;
        received.expect("something comes").expect("receives").remove(0)
    }

    async fn step<S: Stage>(&self, deps: &S::Deps, received: &Received) {
        step::<S>(&self.world, deps, received).await.expect("steps");
    }

    fn take_told(&self) -> BTreeMap<MessageId, usize> {
        std::mem::take(&mut *self.told.lock().expect("not poisoned"))
    }
}

fn child(report: &MessageId) -> MessageId {
    report.child("notice-delivered.v1", 0)
}
