//! Whatever text comes from outside, nothing of it comes alive. The judge is a Markdown parser that is not ours.

use contracts::fact::Span;
use contracts::messages::Change;
use contracts::metadata::OwnerRule;
use contracts::record::Checked;
use contracts::verdict::{Answer, Finding, Step, Urgency, Verdict};
use notify::{Body, DashboardShown, Frame, Item, Line, View, Watched, dashboard, digest, explain, render};
use proptest::prelude::*;
use proptest::sample::select;

use super::judge::{CALL, PIECES, judge, live};
use super::sample;

const MARKER: &str = "<!-- downstream:v1 fp=5b1e0c9a77d2f403 run=1 ev=1 urgency=low files=aa -->";

pub(super) fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_from_outside_comes_alive(texts in prop::collection::vec(hostile(), 16), kind in 0..4u8, local in any::<bool>()) {
        let base = match kind {
            0 => sample::moved_route(),
            1 => sample::renamed_variable(),
            2 => sample::template_fix(),
            _ => sample::template_conflict(),
        };
        let verdict = poisoned(base, &texts);
        let finding = &verdict.findings[0];
        let mut links = sample::github();
        (links.source, links.target) = (!local, !local);
        let labels = ["dependency".to_owned()];
        let owners = owners(&texts);
        let (summary, git_ref) = (texts[0].clone(), format!("refs/heads/{}", texts[1]));
        let change = Change { summary, git_ref, ..sample::change() };
        let updated_at = local.then_some(1_795_077_060_000);
        let (run, links, labels, owners) = (&sample::run(), &links, &labels[..], &owners[..]);
        let frame = Frame { run, change: &change, updated_at, links, labels, config_url: None, owners };
        let body = render(&verdict, finding, &frame);
        let called = usize::from(finding.urgency >= Urgency::High);
        prop_assert_eq!(body.body.matches(CALL).count(), called, "one team, and only where it is urgent");
        sound(&body)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nor_in_a_comment_or_a_digest(texts in prop::collection::vec(hostile(), 16), local in any::<bool>()) {
        let verdict = poisoned(sample::moved_route(), &texts);
        let finding = &verdict.findings[0];
        let mut links = sample::github();
        (links.source, links.target) = (!local, !local);
        let text = format!("{}\n\n{MARKER}\n", explain(&verdict, finding, &links));
        sound(&Body { title: String::new(), body: text, labels: Vec::new() })?;
        let item = Item { source: verdict.source.clone(), finding: finding.clone(), links };
        sound(&digest(&verdict.target, &[item.clone(), item], MARKER, &[]))?;
        sound(&dashboard(&verdict.target, &board(&verdict, &texts), MARKER))?;
    }
}

/// A dashboard with these texts wherever one goes.
fn board(verdict: &Verdict, texts: &[String]) -> View {
    let (source, finding) = (verdict.source.clone(), verdict.findings[0].clone());
    let line = |shown| Line { source: source.clone(), finding: finding.clone(), shown };
    let last = Checked {
        source: source.clone(),
        target: verdict.target.clone(),
        relationship: texts[0].clone(),
        commit: verdict.source_commit.clone(),
        answer: Answer::Unknown(texts[1].clone()),
        at: 0,
        seq: 1,
    };
    let (kind, finding) = (texts[2].clone(), Some((texts[3].clone(), "2026-11-19".to_owned())));
    View {
        waiting: vec![line(DashboardShown::Waits)],
        open: vec![line(DashboardShown::Issue(Some(57))), line(DashboardShown::Issue(None))],
        away: vec![
            line(DashboardShown::Ignored(texts[4].clone())),
            line(DashboardShown::Snoozed("2026-11-19".to_owned(), texts[5].clone())),
        ],
        watched: vec![Watched { source: source.clone(), kind, last: Some(last), finding }],
    }
}

fn sound(body: &Body) -> Result<(), TestCaseError> {
    prop_assert!(body.body.chars().count() <= 58_000);
    prop_assert!(body.title.chars().count() <= 72 + 12, "{}", body.title);
    prop_assert!(live(&body.title).is_none(), "title {:?}", body.title);
    match judge(&body.body) {
        Some(problem) => Err(TestCaseError::fail(format!("{problem}\n-----\n{}", body.body))),
        None => Ok(()),
    }
}

/// Rules of which one always matches, between others that say anything.
fn owners(texts: &[String]) -> Vec<OwnerRule> {
    let rule = |pattern: &str, owners: &[&str]| OwnerRule {
        pattern: pattern.to_owned(),
        owners: owners.iter().map(|o| (*o).to_owned()).collect(),
    };
    let (a, b, c) = (&texts[13], &texts[14], &texts[15]);
    vec![rule(a, &["@octocat"]), rule("*", &[b, "@evil/reviewers", "@acme/reviewers", c, "@acme/other"])]
}

/// Every string that comes from outside replaced by a hostile one.
pub(super) fn poisoned(mut verdict: Verdict, texts: &[String]) -> Verdict {
    let mut next = texts.iter().cycle().cloned();
    let mut take = || next.next().unwrap();
    let Finding {
        rule, element, title, change, consequence, tier_reason, provider, dependent, patch, triggers, ..
    } = &mut verdict.findings[0];
    for text in [title, change, consequence, tier_reason, rule, element] {
        *text = take();
    }
    for Span { path, quote, .. } in provider.iter_mut().chain(dependent) {
        (*path, *quote) = (take(), take());
    }
    *patch = patch.as_ref().map(|_| take());
    *triggers = vec![take(), take()];
    verdict.relationship = take();
    verdict.trace = vec![Step { step: take(), result: take() }, Step { step: take(), result: take() }];
    verdict
}

#[test]
fn the_judge_sees_what_is_alive() {
    let marker = "<!-- downstream:v1 fp=5b1e0c9a77d2f403 run=1 ev=1 urgency=low files=aa -->";
    for harmful in [
        "hello @acme/reviewers: please",
        "hello @octocat",
        "see #12",
        "see GH-12",
        "a/b#1",
        "commit 1865d05c8a2f",
        "https://evil.example",
        "www.evil.example",
        "<b>x</b>",
        "<script>x</script>",
        "[x](https://evil.example)",
        "![x](https://github.com/acme/inference/blob/x)",
        "# heading",
        "a $x$ b",
        "~~gone~~",
        "a[^1]\n\n[^1]: note",
        "<!-- hidden -->",
        "mail@evil.example",
        "https://github.com/acme/resumes/issues/1",
    ] {
        assert!(judge(&format!("{harmful}\n\n{marker}\n")).is_some(), "{harmful}");
    }
    for harmless in ["`@octocat`", "```\n@octocat <b> #12\n```", "plain, with a dot. And 123456.", "### Where"] {
        assert_eq!(judge(&format!("{harmless}\n\n{marker}\n")), None, "{harmless}");
    }
}
