//! What every adapter owes, asked of each of them.

use contracts::analysis::{EnvRead, FileAnalysis};
use contracts::index::{Chunk, IndexedFile};
use contracts::record::{Notice, Record, Repository, Wish, WishKind};
use contracts::{Fingerprint, MessageId, ObjectId, RepoName, RunId};
use store::{Accept, Accepted, Decided, Decision, Emitted, IndexUpdate, Query, Reserve, Settle, Store};

#[path = "contract/left_lying.rs"]
mod left_lying;
#[cfg(feature = "postgres")]
#[path = "contract/server.rs"]
mod server;

#[tokio::test]
async fn sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    owes(&format!("sqlite:{}", folder.path().join("store.db").display())).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres() {
    owes(&server::database("contract").await).await;
}

async fn owes(url: &str) {
    let store = Store::open(url).await.expect("opens");
    repeats_are_recognised(&store).await;
    a_batch_recognises_its_own_repeats(&store).await;
    a_decision_is_kept_once_and_whole(&store).await;
    a_run_is_finished_when_nothing_is_in_flight(&store).await;
    a_run_that_began_in_a_queue_is_known(&store).await;
    any_character_is_kept(&store).await;
    an_older_record_never_wins(&store).await;
    a_wish_is_the_last_word(&store).await;
    notices_are_found_by_state_and_age(&store).await;
    a_report_says_its_topic(&store).await;
    analyses_are_found_by_key(&store).await;
    the_index_moves_from_known_to_known(&store).await;
    search_finds_words_and_likeness(&store).await;
    a_day_has_a_budget(&store).await;
    a_question_is_asked_once(&store).await;
    left_lying::turns_are_taken(&store).await;
    left_lying::what_was_said_long_ago_is_found(&store).await;
    left_lying::what_nobody_was_told_is_found(&store).await;
    let again = Store::open(url).await.expect("opens again");
    assert_eq!(again.waiting(0, 1000).await.expect("lists").len(), store.waiting(0, 1000).await.expect("lists").len());
    left_lying::what_is_over_and_old_goes(&store).await;
}

fn repo(name: &str) -> RepoName {
    name.parse().expect("a name")
}

fn accept(content: &str, delivery: Option<&str>) -> Accept {
    let run = MessageId::derive(&[content]).run();
    let delivery = delivery.map(str::to_owned);
    Accept {
        run,
        delivery,
        repo: repo("o/r"),
        reported_at: 1,
        topic: "t.v1".to_owned(),
        envelope: format!("{{\"c\":\"{content}\"}}"),
    }
}

fn run(content: &str) -> RunId {
    MessageId::derive(&[content]).run()
}

async fn repeats_are_recognised(store: &Store) {
    let cases = [
        ("new", "c1", Some("d1"), Accepted::New),
        ("the same delivery again", "c1", Some("d1"), Accepted::Duplicate(run("c1"))),
        ("a replay under another delivery id", "c1", Some("d2"), Accepted::Duplicate(run("c1"))),
        ("a delivery id with other content", "c2", Some("d1"), Accepted::Duplicate(run("c1"))),
        ("another real push", "c3", Some("d3"), Accepted::New),
        ("a report without delivery id", "c4", None, Accepted::New),
        ("another without", "c5", None, Accepted::New),
    ];
    for (name, content, delivery, expected) in cases {
        assert_eq!(store.accept(accept(content, delivery)).await.expect(name), expected, "{name}");
    }
}

async fn a_batch_recognises_its_own_repeats(store: &Store) {
    let same = (0..50).map(|n| store.accept(accept("burst", Some(if n % 2 == 0 { "b0" } else { "b1" }))));
    let accepted = futures::future::try_join_all(same).await.expect("accepts");
    assert_eq!(accepted.iter().filter(|a| **a == Accepted::New).count(), 1);
}

fn decision(message: &MessageId, run: &RunId, children: &[(MessageId, &str)]) -> Decision {
    let emit = |(id, _): &(MessageId, &str)| Emitted { topic: "t".into(), id: id.clone(), envelope: "{}".into() };
    Decision {
        message: message.clone(),
        stage: "s".into(),
        run: run.clone(),
        verdict: Decided::Emit(children.iter().map(emit).collect()),
        children: children.iter().map(|(id, stage)| (id.clone(), (*stage).to_owned())).collect(),
        save: Vec::new(),
        started_at: 1,
        ended_at: 2,
        attempts: 1,
    }
}

async fn a_decision_is_kept_once_and_whole(store: &Store) {
    let message = MessageId::derive(&["decided"]);
    let first = decision(&message, &message.run(), &[]);
    let mut second = first.clone();
    second.verdict = Decided::Rejected("no".into());
    second.save = vec![repository("o/never", 1, "x")];
    assert!(store.decide(first.clone()).await.expect("keeps"));
    assert!(!store.decide(second).await.expect("refuses"));
    assert_eq!(store.decision(&message, "s").await.expect("reads"), Some(first.verdict));
    assert_eq!(store.decision(&message, "other").await.expect("reads"), None);
    assert!(store.repository(&repo("o/never")).await.expect("reads").is_none());
}

async fn a_run_is_finished_when_nothing_is_in_flight(store: &Store) {
    let first = MessageId::derive(&["flight"]);
    assert_eq!(store.finished(&first.run()).await.expect("answers"), None);
    store.accept(accept("flight", None)).await.expect("accepts");
    assert_eq!(store.finished(&first.run()).await.expect("answers"), Some(false));
    let child = first.child("t", 0);
    store.decide(decision(&first, &first.run(), &[(child.clone(), "s")])).await.expect("keeps");
    assert_eq!(store.finished(&first.run()).await.expect("answers"), Some(false));
    store.decide(decision(&child, &first.run(), &[])).await.expect("keeps");
    assert_eq!(store.finished(&first.run()).await.expect("answers"), Some(true));
    let events = store.events(0, 1000).await.expect("lists");
    let mine: Vec<_> = events.iter().filter(|e| e.run == first.run().as_str()).map(|e| e.kind.as_str()).collect();
    let expected = ["processing.stage.completed", "processing.stage.completed", "repository.processing.completed"];
    assert_eq!(mine, expected);
}

async fn a_run_that_began_in_a_queue_is_known(store: &Store) {
    let first = MessageId::derive(&["from a queue"]);
    let child = first.child("t", 0);
    store.decide(decision(&first, &first.run(), &[(child.clone(), "s")])).await.expect("keeps");
    assert_eq!(store.finished(&first.run()).await.expect("answers"), Some(false));
    assert!(store.is_moving(&first.run(), &["x", "s"]).await.expect("answers"));
    assert!(!store.is_moving(&first.run(), &["x"]).await.expect("answers"));
    store.decide(decision(&child, &first.run(), &[])).await.expect("keeps");
    assert_eq!(store.finished(&first.run()).await.expect("answers"), Some(true));
}

/// A replay compares byte by byte, and what is read out of a body must not fail on another part of it.
async fn any_character_is_kept(store: &Store) {
    let text = "0 \0 \0\0 \\0 \\u0000 \\\0 ' \" \u{1f600} \u{7f} \u{ffff} e\u{301} $1 $$ /* -- \r\n\t";
    let message = MessageId::derive(&["odd"]);
    let said = Emitted { topic: text.into(), id: message.child("t", 0), envelope: format!("{{\"x\":{text:?}}}\0") };
    let verdicts = [
        ("emit", Decided::Emit(vec![said.clone()])),
        ("rejected", Decided::Rejected(text.into())),
        ("given up", Decided::GivenUp { why: text.into(), say: vec![said] }),
    ];
    for (stage, verdict) in verdicts {
        let children = vec![(message.child("t", 0), stage.to_owned())];
        let kept = Decision { stage: stage.into(), verdict, children, ..decision(&message, &message.run(), &[]) };
        assert!(store.decide(kept.clone()).await.expect("keeps"), "{stage}");
        assert_eq!(store.decision(&message, stage).await.expect("reads"), Some(kept.verdict), "{stage}");
    }
    let in_flight = store.in_flight().await.expect("lists");
    assert_eq!(in_flight.iter().filter(|(_, id, _)| *id == message.child("t", 0).to_string()).count(), 6);
    store.save(vec![repository("odd/one", 1, text)]).await.expect("saves");
    assert_eq!(store.repository(&repo("odd/one")).await.expect("reads").expect("is there").url, text);
}

fn repository(name: &str, seq: i64, url: &str) -> Record {
    let snapshot = "snapshot/00".parse().expect("a key");
    Record::Repository(Repository { repo: repo(name), url: url.into(), head: None, snapshot, seq })
}

async fn an_older_record_never_wins(store: &Store) {
    for (seq, url) in [(5, "five"), (3, "three"), (7, "seven"), (6, "six")] {
        store.save(vec![repository("Case/Repo", seq, url)]).await.expect("saves");
    }
    let known = store.repository(&repo("case/repo")).await.expect("reads").expect("is there");
    assert_eq!((known.seq, known.url.as_str()), (7, "seven"));
    let at_once = [(9, "nine"), (8, "eight"), (9, "also nine"), (2, "two")];
    let records = at_once.map(|(seq, url)| repository("case/REPO", seq, url));
    store.save(records.to_vec()).await.expect("saves what is about one thing");
    let known = store.repository(&repo("case/repo")).await.expect("reads").expect("is there");
    assert_eq!((known.seq, known.url.as_str()), (9, "also nine"));
}

async fn a_wish_is_the_last_word(store: &Store) {
    let fingerprint: Fingerprint = "0123456789abcdef".parse().expect("a fingerprint");
    let wish = |kind, at| Wish {
        fingerprint: fingerprint.clone(),
        target: repo("o/r"),
        number: Some(1),
        kind,
        by: "ann".to_owned(),
        reason: String::new(),
        at,
    };
    assert_eq!(store.wish(&fingerprint).await.expect("reads"), None);
    let snooze = WishKind::Snooze { until: 50 };
    // What is wished, when, what then counts, and whether a snooze ended by 60.
    for (kind, at, counts, ended) in [
        (snooze, 10, snooze, 1),
        (WishKind::Mute, 5, snooze, 1),
        (WishKind::Tell, 10, WishKind::Tell, 0),
        (WishKind::Snooze { until: 70 }, 20, WishKind::Snooze { until: 70 }, 0),
        (WishKind::Mute, 30, WishKind::Mute, 0),
    ] {
        store.save(vec![Record::Wish(wish(kind, at))]).await.expect("saves");
        assert_eq!(store.wish(&fingerprint).await.expect("reads").map(|w| w.kind), Some(counts), "{kind:?} {at}");
        assert_eq!(store.ended_snoozes(60).await.expect("lists").len(), ended, "{kind:?} {at}");
    }
}

async fn notices_are_found_by_state_and_age(store: &Store) {
    for (fingerprint, state, at) in [("a", "digest", 10), ("b", "digest", 20), ("c", "open", 5)] {
        let notice = Notice {
            fingerprint: fingerprint.repeat(16).parse().expect("a fingerprint"),
            target: repo("o/r"),
            number: None,
            location: String::new(),
            state: state.to_owned(),
            evidence: String::new(),
            at,
        };
        store.save(vec![Record::Notice(notice)]).await.expect("saves");
    }
    for (state, before, count) in [("digest", 10, 0), ("digest", 11, 1), ("digest", 21, 2), ("closed", 99, 0)] {
        assert_eq!(store.notices_in(state, before).await.expect("lists").len(), count, "{state} {before}");
    }
}

async fn a_report_says_its_topic(store: &Store) {
    store.accept(accept("topical", None)).await.expect("accepts");
    let waiting = store.waiting(0, 1000).await.expect("lists");
    let found = waiting.iter().find(|(_, id, ..)| *id == run("topical").to_string());
    assert_eq!(
        found.map(|(_, _, topic, envelope)| (topic.as_str(), envelope.as_str())),
        Some(("t.v1", "{\"c\":\"topical\"}"))
    );
}

async fn analyses_are_found_by_key(store: &Store) {
    let analysis = |n| FileAnalysis { lines: n, ..FileAnalysis::default() };
    let rows: Vec<_> = (0..1000).map(|n| (format!("k{n}"), analysis(n))).collect();
    store.put_analyses(&rows).await.expect("puts");
    store.put_analyses(&[("k1".into(), analysis(99))]).await.expect("a repeat is a success");
    let found = store.analyses(&["k1".into(), "k999".into(), "no".into()], &|_, _| true).await.expect("gets");
    assert_eq!((found.len(), found["k1"].lines, found["k999"].lines), (2, 1, 999));
    let read = EnvRead { name: "PORT".into(), default: None, required: true, line: 3 };
    let whole = FileAnalysis { env: vec![read], ..analysis(7) };
    store.put_analyses(&[("env".into(), whole.clone())]).await.expect("puts");
    for (needle, expected) in [("PORT", whole), ("HOST", analysis(7))] {
        let mentions = |_: &str, bytes: &[u8]| bytes.windows(4).any(|word| word == needle.as_bytes());
        let found = store.analyses(&["env".into()], &mentions).await.expect("gets");
        assert_eq!(found["env"], expected, "{needle}");
    }
}

fn file(path: &str, chunks: &[(&str, i8)]) -> IndexedFile {
    let chunk = |(terms, v): &(&str, i8)| Chunk {
        start: 1,
        end: 9,
        title: format!("{path}:{terms}"),
        terms: (*terms).to_owned(),
        vector: vec![*v, 127 - *v],
    };
    let oid: ObjectId = format!("{:040x}", chunks.len()).parse().expect("an id");
    IndexedFile { path: path.into(), oid, chunks: chunks.iter().map(chunk).collect() }
}

fn step(from: Option<i64>, seq: i64, gone: &[&str], changed: Vec<IndexedFile>) -> IndexUpdate {
    let gone = gone.iter().map(|p| (*p).to_owned()).collect();
    IndexUpdate { repo: repo("o/index"), seq, from, version: "v1".into(), gone, changed }
}

async fn the_index_moves_from_known_to_known(store: &Store) {
    let of = repo("o/index");
    assert!(store.indexed_files(&of, "v1").await.expect("reads").is_none());
    let both = vec![file("a", &[("alpha beta", 1)]), file("b", &[("beta", 2), ("gamma delta", 3)])];
    assert!(store.update_index(step(None, 10, &[], both)).await.expect("steps"));
    assert!(!store.update_index(step(None, 11, &[], Vec::new())).await.expect("refuses a wrong start"));
    assert!(!store.update_index(step(Some(10), 9, &["a"], Vec::new())).await.expect("refuses to go back"));
    let changed = vec![file("b", &[("gamma", 3)]), file("empty", &[]), file("c", &[("alpha", 5)]), file("void", &[])];
    assert!(store.update_index(step(Some(10), 12, &["a"], changed)).await.expect("steps"));
    let (seq, files) = store.indexed_files(&of, "v1").await.expect("reads").expect("is there");
    assert_eq!((seq, files.len()), (12, 4));
    let stepped = store.dump_index(&of).await.expect("dumps");

    let clean = vec![file("void", &[]), file("b", &[("gamma", 3)]), file("c", &[("alpha", 5)]), file("empty", &[])];
    let rebuilt = IndexUpdate { version: "v2".into(), ..step(Some(12), 13, &[], clean) };
    assert_eq!(store.indexed_files(&of, "v2").await.expect("reads").expect("is there").1.len(), 0);
    assert!(store.update_index(rebuilt).await.expect("starts over"));
    assert_eq!(store.dump_index(&of).await.expect("dumps"), stepped);
    assert!(stepped.iter().any(|line| line.contains("gamma")), "{stepped:?}");
}

async fn search_finds_words_and_likeness(store: &Store) {
    let of = repo("o/index");
    let query = |terms: &[&str], vector: Vec<i8>| Query {
        terms: terms.iter().map(|t| (*t).to_owned()).collect(),
        vector,
        limit: 10,
    };
    let paths = |hits: Vec<contracts::index::Hit>| hits.into_iter().map(|h| h.path).collect::<Vec<_>>();
    let hits = store.search(&of, &query(&["gamma"], vec![0, 0])).await.expect("searches").expect("is there");
    assert_eq!(paths(hits), ["b"]);
    let hits = store.search(&of, &query(&["nothing"], vec![127, 0])).await.expect("searches").expect("is there");
    assert_eq!(paths(hits), ["c", "b"]);
    let hostile = query(&["\"", "a\" OR b", "NEAR(", "*", "-x"], vec![1, 2, 3]);
    assert!(store.search(&of, &hostile).await.expect("is no syntax").expect("is there").is_empty());
    assert!(store.search(&repo("o/none"), &query(&["x"], vec![])).await.expect("answers").is_none());
}

fn question(input: &str, repo_name: &str, day: i64) -> Reserve {
    let (input, model) = (input.to_owned(), "m".to_owned());
    Reserve { input, repo: repo(repo_name), day, model, micro_usd: 40, budget: 100 }
}

async fn a_day_has_a_budget(store: &Store) {
    let at_once = (0..20).map(|n| store.reserve(question(&format!("at once {n}"), "o/Money", 1)));
    let reserved = futures::future::try_join_all(at_once).await.expect("reserves");
    assert_eq!(reserved.iter().flatten().count(), 2, "40 each, and 100 a day");
    assert_eq!(store.spent(&repo("O/money"), 1).await.expect("sums"), 80);
    let cases = [
        ("the same day", question("more", "o/money", 1), false),
        ("the next day", question("more", "o/money", 2), true),
        ("another repository", question("other", "o/rich", 1), true),
        ("dearer than a whole day", Reserve { micro_usd: 101, ..question("dear", "o/rich", 9) }, false),
        ("exactly a day", Reserve { micro_usd: 100, ..question("exact", "o/rich", 9) }, true),
    ];
    for (name, question, expected) in cases {
        assert_eq!(store.reserve(question).await.expect(name).is_some(), expected, "{name}");
    }
}

async fn a_question_is_asked_once(store: &Store) {
    let reserve = || async { store.reserve(question("q", "o/asked", 1)).await.expect("reserves").expect("has room") };
    let spent = || async { store.spent(&repo("o/asked"), 1).await.expect("sums") };
    let settle = |reserved, answer: &str, micro_usd| Settle { reserved, answer: answer.to_owned(), micro_usd };
    let (first, second) = (reserve().await, reserve().await);
    assert_eq!(store.answered("q").await.expect("reads"), None, "nobody answered yet");
    assert_eq!(spent().await, 80, "it was sent twice and may have been billed twice");
    assert_eq!(store.reserve(question("q", "o/asked", 1)).await.expect("reserves"), None, "no room for a third time");
    store.settle(settle(second, "yes", 7)).await.expect("settles");
    assert_eq!(spent().await, 47, "what the second really cost");
    store.settle(settle(second, "no", 9)).await.expect("settles");
    store.settle(settle(first, "later", 5)).await.expect("settles");
    let answered = store.answered("q").await.expect("reads").expect("an answer");
    assert_eq!((answered.answer.as_str(), spent().await), ("later", 12), "each time counts once");
}
