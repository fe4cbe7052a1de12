//! What people do on issues of ours, and whether it is worth listening to. No I/O.

use contracts::messages::{IssueAct, IssueTouched};
use contracts::tick::Tick;
use contracts::{Fingerprint, MessageId, RepoName};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::command;
use crate::inbox::Touched;
use crate::problem::Problem;

/// The fields that matter of `issues` and `issue_comment`.
#[derive(Deserialize)]
struct Payload {
    action: String,
    issue: Issue,
    #[serde(default)]
    comment: Option<Comment>,
    repository: Repository,
    #[serde(default)]
    sender: Account,
    #[serde(default)]
    changes: Changes,
}

/// What an edit replaced.
#[derive(Deserialize, Default)]
struct Changes {
    #[serde(default)]
    body: Option<Before>,
}

#[derive(Deserialize)]
struct Before {
    #[serde(default)]
    from: Option<String>,
}

#[derive(Deserialize)]
struct Issue {
    number: u64,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    state_reason: Option<String>,
    #[serde(default)]
    updated_at: Option<String>,
    /// There for pull requests only.
    #[serde(default)]
    pull_request: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Comment {
    id: u64,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    author_association: String,
    #[serde(default)]
    user: Account,
    /// There where a program wrote it in somebody's name.
    #[serde(default)]
    performed_via_github_app: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: String,
}

#[derive(Deserialize, Default)]
struct Account {
    #[serde(default)]
    login: String,
    #[serde(default, rename = "type")]
    kind: String,
}

/// What such an event comes to.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// Nothing to do, and why.
    Ignored(&'static str),
    /// Somebody did something that counts.
    Touched(Box<Touched>),
}

/// Reads an `issues` event.
pub(super) fn heard_of_issue(json: &[u8], delivery: Option<String>, now_ms: i64) -> Result<Heard, Problem> {
    let payload: Payload = serde_json::from_slice(json)?;
    if payload.action == "edited" {
        return heard_of_edit(&payload, delivery, now_ms);
    }
    let act = match (payload.action.as_str(), payload.issue.state_reason.as_deref()) {
        ("closed", Some("not_planned")) => IssueAct::NotPlanned,
        ("reopened", _) => IssueAct::Reopened,
        ("closed", _) => return Ok(Heard::Ignored("closed as done: if it is not, the next change will tell")),
        _ => return Ok(Heard::Ignored("only closing, reopening and ticked boxes count")),
    };
    if payload.sender.is_machine() {
        return Ok(Heard::Ignored("not done by a person"));
    }
    // Whoever closes an issue in our name says so in its marker, in the same breath.
    let body = payload.issue.body.as_deref().unwrap_or_default();
    if act == IssueAct::NotPlanned && closed_by_us(body) {
        return Ok(Heard::Ignored("closed by this program"));
    }
    let at = payload.issue.updated_at.clone().unwrap_or_default();
    let (by, action) = (payload.sender.login.clone(), payload.action.clone());
    touched(&payload, (act, false), by, None, now_ms, delivery, &["issue", &action, &at])
}

/// A box of ours that is ticked now and was not before. Whether its author may is asked later: an edit does not tell.
fn heard_of_edit(payload: &Payload, delivery: Option<String>, now_ms: i64) -> Result<Heard, Problem> {
    if payload.sender.is_machine() {
        return Ok(Heard::Ignored("not done by a person"));
    }
    let before = payload.changes.body.as_ref().and_then(|body| body.from.as_deref()).unwrap_or_default();
    let Some(tick) = Tick::newly(before, payload.issue.body.as_deref().unwrap_or_default()) else {
        return Ok(Heard::Ignored("no box of ours was ticked"));
    };
    let (at, what) = (payload.issue.updated_at.clone().unwrap_or_default(), tick.to_string());
    let act = (command::ticked(tick, now_ms), true);
    touched(payload, act, payload.sender.login.clone(), None, now_ms, delivery, &["ticked", &what, &at])
}

/// Reads an `issue_comment` event.
pub(super) fn heard_of_comment(json: &[u8], delivery: Option<String>, now_ms: i64) -> Result<Heard, Problem> {
    let payload: Payload = serde_json::from_slice(json)?;
    let Some(comment) = &payload.comment else { return Err(Problem::invalid("/comment", "there is no comment")) };
    if payload.action != "created" {
        return Ok(Heard::Ignored("only new comments count"));
    }
    if comment.user.is_machine() || payload.sender.is_machine() || comment.performed_via_github_app.is_some() {
        return Ok(Heard::Ignored("not said by a person"));
    }
    let on_pull_request = payload.issue.pull_request.is_some();
    let Some(act) = command::command(comment.body.as_deref().unwrap_or_default(), on_pull_request, now_ms) else {
        return Ok(Heard::Ignored("no command"));
    };
    if !matches!(comment.author_association.as_str(), "OWNER" | "MEMBER" | "COLLABORATOR") {
        return Ok(Heard::Ignored("only owners, members and collaborators may command"));
    }
    let (id, by) = (comment.id, comment.user.login.clone());
    touched(&payload, (act, false), by, Some(id), now_ms, delivery, &["comment", &id.to_string()])
}

fn touched(
    payload: &Payload,
    (act, ticked): (IssueAct, bool),
    by: String,
    comment: Option<u64>,
    at: i64,
    delivery: Option<String>,
    what: &[&str],
) -> Result<Heard, Problem> {
    let repo: RepoName = payload
        .repository
        .full_name
        .parse()
        .map_err(|why: contracts::ids::InvalidId| Problem::invalid("/repository/full_name", why.to_string()))?;
    let number = payload.issue.number;
    let is_about = match (&payload.issue.pull_request, &act) {
        (Some(_), IssueAct::Hold | IssueAct::Unhold) => Some(Fingerprint::of_pull_request(&repo, number)),
        (Some(_), _) => return Ok(Heard::Ignored("a pull request is no issue")),
        (None, _) => Fingerprint::marked_in(payload.issue.body.as_deref().unwrap_or_default()),
    };
    let Some(fingerprint) = is_about else { return Ok(Heard::Ignored("not an issue of ours")) };
    let number_text = number.to_string();
    let mut parts = vec![repo.as_str(), &number_text];
    parts.extend(what);
    let content = MessageId::derive(&parts);
    let by = by.chars().take(100).collect();
    let said = IssueTouched { repo, number, fingerprint, by, act, comment, ticked, at };
    Ok(Heard::Touched(Box::new(Touched { delivery, content, said })))
}

impl Account {
    fn is_machine(&self) -> bool {
        self.kind == "Bot" || self.login.ends_with("[bot]")
    }
}

fn closed_by_us(body: &str) -> bool {
    let marker = body.rfind(Fingerprint::MARK).and_then(|at| body.get(at..)).unwrap_or_default();
    marker.split("-->").next().is_some_and(|marker| marker.contains(" over="))
}
