//! Gathers what is known about a verdict's findings, and does what was decided.

use std::sync::atomic::{AtomicU32, Ordering};

use contracts::messages::{NoticeDelivered, VerdictReached};
use contracts::metadata::OwnerRule;
use contracts::record::{Notice, Record, Wish, WishKind};
use contracts::verdict::{Finding, Verdict};
use contracts::{Envelope, Fingerprint};
use github::{Draft, Issue, IssueState};
use stage::{Fault, Outcome};

use crate::announce::{News, Told};
use crate::decide::{Known, Step, decide};
use crate::filing::{self, Trouble};
use crate::links::{self, Links};
use crate::marker::Marker;
use crate::page::{Body, Frame, render};
use crate::undeliverable::{self, Line};
use crate::{Deps, Out, owners, wishes};

/// One verdict and everything around it.
pub(crate) struct Context<'a> {
    pub(crate) msg: &'a Envelope<VerdictReached>,
    pub(crate) deps: &'a Deps,
    pub(crate) links: Links,
    /// Issues that are open for this dependent, those filed by this verdict included.
    open: AtomicU32,
    owners: Vec<OwnerRule>,
}

impl<'a> Context<'a> {
    pub(crate) async fn gather(msg: &'a Envelope<VerdictReached>, deps: &'a Deps) -> Result<Self, Fault> {
        let verdict = &msg.body.verdict;
        let links = links::between(deps, &verdict.source, &msg.body.change.url, &verdict.target).await?;
        let mut open = 0;
        for record in deps.store.findings_against(&verdict.target).await? {
            let notice = deps.store.notice(&record.finding.fingerprint).await?;
            open += u32::from(notice.is_some_and(|n| n.state == "open"));
        }
        let owners = owners::known(deps, &verdict.target).await;
        Ok(Self { msg, deps, links, open: AtomicU32::new(open), owners })
    }

    pub(crate) fn verdict(&self) -> &'a Verdict {
        &self.msg.body.verdict
    }

    /// The most urgent first: where there is room for a few only, it is theirs.
    pub(crate) fn worst_first(&self) -> Vec<&'a Finding> {
        let mut findings: Vec<&Finding> = self.verdict().findings.iter().collect();
        findings.sort_by(|a, b| b.urgency.cmp(&a.urgency).then_with(|| b.tier.cmp(&a.tier)));
        findings
    }

    /// Brings the finding's issue to what it should be, and notes what was done.
    pub(crate) async fn tell(&self, finding: &Finding, outcome: &mut Outcome<Out>) -> Result<(), Fault> {
        match self.try_to_tell(finding, outcome).await {
            Err(Trouble::Github(error)) if undeliverable::is_final(&error) => {
                let location = undeliverable::tell(self.deps, &self.line(), error, outcome).await?;
                let done = Done { state: "undelivered", ..Done::at("undelivered", location, None) };
                self.note(finding.fingerprint.clone(), "", done, outcome);
                Ok(())
            }
            told => Ok(told?),
        }
    }

    pub(crate) fn line(&self) -> Line<'a> {
        let Verdict { source, target, .. } = self.verdict();
        Line { source, target, run: &self.msg.run }
    }

    async fn try_to_tell(&self, finding: &Finding, outcome: &mut Outcome<Out>) -> Result<(), Trouble> {
        let threshold = self.deps.settings.threshold(finding.urgency);
        let marker = Marker::of(finding, &self.msg.run);
        let known = self.known(finding, &marker).await?;
        let step = decide(&known, &marker, threshold.action, self.deps.settings.max_open_issues_per_repo);
        let is_anew = matches!(step, Step::Update { .. } | Step::Unmute);
        let frame = Frame {
            run: &self.msg.run,
            change: &self.msg.body.change,
            updated_at: is_anew.then(|| (self.deps.clock)()),
            links: &self.links,
            labels: &threshold.labels,
            config_url: self.deps.config_url.as_deref(),
            owners: &self.owners,
        };
        let body = render(self.verdict(), finding, &frame);
        let told = self.perform(step, &known, finding, body).await?;
        if let Some(news) = told.news.filter(|_| threshold.notify_webhook) {
            let issue = Some(told.location.as_str());
            self.deps.announce.send(&Told { news, issue, ..Told::new(self, finding) }).await;
        }
        if told.action == "created" {
            undeliverable::is_over(self.deps, &self.line(), outcome).await?;
        }
        if let Some(kind) = told.wish {
            self.keep(kind, finding, told.number, outcome).await?;
        }
        match known.notice {
            _ if !told.action.is_empty() => {
                self.note(finding.fingerprint.clone(), &marker.evidence, told, outcome);
            }
            Some(notice) if !known.superseded => outcome.emit.push(unchanged(notice).into()),
            _ => {}
        }
        Ok(())
    }

    async fn known(&self, finding: &Finding, marker: &Marker) -> Result<Known, Trouble> {
        let (store, fingerprint) = (&self.deps.store, &finding.fingerprint);
        let record = store.finding(fingerprint).await?;
        let superseded = record.is_some_and(|r| r.seq > self.msg.body.change.seq);
        let notice = store.notice(fingerprint).await?;
        let settled = notice.as_ref().is_some_and(|n| n.state == "open" && n.evidence == marker.evidence);
        let issue = match superseded || settled {
            true => None,
            false => self.issue(fingerprint, notice.as_ref()).await?,
        };
        let (wish, now) = (store.wish(fingerprint).await?, (self.deps.clock)());
        Ok(Known { notice, issue, superseded, open: self.open.load(Ordering::Relaxed), wish, now })
    }

    /// The finding's issue: by its recorded number, else by its marker.
    pub(crate) async fn issue(
        &self,
        fingerprint: &Fingerprint,
        notice: Option<&Notice>,
    ) -> Result<Option<Issue>, Trouble> {
        filing::find(self.deps, &self.verdict().target, fingerprint, notice).await
    }

    async fn perform(&self, step: Step, known: &Known, finding: &Finding, body: Body) -> Result<Done, Trouble> {
        let target = &self.verdict().target;
        match (step, &known.issue) {
            (Step::Create, _) => self.create(&finding.fingerprint, body).await,
            (Step::Update { say }, Some(issue)) => self.update(issue, body, say).await,
            (Step::Unmute, Some(issue)) => {
                let told = self.update(issue, body, None).await?;
                Ok(Done { wish: Some(WishKind::Tell), ..told })
            }
            (Step::Digest, _) => {
                let location = self.deps.announce.digest(target, &finding.fingerprint, &body).await?;
                Ok(Done { state: "digest", ..Done::at("digest", location, None) })
            }
            (Step::Mute, Some(issue)) => Ok(Done {
                state: "closed",
                wish: Some(WishKind::Mute),
                ..Done::at("unchanged", issue.url.clone(), Some(issue.number))
            }),
            (Step::Note, Some(issue)) => {
                let state = if issue.state == IssueState::Open { "open" } else { "closed" };
                Ok(Done { state, ..Done::at("unchanged", issue.url.clone(), Some(issue.number)) })
            }
            _ => Ok(Done::default()),
        }
    }

    async fn create(&self, fingerprint: &Fingerprint, body: Body) -> Result<Done, Trouble> {
        let Body { title, body, labels } = body;
        let draft = Draft { title, body, labels };
        let written = filing::create(self.deps, &self.verdict().target, fingerprint, &draft).await?;
        self.open.fetch_add(1, Ordering::Relaxed);
        let Issue { url, number, .. } = written.issue;
        Ok(Done { state: "open", news: Some(News::New), ..Done::at("created", url, Some(number)) })
    }

    async fn update(&self, issue: &Issue, body: Body, say: Option<&str>) -> Result<Done, Trouble> {
        let (github, target) = (&self.deps.github, &self.verdict().target);
        if let Some(say) = say {
            // The run makes it a different comment each time it gets worse, and the same one when it is tried again.
            let text = format!("{say}\n<!-- downstream:v1 run={} -->", self.msg.run);
            github.comment(target, issue.number, &text).await?;
        }
        let written = github.update_issue(target, issue.number, &body.title, &body.body).await?;
        let Issue { url, number, .. } = written.issue;
        let news = say.map(|_| News::Worse);
        Ok(Done { state: "open", news, ..Done::at("updated", url, Some(number)) })
    }

    /// A person closed or opened the issue, and nobody told us.
    async fn keep(
        &self,
        kind: WishKind,
        finding: &Finding,
        number: Option<u64>,
        outcome: &mut Outcome<Out>,
    ) -> Result<(), Trouble> {
        let record = self.deps.store.finding(&finding.fingerprint).await?;
        let (fingerprint, target) = (finding.fingerprint.clone(), self.verdict().target.clone());
        let (by, reason, at) = (String::new(), "seen on the issue".to_owned(), (self.deps.clock)());
        wishes::keep(Wish { fingerprint, target, number, kind, by, reason, at }, record, outcome);
        Ok(())
    }

    pub(crate) fn note(&self, fingerprint: Fingerprint, evidence: &str, done: Done, outcome: &mut Outcome<Out>) {
        let target = self.verdict().target.clone();
        let Done { action, state, location, number, .. } = done;
        // An outbox file has no number that means anything to GitHub.
        let number = number.filter(|_| self.deps.github.outbox().is_none());
        outcome.save.push(Record::Notice(Notice {
            fingerprint: fingerprint.clone(),
            target: target.clone(),
            number,
            location: location.clone(),
            state: state.to_owned(),
            evidence: evidence.to_owned(),
            at: (self.deps.clock)(),
        }));
        outcome.emit.push(NoticeDelivered { fingerprint, target, action: action.to_owned(), location }.into());
    }
}

/// What was done about one finding. Without an action there is nothing to note.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) action: &'static str,
    pub(crate) state: &'static str,
    pub(crate) location: String,
    pub(crate) number: Option<u64>,
    pub(crate) news: Option<News>,
    pub(crate) wish: Option<WishKind>,
}

impl Done {
    pub(crate) fn at(action: &'static str, location: String, number: Option<u64>) -> Self {
        Self { action, location, number, ..Self::default() }
    }
}

fn unchanged(notice: Notice) -> NoticeDelivered {
    let Notice { fingerprint, target, location, .. } = notice;
    NoticeDelivered { fingerprint, target, action: "unchanged".to_owned(), location }
}
