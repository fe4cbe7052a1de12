//! One sweep under way: what it remembers, what it has done, and the only place where it does anything.

use std::fmt::Display;

use contracts::MessageId;
use stage::Fault;

use crate::asks::{Delivery, Said, Whom};
use crate::memory::Memory;
use crate::report::Report;
use crate::{Deps, Expired};

pub(crate) struct Round<'d> {
    pub(crate) deps: &'d Deps,
    pub(crate) now: i64,
    pub(crate) memory: Memory,
    pub(crate) report: Report,
    /// Whether other people's servers may be asked.
    pub(crate) asks_others: bool,
}

impl<'d> Round<'d> {
    pub(crate) async fn begin(deps: &'d Deps, now: i64) -> Self {
        let report = Report { at: now, dry_run: deps.settings.dry_run, ..Report::default() };
        let mut round = Self { deps, now, memory: Memory::default(), report, asks_others: false };
        match deps.ledger.memory().await {
            Ok(text) => round.memory = Memory::read(text.as_deref()),
            Err(fault) => round.problem("remembering the last sweep", &fault),
        }
        round.asks_others = now.saturating_sub(round.memory.asked_at) >= deps.settings.ask_others_every;
        round
    }

    pub(crate) async fn end(mut self) -> Report {
        self.memory.swept_at = self.now;
        if self.asks_others {
            self.memory.asked_at = self.now;
        }
        if !self.deps.settings.dry_run {
            let text = serde_json::to_string(&self.memory).unwrap_or_default();
            if let Err(fault) = self.deps.ledger.remember(text).await {
                self.problem("remembering this sweep", &fault);
            }
        }
        self.report
    }

    /// Notes what could not be done.
    pub(crate) fn problem(&mut self, doing: &str, why: &dyn Display) {
        self.report.problems.push(format!("{doing}: {why}"));
    }

    /// Says a first message; `false` where it was known.
    pub(crate) async fn say(&self, id: MessageId, said: Said) -> Result<bool, Fault> {
        if self.deps.settings.dry_run {
            return Ok(true);
        }
        self.deps.outlet.say(id, said).await
    }

    pub(crate) async fn again(&self, whom: Whom, id: MessageId, envelope: String) -> Result<(), Fault> {
        if self.deps.settings.dry_run {
            return Ok(());
        }
        self.deps.outlet.again(whom, id, envelope).await
    }

    pub(crate) async fn redeliver(&self, delivery: &Delivery) -> Result<(), Fault> {
        if self.deps.settings.dry_run {
            return Ok(());
        }
        self.deps.forge.redeliver(delivery).await
    }

    /// Removes old documents and rows; none where nobody is to.
    pub(crate) async fn expire(&self, before: i64) -> Result<(Expired, u64), Fault> {
        if self.deps.settings.dry_run {
            return Ok((Expired::default(), 0));
        }
        let documents = match &self.deps.attic {
            Some(attic) => {
                let keep = crate::expiry::kept(&*self.deps.ledger, &**attic).await?;
                attic.expire(before, &keep).await?
            }
            None => Expired::default(),
        };
        Ok((documents, self.deps.ledger.prune(before).await?.unwrap_or_default()))
    }
}
