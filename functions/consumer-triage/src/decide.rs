//! Facts × uses → a verdict. Pure: the same facts and the same bytes give the same answer.

use std::cell::OnceCell;

use contracts::fact::Fact;
use contracts::verdict::{Answer, Finding, Resolved, Step, Verdict};

use crate::advice::{self, Advice};
use crate::contact::Contact;
use crate::dependent::Dependent;
use crate::gather::{Case, Reading};
use crate::open::{self, Open};
use crate::unread::Unread;
use crate::uses::{Asked, Found};
use crate::{finding, relevance, uses};

/// Elements that a sentence names before it says "and more".
const NAMED: usize = 6;

/// How a finding ends that the provider took back.
const REVERTED: &str = "reverted";

/// Files that were not read and that a sentence names.
const LISTED: usize = 3;

/// The answer for one change and one consumer, by rules alone.
pub fn decide(case: &Case, reading: &Reading) -> Verdict {
    decide_advised(case, reading, &Advice::default())
}

/// The same, with what a model said about what rules leave open.
pub fn decide_advised(case: &Case, reading: &Reading, advice: &Advice) -> Verdict {
    decided(case, reading, advice, |_, _| ()).0
}

/// The verdict, and what `ask` makes of what rules leave open; none where they leave nothing open.
pub(crate) fn decided<T>(
    case: &Case,
    reading: &Reading,
    advice: &Advice,
    ask: impl FnOnce(&[Open<'_>], &Asked<'_>) -> T,
) -> (Verdict, Option<T>) {
    let mut verdict = Verdict {
        source: case.change.repo.clone(),
        target: case.consumer.repo.clone(),
        relationship: case.consumer.relationship_type.clone(),
        source_commit: case.change.after.clone(),
        target_commit: None,
        answer: Answer::NotAffected(String::new()),
        findings: Vec::new(),
        resolved: Vec::new(),
        trace: Vec::new(),
    };
    match reading {
        Reading::Unreadable(why) => {
            step(&mut verdict, "read the consumer", format!("not possible: {why}"));
            verdict.answer = Answer::Unknown(format!("{} could not be read: {why}", case.consumer.repo));
            (verdict, None)
        }
        Reading::Read(dependent) => {
            let asked = judge((case, dependent), advice, ask, &mut verdict);
            (verdict, asked)
        }
    }
}

/// Runs `look` with what every search may look at.
fn looking<'a, T>(case: &'a Case, dependent: &'a Dependent, look: impl FnOnce(&Asked<'_>) -> T) -> T {
    let contact = Contact::of(&case.change.repo, dependent);
    let (places, fields) = (OnceCell::new(), OnceCell::new());
    look(&Asked { case, dependent, contact: &contact, places: &places, fields: &fields })
}

fn step(verdict: &mut Verdict, step: &str, result: String) {
    verdict.trace.push(Step { step: step.to_owned(), result });
}

fn judge<T>(
    (case, dependent): (&Case, &Dependent),
    advice: &Advice,
    ask: impl FnOnce(&[Open<'_>], &Asked<'_>) -> T,
    verdict: &mut Verdict,
) -> Option<T> {
    verdict.target_commit = dependent.commit.clone();
    let facts = candidates(case, verdict);
    let (read, total) = (dependent.files.len(), dependent.total);
    step(verdict, "read the consumer", format!("{read} of {total} files could hold a use"));
    let (asked, over) = looking(case, dependent, |asked| {
        let notes = by_rules(&facts, asked, verdict);
        verdict.answer = answer(case, dependent, &facts, &verdict.findings, &notes);
        let unclear = || facts.iter().find_map(|fact| uses::unclear(fact, asked));
        if let (Answer::NotAffected(_), Some(why)) = (&verdict.answer, unclear()) {
            verdict.answer = Answer::Unknown(why);
        }
        let open = open::open(&facts, dependent, asked, &verdict.answer);
        // Rules alone end a finding: what a model reads, or that nobody asks it any more, does not.
        let over = over(case, dependent, verdict).filter(|over| over.how == REVERTED || ends(case, &open));
        advice::heed(verdict, &open, asked, advice);
        ((!open.is_empty()).then(|| ask(&open, asked)), over)
    });
    let stays = matches!(verdict.answer, Answer::Unknown(_)) || !verdict.findings.is_empty();
    if let Some(over) = over.filter(|over| over.how == REVERTED || !stays) {
        step(verdict, "open finding", over.how.clone());
        verdict.resolved.push(over);
    }
    verdict.trace.push(advice::cost(advice));
    asked
}

/// What a model read is over only where the lines that it read are.
fn ends(case: &Case, open: &[Open<'_>]) -> bool {
    !case.read_by_model || open.is_empty()
}

/// Findings of the rules; answers why things that look like uses are none.
fn by_rules(facts: &[&Fact], asked: &Asked<'_>, verdict: &mut Verdict) -> Vec<String> {
    let mut notes = Vec::new();
    for fact in facts {
        let Found { uses, note } = uses::find(fact, asked);
        notes.extend(note);
        verdict.findings.extend(finding::compose(fact, uses, asked));
    }
    drop_weaker(&mut verdict.findings);
    let told = |found: &Finding| {
        let places = found.dependent.iter().map(|span| format!("{}:{}", span.path, span.start));
        (found.rule.clone(), format!("{} used at {}", found.element, places.collect::<Vec<_>>().join(", ")))
    };
    let told: Vec<(String, String)> = verdict.findings.iter().map(told).collect();
    told.into_iter().for_each(|(rule, places)| step(verdict, &rule, places));
    notes.dedup();
    for note in notes.iter().take(20) {
        step(verdict, "looked closer", note.clone());
    }
    step(verdict, "not checked", "other branches; names and addresses that are put together at run time".to_owned());
    notes
}

/// Facts that matter to this relationship, and for a second look only the one that it is about.
fn candidates<'a>(case: &'a Case, verdict: &mut Verdict) -> Vec<&'a Fact> {
    let found = relevance::asked_for(case);
    let result = format!("{} in all, {} that may break a user and are asked for", case.sheet.facts.len(), found.len());
    step(verdict, "facts of the change", result);
    found
}

/// A name or a module that is merely gone says nothing that a finding about the same lines does not say better.
fn drop_weaker(findings: &mut Vec<Finding>) {
    let strong: Vec<(String, u32)> = findings
        .iter()
        .filter(|finding| !is_weak(&finding.rule))
        .flat_map(|finding| finding.dependent.iter().map(|span| (span.path.clone(), span.start)))
        .collect();
    findings.retain(|finding| {
        !is_weak(&finding.rule)
            || !finding
                .dependent
                .iter()
                .all(|span| strong.iter().any(|(path, line)| *path == span.path && *line == span.start))
    });
}

fn is_weak(rule: &str) -> bool {
    rule.starts_with("config.")
        || matches!(rule, "symbol.module.removed" | "symbol.signature.changed" | "symbol.export.removed")
}

/// What became of the finding that is looked at again.
fn over(case: &Case, dependent: &Dependent, verdict: &Verdict) -> Option<Resolved> {
    let recheck = case.recheck.as_ref()?;
    let holds = case.sheet.facts.iter().any(|f| f.rule == recheck.rule && f.element.key() == recheck.element.key());
    let fingerprint = recheck.fingerprint.clone();
    if !holds {
        return Some(Resolved { fingerprint, how: REVERTED.to_owned(), commit: case.change.after.clone() });
    }
    // Something that could not be read may still hold the use.
    let told = verdict.findings.is_empty() && !matches!(verdict.answer, Answer::Unknown(_));
    let gone = told && !dependent.unread.iter().any(|unread| unread.may_hide_a_use);
    gone.then(|| Resolved { fingerprint, how: "fixed".to_owned(), commit: dependent.commit.clone() })
}

fn answer(case: &Case, dependent: &Dependent, facts: &[&Fact], findings: &[Finding], notes: &[String]) -> Answer {
    if !findings.is_empty() {
        return Answer::Affected;
    }
    // That the provider is named nowhere proves nothing: most callers get its address when they start.
    if !case.sheet.blind.is_empty() {
        return Answer::Unknown(format!("part of the change could not be read: {}", case.sheet.blind.join("; ")));
    }
    if facts.is_empty() {
        let what = "could break a user of what this relationship is about";
        // A report shows some lines; that the others stay what they are is its reporter's word.
        let scope = if case.change.partial { "no reported line changes anything" } else { "nothing changed" };
        return Answer::NotAffected(format!("{scope} that {what}"));
    }
    if let Some(reason) = hidden(case, dependent) {
        return Answer::Unknown(reason);
    }
    let mut reason = format!("uses none of the changed elements: {}", named(facts));
    if let Some(note) = notes.first() {
        reason.push_str(&format!(" ({note})"));
    }
    if !dependent.unread.is_empty() {
        reason.push_str(&format!("; not read, being data, tests or generated: {}", listed(&dependent.unread)));
    }
    Answer::NotAffected(reason)
}

/// Why a use may be where nobody could look.
fn hidden(case: &Case, dependent: &Dependent) -> Option<String> {
    let interface = dependent.unread.iter().find(|unread| case.consumer.interface_files.contains(&unread.path));
    if let Some(unread) = interface {
        return Some(format!("an interface file could not be read: {}", unread.told()));
    }
    let hiding = dependent.unread.iter().filter(|unread| unread.may_hide_a_use);
    let hiding: Vec<Unread> = hiding.cloned().collect();
    match hiding.as_slice() {
        [] => None,
        [one] => Some(format!("a file that may use it could not be read: {}", one.told())),
        many => Some(format!("{} files that may use it could not be read: {}", many.len(), listed(many))),
    }
}

fn listed(unread: &[Unread]) -> String {
    let names: Vec<String> = unread.iter().take(LISTED).map(Unread::told).collect();
    let (more, list) = (unread.len() - names.len(), names.join("; "));
    if more > 0 { format!("{list}; and {more} more") } else { list }
}

fn named(facts: &[&Fact]) -> String {
    let mut keys: Vec<String> = facts.iter().map(|fact| fact.element.key()).collect();
    keys.sort();
    keys.dedup();
    let more = keys.len().saturating_sub(NAMED);
    keys.truncate(NAMED);
    let list = keys.join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}
