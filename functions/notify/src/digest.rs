//! What is not worth an issue of its own, or one too many: one issue a dependent, brought up to date once a period.

mod page;

use contracts::messages::{DashboardDue, DigestDue, NoticeDelivered};
use contracts::record::{FindingState, Notice, Record, Wish, WishKind};
use contracts::verdict::Finding;
use contracts::{Envelope, Fingerprint, RepoName};
use github::{CloseReason, Draft, Issue, IssueState, StateReason};
use stage::{Fault, Outcome, Stage};

use crate::filing::{self, Trouble};
use crate::marker::Marker;
use crate::{Body, Deps, Out, links, wishes};

pub use page::{Item, digest};

/// Sends digests.
#[derive(Debug)]
pub struct Digest;

impl Stage for Digest {
    const NAME: &'static str = "digest";
    type In = DigestDue;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<DigestDue>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        let _turn = deps.store.turn(crate::ISSUES).await?;
        let mut outcome = Outcome::default();
        let fingerprint = fingerprint(&msg.body.repo);
        let wish = deps.store.wish(&fingerprint).await?;
        if !wishes::is_silent(wish.as_ref(), (deps.clock)()) {
            send(msg, deps, fingerprint, &mut outcome).await?;
        }
        if deps.settings.wants_dashboard(&msg.body.repo) {
            outcome.emit.push(DashboardDue { repo: msg.body.repo.clone() }.into());
        }
        Ok(outcome)
    }
}

/// Names a dependent's digest for ever.
pub(crate) fn fingerprint(repo: &RepoName) -> Fingerprint {
    let lower = repo.as_str().to_ascii_lowercase();
    let repo = lower.parse().unwrap_or_else(|_| repo.clone());
    Fingerprint::derive(&repo, &repo, "digest", "digest", "digest")
}

async fn send(
    msg: &Envelope<DigestDue>,
    deps: &Deps,
    fingerprint: Fingerprint,
    outcome: &mut Outcome<Out>,
) -> Result<(), Trouble> {
    let repo = &msg.body.repo;
    let items = items(deps, repo).await?;
    let marker = Marker { run: msg.run.to_string(), evidence: page::evidence(&items), ..Marker::bare(&fingerprint) };
    let notice = deps.store.notice(&fingerprint).await?;
    let issue = filing::find(deps, repo, &fingerprint, notice.as_ref()).await?;
    let labels = deps.settings.threshold(contracts::verdict::Urgency::Low).labels;
    let body = digest(repo, &items, &marker.to_string(), &labels);
    let told = match issue {
        None if items.is_empty() => return Ok(()),
        None => {
            let Body { title, body, labels } = body;
            let written = filing::create(deps, repo, &fingerprint, &Draft { title, body, labels }).await?;
            ("created", written.issue)
        }
        Some(issue) => renew(deps, repo, issue, &items, body, marker.clone(), outcome).await?,
    };
    let (action, issue) = told;
    note(deps, repo, fingerprint, action, &issue, marker.evidence, outcome);
    Ok(())
}

/// Brings the issue that is there up to date, without a word.
async fn renew(
    deps: &Deps,
    repo: &RepoName,
    issue: Issue,
    items: &[Item],
    body: Body,
    marker: Marker,
    outcome: &mut Outcome<Out>,
) -> Result<(&'static str, Issue), Trouble> {
    let before = Marker::read(&issue.body);
    let is_same = before.as_ref().is_some_and(|before| before.evidence == marker.evidence);
    let by_person = before.as_ref().is_none_or(|before| before.over.is_none());
    match (issue.state, issue.state_reason) {
        (IssueState::Closed, Some(StateReason::NotPlanned)) if by_person => {
            let (fingerprint, target) = (fingerprint(repo), repo.clone());
            let (by, reason, at) = (String::new(), "seen on the issue".to_owned(), (deps.clock)());
            let number = Some(issue.number);
            outcome.save.push(Record::Wish(Wish { fingerprint, target, number, kind: WishKind::Mute, by, reason, at }));
            Ok(("unchanged", issue))
        }
        (IssueState::Closed, _) if is_same || items.is_empty() => Ok(("unchanged", issue)),
        (IssueState::Open, _) if items.is_empty() => {
            let empty = Marker { over: Some("empty".to_owned()), ..marker };
            let body = format!("Nothing waits here.\n\n{empty}\n");
            let reason = CloseReason::Completed;
            Ok(("closed", deps.github.close_issue(repo, issue.number, reason, &body, None).await?))
        }
        (IssueState::Open, _) if is_same => Ok(("unchanged", issue)),
        _ => {
            let written = deps.github.update_issue(repo, issue.number, &body.title, &body.body).await?;
            Ok(("updated", written.issue))
        }
    }
}

/// Open findings that wait for the digest and that nobody put away, the most urgent first.
async fn items(deps: &Deps, repo: &RepoName) -> Result<Vec<Item>, Trouble> {
    let mut items = Vec::new();
    for record in deps.store.findings_against(repo).await? {
        let fingerprint = &record.finding.fingerprint;
        let waits = deps.store.notice(fingerprint).await?.is_some_and(|notice| notice.state == "digest");
        let wish = deps.store.wish(fingerprint).await?;
        if record.state != FindingState::Open || !waits || wishes::is_silent(wish.as_ref(), (deps.clock)()) {
            continue;
        }
        let links = links::between(deps, &record.source, &record.recheck.change.url, repo).await?;
        items.push(Item { source: record.source, finding: record.finding, links });
    }
    let rank = |finding: &Finding| (finding.urgency, finding.tier);
    items.sort_by(|a, b| {
        let by_name = || a.finding.fingerprint.as_str().cmp(b.finding.fingerprint.as_str());
        rank(&b.finding).cmp(&rank(&a.finding)).then_with(by_name)
    });
    Ok(items)
}

fn note(
    deps: &Deps,
    repo: &RepoName,
    fingerprint: Fingerprint,
    action: &str,
    issue: &Issue,
    evidence: String,
    outcome: &mut Outcome<Out>,
) {
    let number = Some(issue.number).filter(|_| deps.github.outbox().is_none());
    let (target, location, at) = (repo.clone(), issue.url.clone(), (deps.clock)());
    let state = "listing".to_owned();
    let (fp, action) = (fingerprint.clone(), action.to_owned());
    outcome.save.push(Record::Notice(Notice { fingerprint, target, number, location, state, evidence, at }));
    let (target, location) = (repo.clone(), issue.url.clone());
    outcome.emit.push(NoticeDelivered { fingerprint: fp, target, action, location }.into());
}
