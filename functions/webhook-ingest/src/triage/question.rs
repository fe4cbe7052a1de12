//! Which change of which repository, for whom: out of a body alone, or out of a query and a body.

use contracts::record::VerdictRecord;
use contracts::verdict::Verdict;
use contracts::{CommitId, RepoName};
use relationships::Relationships;
use serde::Deserialize;

use axum::http::StatusCode;

use crate::problem::Problem;
use crate::reported::{Kept, ReportedChange};

/// Which of the two triages is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Consumer,
    Template,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Consumer => "consumer-triage",
            Self::Template => "template-triage",
        }
    }

    /// The keys that name who changed and who is asked about.
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Consumer => ("source_repo", "consumer_repo"),
            Self::Template => ("template_repo", "derivative_repo"),
        }
    }
}

/// A body, in either shape: repositories and `test_changes`, or the changes themselves.
#[derive(Deserialize)]
struct Body {
    source_repo: Option<String>,
    consumer_repo: Option<String>,
    template_repo: Option<String>,
    derivative_repo: Option<String>,
    test_changes: Option<ReportedChange>,
    #[serde(flatten)]
    change: ReportedChange,
}

/// One question, checked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    kind: Kind,
    pub(super) source: RepoName,
    pub(super) target: RepoName,
    /// As declared; empty until it was looked up.
    relationship: String,
    pub(super) git_ref: String,
    pub(super) commit: Option<CommitId>,
    pub(super) summary: String,
    pub(super) kept: Kept,
}

impl Question {
    /// Reads it. Where query and body both name a repository, the query counts.
    pub(super) fn read(kind: Kind, query: &str, body: &[u8]) -> Result<Self, Problem> {
        let body: Body = serde_json::from_slice(body)?;
        let (source_key, target_key) = kind.keys();
        let (said_source, said_target) = match kind {
            Kind::Consumer => (body.source_repo, body.consumer_repo),
            Kind::Template => (body.template_repo, body.derivative_repo),
        };
        let source = repo(query, source_key, said_source)?;
        let target = repo(query, target_key, said_target)?;
        let (pointer, change) = body.test_changes.map_or(("", body.change), |change| ("/test_changes", change));
        let kept = change.kept(pointer)?;
        let commit = change.commit();
        if kept.files.is_empty() && commit.is_none() {
            let detail = "no change to look at: give changed_files, or the full commit_sha of a commit";
            return Err(Problem::invalid(format!("{pointer}/changed_files"), detail));
        }
        let git_ref = change.git_ref(pointer)?;
        Ok(Self { kind, source, target, relationship: String::new(), git_ref, commit, summary: change.summary(), kept })
    }

    /// The same question with the names and the relationship as `relationships.json` has them.
    pub(super) fn declared(mut self, relationships: &Relationships) -> Result<Self, Problem> {
        let (source, target) = (&self.source, &self.target);
        let relationship = match self.kind {
            Kind::Consumer => relationships.consumer(source, target).map(|c| c.relationship_type.clone()),
            Kind::Template => {
                relationships.template_link(source, target).map(|link| link.derivative.relationship_type.clone())
            }
        };
        let role = if self.kind == Kind::Consumer { "consumer" } else { "derivative" };
        self.relationship = relationship.ok_or_else(|| undeclared(source, target, role))?;
        let spelled = |name: &RepoName| relationships.canonical(name).unwrap_or(name).clone();
        (self.source, self.target) = (spelled(source), spelled(target));
        Ok(self)
    }

    /// The verdict about the target; where it is a consumer and a derivative, the one that was asked for.
    pub(super) fn pick(&self, verdicts: Vec<VerdictRecord>) -> Option<Verdict> {
        let same = |a: &RepoName| a.as_str().eq_ignore_ascii_case(self.target.as_str());
        let mut about: Vec<Verdict> = verdicts.into_iter().map(|r| r.verdict).filter(|v| same(&v.target)).collect();
        let asked = about.iter().position(|v| v.relationship == self.relationship).unwrap_or(0);
        (asked < about.len()).then(|| about.swap_remove(asked))
    }
}

fn repo(query: &str, key: &str, in_body: Option<String>) -> Result<RepoName, Problem> {
    let in_query = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == key);
    let text = in_query.map(|(_, value)| value.into_owned()).or(in_body);
    let pointer = format!("/{key}");
    let Some(text) = text else {
        let detail = format!("{key} is missing: name the repository in the body or in the query");
        return Err(Problem::invalid(pointer, detail));
    };
    text.parse().map_err(|why: contracts::ids::InvalidId| Problem::invalid(pointer, why.to_string()))
}

fn undeclared(source: &RepoName, target: &RepoName, role: &str) -> Problem {
    let detail = format!("relationships.json does not list {target} as a {role} of {source}: add it there first");
    Problem::new(StatusCode::NOT_FOUND, "no-such-relationship", "Relationship not found", detail)
}
