//! Sweeps over a world that keeps state: what was lost comes back once, whatever happens to the sweeper.

mod world;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use contracts::MessageId;
use contracts::record::{Notice, Wish, WishKind};
use stage::Fault;
use sweeper::{Flight, Said, Settings, Waiting, Whom, sweep};

use world::{DAY, MINUTE, NOW, World, commit, head, key, push, repo};

fn settings() -> Settings {
    Settings::new("weekly", 90)
}

fn notice(fingerprint: &str, target: &str, state: &str, at: i64) -> Notice {
    Notice {
        fingerprint: fingerprint.parse().expect("a fingerprint"),
        target: repo(target),
        number: None,
        location: String::new(),
        state: state.to_owned(),
        evidence: String::new(),
        at,
    }
}

/// A world where every duty has something to do.
fn neglected() -> World {
    let world = World::default();
    {
        let mut state = world.state();
        state.now = NOW;
        let id = |name: &str| MessageId::derive(&[name]);
        let flight = |name: &str, minutes: i64| Flight {
            stage: "structure".into(),
            id: id(name),
            envelope: "{}".into(),
            said_at: NOW - minutes * MINUTE,
        };
        state.flights = vec![flight("young", 2), flight("old", 6), flight("older", 16), flight("lost", 2000)];
        let topic = "change-reported.v1".to_owned();
        state.waiting =
            vec![Waiting { id: id("accepted"), topic, envelope: "{}".into(), accepted_at: NOW - 7 * MINUTE }];
        state.notices = vec![
            notice("0000000000000001", "o/shop", "digest", NOW - 7 * DAY),
            notice("0000000000000002", "o/jobs", "creating", NOW - 10 * MINUTE),
            notice("0000000000000003", "o/jobs", "creating", NOW - MINUTE),
        ];
        state.wishes = vec![Wish {
            fingerprint: "0000000000000004".parse().expect("a fingerprint"),
            target: repo("o/shop"),
            number: Some(57),
            kind: WishKind::Snooze { until: NOW - 1 },
            by: String::new(),
            reason: String::new(),
            at: NOW - DAY,
        }];
        // A delivery that failed, a change that nobody told of, and a repository that is gone.
        let (id, before) = push("o/api", 0, 1, 1);
        state.arrive(id, Said::Change(Box::new(before)));
        let (id, change) = push("o/api", 1, 2, 1);
        state.answer = 502;
        state.deliver("guid-1", id, change, NOW - 20 * MINUTE);
        state.answer = 202;
        state.heads.insert(repo("o/api"), head(2));
        let (id, first) = push("o/shop", 0, 1, 1);
        state.arrive(id, Said::Change(Box::new(first)));
        state.heads.insert(repo("o/shop"), head(5));
        state.heads.insert(repo("o/jobs"), Err(Fault::reject("it is archived")));
        let old = NOW - 91 * DAY;
        state.documents = [
            (key("snapshot", 1), (old, vec![key("pack", 1)])),
            (key("pack", 1), (old, vec![])),
            (key("snapshot", 2), (old, vec![key("pack", 2)])),
            (key("pack", 2), (old, vec![])),
            (key("pack", 3), (NOW - 89 * DAY, vec![])),
        ]
        .into();
        state.roots = [key("snapshot", 1)].into();
    }
    world
}

#[tokio::test]
async fn each_duty_does_its_own_and_says_so() {
    let world = neglected();
    let report = sweep(&world.deps(settings()), NOW).await;
    assert_eq!((report.undecided.count, report.given_up.count, report.sent_again.count), (4, 1, 3), "{report:#?}");
    assert_eq!(report.oldest_undecided_seconds, 2000 * 60);
    assert_eq!((report.unreceipted.count, report.redelivered.count), (1, 1));
    assert_eq!((report.digests.count, report.woken.count), (1, 1));
    assert_eq!(report.expired_documents, 2);
    assert!((report.model_spend_usd - 0.25).abs() < 1e-9);
    assert_eq!(report.skipped, ["o/jobs: it is archived"]);
    assert_eq!(report.problems, Vec::<String>::new());
    assert_eq!(report.found_changes.count, 0, "a delivery may be under way");
    assert!(report.is_worrying(), "something is a day old");
    let state = world.state();
    let kept: Vec<&str> = state.documents.keys().map(|key| &key.as_str()[..6]).collect();
    assert_eq!(kept, ["pack/0", "pack/0", "snapsh"], "what the newest state refers to stays, however old it is");
    let again: Vec<&Whom> = state.sent_again.keys().map(|(whom, _)| whom).collect();
    let (stage, topic) = (Whom::Stage("structure".into()), Whom::Topic("change-reported.v1".into()));
    assert_eq!(again, [&stage, &stage, &topic]);
}

#[tokio::test]
async fn a_second_sweep_finds_nothing_more_to_do() {
    let world = neglected();
    sweep(&world.deps(settings()), NOW).await;
    let before = world.there();
    for minute in 1..5 {
        let report = sweep(&world.deps(settings()), NOW + minute * MINUTE).await;
        let (again, said) = (report.sent_again.count, report.digests.count + report.woken.count);
        assert_eq!((again, said, report.redelivered.count, report.expired_documents), (0, 0, 0, 0), "{report:#?}");
    }
    assert_eq!(world.there(), before);
    assert!(world.state().sent_again.values().all(|times| *times == 1));
}

#[tokio::test]
async fn a_dry_run_changes_nothing_and_says_what_it_would() {
    let world = neglected();
    let before = world.there();
    let report = sweep(&world.deps(Settings { dry_run: true, ..settings() }), NOW).await;
    assert_eq!((report.sent_again.count, report.redelivered.count, report.digests.count), (3, 1, 1));
    assert_eq!(world.there(), before);
    assert_eq!(world.state().memory, None);
}

/// Nobody hears anything for two hours: pushes fail, and one delivery is never even tried.
#[tokio::test]
async fn after_an_outage_every_push_is_there_once() {
    let world = World::default();
    let start = NOW;
    {
        let mut state = world.state();
        state.answer = 202;
        for name in ["o/api", "o/shop", "o/jobs"] {
            let (id, change) = push(name, 0, 1, 1);
            state.arrive(id, Said::Change(Box::new(change)));
            state.heads.insert(repo(name), head(1));
        }
    }
    for minute in (0..400).step_by(10) {
        let now = start + minute * MINUTE;
        {
            let mut state = world.state();
            state.now = now;
            state.answer = if (60..180).contains(&minute) { 502 } else { 202 };
            if minute == 70 || minute == 100 {
                let (name, n) = if minute == 70 { ("o/api", 2) } else { ("o/shop", 2) };
                let (id, change) = push(name, 1, n, 1);
                state.heads.insert(repo(name), head(n));
                state.deliver(&format!("guid-{minute}"), id, change, now);
            }
            if minute == 110 {
                // Not even tried, and nobody tells when it was pushed.
                state.heads.insert(repo("o/jobs"), head(9));
            }
        }
        let report = sweep(&world.deps(settings()), now).await;
        assert_eq!(report.problems, Vec::<String>::new());
    }
    let state = world.state();
    for (name, n) in [("o/api", 2), ("o/shop", 2), ("o/jobs", 9)] {
        assert_eq!(state.known.get(&repo(name)).map(|known| known.commit.clone()), Some(commit(n)), "{name}");
        let of = |said: &&Said| matches!(said, Said::Change(c) if c.repo == repo(name) && c.after == Some(commit(n)));
        let times = state.said.values().filter(of).count();
        // The head was seen before the delivery was attempted again: where nobody tells when it was pushed, that is a second
        // run about the same commits.
        assert!((1..=2).contains(&times), "{name}: {times}");
    }
    assert_eq!(state.asked_for_heads, 3 * 40, "one question a repository and sweep");
    assert!(state.redelivered <= 10, "{}", state.redelivered);
}

#[tokio::test]
async fn a_late_delivery_of_a_found_change_is_a_repeat() {
    let world = World::default();
    {
        let mut state = world.state();
        let (id, change) = push("o/api", 0, 1, 1);
        state.arrive(id, Said::Change(Box::new(change)));
        state.heads.insert(repo("o/api"), head(2));
        state.pushed_at = Some(1_767_323_045);
    }
    for minute in [0, 10, 20, 30] {
        sweep(&world.deps(settings()), NOW + minute * MINUTE).await;
    }
    let mut state = world.state();
    assert_eq!(state.said.len(), 2);
    let (id, change) = push("o/api", 1, 2, 1_767_323_045);
    assert!(!state.arrive(id, Said::Change(Box::new(change))), "it is known under this id");
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

/// Two sweeps ten minutes apart, so that the second finds what the first only noticed.
async fn two_sweeps(world: &World) {
    for at in [NOW, NOW + 10 * MINUTE] {
        world.state().now = at;
        sweep(&world.deps(settings()), at).await;
    }
}

#[tokio::test]
async fn dying_between_any_two_awaits_does_no_harm() {
    let undisturbed = neglected();
    two_sweeps(&undisturbed).await;
    let expected = undisturbed.there();
    assert!(expected.iter().any(|line| line.contains("Digest")), "{expected:#?}");
    let mut deaths = 0;
    for polls in 0.. {
        let world = neglected();
        let deps = world.deps(settings());
        let died = DieAfter { polls, future: Box::pin(sweep(&deps, NOW)) }.await.is_none();
        two_sweeps(&world).await;
        assert_eq!(world.there(), expected, "killed after {polls} polls");
        // Once more than without the death: what was sent again may be forgotten, and its hearer recognises it.
        for (message, times) in &world.state().sent_again {
            assert!(*times <= undisturbed.state().sent_again[message] + 1, "{message:?}: {times}");
        }
        assert!(world.state().redelivered <= 2);
        if !died {
            break;
        }
        deaths += 1;
    }
    assert!(deaths > 30, "only {deaths} points were reached");
}

#[tokio::test]
async fn two_sweepers_at_once_do_no_harm() {
    let alone = neglected();
    two_sweeps(&alone).await;
    let world = neglected();
    for at in [NOW, NOW + 10 * MINUTE] {
        world.state().now = at;
        let (one, other) = (world.deps(settings()), world.deps(settings()));
        futures::join!(sweep(&one, at), sweep(&other, at));
    }
    assert_eq!(world.there(), alone.there());
}

#[tokio::test]
async fn a_duty_that_fails_holds_up_no_other() {
    let world = neglected();
    world.state().heads.insert(repo("o/shop"), Err(Fault::retry("no answer")));
    let report = sweep(&world.deps(settings()), NOW).await;
    assert_eq!(report.problems, ["asking for the head of o/shop: no answer"]);
    assert_eq!((report.digests.count, report.expired_documents), (1, 2));
    world.state().memory = Some("not a memory".into());
    let report = sweep(&world.deps(settings()), NOW + MINUTE).await;
    assert_eq!(report.sent_again.count, 3, "forgotten: they are sent once more, which is recognised");
}
