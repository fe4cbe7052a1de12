use contracts::CommitId;

use super::*;

const GRACE: i64 = 600_000;
const NOW: i64 = 1_800_000_000_000;

fn commit(n: u8) -> CommitId {
    format!("{n:040x}").parse().expect("a commit")
}

fn known(n: u8) -> Known {
    Known { commit: commit(n), seq: 7 }
}

fn head(n: u8) -> Head {
    Head { branch: "main".into(), commit: commit(n) }
}

fn behind(n: u8, ago: i64) -> Behind {
    Behind { known: commit(n), since: NOW - ago }
}

#[test]
fn a_change_is_missed_once_it_is_unknown_for_longer_than_a_delivery_takes() {
    let cases = [
        (None, head(1), None, Look::Unknown),
        (None, head(1), Some(behind(1, GRACE)), Look::Unknown),
        (Some(known(1)), head(1), None, Look::UpToDate),
        (Some(known(1)), head(1), Some(behind(1, GRACE)), Look::UpToDate),
        (Some(known(1)), head(2), None, Look::Behind(behind(1, 0))),
        (Some(known(1)), head(2), Some(behind(1, GRACE - 1)), Look::Behind(behind(1, GRACE - 1))),
        (Some(known(1)), head(2), Some(behind(1, GRACE)), Look::Missed(behind(1, GRACE))),
        // Pushed again meanwhile: nothing has arrived since, all the same.
        (Some(known(1)), head(3), Some(behind(1, GRACE)), Look::Missed(behind(1, GRACE))),
        // Something has arrived meanwhile: from now on again.
        (Some(known(2)), head(3), Some(behind(1, GRACE)), Look::Behind(behind(2, 0))),
        // A memory from the future.
        (Some(known(1)), head(2), Some(behind(1, -GRACE)), Look::Behind(behind(1, 0))),
    ];
    for (known, head, behind, expected) in cases {
        assert_eq!(decide(known.as_ref(), &head, behind.as_ref(), NOW, GRACE), expected);
    }
}

#[test]
fn a_found_change_has_the_id_that_its_delivery_has() {
    let repo: RepoName = "o/r".parse().expect("a name");
    let (id, change) = change(&repo, "u".into(), &known(1), &head(2), Some(1_767_323_045));
    let (before, after) = (commit(1), commit(2));
    let delivered = ["push", "o/r", "refs/heads/main", before.as_str(), after.as_str(), "1767323045"];
    assert_eq!(id, contracts::MessageId::derive(&delivered));
    assert_eq!((change.before, change.after, change.git_ref.as_str()), (Some(before), Some(after), "refs/heads/main"));
    // Pushed there and back and there again: three changes, whoever finds them.
    let of = |seq| self::change(&repo, "u".into(), &Known { commit: commit(1), seq }, &head(2), None).0;
    assert_eq!(of(7), of(7));
    assert_ne!(of(7), of(8));
}

#[test]
fn every_repository_has_its_turn() {
    let names: Vec<RepoName> = ["a/a", "a/b", "B/c", "d/d"].map(|n| n.parse().expect("a name")).into();
    let all: BTreeMap<String, &RepoName> = names.iter().map(|n| (n.as_str().to_ascii_lowercase(), n)).collect();
    let cases: [(&str, usize, &[&str]); 7] = [
        ("", 10, &["a/a", "a/b", "B/c", "d/d"]),
        ("", 2, &["a/a", "a/b"]),
        ("a/b", 2, &["B/c", "d/d"]),
        ("b/c", 2, &["d/d", "a/a"]),
        ("d/d", 9, &["a/a", "a/b", "B/c", "d/d"]),
        ("b/b-removed", 1, &["B/c"]),
        ("a/a", 0, &[]),
    ];
    for (last, most, expected) in cases {
        let turn: Vec<&str> = turn(&all, last, most).into_iter().map(RepoName::as_str).collect();
        assert_eq!(turn, expected, "after {last:?}");
    }
}

#[test]
fn dependents_are_looked_after_and_each_repository_once() {
    let text = r#"{"relationships": {
        "o/api": {"type": "service_provider", "consumers": [
            {"repo": "O/Shop", "relationship_type": "api_consumer"}, {"repo": "o/jobs", "relationship_type": "api_consumer"}]},
        "o/shop": {"type": "service_provider", "consumers": [{"repo": "o/jobs", "relationship_type": "api_consumer"}]}
    }}"#;
    let relationships = Relationships::parse(text).expect("is understood");
    assert_eq!(watched(&relationships).into_keys().collect::<Vec<_>>(), ["o/api", "o/jobs", "o/shop"]);
}
