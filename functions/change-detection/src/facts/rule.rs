//! A rule: a stable name for one kind of fact.

use contracts::fact::{Element, Fact, Impact, Span};

/// What a family can say, once and for all.
#[derive(Debug)]
pub struct Rule {
    /// Stable id: part of fingerprints, so never changed.
    pub id: &'static str,
    /// What it sees, one sentence.
    pub sees: &'static str,
    /// What it means for somebody who relies on the element.
    pub impact: Impact,
    /// Triggers of `relationships.json` that ask for it.
    pub triggers: &'static [&'static str],
}

impl Rule {
    pub(crate) fn fact(&self, element: Element, summary: String, before: Option<Span>, after: Option<Span>) -> Fact {
        let triggers = self.triggers.iter().map(|trigger| (*trigger).to_owned()).collect();
        Fact { rule: self.id.to_owned(), element, impact: self.impact, summary, before, after, triggers }
    }
}
