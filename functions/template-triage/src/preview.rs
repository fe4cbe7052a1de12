//! A pull request hears that one more answer is there.

use contracts::messages::{Change, PreviewAdvanced};
use stage::Outcome;

use crate::Out;

/// Says it, where the change is a pull request's.
pub(crate) fn tell(change: &Change, outcome: &mut Outcome<Out>) {
    if change.pull_request().is_some() {
        outcome.emit.push(PreviewAdvanced { change: change.clone(), problem: None }.into());
    }
}
