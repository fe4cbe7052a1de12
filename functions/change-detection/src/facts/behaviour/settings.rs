//! Numbers, models and regions on both sides of a changed file.

use std::collections::{BTreeMap, BTreeSet};

use contracts::fact::Fact;
use outline::settings::{Kind, Setting, settings};

use super::{CONCURRENCY, CONTEXT, MODEL, REGION, RESOURCES, RETRIES, SCALE_TO_ZERO, TIMEOUT, element};
use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

/// Settings by what they are for; one that is set twice for the same is no setting that we understand.
type ByOwner = BTreeMap<(Kind, String), Option<Setting>>;

pub(super) fn gone(c: &Comparison) -> Vec<String> {
    let mut out = Vec::new();
    for (before, after) in sides(c) {
        let new = by_owner(after);
        for ((kind, owner), was) in by_owner(before) {
            let now = new.get(&(kind, owner)).and_then(Option::as_ref);
            let changed = was.filter(|was| is_named(kind) && now.is_some_and(|now| now.value != was.value));
            out.extend(changed.map(|was| was.value));
        }
    }
    out
}

pub(super) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    let offered = offered(c);
    for (before, after) in sides(c) {
        let (old, new) = (by_owner(before), by_owner(after));
        let still_deployed = !new.is_empty() && !new.keys().any(|(kind, _)| *kind == Kind::MinInstances);
        for ((kind, owner), was) in &old {
            let Some(was) = was else { continue };
            let fact = match new.get(&(*kind, owner.clone())) {
                Some(Some(now)) => changed(c, (before, was), (after, now), &offered),
                Some(None) => None,
                None => unset(c, before, was).filter(|_| still_deployed),
            };
            out.extend(fact);
        }
    }
    out
}

fn sides(c: &Comparison) -> impl Iterator<Item = (&Side, &Side)> {
    c.looked_at().filter_map(|file| Some((file.before.as_ref()?, file.after.as_ref()?)))
}

fn by_owner(side: &Side) -> ByOwner {
    let mut out = ByOwner::new();
    for setting in settings(&side.path, side.text()) {
        let key = (setting.kind, setting.owner.clone());
        out.entry(key).and_modify(|known| *known = None).or_insert(Some(setting));
    }
    out
}

/// Kinds whose value is a name that may be offered elsewhere.
fn is_named(kind: Kind) -> bool {
    matches!(kind, Kind::Model | Kind::ServedModel | Kind::Region)
}

/// Models and regions that stand after the change, each with the files that set them.
type Offered = BTreeMap<String, BTreeSet<String>>;

fn offered(c: &Comparison) -> Offered {
    let mut out = Offered::new();
    for side in c.afters().chain(&c.kept) {
        for setting in settings(&side.path, side.text()).into_iter().filter(|setting| is_named(setting.kind)) {
            out.entry(setting.value).or_default().insert(side.path.clone());
        }
    }
    out
}

fn changed(
    c: &Comparison,
    (before, was): (&Side, &Setting),
    (after, now): (&Side, &Setting),
    offered: &Offered,
) -> Option<Fact> {
    let (rule, what) = rule(was, now)?;
    // The old name is an alias now, or another file still sets it.
    let elsewhere = offered.get(&was.value).is_some_and(|paths| paths.iter().any(|path| *path != after.path));
    let still = || elsewhere || names_it(after, &was.value) || same_served_name(was.kind, before, after);
    if is_named(was.kind) && still() {
        return None;
    }
    let spans = (c.before_span(before, was.line, was.end), c.after_span(after, now.line, now.end));
    let summary = format!("{what} was `{}`, now `{}`", was.value, now.value);
    let kind = if was.kind == Kind::ServedModel { Kind::Model } else { was.kind };
    Some(rule.fact(element(kind.as_str()), summary, spans.0, spans.1))
}

/// The rule for a change of this kind in this direction, and what it is about in words.
fn rule(was: &Setting, now: &Setting) -> Option<(&'static Rule, &'static str)> {
    let amount = |setting: &Setting| setting.kind.amount(&setting.value);
    let lowered = || Some(amount(now)? < amount(was)?);
    let (rule, what, told) = match was.kind {
        Kind::MinInstances => {
            let sleeps = amount(was).is_some_and(|was| was > 0) && amount(now) == Some(0);
            (&SCALE_TO_ZERO, "the number of instances that always run", sleeps)
        }
        Kind::Timeout => (&TIMEOUT, "the time limit of a request", lowered()?),
        Kind::Concurrency => (&CONCURRENCY, "the number of requests at once", lowered()?),
        Kind::Memory => (&RESOURCES, "the memory of an instance", lowered()?),
        Kind::Cpu => (&RESOURCES, "the processor share of an instance", lowered()?),
        Kind::Retries => (&RETRIES, "the number of tries", lowered()?),
        Kind::Context => (&CONTEXT, "the longest context", lowered()?),
        Kind::Model | Kind::ServedModel => (&MODEL, "the model", was.value != now.value),
        Kind::Region => (&REGION, "the region", was.value != now.value),
    };
    told.then_some((rule, what))
}

/// Where nothing is said, nothing is kept running.
fn unset(c: &Comparison, before: &Side, was: &Setting) -> Option<Fact> {
    let spelt = was.owner.to_ascii_lowercase().replace(['-', '_'], "");
    let none_by_default = ["mininstances", "minscale", "mininstancecount"].iter().any(|name| spelt.contains(name));
    let kept = was.kind == Kind::MinInstances && was.kind.amount(&was.value).is_some_and(|count| count > 0);
    (kept && none_by_default).then(|| {
        let summary = format!("the number of instances that always run was `{}`, now nothing is said", was.value);
        SCALE_TO_ZERO.fact(element(was.kind.as_str()), summary, c.before_span(before, was.line, was.end), None)
    })
}

/// Outside of comments.
fn names_it(side: &Side, value: &str) -> bool {
    side.text().lines().any(|line| !line.trim_start().starts_with('#') && has_word(line, value))
}

/// Another model is loaded and offered under the name that callers know.
fn same_served_name(kind: Kind, before: &Side, after: &Side) -> bool {
    let names = |side: &Side| {
        let all = settings(&side.path, side.text());
        all.into_iter().filter(|s| s.kind == Kind::ServedModel).map(|s| s.value).collect::<Vec<_>>()
    };
    kind == Kind::Model && !names(before).is_empty() && names(before) == names(after)
}

fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(part) && !line[at + word.len()..].chars().next().is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_ids() {
        for (line, word, expected) in [
            ("--model org/m-7b", "org/m-7b", true),
            ("--model org/m-7b-chat", "org/m-7b", false),
            ("\"org/m-7b\",", "org/m-7b", true),
            ("a/org/m-7b", "org/m-7b", false),
            ("ä", "ä", true),
        ] {
            assert_eq!(has_word(line, word), expected, "{line}");
        }
    }
}
