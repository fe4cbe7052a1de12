//! Facts × uses → a verdict. Pure: the same facts and the same bytes give the same answer.

use contracts::fact::{Fact, Impact};
use contracts::verdict::{Answer, Finding, Resolved, Step, Verdict};

use crate::contact::Contact;
use crate::dependent::Dependent;
use crate::gather::{Case, Reading};
use crate::uses::{Asked, Found};
use crate::{finding, relevance, uses};

/// Elements that a sentence names before it says "and more".
const NAMED: usize = 6;

/// The answer for one change and one consumer.
pub fn decide(case: &Case, reading: &Reading) -> Verdict {
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
        }
        Reading::Read(dependent) => judge(case, dependent, &mut verdict),
    }
    verdict
}

fn step(verdict: &mut Verdict, step: &str, result: String) {
    verdict.trace.push(Step { step: step.to_owned(), result });
}

fn judge(case: &Case, dependent: &Dependent, verdict: &mut Verdict) {
    verdict.target_commit = dependent.commit.clone();
    let facts = candidates(case, verdict);
    let contact = Contact::of(&case.change.repo, dependent);
    let (read, total) = (dependent.files.len(), dependent.total);
    step(verdict, "read the consumer", format!("{read} of {total} files could hold a use"));
    let asked = Asked { case, dependent, contact: &contact };
    let mut notes = Vec::new();
    let mut findings = Vec::new();
    for fact in &facts {
        let Found { uses, note } = uses::find(fact, &asked);
        notes.extend(note);
        findings.extend(finding::compose(fact, uses, &asked));
    }
    drop_weaker(&mut findings);
    for found in &findings {
        let places = found.dependent.iter().map(|span| format!("{}:{}", span.path, span.start));
        step(verdict, &found.rule, format!("{} used at {}", found.element, places.collect::<Vec<_>>().join(", ")));
    }
    notes.dedup();
    for note in notes.iter().take(20) {
        step(verdict, "looked closer", note.clone());
    }
    step(verdict, "not checked", "other branches; names and addresses that are put together at run time".to_owned());
    verdict.findings = findings;
    if let Some(over) = over(case, dependent, &verdict.findings) {
        step(verdict, "open finding", over.how.clone());
        verdict.resolved.push(over);
    }
    verdict.answer = answer(case, dependent, &facts, &verdict.findings, &notes);
}

/// Facts that matter to this relationship, and for a second look only the one that it is about.
fn candidates<'a>(case: &'a Case, verdict: &mut Verdict) -> Vec<&'a Fact> {
    let all = case.sheet.facts.iter().filter(|fact| fact.impact > Impact::Additive);
    let about = |fact: &&Fact| match &case.recheck {
        Some(recheck) => fact.rule == recheck.rule && fact.element.key() == recheck.element.key(),
        None => relevance::is_wanted(fact, &case.consumer),
    };
    let found: Vec<&Fact> = all.filter(about).collect();
    let result = format!("{} in all, {} that may break a user and are asked for", case.sheet.facts.len(), found.len());
    step(verdict, "facts of the change", result);
    found
}

/// A name that is merely gone says nothing that a finding about the same lines does not say better.
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
}

/// What became of the finding that is looked at again.
fn over(case: &Case, dependent: &Dependent, findings: &[Finding]) -> Option<Resolved> {
    let recheck = case.recheck.as_ref()?;
    let holds = case.sheet.facts.iter().any(|f| f.rule == recheck.rule && f.element.key() == recheck.element.key());
    let fingerprint = recheck.fingerprint.clone();
    if !holds {
        return Some(Resolved { fingerprint, how: "reverted".to_owned(), commit: case.change.after.clone() });
    }
    // Something that could not be read may still hold the use.
    let gone = findings.is_empty() && dependent.unread.is_empty();
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
    let interface = dependent.unread.iter().find(|note| {
        case.consumer
            .interface_files
            .iter()
            .any(|file| note.strip_prefix(file.as_str()).is_some_and(|r| r.starts_with(':')))
    });
    if let Some(unread) = interface.filter(|_| !facts.is_empty()) {
        return Answer::Unknown(format!("an interface file could not be read: {unread}"));
    }
    if facts.is_empty() {
        return Answer::NotAffected(
            "nothing changed that could break a user of what this relationship is about".to_owned(),
        );
    }
    let mut reason = format!("uses none of the changed elements: {}", named(facts));
    if let Some(note) = notes.first() {
        reason.push_str(&format!(" ({note})"));
    }
    Answer::NotAffected(reason)
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
