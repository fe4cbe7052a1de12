//! Messages and effects that got stuck, as the sweeper counts them.

use relationships::Relationships;
use sweeper::Count;

use super::Check;
use crate::cli::Common;
use crate::commands::sweep;
use crate::exit::Failure;
use crate::home::Home;

/// Counts with their first examples. Nobody outside is asked.
pub(super) async fn check(common: &Common, home: &Home, relationships: &Relationships) -> Result<Vec<Check>, Failure> {
    let report = sweep::look(common, home, relationships).await?;
    let again = "start downstream dev, or see downstream sweep --dry-run";
    let undecided = "waiting for a decision for 5 minutes or longer";
    let mut checks = vec![
        of("sweep.undecided", &report.undecided, undecided, again),
        of("sweep.unreceipted", &report.unreceipted, "findings that nobody was told of", again),
    ];
    let given_up = "undecided for a day: nobody sends them again";
    if report.given_up.count > 0 {
        checks.push(of(
            "sweep.given_up",
            &report.given_up,
            given_up,
            "see the dead letters, and report the change again",
        ));
    }
    let failed = |problem: &String| Check::failed("sweep.problem", problem.clone(), "see whether the disk is full");
    checks.extend(report.problems.iter().map(failed));
    Ok(checks)
}

fn of(id: &'static str, count: &Count, what: &str, fix: &str) -> Check {
    match count.examples.first() {
        None => Check::ok(id, "none"),
        Some(first) => Check::warning(id, format!("{} {what}: {first}", count.count), fix),
    }
}
