//! Eight pools, as eight processes have them, want the same at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};

use contracts::record::{Record, Repository};
use contracts::{MessageId, RepoName};
use futures::future::join_all;
use store::{Accept, Accepted, Decided, Decision, IndexUpdate, Reserve, Store};

use crate::server;

const PROCESSES: usize = 8;

/// On an empty database, so the first thing that each does is to bring the schema up to date.
async fn processes(name: &str) -> Vec<Store> {
    let url = server::database(name).await;
    join_all((0..PROCESSES).map(|_| Store::open(&url))).await.into_iter().map(|s| s.expect("opens")).collect()
}

fn repo() -> RepoName {
    "o/r".parse().expect("a name")
}

pub fn decision(message: &MessageId, stage: &str, why: &str) -> Decision {
    Decision {
        message: message.clone(),
        stage: stage.to_owned(),
        run: message.run(),
        verdict: Decided::Rejected(why.to_owned()),
        children: Vec::new(),
        save: Vec::new(),
        started_at: 1,
        ended_at: 2,
        attempts: 1,
    }
}

pub fn report(content: &str, delivery: &str) -> Accept {
    Accept {
        run: MessageId::derive(&[content]).run(),
        delivery: Some(delivery.to_owned()),
        repo: repo(),
        reported_at: 1,
        topic: "t.v1".to_owned(),
        envelope: "{}".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_is_set_up_once() {
    for n in 0..5 {
        let stores = processes(&format!("migrated_{n}")).await;
        let answers = join_all(stores.iter().map(|store| store.events(0, 1))).await;
        assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(Vec::is_empty)), "{answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_decision_wins() {
    let stores = processes("decided").await;
    for n in 0..20 {
        let message = MessageId::derive(&["decided", &n.to_string()]);
        let save = |process: usize| {
            let (url, snapshot) = (process.to_string(), "snapshot/00".parse().expect("a key"));
            let repo = format!("o/{n}-{process}").parse().expect("a name");
            vec![Record::Repository(Repository { repo, url, head: None, snapshot, seq: 1 })]
        };
        let at_once = stores.iter().enumerate().map(|(process, store)| {
            let mine = decision(&message, "s", &process.to_string());
            store.decide(Decision { save: save(process), ..mine })
        });
        let won: Vec<bool> = join_all(at_once).await.into_iter().map(|won| won.expect("answers")).collect();
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
        let winner = won.iter().position(|won| *won).expect("one");
        let kept = stores[0].decision(&message, "s").await.expect("reads");
        assert_eq!(kept, Some(Decided::Rejected(winner.to_string())));
    }
    // The losers' records are not there, and each decision has its events once.
    assert_eq!(stores[0].repositories().await.expect("lists").len(), 20);
    assert_eq!(stores[0].events(0, 1000).await.expect("lists").len(), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_new_once() {
    let stores = processes("accepted").await;
    // The same content under two delivery ids, and other content under the first of them.
    for n in 0..20 {
        let reports =
            [("a", "1"), ("a", "2"), ("b", "1")].map(|(c, d)| report(&format!("{c}{n}"), &format!("{d} {n}")));
        let at_once = stores.iter().cycle().zip(reports.iter().cycle()).take(24);
        let accepted = join_all(at_once.map(|(store, report)| store.accept(report.clone()))).await;
        let accepted: Vec<_> = accepted.into_iter().map(|accepted| accepted.expect("answers")).collect();
        // Under `2` it may come before `b` takes `1`: then both are new.
        let new = accepted.iter().filter(|accepted| **accepted == Accepted::New).count();
        assert!((1..=2).contains(&new), "{accepted:?}");
        let by_content = |of: usize| accepted.iter().skip(of).step_by(3);
        assert!(by_content(1).filter(|a| **a == Accepted::New).count() <= 1);
    }
    let waiting = stores[0].waiting(0, 1000).await.expect("lists");
    let mut runs: Vec<_> = waiting.iter().map(|(_, run, ..)| run).collect();
    runs.dedup();
    assert_eq!(runs.len(), waiting.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_on_misses_nothing() {
    let stores = processes("ordered").await;
    let write = join_all((0..200).map(|n| {
        let message = MessageId::derive(&["ordered", &n.to_string()]);
        let store = &stores[n % PROCESSES];
        async move {
            store.accept(report(&format!("ordered {n}"), &n.to_string())).await.expect("accepts");
            store.decide(decision(&message, "s", "x")).await.expect("keeps")
        }
    }));
    let read = async {
        let (mut events, mut after) = (0, 0);
        let mut waits = std::collections::BTreeSet::new();
        let mut last_row = 0;
        while events < 400 || waits.len() < 200 {
            for event in stores[0].events(after, 7).await.expect("lists") {
                (events, after) = (events + 1, event.seq);
            }
            for (row, run, ..) in stores[1].waiting(last_row, 7).await.expect("lists") {
                last_row = row;
                waits.insert(run);
            }
        }
    };
    let both = async { tokio::join!(write, read) };
    tokio::time::timeout(std::time::Duration::from_secs(60), both).await.expect("a row was passed over");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_to_land_ends_the_run() {
    let stores = processes("landed").await;
    let first = MessageId::derive(&["landed"]);
    let children: Vec<_> = (0..PROCESSES).map(|n| first.child("t", n)).collect();
    let flights = children.iter().map(|child| (child.clone(), "s".to_owned())).collect();
    stores[0].decide(Decision { children: flights, ..decision(&first, "s", "x") }).await.expect("keeps");
    let run = first.run();
    let land = stores.iter().zip(&children);
    let land = land.map(|(store, child)| store.decide(Decision { run: run.clone(), ..decision(child, "s", "x") }));
    assert!(join_all(land).await.into_iter().all(|kept| kept.is_ok_and(|kept| kept)));
    let events = stores[0].events(0, 1000).await.expect("lists");
    assert_eq!(events.iter().filter(|event| event.kind == "repository.processing.failed").count(), 1);
    assert_eq!(stores[3].finished(&run).await.expect("answers"), Some(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_is_not_overstepped() {
    let stores = processes("reserved").await;
    let ask = |n: usize| {
        let (input, model) = (n.to_string(), "m".to_owned());
        // The same repository, whichever way it is written.
        let repo = ["o/r", "O/R"][n % 2].parse().expect("a name");
        stores[n % PROCESSES].reserve(Reserve { input, repo, day: 1, model, micro_usd: 30, budget: 100 })
    };
    let reserved = join_all((0..64).map(ask)).await;
    assert_eq!(reserved.into_iter().filter_map(|r| r.expect("answers")).count(), 3);
    assert_eq!(stores[0].spent(&repo(), 1).await.expect("sums"), 90);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_moves_one_step_at_a_time() {
    let stores = processes("indexed").await;
    for seq in 0..10 {
        let step = || IndexUpdate {
            repo: repo(),
            seq,
            from: (seq > 0).then_some(seq - 1),
            version: "v".to_owned(),
            gone: Vec::new(),
            changed: Vec::new(),
        };
        let moved = join_all(stores.iter().map(|store| store.update_index(step()))).await;
        // Whoever comes second finds what it did not start from.
        assert_eq!(moved.into_iter().filter(|moved| *moved.as_ref().expect("answers")).count(), 1, "{seq}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_are_taken_by_all_processes() {
    let stores = processes("turns").await;
    let (inside, most, had) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let one = |n: usize| {
        let (store, inside, most, had) = (&stores[n % PROCESSES], &inside, &most, &had);
        async move {
            let _turn = store.turn("issues").await.expect("waits");
            most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            store.events(0, 1).await.expect("works while it has its turn");
            inside.fetch_sub(1, Ordering::SeqCst);
            had.fetch_add(1, Ordering::SeqCst);
        }
    };
    let all = join_all((0..64).map(one));
    tokio::time::timeout(std::time::Duration::from_secs(60), all).await.expect("nobody waits for ever");
    assert_eq!((most.into_inner(), had.into_inner()), (1, 64));
}
