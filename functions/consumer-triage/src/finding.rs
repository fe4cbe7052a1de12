//! A fact and its uses as one finding: evidence re-read, tier, urgency, words.

use contracts::Fingerprint;
use contracts::fact::{Element, Fact, Impact, Span};
use contracts::verdict::{Finding, Tier};

use crate::dependent::Place;
use crate::uses::{Asked, Certainty, Use};
use crate::{patch, relevance};

/// Lines of evidence that an issue shows; the rest is counted.
const MAX_SPANS: usize = 20;

/// Longest title, in characters.
const TITLE: usize = 72;

/// The finding; none without a use whose quote stands where it is said to stand.
pub(crate) fn compose(fact: &Fact, mut uses: Vec<Use>, asked: &Asked<'_>) -> Option<Finding> {
    let rank = |found: &Use| (found.certainty.tier() != Tier::Confirmed, place(found, asked));
    uses.sort_by_cached_key(|found| (rank(found), found.path.clone(), found.start));
    uses.dedup_by(|a, b| a.path == b.path && a.start == b.start);
    let total = uses.len();
    let spans: Vec<Span> = uses.iter().filter_map(|found| quoted(found, asked)).take(MAX_SPANS).collect();
    if spans.is_empty() {
        return None;
    }
    let (tier, tier_reason) = tier(fact, &uses, asked);
    let (source, target) = (&asked.case.change.repo, &asked.case.consumer.repo);
    let relationship = &asked.case.consumer.relationship_type;
    let element = fact.element.key();
    // Looked at again, it is the same finding, whatever the relationship is called by now.
    let known = asked.case.recheck.as_ref().map(|recheck| recheck.fingerprint.clone());
    let derived = || Fingerprint::derive(source, target, relationship, &fact.rule, &element);
    Some(Finding {
        fingerprint: known.unwrap_or_else(derived),
        rule: fact.rule.clone(),
        title: title(fact, source.name(), total),
        change: format!("{}.", fact.summary),
        consequence: consequence(fact, &uses, total),
        urgency: relevance::urgency(fact, tier, &asked.case.consumer),
        tier,
        tier_reason,
        provider: [&fact.before, &fact.after].into_iter().flatten().cloned().collect(),
        patch: patch::of(&uses, asked.dependent).filter(|_| total <= MAX_SPANS && tier > Tier::CheckFirst),
        dependent: spans,
        triggers: fact.triggers.clone(),
        element,
    })
}

fn place(found: &Use, asked: &Asked<'_>) -> Place {
    let file = asked.dependent.files.iter().find(|file| file.path == found.path);
    file.map_or(Place::Test, |file| file.place)
}

/// The lines, cut from the bytes and held against them once more.
fn quoted(found: &Use, asked: &Asked<'_>) -> Option<Span> {
    let span = asked.dependent.span(&found.path, found.start, found.end)?;
    let file = asked.dependent.files.iter().find(|file| file.path == found.path)?;
    (span.stands_in(file.text()) && !span.quote.trim().is_empty()).then_some(span)
}

/// The best use decides; tests alone, a risky fact or a reporter's word never make "confirmed".
fn tier(fact: &Fact, uses: &[Use], asked: &Asked<'_>) -> (Tier, String) {
    let best = uses.iter().map(|found| &found.certainty).max_by_key(|certainty| certainty.tier());
    let (tier, reason) = match best {
        Some(Certainty::Certain(why)) => (Tier::Confirmed, *why),
        Some(Certainty::Likely(why)) => (Tier::Likely, *why),
        Some(Certainty::CheckFirst(why)) => (Tier::CheckFirst, *why),
        None => (Tier::CheckFirst, "no use was found"),
    };
    if tier < Tier::Confirmed {
        return (tier, reason.to_owned());
    }
    if asked.case.change.partial {
        return (Tier::Likely, "the change is known from a report only; the files were not read".to_owned());
    }
    if fact.impact == Impact::Risky {
        return (Tier::Likely, "the use is certain; whether it breaks depends on how it is used".to_owned());
    }
    if uses.iter().all(|found| place(found, asked) == Place::Test) {
        return (Tier::Likely, "only tests use it".to_owned());
    }
    (tier, reason.to_owned())
}

/// `provider: what happened, n uses here`, in plain words; the sentence is cut, never the count.
fn title(fact: &Fact, provider: &str, total: usize) -> String {
    let plain: String = fact.summary.chars().filter(|c| *c != '`').collect();
    let noun = match &fact.element {
        Element::Route { .. } => "call",
        Element::Workflow { .. } => "workflow",
        Element::Symbol { .. } => "use",
        _ => "place",
    };
    let tail = format!(", {total} {noun}{} here", if total == 1 { "" } else { "s" });
    let head = format!("{provider}: {plain}");
    let room = TITLE.saturating_sub(tail.chars().count());
    if head.chars().count() <= room {
        return head + &tail;
    }
    let cut: String = head.chars().take(room.saturating_sub(1)).collect();
    format!("{}…{tail}", cut.trim_end())
}

fn consequence(fact: &Fact, uses: &[Use], total: usize) -> String {
    if let Some(own) = uses.iter().find_map(|found| found.consequence.clone()) {
        return own;
    }
    let places = if total == 1 { "1 place here".to_owned() } else { format!("{total} places here") };
    let (what, then) = match (&fact.element, fact.rule.as_str()) {
        (Element::Route { .. }, "auth.route.protected") => ("calls it", "will be refused without a credential"),
        (Element::Route { .. }, "http.route.method_changed") => ("calls it by the old method", "will get 405"),
        (Element::Route { .. }, _) => ("calls the old path", "will get 404"),
        (Element::Header { .. }, "auth.header.removed") => {
            ("sends this header", "will be refused, because it no longer counts")
        }
        (Element::Header { .. }, _) => ("calls the service without it", "will be refused"),
        (Element::Env { .. }, "env.value.removed") => ("gives it this value", "will be refused"),
        (Element::Env { .. }, _) => ("sets it", "has no effect any more"),
        (Element::Port { .. }, _) => ("connects to the old port", "will find nobody listening"),
        (Element::Symbol { .. }, "package.engine.raised") => ("states an older one", "may fail with the next version"),
        (Element::Symbol { .. }, "symbol.member.required") => {
            ("implements it", "will not compile or start without that")
        }
        (Element::Symbol { .. }, "symbol.disabled") => ("uses it", "will fail when it is called"),
        (Element::Symbol { .. }, "symbol.keyword.removed") => ("gives that argument", "will be refused"),
        (Element::Symbol { .. }, "symbol.signature.changed") => ("uses it", "must pass other arguments"),
        (Element::Symbol { .. }, _) => ("uses it", "will fail to build or to import with the next version"),
        (Element::Workflow { input: None, .. }, _) => ("calls the workflow by this path", "will fail: it is not there"),
        (Element::Workflow { .. }, "ci.input.required" | "ci.secret.required") => {
            ("calls it without that", "will be refused")
        }
        (Element::Workflow { .. }, _) => ("relies on that", "will fail or be refused"),
        (Element::Field { .. }, rule) if rule.ends_with("required") => ("leaves it out", "will be refused"),
        (Element::Field { .. }, rule) if rule.ends_with("_changed") => {
            ("uses it as it was", "will misread it or be refused")
        }
        (Element::Field { .. }, "fields.unread") => ("sends it", "has no effect any more"),
        (Element::Field { .. }, _) => ("uses it", "will find nothing there or be refused"),
        (Element::File { .. }, _) => ("names the file", "will not find it"),
        (Element::ConfigKey { .. }, "metrics.removed") => ("asks for it", "will find nothing there"),
        (Element::ConfigKey { .. }, "resource.renamed") => ("uses the old name", "will not be found under it"),
        (Element::ConfigKey { .. }, _) => ("names it", "will be refused or ignored"),
        _ => ("relies on it", "may behave differently"),
    };
    let verb = if total == 1 { what.to_owned() } else { plural(what) };
    format!("{places} {verb} and {then}.")
}

/// "calls it" of one is "call it" of many.
fn plural(verb: &str) -> String {
    match verb.split_once(' ') {
        Some(("relies", rest)) => format!("rely {rest}"),
        Some((first, rest)) => format!("{} {rest}", first.trim_end_matches('s')),
        None => verb.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(summary: &str) -> Fact {
        Fact {
            rule: "http.route.removed".to_owned(),
            element: Element::Route { method: "GET".to_owned(), path: "/a".to_owned(), moved_to: None },
            impact: Impact::Breaking,
            summary: summary.to_owned(),
            before: None,
            after: None,
            triggers: vec![],
        }
    }

    #[test]
    fn titles_are_plain_and_short() {
        assert_eq!(title(&fact("`GET /a` was removed"), "svc", 1), "svc: GET /a was removed, 1 call here");
        let long = title(&fact(&"ä".repeat(500)), &"p".repeat(100), 12);
        assert_eq!(long.chars().count(), TITLE);
        assert!(long.ends_with("…, 12 calls here"));
    }

    #[test]
    fn one_place_and_many() {
        let told = |total| consequence(&fact(""), &[], total);
        assert_eq!(told(1), "1 place here calls the old path and will get 404.");
        assert_eq!(told(2), "2 places here call the old path and will get 404.");
        assert_eq!(plural("relies on it"), "rely on it");
    }
}
