//! What holds for any text, and what becomes of findings later.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use contracts::fact::{Element, FileStatus};
use contracts::messages::Change;
use contracts::record::{FindingRecord, FindingState, Recheck};
use contracts::verdict::{Answer, Tier};
use proptest::prelude::*;
use template_triage::{Case, Changed, Concerns, Now, Reading, Twin, apply, between, candidates, decide};

fn case(before: &str, after: &str) -> Case {
    let commit = |digit: &str| Some(digit.repeat(40).parse().unwrap());
    Case {
        change: Change {
            repo: "acme/template".parse().unwrap(),
            url: "https://github.com/acme/template".to_owned(),
            git_ref: "refs/heads/main".to_owned(),
            before: commit("1"),
            after: commit("2"),
            summary: "`@octocat` fixed #1".to_owned(),
            reported_at: 0,
            seq: 1,
            dry_run: false,
            only: Vec::new(),
            pinned: std::collections::BTreeMap::new(),
            partial: false,
        },
        target: "acme/derivative".parse().unwrap(),
        relationship: "template_fork".to_owned(),
        upward: false,
        concerns: Concerns::default(),
        files: vec![Changed {
            path: "Dockerfile".to_owned(),
            from: "Dockerfile".to_owned(),
            status: FileStatus::Modified,
            before: Some(before.to_owned()),
            after: Some(after.to_owned()),
            routes: vec![(0, u32::MAX)],
            now: Now::AsItWas,
            began: None,
        }],
        blind: Vec::new(),
        recheck: None,
        known: Vec::new(),
        taken_back: Vec::new(),
        open: Vec::new(),
        later: None,
    }
}

fn reading(here: &str) -> Reading {
    let twin = Twin { path: "Dockerfile".to_owned(), text: Some(here.to_owned()) };
    Reading::Read { commit: Some("3".repeat(40).parse().unwrap()), twins: vec![vec![twin]] }
}

const BEFORE: &str = "FROM base\nRUN install_everything\nCMD start\n";
const AFTER: &str = "FROM base\nRUN install_little\nCMD start\n";

/// An open finding about the case's only file.
fn open_finding() -> FindingRecord {
    let case = case(BEFORE, AFTER);
    let finding = decide(&case, &reading(BEFORE)).findings.remove(0);
    let key = |text: &str| text.parse().unwrap();
    let recheck = Recheck {
        fingerprint: finding.fingerprint.clone(),
        change: case.change.clone(),
        facts: key("facts/0"),
        before: key("snapshot/1"),
        after: key("snapshot/2"),
        rule: finding.rule.clone(),
        element: Element::File { path: "Dockerfile".to_owned(), moved_to: None },
    };
    let (source, target, relationship) = (case.change.repo, case.target, case.relationship);
    FindingRecord { state: FindingState::Open, finding, source, target, relationship, recheck, seq: 1 }
}

#[test]
fn a_finding_that_is_looked_at_again_stays_or_is_fixed() {
    let record = open_finding();
    let case = Case { recheck: Some(record.recheck.clone()), known: vec![record.clone()], ..case(BEFORE, AFTER) };
    let still = decide(&case, &reading(&format!("# mine\n{BEFORE}")));
    assert_eq!((still.findings.len(), still.resolved.len()), (1, 0));
    assert_eq!(still.findings[0].fingerprint, record.finding.fingerprint);

    let over = decide(&case, &reading(AFTER));
    assert_eq!(over.findings, []);
    assert_eq!(over.resolved[0].how, "fixed");
    assert_eq!(over.resolved[0].commit, Some("3".repeat(40).parse().unwrap()));

    // What cannot be read is not fixed.
    let unread = decide(&case, &Reading::Unreadable("gone".to_owned()));
    assert!(matches!(unread.answer, Answer::Unknown(_)) && unread.resolved.is_empty());
    let blind = Case { blind: vec!["Dockerfile".to_owned()], ..case };
    assert!(decide(&blind, &reading(AFTER)).resolved.is_empty());
}

#[test]
fn what_the_template_takes_back_is_over() {
    let record = open_finding();
    let case = Case { known: vec![record.clone()], taken_back: vec![record], ..case(AFTER, BEFORE) };
    let verdict = decide(&case, &reading(BEFORE));
    assert_eq!(verdict.resolved[0].how, "reverted");
    assert!(matches!(verdict.answer, Answer::NotAffected(_)));
    // Looked at again because of that very change, it is reverted, and not fixed as well.
    let again = Case { recheck: Some(case.taken_back[0].recheck.clone()), ..case };
    let verdict = decide(&again, &reading(BEFORE));
    assert_eq!(verdict.resolved.iter().map(|over| over.how.as_str()).collect::<Vec<_>>(), ["reverted"]);
}

#[test]
fn a_relationship_of_another_name_fixes_nothing() {
    let record = open_finding();
    let case = Case {
        relationship: "golden_template".to_owned(),
        recheck: Some(record.recheck.clone()),
        known: vec![record.clone()],
        ..case(BEFORE, AFTER)
    };
    let still = decide(&case, &reading(BEFORE));
    assert_eq!(still.resolved, []);
    assert_eq!(still.findings[0].fingerprint, record.finding.fingerprint);
}

#[test]
fn a_rewritten_file_of_many_lines_takes_no_time() {
    let lines = |from: usize| -> String { (from..from + 60_000).map(|n| format!("value_{n}\n")).collect() };
    let (before, after, own) = (lines(0), lines(100_000), lines(30_000));
    let same = "the same line\n".repeat(60_000);
    // Quadratic, either of these takes minutes.
    decide(&case(&before, &after), &reading(&own));
    decide(&case(&format!("{same}x\n"), "y\n"), &reading(&same.repeat(2)));
}

#[test]
fn hunks_of_a_reporter_confirm_nothing() {
    let mut case = case(BEFORE, AFTER);
    case.change.partial = true;
    assert_eq!(decide(&case, &reading(BEFORE)).findings[0].tier, Tier::CheckFirst);
}

#[test]
fn one_finding_a_file_however_it_fits_today() {
    let whole = decide(&case(BEFORE, AFTER), &reading(BEFORE)).findings.remove(0);
    let twice = "x\nRUN install_everything\ny\nRUN install_everything\nz\n";
    let conflict = decide(&case(BEFORE, AFTER), &reading(twice)).findings.remove(0);
    assert_ne!(whole.rule, conflict.rule);
    assert_eq!(whole.fingerprint, conflict.fingerprint);
    // The commit's words stay words: a backtick of theirs ends no code of ours.
    assert_eq!(whole.change, "changed `Dockerfile` (\"'@octocat' fixed #1\").");
}

fn text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        6 => "(alpha|beta|gamma|delta) (one|two|three)",
        1 => Just("}".to_owned()),
        1 => Just(String::new()),
        1 => Just("{{ placeholder }} é".to_owned()),
        1 => any::<String>().prop_map(|s| s.replace('\n', "")),
    ];
    let ends = prop_oneof![4 => Just("\n"), 1 => Just("\r\n")];
    (prop::collection::vec(line, 0..25), ends, any::<bool>()).prop_map(|(lines, end, open)| {
        let text = lines.join(end);
        if open { text } else { text + end }
    })
}

/// A text with some of its lines changed.
fn edited() -> impl Strategy<Value = (String, String)> {
    (text(), prop::collection::vec((any::<prop::sample::Index>(), "[a-z]{8} [0-9]{3}", 0..3u8), 0..4)).prop_map(
        |(before, edits)| {
            let mut lines: Vec<String> = before.split_inclusive('\n').map(str::to_owned).collect();
            for (at, new, kind) in edits {
                if lines.is_empty() {
                    break;
                }
                let at = at.index(lines.len());
                match kind {
                    0 => drop(lines.remove(at)),
                    1 => lines.insert(at, format!("{new}\n")),
                    _ => lines[at] = format!("{new}\n"),
                }
            }
            (before, lines.concat())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_written_patch_leads_where_it_says((old, new) in edited(), other in text()) {
        let patch = between("f", Some(&old), Some(&new));
        prop_assert_eq!(apply(&patch, &old), Some(new));
        // Whatever it is applied to, it answers.
        let _ = apply(&patch, &other);
        let _ = apply(&other, &old);
    }

    #[test]
    fn every_claim_stands_in_the_text((before, after) in edited(), here in text()) {
        let verdict = decide(&case(&before, &after), &reading(&here));
        for finding in &verdict.findings {
            prop_assert!(finding.title.chars().count() <= 72);
            prop_assert!(finding.dependent.iter().all(|span| span.stands_in(&here)));
            if let Some(patch) = &finding.patch {
                prop_assert!(apply(patch, &here).is_some(), "{}", patch);
            }
        }
    }

    #[test]
    fn an_untouched_derivative_gets_what_the_template_has((before, after) in edited()) {
        let verdict = decide(&case(&before, &after), &reading(&before));
        let clean = verdict.trace.iter().all(|step| step.result.starts_with("applies cleanly"));
        if let (true, [finding]) = (clean, &verdict.findings[..]) {
            let patch = finding.patch.as_ref().expect("hunks that apply make a patch");
            let silent = |text: &str| text.split_whitespace().filter(|w| !w.starts_with('#')).collect::<String>();
            // Formatting is not taken over; everything else is.
            prop_assert_eq!(silent(&apply(patch, &before).unwrap()), silent(&after), "{}", patch);
        }
    }

    #[test]
    fn no_path_is_too_odd(path in any::<String>(), paths in prop::collection::vec(any::<String>(), 0..5)) {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let found = candidates(&path, &"o/a".parse().unwrap(), &"o/b".parse().unwrap(), &paths);
        prop_assert!(found.iter().all(|path| paths.contains(&path.as_str())));
    }
}
