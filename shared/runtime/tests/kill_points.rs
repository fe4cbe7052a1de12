//! The process may die between any two awaits of a step. Whatever happens, every accepted report ends the way it
//! would have without it, and an outward effect is there once.
//!
//! A step is a future; dying between two of its awaits is to stop polling it there. So each step of a small river is
//! polled once, twice, … and dropped, the doors are opened anew as a new process would, and the rest is run to its end.
//! All of it with a queue whose file lags behind, with one that is up to date, and once more with its files gone: the store
//! alone must be enough.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use blobs::{Blobs, document};
use contracts::messages::{Change, ChangeReported, DashboardDue, NoticeDelivered, RepositoryReady, SnapshotTaken};
use contracts::pipeline::Pipeline;
use contracts::record::{Notice, Record, Repository};
use contracts::{Envelope, Fingerprint, MessageId, RepoName};
use queue::{Queue, Received};
use runtime::intake::Intake;
use runtime::step::step;
use runtime::{Observers, Wiring, World};
use stage::{Fault, Outcome, Stage, says};
use store::Store;

/// Something outside: counts what was created by key, as an issue tracker would.
type Outside = Arc<Mutex<BTreeMap<String, u32>>>;

struct Take;
struct Tell;
struct Balk;
struct Mourn;

says! { enum Taken { SnapshotTaken } }
says! { enum Told { NoticeDelivered } }
says! { enum GaveUp { DashboardDue } }
says! { enum Mourned { RepositoryReady } }

/// Can do nothing, and says so when it is given up.
impl Stage for Balk {
    const NAME: &'static str = "balk";
    type In = NoticeDelivered;
    type Out = GaveUp;
    type Deps = Outside;

    async fn handle(_: &Envelope<NoticeDelivered>, _: &Outside) -> Result<Outcome<GaveUp>, Fault> {
        tokio::task::yield_now().await;
        Err(Fault::reject("it balks"))
    }

    fn given_up(msg: &Envelope<NoticeDelivered>, _: &Outside, why: &str) -> Outcome<GaveUp> {
        let (fingerprint, target) = (msg.body.fingerprint.clone(), msg.body.target.clone());
        let (number, location, at) = (None, String::new(), 0);
        let (state, evidence) = ("undelivered".to_owned(), why.to_owned());
        let notice = Notice { fingerprint, target, number, location, state, evidence, at };
        let said = DashboardDue { repo: msg.body.target.clone() };
        Outcome { save: vec![Record::Notice(notice)], ..Outcome::say(said.into()) }
    }
}

impl Stage for Mourn {
    const NAME: &'static str = "mourn";
    type In = DashboardDue;
    type Out = Mourned;
    type Deps = Outside;

    async fn handle(msg: &Envelope<DashboardDue>, outside: &Outside) -> Result<Outcome<Mourned>, Fault> {
        outside.lock().expect("not poisoned").entry(format!("mourned {}", msg.id)).or_insert(1);
        Ok(Outcome::default())
    }
}

impl Stage for Take {
    const NAME: &'static str = "take";
    type In = ChangeReported;
    type Out = Taken;
    type Deps = ();

    async fn handle(msg: &Envelope<ChangeReported>, (): &()) -> Result<Outcome<Taken>, Fault> {
        let put = document("snapshot", &msg.body.summary);
        let change = msg.body.change();
        let Change { repo, url, seq, .. } = change.clone();
        let record = Repository { repo, url, head: None, snapshot: put.key.clone(), seq };
        let taken = SnapshotTaken { change, after: put.key.clone(), before: None };
        // Said twice: children of one message are told apart by their position.
        let emit = vec![taken.clone().into(), taken.into()];
        Ok(Outcome { put: vec![put], save: vec![Record::Repository(record)], emit })
    }
}

impl Stage for Tell {
    const NAME: &'static str = "tell";
    type In = SnapshotTaken;
    type Out = Told;
    type Deps = Outside;

    async fn handle(msg: &Envelope<SnapshotTaken>, outside: &Outside) -> Result<Outcome<Told>, Fault> {
        let fingerprint = Fingerprint::derive(&msg.body.change.repo, &msg.body.change.repo, "r", "x", msg.id.as_str());
        tokio::task::yield_now().await;
        // Looks before it creates, as notify does.
        outside.lock().expect("not poisoned").entry(fingerprint.to_string()).or_insert(1);
        tokio::task::yield_now().await;
        let target = msg.body.change.repo.clone();
        let location = "outside".to_owned();
        let (state, evidence) = ("open".to_owned(), "e".to_owned());
        let notice = Notice {
            fingerprint: fingerprint.clone(),
            target: target.clone(),
            number: Some(1),
            location,
            state,
            evidence,
            at: 0,
        };
        let told = NoticeDelivered { fingerprint, target, action: "created".into(), location: "outside".into() };
        Ok(Outcome { save: vec![Record::Notice(notice)], ..Outcome::say(told.into()) })
    }
}

/// Polls so often and no more.
struct DieAfter<F> {
    polls: u32,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for DieAfter<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        self.future.as_mut().poll(context).map(Some)
    }
}

fn wiring() -> Wiring {
    Wiring::default().with::<Take>("take").with::<Tell>("tell").with::<Balk>("balk").with::<Mourn>("mourn")
}

/// A process: doors over a folder.
struct Process {
    world: World,
    intake: Intake,
}

impl Process {
    async fn start(folder: &Path, time: &Arc<AtomicI64>, queue: &str) -> Self {
        let tick = time.clone();
        let clock: runtime::Clock = Arc::new(move || tick.fetch_add(1, Ordering::SeqCst));
        let url = |name: &str| format!("sqlite:{}", folder.join(name).display());
        let world = World {
            queue: Queue::open(&url(queue), clock.clone()).await.expect("opens"),
            store: Store::open(&url("state.db")).await.expect("opens"),
            blobs: Blobs::open(&format!("dir:{}", folder.join("objects").display())).await.expect("opens"),
            wiring: Arc::new(wiring()),
            pipeline: Arc::new(Pipeline::default()),
            clock,
            observers: Observers::default(),
        };
        let intake = Intake::open(world.clone()).await.expect("opens");
        Self { world, intake }
    }

    async fn report(&self, name: &str) -> Result<(), runtime::step::Error> {
        let change = ChangeReported { summary: name.into(), ..ChangeReported::of(repo(), "file:///x".into(), None) };
        self.intake.accept(MessageId::derive(&[name]), Some(name.into()), change).await.map(drop)
    }

    /// What was accepted is sent by the intake's own task, a moment later.
    async fn is_sent(&self) {
        let World { queue, store, .. } = &self.world;
        while queue.length().await.expect("counts") == 0 && !store.waiting(0, 10).await.expect("lists").is_empty() {
            tokio::task::yield_now().await;
        }
    }

    /// One step of whichever stage has work; `false` if none has.
    async fn one_step(&self, outside: &Outside) -> bool {
        let queue = &self.world.queue;
        let lengths = queue.lengths().await.expect("counts");
        let lease = Duration::from_secs(3600);
        if lengths.contains_key(Take::NAME) {
            let received = one(queue.receive(Take::NAME, 1, lease).await);
            step::<Take>(&self.world, &(), &received).await.expect("steps");
        } else if lengths.contains_key(Tell::NAME) {
            let received = one(queue.receive(Tell::NAME, 1, lease).await);
            step::<Tell>(&self.world, outside, &received).await.expect("steps");
        } else if lengths.contains_key(Balk::NAME) {
            let received = one(queue.receive(Balk::NAME, 1, lease).await);
            step::<Balk>(&self.world, outside, &received).await.expect("steps");
        } else if lengths.contains_key(Mourn::NAME) {
            let received = one(queue.receive(Mourn::NAME, 1, lease).await);
            step::<Mourn>(&self.world, outside, &received).await.expect("steps");
        }
        !lengths.is_empty()
    }
}

fn one(received: Result<Vec<Received>, queue::Error>) -> Received {
    received.expect("receives").pop().expect("is woken for one")
}

fn repo() -> RepoName {
    "o/r".parse().expect("a name")
}

/// What the queue's file knows when the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Behind,
    UpToDate,
    Nothing,
}

/// Where to die: in which act (0 is the report, then one a step), and after how many polls.
#[derive(Debug, Clone, Copy)]
struct Death {
    act: u32,
    polls: u32,
}

/// Plays the river to its end, dying once. Answers what is there in the end, and whether the death happened.
fn play(death: Option<Death>, left: Left) -> (Vec<String>, bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let (time, outside) = (Arc::new(AtomicI64::new(1_000)), Outside::default());
    let died = live(async {
        let process = Process::start(folder.path(), &time, "queue.db").await;
        let died = process.act(death, &outside).await;
        if left == Left::UpToDate {
            process.world.queue.settle().await.expect("writes it down");
        }
        died
    });
    // A file of another name, not a file removed: the dead process's connections are still closing in threads of this one,
    // and would take the new file's log with them.
    let queue = if left == Left::Nothing { "empty.db" } else { "queue.db" };
    let there = live(async {
        let process = Process::start(folder.path(), &time, queue).await;
        // Whoever was not told "accepted" sends again; whoever was, may.
        process.report("push").await.expect("is accepted or known");
        process.is_sent().await;
        while process.one_step(&outside).await {}
        what_is_there(&process, &outside).await
    });
    (there, died)
}

/// The life of a process: all its tasks end with it.
fn live<T>(life: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(life)
}

impl Process {
    /// A report and all steps that follow, until the death or the end. `true` if it died.
    async fn act(&self, death: Option<Death>, outside: &Outside) -> bool {
        let polls = |act| death.filter(|d| d.act == act).map_or(u32::MAX, |d| d.polls);
        let report = DieAfter { polls: polls(0), future: Box::pin(self.report("push")) };
        match report.await {
            None => return true,
            Some(accepted) => accepted.expect("is accepted"),
        }
        self.is_sent().await;
        for act in 1.. {
            match (DieAfter { polls: polls(act), future: Box::pin(self.one_step(outside)) }).await {
                None => return true,
                Some(false) => return false,
                Some(true) => {}
            }
        }
        false
    }
}

async fn what_is_there(process: &Process, outside: &Outside) -> Vec<String> {
    let World { store, queue, .. } = &process.world;
    let run = MessageId::derive(&["push"]).run();
    let mut lines = vec![
        format!("finished: {:?}", store.finished(&run).await.expect("answers")),
        format!("queued: {}", queue.length().await.expect("counts")),
        format!("dead: {}", queue.dead_letters(10).await.expect("lists").len()),
        format!("waiting: {}", store.waiting(0, 10).await.expect("lists").len()),
        format!("repository: {:?}", store.repository(&repo()).await.expect("reads").map(|r| r.snapshot)),
        format!("outside: {:?}", outside.lock().expect("not poisoned")),
    ];
    let mut decisions: Vec<String> = Vec::new();
    for run in store.stage_runs(&run).await.expect("reads") {
        decisions.push(format!("{} {} {}", run.stage, run.message, run.status));
    }
    decisions.sort();
    lines.extend(decisions);
    let told: Vec<String> = outside.lock().expect("not poisoned").keys().cloned().collect();
    for fingerprint in told {
        let Ok(fingerprint) = fingerprint.parse::<Fingerprint>() else { continue };
        let notice = store.notice(&fingerprint).await.expect("reads");
        lines.push(format!("{:?}", notice.map(|n| (n.state, n.evidence))));
    }
    lines
}

#[test]
fn dying_between_any_two_awaits_changes_nothing() {
    let (undisturbed, _) = play(None, Left::Behind);
    assert!(undisturbed.iter().any(|line| line == "finished: Some(true)"), "{undisturbed:#?}");
    for stage in ["tell ", "balk ", "mourn "] {
        assert_eq!(undisturbed.iter().filter(|line| line.starts_with(stage)).count(), 2, "{undisturbed:#?}");
    }
    let given_up = undisturbed.iter().filter(|line| line.contains("undelivered") && line.contains("it balks"));
    assert_eq!(given_up.count(), 2, "what is said of a message that is given up is kept: {undisturbed:#?}");
    assert!(undisturbed.contains(&"dead: 2".to_owned()), "{undisturbed:#?}");
    for left in [Left::Behind, Left::UpToDate, Left::Nothing] {
        let deaths = die_everywhere(&undisturbed, left);
        assert!(deaths > 10, "only {deaths} points were reached");
    }
}

/// Dies at every point of the report and of each step of each stage; answers how many.
fn die_everywhere(undisturbed: &[String], left: Left) -> u32 {
    let mut deaths = 0;
    for act in 0..8 {
        for polls in 0.. {
            let death = Death { act, polls };
            let (after, died) = play(Some(death), left);
            // What was buried lies in the queue's file alone, which may have been behind; the store has the reason.
            let same = |line: &&String| left == Left::UpToDate || !line.starts_with("dead: ");
            let both = [&after[..], undisturbed].map(|lines| lines.iter().filter(same).collect::<Vec<_>>());
            assert_eq!(both[0], both[1], "{death:?}, the queue's file: {left:?}");
            if !died {
                break;
            }
            deaths += 1;
        }
    }
    deaths
}
