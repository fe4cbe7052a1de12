//! How often a run is looked at. Every answer brings a message, and a look reads everything that is known: so that a hundred
//! dependents do not cost a hundred looks at a hundred answers, only the first, second, fourth, … message leads to one while
//! others are still being asked, and after the last answer one look finds all of it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use contracts::RunId;

/// Runs that are remembered; a run that is forgotten only costs a look more.
const MOST: usize = 1_000;

/// What this process heard of runs. A new process begins anew, which costs a look more.
#[derive(Debug, Default)]
pub struct Looks(Mutex<HashMap<RunId, u32>>);

/// All was told.
const OVER: u32 = u32::MAX;

impl Looks {
    /// Counts a message, and says whether it leads to a look.
    pub(super) fn is_due(&self, run: &RunId, is_moving: bool) -> bool {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.len() >= MOST && !heard.contains_key(run) {
            heard.clear();
        }
        let count = heard.entry(run.clone()).or_default();
        if *count == OVER {
            return false;
        }
        *count = (*count + 1).min(OVER - 1);
        !is_moving || count.is_power_of_two()
    }

    /// Everything that there will be to know about the run was looked at.
    pub(super) fn end(&self, run: &RunId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(run.clone(), OVER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_answers_lead_to_a_dozen_looks() {
        let (looks, run) = (Looks::default(), "0123456789abcdef0123456789abcdef".parse().unwrap());
        let due = (0..1_000).filter(|_| looks.is_due(&run, true)).count();
        assert_eq!(due, 10);
        assert!(looks.is_due(&run, false), "the last answer is there");
        assert!(looks.is_due(&run, false), "and again where that look failed");
        looks.end(&run);
        assert!(!looks.is_due(&run, false) && !looks.is_due(&run, true));
        assert!(looks.is_due(&"f".repeat(32).parse().unwrap(), true), "every run for itself");
    }
}
