//! Facts that the provider has taken back or replaced by now: what is told is what its branch holds.

use contracts::fact::{Fact, FactSheet, Impact};
use contracts::messages::SnapshotTaken;
use contracts::{BlobKey, CommitId};
use snapshot::Snapshot;
use stage::Fault;

use crate::{Deps, facts, gather};

/// Holds the sheet of `before..after` against where the provider's branch went on to, if it went on.
pub(crate) async fn hold_against(
    msg: &SnapshotTaken,
    before: &BlobKey,
    sheet: &mut FactSheet,
    deps: &Deps,
) -> Result<(), Fault> {
    if !sheet.facts.iter().any(breaks) {
        return Ok(());
    }
    let after = Snapshot::open(&deps.blobs, &msg.after).await?;
    let Some(later) = snapshot::later(&deps.git, &deps.blobs, &msg.change, &after).await? else { return Ok(()) };
    let Some(commit) = &later.manifest().commit else { return Ok(()) };
    let comparison = gather::compare(deps, &msg.change.repo, before, later.key()).await?;
    revise(sheet, &facts::decide(&comparison), commit);
    Ok(())
}

fn breaks(fact: &Fact) -> bool {
    fact.impact > Impact::Additive
}

/// What `now` (from the same beginning to a later commit) says of the same elements. What it could not read stays as it is.
fn revise(sheet: &mut FactSheet, now: &FactSheet, commit: &CommitId) {
    let then = std::mem::take(&mut sheet.facts);
    for mut fact in then {
        match same_element(now, &fact).filter(|_| breaks(&fact)) {
            // Two facts about one element may have become one.
            Some(news) if differs(&fact, news) => {
                if !sheet.facts.contains(news) {
                    sheet.facts.push(news.clone());
                }
                continue;
            }
            None if breaks(&fact) && now.blind.is_empty() => {
                fact.impact = Impact::Noise;
                fact.summary = format!("{}; taken back by {}", fact.summary, commit.short());
            }
            _ => {}
        }
        sheet.facts.push(fact);
    }
}

/// Bad news about the same element, by the same rule if there is any.
pub(crate) fn same_element<'n>(now: &'n FactSheet, fact: &Fact) -> Option<&'n Fact> {
    let key = fact.element.key();
    let mut same = now.facts.iter().filter(|other| breaks(other) && other.element.key() == key).peekable();
    let first = same.peek().copied();
    same.find(|other| other.rule == fact.rule).or(first)
}

/// Whether it says anything else than before: where it went, how bad it is, to what it was set.
pub(crate) fn differs(before: &Fact, now: &Fact) -> bool {
    let said = |fact: &Fact| (fact.rule.clone(), fact.element.clone(), fact.impact, fact.summary.clone());
    said(before) != said(now)
}

#[cfg(test)]
mod tests {
    use contracts::fact::Element;

    use super::*;

    fn env(name: &str, renamed_to: Option<&str>, impact: Impact) -> Fact {
        let rule = if renamed_to.is_some() { "env.renamed" } else { "env.removed" }.to_owned();
        let element = Element::Env { name: name.to_owned(), renamed_to: renamed_to.map(str::to_owned) };
        Fact {
            rule,
            element,
            impact,
            summary: format!("{name} {renamed_to:?}"),
            before: None,
            after: None,
            triggers: vec![],
        }
    }

    fn sheet(facts: Vec<Fact>, blind: &[&str]) -> FactSheet {
        let blind = blind.iter().map(|note| (*note).to_owned()).collect();
        FactSheet { repo: "o/r".parse().unwrap(), facts, files: vec![], blind }
    }

    #[test]
    fn what_is_told_is_what_holds_by_now() {
        let gone = || env("A", None, Impact::Breaking);
        let to = |name: &str| env("A", Some(name), Impact::Breaking);
        let back = || Fact { impact: Impact::Noise, summary: "A None; taken back by 7777777".to_owned(), ..gone() };
        for (what, then, now, expected) in [
            ("nothing else came", vec![gone()], sheet(vec![gone()], &[]), vec![gone()]),
            ("more came", vec![gone()], sheet(vec![gone(), env("B", None, Impact::Breaking)], &[]), vec![gone()]),
            ("taken back", vec![gone()], sheet(vec![], &[]), vec![back()]),
            ("back with an alias", vec![gone()], sheet(vec![env("A", None, Impact::Additive)], &[]), vec![back()]),
            ("nobody can tell", vec![gone()], sheet(vec![], &["b.py: too large"]), vec![gone()]),
            ("renamed again", vec![to("X")], sheet(vec![to("Y")], &[]), vec![to("Y")]),
            ("renamed, then gone", vec![to("X")], sheet(vec![gone()], &[]), vec![gone()]),
            ("the same rule first", vec![gone()], sheet(vec![to("Y"), gone()], &[]), vec![gone()]),
            ("told once", vec![to("X"), gone()], sheet(vec![to("Y")], &[]), vec![to("Y")]),
            (
                "what breaks nobody stays",
                vec![env("C", None, Impact::Additive)],
                sheet(vec![], &[]),
                vec![env("C", None, Impact::Additive)],
            ),
        ] {
            let mut told = sheet(then, &[]);
            revise(&mut told, &now, &"7".repeat(40).parse().unwrap());
            assert_eq!(told.facts, expected, "{what}");
        }
    }
}
