//! Closes the issue of a finding that is over, with the proof.

use contracts::record::{FindingState, Notice, Record};
use contracts::verdict::Resolved;
use github::{CloseReason, Issue, IssueState};
use stage::{Fault, Outcome};

use crate::Out;
use crate::announce::{News, Told};
use crate::effect::{Context, Done};
use crate::filing::Trouble;
use crate::inert::code;
use crate::marker::Marker;
use crate::undeliverable;

/// Tells that `resolved` is over, if anybody was told that it began.
pub(crate) async fn tell(context: &Context<'_>, resolved: &Resolved, outcome: &mut Outcome<Out>) -> Result<(), Fault> {
    match try_to_tell(context, resolved, outcome).await {
        Err(Trouble::Github(error)) if undeliverable::is_final(&error) => {
            undeliverable::tell(context.deps, &context.line(), error, outcome).await.map(drop)
        }
        told => Ok(told?),
    }
}

async fn try_to_tell(context: &Context<'_>, resolved: &Resolved, outcome: &mut Outcome<Out>) -> Result<(), Trouble> {
    let store = &context.deps.store;
    let record = store.finding(&resolved.fingerprint).await?;
    let notice = store.notice(&resolved.fingerprint).await?;
    let seq = context.msg.body.change.seq;
    let superseded = record.as_ref().is_some_and(|record| record.seq > seq);
    if superseded || notice.as_ref().is_some_and(|n| n.state == "closed") {
        // Somebody said so before, or a later change has spoken about it and may have found it again.
        return Ok(());
    }
    let issue = context.issue(&resolved.fingerprint, notice.as_ref()).await?;
    let done = match &issue {
        Some(issue) if issue.state == IssueState::Open => Some(close(context, resolved, issue).await?),
        Some(issue) => Some(Done::at("unchanged", issue.url.clone(), Some(issue.number))),
        // It was in the digest only.
        None => notice.as_ref().map(|n| Done::at("closed", n.location.clone(), None)),
    };
    if let Some(mut record) = record {
        let threshold = context.deps.settings.threshold(record.finding.urgency);
        if let Some(done) = done.as_ref().filter(|d| d.news.is_some() && threshold.notify_webhook) {
            let issue = Some(done.location.as_str());
            let told = Told { news: News::Resolved, issue, ..Told::new(context, &record.finding) };
            context.deps.announce.send(&told).await;
        }
        if record.state == FindingState::Open {
            record.state = FindingState::Resolved;
            outcome.save.push(Record::Finding(Box::new(record)));
        }
    }
    if let Some(done) = done {
        let evidence = notice.map(|n: Notice| n.evidence).unwrap_or_default();
        context.note(resolved.fingerprint.clone(), &evidence, Done { state: "closed", ..done }, outcome);
    }
    Ok(())
}

async fn close(context: &Context<'_>, resolved: &Resolved, issue: &Issue) -> Result<Done, Trouble> {
    let (body, comment) = texts(context, resolved, issue);
    let reason = if is_revert(resolved) { CloseReason::NotPlanned } else { CloseReason::Completed };
    let target = &context.verdict().target;
    let closed = context.deps.github.close_issue(target, issue.number, reason, &body, Some(&comment)).await?;
    Ok(Done { news: Some(News::Resolved), ..Done::at("closed", closed.url, Some(closed.number)) })
}

/// The body with a note on top and a marker that says who closed it; and the comment.
fn texts(context: &Context<'_>, resolved: &Resolved, issue: &Issue) -> (String, String) {
    let verdict = context.verdict();
    let (repo, reachable) = match is_revert(resolved) {
        true => (&verdict.source, context.links.source),
        false => (&verdict.target, context.links.target),
    };
    let at = resolved.commit.as_ref().map(|commit| {
        let short = code(commit.short(), 7);
        let url = context.links.commit(repo, commit, reachable);
        url.map_or_else(|| format!(" in {short}"), |url| format!(" in [{short}]({url})"))
    });
    let at = at.unwrap_or_default();
    let proof = match is_revert(resolved) {
        true => format!("{} changed back{at}: nothing to do here.", code(verdict.source.as_str(), 210)),
        false => format!("Fixed{at}: looked again, and the code that was hit is gone."),
    };
    let over = if is_revert(resolved) { "reverted" } else { "fixed" };
    let before = Marker::read(&issue.body).filter(|before| before.fingerprint == resolved.fingerprint.as_str());
    let marker = Marker {
        run: context.msg.run.to_string(),
        over: Some(over.to_owned()),
        ..before.unwrap_or_else(|| Marker::bare(&resolved.fingerprint))
    };
    let body = format!("> [!TIP]\n> **Over.** {proof}\n\n{}\n{marker}\n", issue.body.trim_end());
    let comment = format!("{proof}\n<!-- downstream:v1 run={} -->", context.msg.run);
    (body, comment)
}

fn is_revert(resolved: &Resolved) -> bool {
    resolved.how == "reverted"
}
