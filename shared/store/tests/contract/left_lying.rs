//! Turns, and what whoever tidies up asks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use contracts::record::{FindingRecord, Notice, Record};
use contracts::{Fingerprint, MessageId};
use store::{Decided, Decision, Emitted, Pruned, Store};

use crate::{accept, decision, repo};

pub async fn turns_are_taken(store: &Store) {
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let one = || async {
        let turn = store.turn("issues").await.expect("waits");
        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        // Whoever has the turn can work, however many wait.
        store.events(0, 1).await.expect("reads");
        store.save(Vec::new()).await.expect("writes");
        inside.fetch_sub(1, Ordering::SeqCst);
        drop(turn);
    };
    let all = futures::future::join_all((0..20).map(|_| one()));
    tokio::time::timeout(Duration::from_secs(30), all).await.expect("nobody waits for ever");
    assert_eq!(most.into_inner(), 1);
    let mine = store.turn("issues").await.expect("is free");
    let other = tokio::time::timeout(Duration::from_secs(5), store.turn("pull requests")).await;
    drop(other.expect("another name is another turn").expect("is free"));
    let second = tokio::time::timeout(Duration::from_millis(300), store.turn("issues")).await;
    assert!(second.is_err(), "two at once");
    drop(mine);
    let next = tokio::time::timeout(Duration::from_secs(5), store.turn("issues")).await;
    drop(next.expect("who gave up waiting does not hold it").expect("is free"));
}

/// A first message of a run that says `child` to the stage `s` and was decided about at `ended_at`.
fn saying(content: &str, ended_at: i64) -> (MessageId, MessageId, Decision) {
    let message = MessageId::derive(&[content]);
    let child = message.child("t", 0);
    let said = Emitted { topic: "t".into(), id: child.clone(), envelope: format!("{{\"of\":\"{content}\"}}") };
    let kept = decision(&message, &message.run(), &[(child.clone(), "s")]);
    let kept = Decision { verdict: Decided::Emit(vec![said]), started_at: ended_at - 1, ended_at, ..kept };
    (message, child, kept)
}

pub async fn what_was_said_long_ago_is_found(store: &Store) {
    let mut expected = Vec::new();
    for (content, ended_at) in [("long ago 2", -500), ("long ago 1", -600), ("long ago 3", -400)] {
        let (_, child, kept) = saying(content, ended_at);
        store.decide(kept).await.expect("keeps");
        expected.push((ended_at, ("s".to_owned(), child.to_string(), format!("{{\"of\":\"{content}\"}}"))));
    }
    expected.sort();
    let expected: Vec<_> = expected.into_iter().map(|(_, message)| message).collect();
    for (before, limit, count) in [(-400, 9, 2), (-399, 9, 3), (-399, 1, 1), (-600, 9, 0)] {
        let found = store.in_flight_since(before, limit).await.expect("lists");
        assert_eq!(found, expected[..count], "{before} {limit}");
    }
    for content in ["long ago 1", "long ago 2", "long ago 3"] {
        let message = MessageId::derive(&[content]);
        store.decide(decision(&message.child("t", 0), &message.run(), &[])).await.expect("lands");
    }
    assert!(store.in_flight_since(-399, 9).await.expect("lists").is_empty());

    let mut old = accept("waits since long", None);
    old.reported_at = -70;
    store.accept(old).await.expect("accepts");
    for (before, limit, count) in [(-70, 9, 0), (-69, 9, 1), (-69, 0, 0)] {
        assert_eq!(store.waiting_since(before, limit).await.expect("lists").len(), count, "{before} {limit}");
    }
    let found = store.waiting_since(-69, 9).await.expect("lists").remove(0);
    let all = store.waiting(0, 1000).await.expect("lists");
    assert!(all.contains(&found), "as all that waits is told");
}

fn finding(n: u8, state: &str, reported_at: i64) -> FindingRecord {
    let fingerprint = format!("{n:016x}");
    let zeros = "0".repeat(64);
    let element = serde_json::json!({"kind": "env", "name": "PORT"});
    serde_json::from_value(serde_json::json!({
        "state": state, "source": "o/source", "target": "o/target", "relationship": "r", "seq": 1,
        "finding": {
            "fingerprint": fingerprint, "rule": "rule", "element": "env:PORT", "title": "t", "change": "c",
            "consequence": "c", "urgency": "high", "tier": "likely", "tier_reason": "r", "provider": [], "dependent": []
        },
        "recheck": {
            "fingerprint": fingerprint, "facts": format!("facts/{zeros}"), "before": format!("snapshot/{zeros}"),
            "after": format!("snapshot/{zeros}"), "rule": "rule", "element": element,
            "change": {
                "repo": "o/source", "url": "u", "git_ref": "refs/heads/main", "before": null, "after": null,
                "summary": "", "reported_at": reported_at, "seq": 1
            }
        }
    }))
    .expect("a finding")
}

pub async fn what_nobody_was_told_is_found(store: &Store) {
    let findings =
        [(1, "open", 20), (2, "open", 10), (3, "resolved", 10), (4, "muted", 10), (5, "open", 10), (6, "open", 99)];
    let records = findings.map(|(n, state, at)| Record::Finding(Box::new(finding(n, state, at))));
    store.save(records.to_vec()).await.expect("saves");
    let fingerprint: Fingerprint = format!("{:016x}", 5).parse().expect("a fingerprint");
    let told = Notice {
        fingerprint,
        target: repo("o/target"),
        number: None,
        location: "outbox".to_owned(),
        state: "told".to_owned(),
        evidence: "e".to_owned(),
        at: 5,
    };
    store.save(vec![Record::Notice(told)]).await.expect("saves");
    for (before, limit, expected) in
        [(99, 9, &[2, 1][..]), (99, 1, &[2]), (10, 9, &[]), (11, 9, &[2]), (100, 9, &[2, 1, 6])]
    {
        let found = store.unreceipted(before, limit).await.expect("lists");
        let found: Vec<_> = found.iter().map(|found| found.finding.fingerprint.to_string()).collect();
        let expected: Vec<_> = expected.iter().map(|n| format!("{n:016x}")).collect();
        assert_eq!(found, expected, "{before} {limit}");
    }
}

pub async fn what_is_over_and_old_goes(store: &Store) {
    let old = -10_000;
    let mut over = Vec::new();
    for n in 0..700 {
        let content = format!("old {n}");
        let (message, child, kept) = saying(&content, old);
        let mut report = accept(&content, None);
        report.reported_at = old;
        over.push(async move {
            store.accept(report).await?;
            store.decide(kept).await?;
            // Each hundredth is still in the air, each seventieth went on a little longer.
            let ended_at = if n % 70 == 1 { old + 1000 } else { old };
            let last = Decision { started_at: old, ended_at, ..decision(&child, &message.run(), &[]) };
            if n % 100 != 0 { store.decide(last).await.map(drop) } else { Ok(()) }
        });
    }
    futures::future::try_join_all(over).await.expect("keeps");
    let (air, longer) = (7, 10);
    let gone = (700 - air - longer) as u64;
    let before = store.events(0, 100_000).await.expect("lists").len();
    let pruned = store.prune(old + 1000).await.expect("prunes");
    assert_eq!(pruned, Pruned { events: 3 * gone, decisions: 2 * gone, deliveries: gone });
    assert_eq!(store.events(0, 100_000).await.expect("lists").len(), before - 3 * gone as usize);
    assert_eq!(store.prune(old + 1000).await.expect("prunes"), Pruned::default(), "nothing is left to go");
    let known = |content: &str| {
        let run = MessageId::derive(&[content]).run();
        async move { store.finished(&run).await.expect("answers") }
    };
    assert_eq!(known("old 100").await, Some(false), "it is in the air");
    assert_eq!(known("old 71").await, Some(true), "it ended later");
    assert_eq!(known("old 7").await, None);
    assert!(store.repository(&repo("case/repo")).await.expect("reads").is_some());
    assert_eq!(store.unreceipted(99, 9).await.expect("lists").len(), 2);
}
