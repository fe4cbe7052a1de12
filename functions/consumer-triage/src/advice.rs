//! What a model says about what rules leave open. Nothing here asks it: [`crate::consult`] does.
//!
//! A model gets data and returns words. It chooses among places that rules found, for changes that rules found; what it
//! answers beside that is dropped. So the worst answer there is can turn an open question into a finding of the lowest
//! tier about lines that do name the changed thing, or into none, and can write one sentence; the repository, the
//! fingerprint, the urgency, the labels and the links are not its to choose.

mod answer;
mod prompt;

use contracts::decision::ModelCall;
use contracts::fact::Fact;
use contracts::verdict::{Answer, Finding, Step, Verdict};

use crate::finding;
use crate::open::Open;
use crate::uses::{Asked, Certainty, Use};
use answer::{Ruling, Said};

pub(crate) use prompt::{SCHEMA_NAME, instructions, question, schema};

/// Why a finding of a model's has the tier that it has.
pub(crate) const BY_MODEL: &str = "rules cannot tell; a model reads these lines as a use";

/// What came of asking. Nothing at all where nobody was asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Advice {
    /// The question, and the repair where its answer was not understood.
    pub calls: Vec<ModelCall>,
    /// Why there is no answer that counts.
    pub failure: Option<String>,
}

impl Advice {
    /// Whether somebody was asked, or should have been.
    pub fn is_none(&self) -> bool {
        self.calls.is_empty() && self.failure.is_none()
    }
}

/// What is wrong with an answer; none where it can be used. `places` is how many places each open change was shown with.
pub(crate) fn problem(text: &str, places: &[usize]) -> Option<String> {
    answer::read(text, places).err()
}

/// How many places each open change is shown with.
pub(crate) fn places(open: &[Open<'_>]) -> Vec<usize> {
    open.iter().map(|one| one.places.len()).collect()
}

/// Brings what a model said into a verdict that rules made.
pub(crate) fn heed(verdict: &mut Verdict, open: &[Open<'_>], asked: &Asked<'_>, advice: &Advice) {
    if advice.is_none() || open.is_empty() {
        return;
    }
    let said = match (&advice.failure, advice.calls.last()) {
        (Some(why), _) => Err(why.clone()),
        (None, Some(call)) => answer::read(&call.answer, &places(open)),
        (None, None) => Err("nobody answered".to_owned()),
    };
    let said = match said {
        Ok(said) => said,
        Err(why) => {
            verdict.answer =
                Answer::Unknown(format!("{}; the model could not help: {why}", told(&verdict.answer, open)));
            return;
        }
    };
    for ruling in &said {
        verdict.findings.extend(found(ruling, open, asked));
    }
    let left = told(&verdict.answer, open);
    verdict.answer = match (said.iter().find(|ruling| ruling.said == Said::CannotTell), &verdict.answer) {
        _ if !verdict.findings.is_empty() => Answer::Affected,
        (Some(unsure), _) => Answer::Unknown(format!("{left}; the model cannot tell either: {}", unsure.words)),
        (None, Answer::Unknown(_)) => Answer::Unknown(format!("{left}; {}", denied(&said))),
        (None, _) => Answer::NotAffected(format!("{left}; {}", denied(&said))),
    };
}

/// What a verdict cost, for people.
pub(crate) fn cost(advice: &Advice) -> Step {
    let usd = advice.calls.iter().map(|call| call.micro_usd).sum::<u64>() as f64 / 1e6;
    let result = match advice.calls.as_slice() {
        [] => "rules only, no model call".to_owned(),
        [call] => format!("{} was asked once, for {usd:.4} US dollars", call.model),
        [call, ..] => format!("{} was asked twice, for {usd:.4} US dollars", call.model),
    };
    Step { step: "cost".to_owned(), result }
}

/// A finding about the places that were cited, in the lowest tier.
fn found(ruling: &Ruling, open: &[Open<'_>], asked: &Asked<'_>) -> Option<Finding> {
    let Ruling { fact, said: Said::Affected(cited), words } = ruling else { return None };
    let Open { fact, places } = open.get(*fact)?;
    let uses = cited.iter().filter_map(|at| places.get(*at)).map(|named| Use {
        path: named.file.path.clone(),
        start: named.start,
        end: named.end,
        certainty: Certainty::CheckFirst(BY_MODEL),
        replace: None,
        consequence: Some(format!("Rules alone cannot tell. A model's reading: {words}")),
    });
    finding::compose(fact, uses.collect(), asked)
}

/// It read only the lines that it was shown: what rules call unknown stays that.
fn denied(said: &[Ruling]) -> String {
    let words: Vec<&str> = said.iter().take(2).map(|ruling| ruling.words.as_str()).collect();
    format!("a model read the lines shown and found no use: {}", words.join("; "))
}

/// What rules said, where they could not tell themselves, and what they leave open.
fn told(answer: &Answer, open: &[Open<'_>]) -> String {
    match answer {
        Answer::Unknown(why) => format!("{why}; {}", left_open(open)),
        _ => left_open(open),
    }
}

/// What rules could not tell, in words.
fn left_open(open: &[Open<'_>]) -> String {
    let key = |fact: &Fact| fact.element.key();
    let all: Vec<String> = open
        .iter()
        .filter_map(|one| {
            let place = one.places.first()?;
            Some(format!("{} (named at {}:{})", key(one.fact), place.file.path, place.start))
        })
        .collect();
    format!("rules cannot tell whether it uses {}", all.join(", "))
}
