//! Gathers what is known about a verdict's findings, and does what was decided.

use std::sync::atomic::{AtomicU32, Ordering};

use contracts::messages::{NoticeDelivered, VerdictReached};
use contracts::record::{FindingState, Notice, Record};
use contracts::verdict::{Finding, Verdict};
use contracts::{Envelope, Fingerprint, RepoName};
use github::{Draft, Issue, IssueState};
use stage::{Fault, Outcome};

use crate::announce::{News, Told};
use crate::decide::{Known, Step, decide};
use crate::links::Links;
use crate::marker::Marker;
use crate::page::{Body, Frame, render};
use crate::{Deps, Out};

/// One verdict and everything around it.
pub(crate) struct Context<'a> {
    pub(crate) msg: &'a Envelope<VerdictReached>,
    pub(crate) deps: &'a Deps,
    pub(crate) links: Links,
    /// Issues that are open for this dependent, those filed by this verdict included.
    open: AtomicU32,
}

impl<'a> Context<'a> {
    pub(crate) async fn gather(msg: &'a Envelope<VerdictReached>, deps: &'a Deps) -> Result<Self, Fault> {
        let web = deps.github.web_url();
        let verdict = &msg.body.verdict;
        let target = deps.store.repository(&verdict.target).await?.map(|r| r.url);
        let links = Links {
            source: is_on(&web, &verdict.source, Some(&msg.body.change.url)),
            target: is_on(&web, &verdict.target, target.as_deref()),
            web,
        };
        let mut open = 0;
        for record in deps.store.findings_against(&verdict.target).await? {
            let notice = deps.store.notice(&record.finding.fingerprint).await?;
            open += u32::from(notice.is_some_and(|n| n.state == "open"));
        }
        Ok(Self { msg, deps, links, open: AtomicU32::new(open) })
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
        let threshold = self.deps.settings.threshold(finding.urgency);
        let marker = Marker::of(finding, &self.msg.run);
        let known = self.known(finding, &marker).await?;
        let frame = Frame {
            run: &self.msg.run,
            links: &self.links,
            labels: &threshold.labels,
            config_url: self.deps.config_url.as_deref(),
        };
        let body = render(self.verdict(), finding, &frame);
        let step = decide(&known, &marker, threshold.action, self.deps.settings.max_open_issues_per_repo);
        let told = self.perform(step, &known, finding, body).await?;
        if let Some(news) = told.news.filter(|_| threshold.notify_webhook) {
            let issue = Some(told.location.as_str());
            self.deps.announce.send(&Told { news, issue, ..Told::new(self, finding) }).await;
        }
        if told.muted {
            self.mute(finding, outcome).await?;
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

    async fn known(&self, finding: &Finding, marker: &Marker) -> Result<Known, Fault> {
        let (store, fingerprint) = (&self.deps.store, &finding.fingerprint);
        let record = store.finding(fingerprint).await?;
        let superseded = record.is_some_and(|r| r.seq > self.msg.body.change.seq);
        let notice = store.notice(fingerprint).await?;
        let settled = notice.as_ref().is_some_and(|n| n.state == "open" && n.evidence == marker.evidence);
        let issue = match superseded || settled {
            true => None,
            false => self.issue(fingerprint, notice.as_ref()).await?,
        };
        Ok(Known { notice, issue, superseded, open: self.open.load(Ordering::Relaxed) })
    }

    /// The finding's issue: by its recorded number, else by its marker.
    pub(crate) async fn issue(
        &self,
        fingerprint: &Fingerprint,
        notice: Option<&Notice>,
    ) -> Result<Option<Issue>, Fault> {
        let (github, target) = (&self.deps.github, &self.verdict().target);
        if let Some(number) = notice.and_then(|n| n.number)
            && let Some(issue) = github.issue(target, number).await?
        {
            return Ok(Some(issue));
        }
        Ok(github.find_issue(target, &Marker::needle(fingerprint)).await?)
    }

    async fn perform(&self, step: Step, known: &Known, finding: &Finding, body: Body) -> Result<Done, Fault> {
        let target = &self.verdict().target;
        match (step, &known.issue) {
            (Step::Create, _) => self.create(body).await,
            (Step::Update { say }, Some(issue)) => self.update(issue, body, say).await,
            (Step::Digest, _) => {
                let location = self.deps.announce.digest(target, &finding.fingerprint, &body).await?;
                Ok(Done { state: "digest", ..Done::at("digest", location, None) })
            }
            (Step::Mute, Some(issue)) => Ok(Done {
                state: "closed",
                muted: true,
                ..Done::at("unchanged", issue.url.clone(), Some(issue.number))
            }),
            (Step::Note, Some(issue)) => {
                let state = if issue.state == IssueState::Open { "open" } else { "closed" };
                Ok(Done { state, ..Done::at("unchanged", issue.url.clone(), Some(issue.number)) })
            }
            _ => Ok(Done::default()),
        }
    }

    async fn create(&self, body: Body) -> Result<Done, Fault> {
        let Body { title, body, labels } = body;
        let draft = Draft { title, body, labels };
        let written = self.deps.github.create_issue(&self.verdict().target, &draft).await?;
        if !written.dropped_labels.is_empty() {
            let (issue, labels) = (&written.issue.url, &written.dropped_labels);
            tracing::warn!(%issue, ?labels, "github dropped labels: the token may not set them there");
        }
        self.open.fetch_add(1, Ordering::Relaxed);
        let Issue { url, number, .. } = written.issue;
        Ok(Done { state: "open", news: Some(News::New), ..Done::at("created", url, Some(number)) })
    }

    async fn update(&self, issue: &Issue, body: Body, say: Option<&str>) -> Result<Done, Fault> {
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

    async fn mute(&self, finding: &Finding, outcome: &mut Outcome<Out>) -> Result<(), Fault> {
        let record = self.deps.store.finding(&finding.fingerprint).await?;
        if let Some(mut record) = record.filter(|r| r.state != FindingState::Muted) {
            record.state = FindingState::Muted;
            outcome.save.push(Record::Finding(Box::new(record)));
        }
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
    pub(crate) muted: bool,
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

/// Whether people can open a repository on `web`. `local/…` is how a repository without a home there is named.
fn is_on(web: &str, repo: &RepoName, url: Option<&str>) -> bool {
    let there = |url: &str| url.strip_prefix(web).is_some_and(|rest| rest.starts_with('/'));
    repo.owner() != "local" && url.is_none_or(there)
}
