//! What went wrong with a run.

use contracts::RunId;
use store::{Decided, Error, Store};

/// The first stage of a run that rejected its message, and why; none if none did.
///
/// # Errors
/// The store's.
pub async fn failure_of(store: &Store, run: &RunId) -> Result<Option<String>, Error> {
    let runs = store.stage_runs(run).await?;
    let failed = runs.iter().find_map(|stage| match serde_json::from_str(&stage.body) {
        Ok(Decided::Rejected(why)) => Some(format!("{}: {why}", stage.stage)),
        _ => None,
    });
    Ok(failed)
}
