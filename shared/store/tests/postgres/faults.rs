//! A database that sleeps, fails over, is full, lacks something, or knows more than the program.

use std::time::{Duration, Instant};

use contracts::{MessageId, RepoName};
use stage::Fault;
use store::{Accepted, Error, Reserve, Store};
use tokio::task::LocalSet;

use crate::proxy::Proxy;
use crate::races::{decision, report};
use crate::server;

/// The same database through a proxy.
async fn behind(url: &str, asleep: Duration) -> (Proxy, Store) {
    let (before, rest) = url.split_once('@').expect("an address");
    let (address, path) = rest.split_once('/').expect("a path");
    let proxy = Proxy::to(address.parse().expect("an address"), asleep).await;
    let store = Store::open(&format!("{before}@{}/{path}", proxy.address)).await.expect("opens");
    (proxy, store)
}

#[tokio::test]
async fn a_sleeping_database_is_waited_for() {
    let url = server::database("asleep").await;
    let slept = Duration::from_secs(3);
    let tests = async {
        let started = Instant::now();
        let (_proxy, store) = behind(&url, slept).await;
        assert!(started.elapsed() < Duration::from_secs(1), "to open is not to connect");
        let at_once = (0..20).map(|n| store.accept(report(&format!("asleep {n}"), &n.to_string())));
        let accepted = futures::future::try_join_all(at_once).await.expect("waits");
        assert!(accepted.iter().all(|accepted| *accepted == Accepted::New));
        assert!(started.elapsed() >= slept, "it slept");
    };
    LocalSet::new().run_until(tests).await;
}

#[tokio::test]
async fn nothing_listens_yet() {
    let store = Store::open("postgres://ann:hush@127.0.0.1:1/river").await.expect("to open is not to connect");
    let waits = tokio::time::timeout(Duration::from_millis(700), store.events(0, 1)).await;
    assert!(waits.is_err(), "a database that starts is waited for: {waits:?}");
}

/// Cuts all connections again and again at other places of what is said. What was answered is there; what was not is
/// there or not, as a whole, and can be repeated.
#[tokio::test]
async fn a_failover_loses_nothing_that_was_answered() {
    let url = server::database("failover").await;
    let direct = Store::open(&url).await.expect("opens");
    direct.events(0, 1).await.expect("is set up");
    let tests = async {
        let (proxy, store) = behind(&url, Duration::ZERO).await;
        let mut failed = 0;
        for round in 0..30_u64 {
            proxy.cut_after(1 + round * 397);
            let messages: Vec<_> =
                (0..8).map(|n| MessageId::derive(&["failover", &round.to_string(), &n.to_string()])).collect();
            let decide = messages.iter().map(|message| {
                let child = (message.child("t", 0), "s".to_owned());
                store.decide(store::Decision { children: vec![child], ..decision(message, "s", "x") })
            });
            let answers = futures::future::join_all(decide).await;
            for (message, answer) in messages.iter().zip(answers) {
                let kept = direct.decision(message, "s").await.expect("reads").is_some();
                let flies = direct.finished(&message.run()).await.expect("reads") == Some(false);
                assert_eq!(kept, flies, "a decision and its flights are one");
                match answer {
                    Ok(_) => assert!(kept, "it was answered"),
                    Err(error) => {
                        failed += 1;
                        assert!(matches!(Fault::from(error), Fault::Retry { .. }), "another try may work");
                        store.decide(decision(message, "s", "x")).await.expect("can be repeated");
                        assert!(direct.decision(message, "s").await.expect("reads").is_some());
                    }
                }
            }
        }
        // Cut while nobody speaks: the next one connects again.
        proxy.cut();
        store.events(0, 1).await.expect("tries again");
        assert!(failed < 60, "most of it passes by itself: {failed} of 240 failed");
    };
    LocalSet::new().run_until(tests).await;
}

#[tokio::test]
async fn who_loses_the_database_loses_the_turn() {
    let url = server::database("lost_turn").await;
    let other = Store::open(&url).await.expect("opens");
    let tests = async {
        let (proxy, store) = behind(&url, Duration::ZERO).await;
        let turn = store.turn("issues").await.expect("is free");
        let waits = tokio::time::timeout(Duration::from_millis(300), other.turn("issues")).await;
        assert!(waits.is_err(), "two at once");
        proxy.cut();
        let next = tokio::time::timeout(Duration::from_secs(10), other.turn("issues")).await;
        drop(next.expect("a process that is gone holds nothing").expect("is free"));
        drop(turn);
        drop(store.turn("issues").await.expect("connects again"));
    };
    LocalSet::new().run_until(tests).await;
}

#[tokio::test]
async fn a_full_database_keeps_the_whole_or_nothing() {
    let url = server::database("full_up").await;
    let store = Store::open(&url).await.expect("opens");
    store.events(0, 1).await.expect("is set up");
    server::execute(
        &url,
        "create function full_up() returns trigger language plpgsql as
             $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
         create trigger full_up before insert on event for each row execute function full_up();
         create trigger full_up before insert on inbox for each row execute function full_up();
         create trigger full_up before insert on model_call for each row execute function full_up();",
    )
    .await;
    let message = MessageId::derive(&["full"]);
    let repo: RepoName = "o/r".parse().expect("a name");
    let ask = Reserve { input: "q".into(), repo: repo.clone(), day: 1, model: "m".into(), micro_usd: 1, budget: 9 };
    let errors = [
        store.decide(decision(&message, "s", "x")).await.expect_err("is full"),
        store.accept(report("full", "1")).await.expect_err("is full"),
        store.reserve(ask.clone()).await.expect_err("is full"),
    ];
    for error in errors {
        assert!(error.to_string().contains("No space left"), "{error}");
        assert!(matches!(Fault::from(error), Fault::Retry { .. }));
    }
    assert_eq!(store.decision(&message, "s").await.expect("can still be read"), None);
    for table in ["event", "inbox", "model_call"] {
        server::execute(&url, &format!("drop trigger full_up on {table}")).await;
    }
    assert!(store.decide(decision(&message, "s", "x")).await.expect("there is room again"));
    assert_eq!(store.accept(report("full", "1")).await.expect("there is room again"), Accepted::New);
    assert!(store.reserve(ask).await.expect("there is room again").is_some());
}

/// A database without what is asked for, as its owner finds it.
#[tokio::test]
async fn what_is_missing_is_named() {
    let url = server::database("bare").await;
    server::execute(&url, "create role ann login password 'hush-hush'; grant all on schema public to ann").await;
    let address = url.split_once('@').expect("an address").1;
    let cases = [
        (format!("postgres://ann:hush-hush@{address}"), "pgvector"),
        (format!("postgres://ann:wrong-hush@{address}"), "password authentication failed for user \"ann\""),
        (format!("postgres://ann:hush-hush@{}", address.replace("bare", "nothing")), "\"nothing\" does not exist"),
        (format!("postgres://ann:hush-hush@{}", address.replace("disable", "require")), "TLS"),
    ];
    for (url, expected) in cases {
        let error = Store::open(&url).await.expect("to open is not to connect").events(0, 1).await.expect_err(&url);
        let told = format!("{error} {error:?}");
        assert!(told.contains(expected), "{told}");
        assert!(!told.contains("hush"), "a password: {told}");
    }
    for url in ["mysql://ann:hush@db/river", "postgres://ann:hush@db:port/river", ""] {
        let error = Store::open(url).await.expect_err(url);
        assert!(matches!(error, Error::Open { .. }) && !format!("{error} {error:?}").contains("hush"), "{error}");
    }
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let url = server::database("newer").await;
    let old = Store::open(&url).await.expect("opens");
    old.events(0, 1).await.expect("is set up");
    server::execute(&url, "insert into downstream_schema (version) values (99)").await;
    let error = Store::open(&url).await.expect("opens").events(0, 1).await.expect_err("is too new");
    assert!(error.to_string().contains("version 99") && error.to_string().contains("newer program"), "{error}");
    old.events(0, 1).await.expect("who runs already goes on");
}
