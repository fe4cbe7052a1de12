//! A pull request hears that everybody was asked, also where that is nobody.

use contracts::messages::{PreviewAdvanced, SnapshotTaken};
use stage::Outcome;

use crate::Out;

/// Says it last, so that whoever hears it finds all questions asked.
pub(crate) fn tell(msg: &SnapshotTaken, outcome: &mut Outcome<Out>) {
    if msg.change.pull_request().is_none() {
        return;
    }
    // Nothing to compare with is not the same as nothing that changed.
    let problem = msg.before.is_none().then(|| {
        "where the pull request branched off could not be found: rebase it onto its base branch, and it is looked at again"
            .to_owned()
    });
    outcome.emit.push(PreviewAdvanced { change: msg.change.clone(), problem }.into());
}
