//! The dependent cannot be told: issues are switched off there, or the token may not write, or nothing is there any more.
//! Its provider's side is told instead, once, without a word about the dependent's code.

use contracts::record::{Notice, Record};
use contracts::{Fingerprint, RepoName, RunId};
use github::{CloseReason, Draft, Error, IssueState};
use stage::{Fault, Outcome};

use crate::filing::{self, Trouble};
use crate::inert::{code, one_line, prose};
use crate::marker::Marker;
use crate::{Deps, Out};

/// Whether asking again would get the same answer.
pub(crate) fn is_final(error: &Error) -> bool {
    matches!(error, Error::Denied { .. } | Error::Missing { .. } | Error::Refused { .. })
}

/// Between whom nothing gets through.
pub(crate) struct Line<'a> {
    pub(crate) source: &'a RepoName,
    pub(crate) target: &'a RepoName,
    pub(crate) run: &'a RunId,
}

impl Line<'_> {
    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::derive(self.source, self.target, "delivery", "notice.undeliverable", "")
    }
}

/// Tells the provider's side why; answers where it is told.
///
/// # Errors
/// Both reasons, where the provider's side cannot be told either.
pub(crate) async fn tell(
    deps: &Deps,
    line: &Line<'_>,
    error: Error,
    outcome: &mut Outcome<Out>,
) -> Result<String, Fault> {
    let why = one_line(&error.to_string(), 400);
    match file(deps, line, &why, outcome).await {
        Ok(location) => Ok(location),
        Err(Trouble::Github(second)) if is_final(&second) => {
            Err(Fault::reject(format!("{error}; and its provider could not be told: {second}")))
        }
        Err(trouble) => Err(trouble.into()),
    }
}

async fn file(deps: &Deps, line: &Line<'_>, why: &str, outcome: &mut Outcome<Out>) -> Result<String, Trouble> {
    let fingerprint = line.fingerprint();
    let marker = Marker {
        run: line.run.to_string(),
        evidence: contracts::ids::digest_hex(&[why], 16),
        ..Marker::bare(&fingerprint)
    };
    let notice = deps.store.notice(&fingerprint).await?;
    if let Some(told) = notice.as_ref().filter(|n| n.state == "open" && n.evidence == marker.evidence) {
        return Ok(told.location.clone());
    }
    let (title, body) = page(line, why, &marker);
    let issue = match filing::find(deps, line.source, &fingerprint, notice.as_ref()).await? {
        Some(issue) if issue.state == IssueState::Closed && !was_ours(&issue.body) => issue,
        Some(issue) => deps.github.update_issue(line.source, issue.number, &title, &body).await?.issue,
        None => {
            let draft = Draft { title, body, labels: vec!["downstream".to_owned()] };
            filing::create(deps, line.source, &fingerprint, &draft).await?.issue
        }
    };
    let location = issue.url.clone();
    outcome.save.push(Record::Notice(Notice {
        fingerprint,
        target: line.source.clone(),
        number: Some(issue.number).filter(|_| deps.github.outbox().is_none()),
        location: issue.url,
        state: "open".to_owned(),
        evidence: marker.evidence,
        at: (deps.clock)(),
    }));
    Ok(location)
}

/// A person who closed it has read it.
fn was_ours(body: &str) -> bool {
    Marker::read(body).is_some_and(|marker| marker.over.is_some())
}

/// The dependent could be told: whoever was told that it could not hears no more of it.
pub(crate) async fn is_over(deps: &Deps, line: &Line<'_>, outcome: &mut Outcome<Out>) -> Result<(), Trouble> {
    let fingerprint = line.fingerprint();
    let Some(notice) = deps.store.notice(&fingerprint).await?.filter(|n| n.state == "open") else { return Ok(()) };
    if let Some(issue) = filing::find(deps, line.source, &fingerprint, Some(&notice)).await?
        && issue.state == IssueState::Open
    {
        let marker = Marker {
            run: line.run.to_string(),
            over: Some("delivered".to_owned()),
            ..Marker::read(&issue.body).unwrap_or_else(|| Marker::bare(&fingerprint))
        };
        let body = format!("> [!TIP]\n> **Over.** {} can be told again.\n{marker}\n", code(line.target.as_str(), 210));
        deps.github.close_issue(line.source, issue.number, CloseReason::Completed, &body, None).await?;
    }
    let at = (deps.clock)();
    outcome.save.push(Record::Notice(Notice { state: "closed".to_owned(), at, ..notice }));
    Ok(())
}

fn page(line: &Line<'_>, why: &str, marker: &Marker) -> (String, String) {
    let (source, target) = (code(line.source.as_str(), 210), code(line.target.as_str(), 210));
    let title = crate::inert::title(&format!("downstream cannot tell {}", line.target.name()));
    let body = format!(
        "> [!IMPORTANT]\n> **A change of {source} concerns {target}, and no issue can be written there.**\n\n\
         GitHub's answer: {}\n\n### What to do\n\
         - switch on issues in {target}, or give the token *issues: write* there\n\
         - if it was renamed, moved or deleted, put that right in `relationships.json`\n\n\
         What was found is kept. It is told with the next change that concerns {target}; then this closes itself.\n\n{marker}\n",
        prose(why, 400)
    );
    (title, body)
}
