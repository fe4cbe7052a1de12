//! What a dashboard shows, gathered from what was recorded.

use contracts::RepoName;
use contracts::ids::digest_hex;
use contracts::record::{Checked, FindingRecord, FindingState, Notice, Wish, WishKind};
use contracts::verdict::{Answer, Finding};
use relationships::Action;

use crate::Deps;
use crate::filing::Trouble;
use crate::page::head::day;
use crate::wishes;

/// Everything that a dashboard shows.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Open findings without an issue, because there were too many.
    pub waiting: Vec<Line>,
    /// Open findings with an issue.
    pub open: Vec<Line>,
    /// What people put away.
    pub away: Vec<Line>,
    /// Whom this repository depends on.
    pub watched: Vec<Watched>,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Line {
    /// The provider.
    pub source: RepoName,
    /// What was found.
    pub finding: Finding,
    /// What became of it.
    pub shown: Shown,
}

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// There was no room.
    Waits,
    /// It has an issue; the number is unknown in an outbox.
    Issue(Option<u64>),
    /// Never again, by this person.
    Ignored(String),
    /// Not before this day, by this person.
    Snoozed(String, String),
}

/// One relationship.
#[derive(Debug, Clone)]
pub struct Watched {
    /// The provider.
    pub source: RepoName,
    /// `api_consumer`, `template_fork`, …, as declared.
    pub kind: String,
    /// The last look at it.
    pub last: Option<Checked>,
    /// The newest finding's title and day.
    pub finding: Option<(String, String)>,
}

impl View {
    /// Nothing that anybody has to know.
    pub(super) fn is_calm(&self) -> bool {
        self.waiting.is_empty() && self.open.is_empty() && self.away.is_empty() && self.blind().next().is_none()
    }

    /// Relationships whose last look could not tell, and why.
    pub(super) fn blind(&self) -> impl Iterator<Item = (&Watched, &str)> {
        self.watched.iter().filter_map(|watched| match &watched.last.as_ref()?.answer {
            Answer::Unknown(why) => Some((watched, why.as_str())),
            Answer::Affected | Answer::NotAffected(_) => None,
        })
    }

    /// Digest of what is shown. Looks count by the day: a repository that is pushed to all day is no news all day.
    pub(super) fn evidence(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for line in self.waiting.iter().chain(&self.open).chain(&self.away) {
            parts.push(format!("{} {:?}", line.finding.fingerprint, line.shown));
            parts.push(format!("{} {}", line.finding.urgency.as_str(), line.finding.title));
        }
        for Watched { source, kind, last, finding } in &self.watched {
            let last = last.as_ref().map(|last| (day(last.at), answer(&last.answer)));
            parts.push(format!("{source} {kind} {last:?} {finding:?}"));
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        digest_hex(&parts, 16)
    }
}

/// What a look comes to, without what changes with every commit.
fn answer(answer: &Answer) -> &str {
    match answer {
        Answer::Affected => "affected",
        Answer::NotAffected(_) => "not affected",
        Answer::Unknown(why) => why,
    }
}

/// Asks the store and the relationships.
pub(super) async fn gather(deps: &Deps, repo: &RepoName) -> Result<View, Trouble> {
    let mut view = View::default();
    let findings = deps.store.findings_against(repo).await?;
    for record in &findings {
        let fingerprint = &record.finding.fingerprint;
        let (notice, wish) = (deps.store.notice(fingerprint).await?, deps.store.wish(fingerprint).await?);
        let Some(shown) = shown(deps, record, notice.as_ref(), wish.as_ref()) else { continue };
        let section = match shown {
            Shown::Waits => &mut view.waiting,
            Shown::Issue(_) => &mut view.open,
            Shown::Ignored(_) | Shown::Snoozed(..) => &mut view.away,
        };
        section.push(Line { source: record.source.clone(), finding: record.finding.clone(), shown });
    }
    for section in [&mut view.waiting, &mut view.open, &mut view.away] {
        section.sort_by(|a, b| {
            let by_name = || a.finding.fingerprint.as_str().cmp(b.finding.fingerprint.as_str());
            b.finding.urgency.cmp(&a.finding.urgency).then_with(by_name)
        });
    }
    view.watched = watched(deps, repo, &findings).await?;
    Ok(view)
}

fn shown(deps: &Deps, record: &FindingRecord, notice: Option<&Notice>, wish: Option<&Wish>) -> Option<Shown> {
    if record.state == FindingState::Resolved {
        return None;
    }
    if let Some(wish) = wish.filter(|wish| wishes::is_silent(Some(wish), (deps.clock)())) {
        return Some(match wish.kind {
            WishKind::Snooze { until } => Shown::Snoozed(day(until), wish.by.clone()),
            WishKind::Mute | WishKind::Tell => Shown::Ignored(wish.by.clone()),
        });
    }
    match notice?.state.as_str() {
        "open" => Some(Shown::Issue(notice?.number)),
        // What is for the digest by its urgency is listed there.
        "digest" if deps.settings.threshold(record.finding.urgency).action != Action::AddToDigest => Some(Shown::Waits),
        _ => None,
    }
}

async fn watched(deps: &Deps, repo: &RepoName, findings: &[FindingRecord]) -> Result<Vec<Watched>, Trouble> {
    let mut checked = deps.store.checked(repo).await?;
    let mut watched = Vec::new();
    for (source, kind) in (deps.watched)(repo) {
        let is_it = |name: &RepoName, relationship: &str| wishes::same_repo(name, &source) && *relationship == kind;
        let at = checked.iter().position(|c| is_it(&c.source, &c.relationship));
        let last = at.map(|at| checked.swap_remove(at));
        let of = findings.iter().filter(|record| is_it(&record.source, &record.relationship));
        let newest = of.max_by_key(|record| record.seq);
        let finding = newest.map(|r| (r.finding.title.clone(), day(r.recheck.change.reported_at)));
        watched.push(Watched { source, kind, last, finding });
    }
    Ok(watched)
}
