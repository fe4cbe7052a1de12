//! A file with an open finding that changes once more: what counts is the way from where the finding began to here.

use contracts::verdict::{Finding, Resolved, Verdict};

use crate::gather::{Case, Changed, Twin};
use crate::hunk::hunks;
use crate::meanwhile::Began;
use crate::noise;
use crate::standing::{Since, Standing};

use super::{Counts, look as look_at};

/// The finding as it is by now. Where there is none, `over` says whether the open one is.
pub(super) fn look(
    case: &Case,
    file: &Changed,
    twins: &[Twin],
    verdict: &mut Verdict,
    over: &mut Option<Resolved>,
) -> Option<Finding> {
    let began = file.began.as_ref()?;
    let whole = Changed { before: Some(began.before.clone()), ..file.clone() };
    let (mut counts, mut blind, steps) = (Counts::default(), Vec::new(), verdict.trace.len());
    let found = look_at(case, &whole, twins, verdict, &mut counts, &mut blind);
    if found.as_ref().is_some_and(|found| found.fingerprint == began.fingerprint) {
        return found;
    }
    // What is told of this change alone comes next.
    verdict.trace.truncate(steps);
    let fingerprint = began.fingerprint.clone();
    *over = if is_taken_back(began, file) {
        Some(Resolved { fingerprint, how: "reverted".to_owned(), commit: case.change.after.clone() })
    } else {
        let is_here = counts.present > 0 && counts.diverged == 0 && blind.is_empty() && found.is_none();
        is_here.then(|| Resolved { fingerprint, how: "fixed".to_owned(), commit: verdict.target_commit.clone() })
    };
    None
}

/// Whether nothing stands any more of what the finding told of.
fn is_taken_back(began: &Began, file: &Changed) -> bool {
    let since = Since::of(&began.before, &began.told, file.after.as_deref().unwrap_or_default());
    let told = hunks(&began.before, &began.told);
    let mut told = told.iter().filter(|hunk| !noise::is_noise_hunk(&file.path, &hunk.removed, &hunk.added));
    told.all(|hunk| since.standing(hunk) == Standing::Gone)
}
