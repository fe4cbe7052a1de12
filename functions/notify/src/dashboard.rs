//! The dashboard: one issue a dependent that shows all that is known, where the settings ask for it. Rewritten in place
//! without a word; its boxes file what had no room and revive what was put away.

mod page;
mod view;

use contracts::messages::{DashboardDue, NoticeDelivered};
use contracts::record::{Notice, Record, Wish, WishKind};
use contracts::{Envelope, Fingerprint, RepoName};
use github::{Draft, Issue, IssueState, StateReason};
use stage::{Fault, Outcome, Stage};

use crate::filing::{self, Trouble};
use crate::marker::Marker;
use crate::preview::Shown as Out;
use crate::{Body, Deps, wishes};

pub use page::dashboard;
pub use view::{Line, Shown, View, Watched};

/// Keeps dashboards.
#[derive(Debug)]
pub struct Dashboard;

impl Stage for Dashboard {
    const NAME: &'static str = "dashboard";
    type In = DashboardDue;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<DashboardDue>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        let mut outcome = Outcome::default();
        let repo = &msg.body.repo;
        if !deps.settings.wants_dashboard(repo) {
            return Ok(outcome);
        }
        let _turn = deps.store.turn(crate::ISSUES).await?;
        let wish = deps.store.wish(&fingerprint(repo)).await?;
        if !wishes::is_silent(wish.as_ref(), (deps.clock)()) {
            show(msg, deps, &mut outcome).await?;
        }
        Ok(outcome)
    }
}

/// Names a dependent's dashboard for ever.
pub(crate) fn fingerprint(repo: &RepoName) -> Fingerprint {
    let lower = repo.as_str().to_ascii_lowercase();
    let repo = lower.parse().unwrap_or_else(|_| repo.clone());
    Fingerprint::derive(&repo, &repo, "dashboard", "dashboard", "dashboard")
}

async fn show(msg: &Envelope<DashboardDue>, deps: &Deps, outcome: &mut Outcome<Out>) -> Result<(), Trouble> {
    let repo = &msg.body.repo;
    let view = view::gather(deps, repo).await?;
    let fingerprint = fingerprint(repo);
    let marker = Marker { run: msg.run.to_string(), evidence: view.evidence(), ..Marker::bare(&fingerprint) };
    let notice = deps.store.notice(&fingerprint).await?;
    if notice.as_ref().is_some_and(|notice| notice.state == "listing" && notice.evidence == marker.evidence) {
        return Ok(());
    }
    let there = filing::find(deps, repo, &fingerprint, notice.as_ref()).await?;
    let Body { title, body, labels } = dashboard(repo, &view, &marker.to_string());
    let (action, issue) = match there {
        // It begins with something to show.
        None if view.is_calm() => return Ok(()),
        None => {
            let draft = Draft { title, body, labels };
            ("created", filing::create(deps, repo, &fingerprint, &draft).await?.issue)
        }
        Some(issue) if is_put_away(&issue) => {
            let (fingerprint, target, number) = (fingerprint, repo.clone(), Some(issue.number));
            let (by, reason, at) = (String::new(), "seen on the issue".to_owned(), (deps.clock)());
            outcome.save.push(Record::Wish(Wish { fingerprint, target, number, kind: WishKind::Mute, by, reason, at }));
            return Ok(());
        }
        Some(issue) if is_same(&issue, &marker) => ("unchanged", issue),
        Some(issue) => ("updated", deps.github.update_issue(repo, issue.number, &title, &body).await?.issue),
    };
    note(deps, repo, fingerprint, (action, issue, marker.evidence), outcome);
    Ok(())
}

/// A person closed it as *not planned*, and nobody told us.
fn is_put_away(issue: &Issue) -> bool {
    issue.state == IssueState::Closed && issue.state_reason == Some(StateReason::NotPlanned)
}

fn is_same(issue: &Issue, marker: &Marker) -> bool {
    let before = Marker::read(&issue.body);
    before.is_some_and(|before| before.fingerprint == marker.fingerprint && before.evidence == marker.evidence)
}

fn note(
    deps: &Deps,
    repo: &RepoName,
    fingerprint: Fingerprint,
    (action, issue, evidence): (&str, Issue, String),
    outcome: &mut Outcome<Out>,
) {
    let number = Some(issue.number).filter(|_| deps.github.outbox().is_none());
    let (target, location, at) = (repo.clone(), issue.url.clone(), (deps.clock)());
    // A listing like the digest: whoever has the calendar brings it up to date with it.
    let (state, action) = ("listing".to_owned(), action.to_owned());
    let said = NoticeDelivered { fingerprint: fingerprint.clone(), target: repo.clone(), action, location: issue.url };
    outcome.save.push(Record::Notice(Notice { fingerprint, target, number, location, state, evidence, at }));
    outcome.emit.push(said.into());
}
