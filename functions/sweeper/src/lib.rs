//! Looks after what was left behind. Called by a schedule, not by a message: so it is no stage, and what it says enters like
//! a report.
//!
//! One file a duty, each in the order of a stage: gather asks, `decide` is pure, then it is done. A duty that fails is a line
//! in the report and holds up no other. A sweep may die anywhere and two may run at once: ids are made of what a message is
//! about, so whoever hears it twice recognises it, and what is remembered from sweep to sweep only saves work.

mod asks;
mod calendar;
mod deliveries;
mod expiry;
mod heads;
mod ledger;
mod memory;
mod outside;
#[cfg(feature = "cloud")]
pub mod queued;
mod report;
mod round;
mod settings;
mod spend;
mod unperformed;

use std::sync::Arc;

use relationships::Relationships;

pub use crate::asks::{Attic, Delivery, Flight, Forge, Head, Known, Ledger, Outlet, Said, Waiting, Whom};
pub use crate::expiry::Expired;
pub use crate::outside::Outside;
pub use crate::report::{Count, Report};
pub use crate::settings::Settings;

use crate::round::Round;

/// Everything that a sweep may ask.
#[derive(Clone)]
pub struct Deps {
    /// What was accepted, decided and told.
    pub ledger: Arc<dyn Ledger>,
    /// Where messages enter.
    pub outlet: Arc<dyn Outlet>,
    /// Where repositories are.
    pub forge: Arc<dyn Forge>,
    /// Where documents are kept; none where something else removes the old ones, as a bucket does.
    pub attic: Option<Arc<dyn Attic>>,
    /// Whose repositories are looked after.
    pub relationships: Arc<Relationships>,
    /// Limits.
    pub settings: Settings,
}

/// One sweep at `now` (milliseconds since the Unix epoch). Never fails: what could not be done stands in the report.
pub async fn sweep(deps: &Deps, now: i64) -> Report {
    let mut round = Round::begin(deps, now).await;
    unperformed::sweep(&mut round).await;
    calendar::sweep(&mut round).await;
    deliveries::sweep(&mut round).await;
    heads::sweep(&mut round).await;
    expiry::sweep(&mut round).await;
    spend::sweep(&mut round).await;
    round.end().await
}
