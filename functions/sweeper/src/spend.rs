//! What a model has cost today.

use contracts::RepoName;

use crate::heads::watched;
use crate::round::Round;

const DAY: i64 = 86_400_000;

pub(crate) async fn sweep(round: &mut Round<'_>) {
    let repos: Vec<RepoName> = watched(&round.deps.relationships).into_values().cloned().collect();
    match round.deps.ledger.spent(&repos, round.now.div_euclid(DAY)).await {
        Ok(micro_usd) => round.report.model_spend_usd = micro_usd as f64 / 1e6,
        Err(fault) => round.problem("adding up what a model has cost", &fault),
    }
}
