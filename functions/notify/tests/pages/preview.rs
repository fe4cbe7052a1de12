//! The comment on a pull request: as snapshots, and with hostile texts in every place.

use std::collections::BTreeMap;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, parse_document};
use contracts::RepoName;
use contracts::verdict::{Answer, Tier, Verdict};
use insta::assert_snapshot;
use notify::{Impact, Missing, markdown};
use proptest::prelude::*;

use super::hostile::{hostile, poisoned};
use super::judge::{allowed, in_link, live, options};
use super::sample;

fn named(verdict: Verdict, target: &str) -> Verdict {
    Verdict { target: target.parse().unwrap(), ..verdict }
}

fn quiet(target: &str, answer: Answer) -> Verdict {
    Verdict { answer, findings: Vec::new(), ..named(sample::moved_route(), target) }
}

fn impact(verdicts: Vec<Verdict>) -> Impact {
    let owners = verdicts.iter().map(|v| (v.target.clone(), vec!["@acme/team".to_owned()])).collect();
    Impact {
        source: "acme/inference".parse().unwrap(),
        head: Some(sample::AFTER.parse().unwrap()),
        verdicts,
        missing: Vec::new(),
        problem: None,
        owners,
    }
}

fn shown(impact: &Impact, is_there: bool) -> String {
    markdown(impact, "https://github.com", &|_: &RepoName| is_there)
}

#[test]
fn breaking_backport_unknown_and_unaffected() {
    let mut unsure = named(sample::moved_route(), "acme/zeta");
    unsure.findings[0].tier = Tier::CheckFirst;
    let all = impact(vec![
        quiet("acme/calm", Answer::NotAffected("uses none of the changed elements: http:GET /health".to_owned())),
        sample::template_fix(),
        sample::moved_route(),
        quiet("acme/dark", Answer::Unknown("acme/dark could not be read: not found".to_owned())),
        unsure,
    ]);
    assert_eq!(all.headline(), "1 breaking, 1 to check, 1 backport, 1 unknown, 1 unaffected");
    assert_snapshot!(shown(&all, true));
}

#[test]
fn between_folders_of_one_machine() {
    assert_snapshot!(shown(&impact(vec![sample::moved_route()]), false));
}

#[test]
fn while_some_are_looked_at_and_where_looking_failed() {
    let missing = vec![
        ("acme/slow".parse().unwrap(), Missing::Waiting),
        ("acme/torn".parse().unwrap(), Missing::Failed("consumer_triage did not finish within 300 s".to_owned())),
    ];
    assert_snapshot!(shown(&Impact { missing, ..impact(vec![sample::moved_route()]) }, true));
}

#[test]
fn nobody_is_affected_and_nobody_could_be_asked() {
    let calm = impact(vec![quiet("acme/calm", Answer::NotAffected("uses nothing".to_owned()))]);
    assert!(calm.is_clean());
    assert_snapshot!(shown(&calm, true));
    let lost = Impact { problem: Some("where it branched off could not be found".to_owned()), ..impact(Vec::new()) };
    assert!(!lost.is_clean() && lost.headline() == "unknown");
    assert_snapshot!(shown(&lost, true));
    assert!(impact(Vec::new()).is_clean() && shown(&impact(Vec::new()), true).contains("impact: none"));
}

#[test]
fn code_that_can_be_opened_is_linked_and_never_quoted() {
    let verdict = sample::moved_route();
    let quote = verdict.findings[0].dependent[0].quote.clone();
    let line = quote.lines().next().unwrap().trim();
    assert!(!shown(&impact(vec![verdict.clone()]), true).contains(line), "whoever reads this may not read that");
    assert!(shown(&impact(vec![verdict]), false).contains(line));
}

#[test]
fn a_comment_has_room_for_github_s_limit_however_many_are_hit() {
    let many: Vec<Verdict> = (0..400)
        .map(|n| {
            let mut verdict = named(sample::moved_route(), &format!("acme/repo-{n}"));
            verdict.findings[0].consequence = "é ".repeat(400);
            verdict
        })
        .collect();
    let body = shown(&impact(many), true);
    assert!(body.chars().count() <= 58_000, "{}", body.chars().count());
    assert!(body.contains("340 more |") && body.contains("more without room here") && body.ends_with("</sub>\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_from_outside_comes_alive(texts in prop::collection::vec(hostile(), 13), template in any::<bool>(), local in any::<bool>()) {
        let base = if template { sample::template_fix() } else { sample::moved_route() };
        let mut all = impact(vec![
            poisoned(base, &texts),
            quiet("acme/dark", Answer::Unknown(texts[0].clone())),
            quiet("acme/calm", Answer::NotAffected(texts[1].clone())),
        ]);
        all.missing = vec![("acme/torn".parse().unwrap(), Missing::Failed(texts[2].clone()))];
        all.problem = Some(texts[3].clone());
        let everybody = all.verdicts.iter().map(|v| v.target.clone());
        all.owners = everybody.map(|repo| (repo, texts[4..8].to_vec())).collect::<BTreeMap<_, _>>();
        let body = shown(&all, !local);
        prop_assert!(body.chars().count() <= 58_000);
        if let Some(problem) = judge(&body) {
            return Err(TestCaseError::fail(format!("{problem}\n-----\n{body}")));
        }
    }
}

/// The first thing in a comment that should not be there.
fn judge(body: &str) -> Option<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, body, &options());
    let problem = root.descendants().find_map(suspect);
    // A cell that ended early would make another column of the next one.
    let mut widths = body.lines().filter(|line| line.starts_with("| `")).map(|line| line.matches(" | ").count());
    problem.or_else(|| widths.find(|&width| width != 3).map(|width| format!("a row of {} cells", width + 1)))
}

fn suspect<'a>(node: &'a AstNode<'a>) -> Option<String> {
    let ours = |html: &str| {
        let html = html.trim();
        let summary =
            html.strip_prefix("<details><summary><code>acme/").is_some_and(|rest| rest.ends_with("</summary>"));
        html.is_empty() || summary || ["<sub>", "</sub>", "</details>"].contains(&html)
    };
    match &node.data.borrow().value {
        NodeValue::Link(link) if !allowed(&link.url) => Some(format!("a link to {}", link.url)),
        NodeValue::HtmlBlock(block) if !ours(&block.literal) => Some(format!("an HTML block {:?}", block.literal)),
        NodeValue::HtmlInline(html) if !ours(html) => Some(format!("HTML {html:?}")),
        NodeValue::Text(text) if !in_link(node) => live(text).map(|what| format!("{what} in text {text:?}")),
        NodeValue::Heading(heading) if heading.level != 3 || heading.setext => Some(format!("{heading:?}")),
        value @ (NodeValue::Image(_)
        | NodeValue::FootnoteReference(_)
        | NodeValue::FootnoteDefinition(_)
        | NodeValue::Math(_)
        | NodeValue::Strikethrough) => Some(format!("{value:?}")),
        _ => None,
    }
}

#[test]
fn the_judge_sees_what_is_alive() {
    for harmful in [
        "hello @octocat",
        "| `acme/x` | a | b | c | d |",
        "see #12",
        "<b>x</b>",
        "<details><summary>x</summary>",
        "[x](https://evil.example)",
        "# heading",
        "![x](https://github.com/acme/inference/blob/x)",
    ] {
        assert!(judge(&format!("{harmful}\n\nend\n")).is_some(), "{harmful}");
    }
    assert_eq!(judge("### Fine\n\n| `acme/x` | a | b | c |\n"), None);
}
