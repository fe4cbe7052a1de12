//! What every adapter owes.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use contracts::MessageId;
use queue::{Error, Parcel, Received};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::adapter::{Adapter, LONG, parcel};

pub async fn all(adapter: &Adapter) {
    a_message_is_received_once_and_completed(adapter).await;
    children_come(adapter).await;
    many_go_in_one_call_and_come_in_any_order(adapter).await;
    a_lease_ends_and_its_receipt_harms_nothing(adapter).await;
    a_retry_waits(adapter).await;
    a_burial_keeps_the_reason(adapter).await;
    a_waiting_receiver_is_woken(adapter).await;
    every_message_of_many_is_handled_once(adapter).await;
    text_comes_back_as_it_was(adapter).await;
    what_is_too_long_is_refused_and_nothing_is_sent(adapter).await;
    garbage_is_received_as_it_is(adapter).await;
    a_repeat_has_the_same_id(adapter).await;
}

async fn a_message_is_received_once_and_completed(adapter: &Adapter) {
    adapter.send(Vec::new()).await;
    adapter.send(vec![parcel("once", "1"), parcel("other_stage", "1")]).await;
    let received = adapter.receive_all("once", 1).await;
    assert_eq!((received[0].attempts, received[0].crashes, &received[0].parcel), (1, 0, &parcel("once", "1")));
    adapter.complete(&received[0]).await;
    // Whoever does it twice does no harm.
    adapter.complete(&received[0]).await;
    assert!(adapter.is_empty("once").await);
    let other = adapter.receive_all("other_stage", 1).await;
    assert_eq!(other[0].parcel, parcel("other_stage", "1"));
    adapter.complete(&other[0]).await;
}

async fn children_come(adapter: &Adapter) {
    adapter.send(vec![parcel("parent", "1")]).await;
    let parent = adapter.receive_all("parent", 1).await.remove(0);
    let children = vec![parcel("children", "1"), parcel("children", "2"), parcel("other_stage", "1")];
    adapter.queue.complete(&parent, children).await.expect("completes");
    let mut ids: Vec<MessageId> = Vec::new();
    for (stage, count) in [("children", 2), ("other_stage", 1)] {
        for child in adapter.receive_all(stage, count).await {
            adapter.complete(&child).await;
            ids.push(child.parcel.id);
        }
    }
    ids.sort();
    let mut expected = [parcel("children", "1").id, parcel("children", "2").id, parcel("other_stage", "1").id];
    expected.sort();
    assert_eq!(ids, expected);
}

async fn many_go_in_one_call_and_come_in_any_order(adapter: &Adapter) {
    let parcels: Vec<Parcel> = (0..25).map(|n| parcel("many", &n.to_string())).collect();
    adapter.send(parcels.clone()).await;
    let received = adapter.receive_all("many", 25).await;
    let sorted = |mut parcels: Vec<Parcel>| {
        parcels.sort_by(|a, b| a.id.cmp(&b.id));
        parcels
    };
    assert_eq!(sorted(received.iter().map(|r| r.parcel.clone()).collect()), sorted(parcels));
    for last_first in received.iter().rev() {
        adapter.complete(last_first).await;
    }
    assert!(adapter.is_empty("many").await);
}

async fn a_lease_ends_and_its_receipt_harms_nothing(adapter: &Adapter) {
    adapter.send(vec![parcel("lease", "late")]).await;
    let late = adapter.queue.receive("lease", 1, adapter.lease).await.expect("receives").remove(0);
    let again = adapter.comes_after("lease", adapter.lease).await;
    assert_eq!(again.parcel, late.parcel);
    assert_eq!(again.attempts, if adapter.counts { 2 } else { 1 });
    // The first receiver was too slow: what it does now is late, and no error.
    adapter.queue.retry(&late, Duration::ZERO).await.expect("gives back what it no longer has");
    adapter.complete(&late).await;
    adapter.complete(&again).await;
    adapter.queue.retry(&again, Duration::ZERO).await.expect("gives back what is gone");
    adapter.complete(&again).await;
}

async fn a_retry_waits(adapter: &Adapter) {
    adapter.send(vec![parcel("retry", "1")]).await;
    let received = adapter.receive_all("retry", 1).await.remove(0);
    adapter.queue.retry(&received, Duration::from_secs(3)).await.expect("gives back");
    let again = adapter.comes_after("retry", Duration::from_secs(3)).await;
    assert_eq!((&again.parcel, again.attempts), (&received.parcel, if adapter.counts { 2 } else { 1 }));
    adapter.queue.retry(&again, Duration::ZERO).await.expect("gives back");
    let again = adapter.receive_all("retry", 1).await.remove(0);
    adapter.complete(&again).await;
    assert!(adapter.is_empty("retry").await);
}

async fn a_burial_keeps_the_reason(adapter: &Adapter) {
    assert!(adapter.queue.dead_letters(10).await.expect("lists").is_empty());
    let reasons =
        [("bury", "it cannot be read: \u{1}ä\u{ffff}🦀"), ("bury_too", &"so long ".repeat(1_000)[..]), ("bury", "")];
    for (at, (stage, why)) in reasons.iter().enumerate() {
        adapter.send(vec![parcel(stage, &at.to_string())]).await;
        let received = adapter.receive_all(stage, 1).await.remove(0);
        adapter.queue.bury(&received, why).await.expect("buries");
        // Letters are told apart by their time.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(adapter.is_empty("bury").await);
    // They stay, however often they are looked at.
    for _ in 0..2 {
        let letters = adapter.queue.dead_letters(10).await.expect("lists");
        let mut parcels: Vec<&Parcel> = letters.iter().map(|letter| &letter.parcel).collect();
        parcels.sort_by(|a, b| a.id.cmp(&b.id));
        let mut expected = [parcel("bury", "0"), parcel("bury_too", "1"), parcel("bury", "2")];
        expected.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(parcels, expected.iter().collect::<Vec<_>>());
        assert!(letters.is_sorted_by_key(|letter| std::cmp::Reverse(letter.at)), "newest first: {letters:?}");
        let why =
            |name: &str| &letters.iter().find(|l| l.parcel.id == MessageId::derive(&[name])).expect("is there").why;
        assert!(why("0").starts_with("it cannot be read: ") && why("0").contains("ä"), "{}", why("0"));
        assert!(why("1").starts_with("so long so long so long"), "{}", why("1"));
    }
    assert_eq!(adapter.queue.dead_letters(2).await.expect("lists").len(), 2);
    assert_eq!(adapter.queue.dead_letters(0).await.expect("lists").len(), 0);
}

async fn a_waiting_receiver_is_woken(adapter: &Adapter) {
    let (received, ()) = tokio::join!(adapter.receive_all("late", 1), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        adapter.send(vec![parcel("late", "1")]).await;
    });
    assert_eq!(received[0].parcel, parcel("late", "1"));
    adapter.complete(&received[0]).await;
}

async fn every_message_of_many_is_handled_once(adapter: &Adapter) {
    const MANY: usize = 200;
    let handled = Mutex::new(BTreeMap::new());
    let done = watch::Sender::new(false);
    let receive = async || {
        let mut end = done.subscribe();
        loop {
            let received: Vec<Received> = tokio::select! {
                _ = end.wait_for(|end| *end) => return,
                received = adapter.queue.receive("crowd", 10, LONG) => received.expect("receives"),
            };
            for received in received {
                adapter.complete(&received).await;
                let mut handled = handled.lock().expect("locks");
                *handled.entry(received.parcel.id).or_insert(0) += 1;
                done.send_replace(handled.len() == MANY);
            }
        }
    };
    let receivers = futures::future::join_all((0..8).map(|_| receive()));
    let senders = futures::future::join_all((0..4).map(|part| {
        let parcels = (0..MANY / 4).map(|n| parcel("crowd", &format!("{part}/{n}"))).collect();
        adapter.send(parcels)
    }));
    let all = tokio::time::timeout(Duration::from_secs(60), futures::future::join(receivers, senders)).await;
    all.expect("all come");
    let handled = handled.into_inner().expect("locks");
    assert_eq!(handled.len(), MANY);
    assert!(!adapter.is_exact || handled.values().all(|times| *times == 1), "{handled:?}");
}

async fn text_comes_back_as_it_was(adapter: &Adapter) {
    let texts = [
        "plain",
        "ä ß € 🦀 \u{10ffff}",
        "\u{fffe}\u{ffff}\u{fdd0}\u{1ffff}",
        "\0\u{1}\u{8}\u{b}\u{c}\u{1f}\u{7f}\u{85}\u{2028}",
        "a\\\"\u{ffff}\\u0041\r\n\t",
        "]]><!-- & &amp; % + =",
    ];
    let envelope = |text: &str| json!({ "body": text }).to_string();
    let sent = texts.iter().map(|text| Parcel { envelope: envelope(text), ..parcel("text", text) });
    adapter.send(sent.collect()).await;
    for received in adapter.receive_all("text", texts.len()).await {
        let came: Value = serde_json::from_str(&received.parcel.envelope).expect("is JSON");
        let text = texts.iter().find(|text| MessageId::derive(&[text]) == received.parcel.id).expect("was sent");
        assert_eq!(came, json!({ "body": text }));
        adapter.complete(&received).await;
    }
}

async fn what_is_too_long_is_refused_and_nothing_is_sent(adapter: &Adapter) {
    let long = |kibibytes: usize, text: &str| {
        let envelope = json!({ "body": text.repeat(kibibytes * 1024 / text.len()) }).to_string();
        Parcel { envelope, ..parcel("long", &format!("{kibibytes} {text}")) }
    };
    for parcel in [long(200, "x"), long(300, "x"), long(2048, "x"), long(200, "\u{ffff}")] {
        let sent = adapter.queue.send(vec![crate::adapter::parcel("long", "beside"), parcel.clone()]).await;
        if adapter.queue.fits(&parcel.envelope) {
            sent.expect("sends");
            for received in adapter.receive_all("long", 2).await {
                assert!(received.parcel.envelope.len() >= parcel.envelope.len() || received.parcel.id != parcel.id);
                adapter.complete(&received).await;
            }
        } else {
            let error = sent.expect_err("does not fit");
            assert!(matches!(error, Error::TooLarge { .. }) && !error.may_pass(), "{error}");
            assert!(error.to_string().contains(parcel.id.as_str()), "{error}");
        }
    }
    assert!(adapter.is_empty("long").await);
}

async fn garbage_is_received_as_it_is(adapter: &Adapter) {
    let garbage = [r#"{"id":"#, "null", "[[[[", "\u{feff}{}", "no JSON at all"];
    let sent = garbage.iter().map(|text| Parcel { envelope: (*text).to_owned(), ..parcel("garbage", text) });
    adapter.send(sent.collect()).await;
    let mut came = Vec::new();
    for received in adapter.receive_all("garbage", garbage.len()).await {
        adapter.complete(&received).await;
        came.push(received.parcel.envelope);
    }
    came.sort();
    let mut expected = garbage.map(str::to_owned);
    expected.sort();
    assert_eq!(came, expected);
}

/// As one message or as two.
async fn a_repeat_has_the_same_id(adapter: &Adapter) {
    adapter.send(vec![parcel("twice", "1"), parcel("twice", "1")]).await;
    let mut copies = adapter.receive("twice").await;
    while let Ok(more) =
        tokio::time::timeout(Duration::from_millis(800), adapter.queue.receive("twice", 10, LONG)).await
    {
        copies.extend(more.expect("receives"));
    }
    assert!(copies.len() <= 2 && copies.iter().all(|copy| copy.parcel == parcel("twice", "1")), "{copies:?}");
    for copy in copies {
        adapter.complete(&copy).await;
    }
}
