//! What lies on the table: the issue, what it is about, and what is known of it.

use contracts::messages::{IssueAct, IssueTouched};
use contracts::record::{FindingRecord, Notice, Wish, WishKind};
use contracts::tick::Tick;
use contracts::verdict::{Answer, Verdict};
use contracts::{Envelope, Fingerprint};
use github::Issue;

use crate::Deps;
use crate::filing::{self, Trouble};
use crate::marker::Marker;
use crate::{dashboard, digest, wishes};

/// The marker of an issue about `fingerprint`, also where its body lost it.
pub(super) fn shelf_marker(issue: &Issue, fingerprint: &Fingerprint) -> Marker {
    let marker = Marker::read(&issue.body).filter(|marker| marker.fingerprint == fingerprint.as_str());
    marker.unwrap_or_else(|| Marker::bare(fingerprint))
}

/// One issue of ours.
pub(super) struct Desk<'a> {
    pub(super) msg: &'a Envelope<IssueTouched>,
    pub(super) deps: &'a Deps,
    pub(super) issue: Issue,
    pub(super) marker: Marker,
    /// None for a digest.
    pub(super) record: Option<FindingRecord>,
    pub(super) notice: Option<Notice>,
    pub(super) wish: Option<Wish>,
}

impl<'a> Desk<'a> {
    /// None where the issue is not ours, or no more.
    pub(super) async fn open(msg: &'a Envelope<IssueTouched>, deps: &'a Deps) -> Result<Option<Self>, Trouble> {
        let IssueTouched { repo, number, fingerprint, .. } = &msg.body;
        let record = deps.store.finding(fingerprint).await?;
        let is_known = record.as_ref().is_some_and(|record| wishes::same_repo(&record.target, repo));
        let lists = [digest::fingerprint(repo), dashboard::fingerprint(repo)];
        if !is_known && !lists.contains(fingerprint) {
            return Ok(None);
        }
        let notice = deps.store.notice(fingerprint).await?;
        let found = match notice.as_ref().and_then(|n| n.number) == Some(*number) {
            true => deps.github.issue(repo, *number).await?,
            // The record was lost, or says otherwise: who opened it decides.
            false => filing::find(deps, repo, fingerprint, notice.as_ref()).await?,
        };
        let Some(issue) = found.filter(|issue| issue.number == *number) else { return Ok(None) };
        let marker = shelf_marker(&issue, fingerprint);
        let wish = deps.store.wish(fingerprint).await?;
        Ok(Some(Self { msg, deps, issue, marker, record, notice, wish }))
    }

    /// Clears the boxes of a body that one was ticked in, unless what was done wrote the body already.
    pub(super) async fn clear_boxes(&self, done: bool) -> Result<(), Trouble> {
        let IssueTouched { repo, number, act, ticked, .. } = &self.msg.body;
        let is_written = done && matches!(act, IssueAct::Snooze { .. } | IssueAct::Diverge { .. });
        let cleared = Tick::cleared(&self.issue.body);
        if *ticked && !is_written && cleared != self.issue.body {
            self.deps.github.edit_body(repo, *number, &cleared).await?;
        }
        Ok(())
    }

    /// The wish that this message makes.
    pub(super) fn wishes(&self, kind: WishKind, reason: &str) -> Wish {
        let IssueTouched { repo, number, fingerprint, by, at, .. } = &self.msg.body;
        Wish {
            fingerprint: fingerprint.clone(),
            target: repo.clone(),
            number: Some(*number),
            kind,
            by: by.clone(),
            reason: reason.to_owned(),
            at: *at,
        }
    }

    /// A line that ends a comment, so that it is said once for each thing that asked for it.
    pub(super) fn signature(&self) -> String {
        format!("<!-- downstream:v1 run={} -->", self.msg.run)
    }

    /// The verdict that the issue shows; without its steps where it is no more.
    pub(super) async fn verdict(&self, record: &FindingRecord) -> Result<Verdict, Trouble> {
        let kept = match self.marker.run.parse() {
            Ok(run) => self.deps.store.verdicts(&run).await?,
            Err(_) => Vec::new(),
        };
        let same = |verdict: &Verdict| {
            wishes::same_repo(&verdict.target, &record.target) && verdict.relationship == record.relationship
        };
        let kept = kept.into_iter().map(|record| record.verdict).find(same);
        Ok(kept.unwrap_or_else(|| Verdict {
            source: record.source.clone(),
            target: record.target.clone(),
            relationship: record.relationship.clone(),
            source_commit: record.recheck.change.after.clone(),
            target_commit: record.finding.dependent.first().and_then(|span| span.commit.clone()),
            answer: Answer::Affected,
            findings: Vec::new(),
            resolved: Vec::new(),
            trace: Vec::new(),
        }))
    }
}
