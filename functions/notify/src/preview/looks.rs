//! How often a run is looked at. Every answer brings a message, and a look reads everything that is known: so that a hundred
//! dependents do not cost a hundred looks at a hundred answers, only the first, second, fourth, … message leads to one while
//! others are still being asked, and after the last answer one look finds all of it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use contracts::{MessageId, RunId};

/// Runs that are remembered; a run that is forgotten only costs a look more.
const MOST: usize = 1_000;

/// What this process heard of runs. A new process begins anew, which costs a look more.
#[derive(Debug, Default)]
pub struct Looks(Mutex<HashMap<RunId, Heard>>);

/// What was heard of one run.
#[derive(Debug, Default)]
struct Heard {
    messages: u32,
    /// The message that led to the look that found everything. What it leads to may still be lost before it is kept, so it
    /// looks again when it comes back.
    last: Option<MessageId>,
}

impl Looks {
    /// Counts a message, and says whether it leads to a look.
    pub(super) fn is_due(&self, run: &RunId, message: &MessageId, is_moving: bool) -> bool {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.len() >= MOST && !heard.contains_key(run) {
            heard.clear();
        }
        let Heard { messages, last } = heard.entry(run.clone()).or_default();
        if let Some(last) = last {
            return last == message;
        }
        *messages = messages.saturating_add(1);
        !is_moving || messages.is_power_of_two()
    }

    /// Everything that there will be to know about the run was looked at for this message.
    pub(super) fn end(&self, run: &RunId, message: &MessageId) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.entry(run.clone()).or_default().last = Some(message.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_answers_lead_to_a_dozen_looks() {
        let (looks, run) = (Looks::default(), "0123456789abcdef0123456789abcdef".parse().unwrap());
        let [last, other] = ["last", "other"].map(|name| MessageId::derive(&[name]));
        let due = (0..1_000).filter(|_| looks.is_due(&run, &other, true)).count();
        assert_eq!(due, 10);
        assert!(looks.is_due(&run, &last, false), "the last answer is there");
        assert!(looks.is_due(&run, &last, false), "and again where that look failed");
        looks.end(&run, &last);
        assert!(looks.is_due(&run, &last, false), "and again where what it led to was not kept");
        assert!(!looks.is_due(&run, &other, false) && !looks.is_due(&run, &other, true));
        assert!(looks.is_due(&"f".repeat(32).parse().unwrap(), &other, true), "every run for itself");
    }
}
