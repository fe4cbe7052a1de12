//! Issues, their comments and reactions, over the API.

use contracts::RepoName;
use serde_json::{Value, json};

use super::answer::{CommentAnswer, IssueAnswer};
use super::{Api, PAGE, PAGES, Verb, encode};
use crate::permission::Call;
use crate::{CloseReason, Draft, Error, Issue, Reaction, Written};

/// The label that every issue of ours carries, where the token may set labels.
const LABEL: &str = "downstream";

impl Api {
    pub(crate) async fn find_issue(&self, repo: &RepoName, marker: &str) -> Result<Option<Issue>, Error> {
        let login = self.login().await?;
        let by = login.as_deref().map(|login| format!("&creator={}", encode(login))).unwrap_or_default();
        for filter in [format!("&labels={LABEL}{by}"), by.clone()] {
            if let Some(found) = self.search(repo, &filter, login.as_deref(), marker).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn search(
        &self,
        repo: &RepoName,
        filter: &str,
        login: Option<&str>,
        marker: &str,
    ) -> Result<Option<Issue>, Error> {
        for page in 1..=PAGES {
            let path = format!(
                "/repos/{repo}/issues?state=all&sort=created&direction=desc&per_page={PAGE}&page={page}{filter}"
            );
            let issues: Vec<IssueAnswer> = self.ask(Call::ReadIssues, repo, Verb::Get, &path).await?.parse()?;
            let full = issues.len() >= PAGE;
            let ours = |issue: &IssueAnswer| {
                issue.pull_request.is_none() && issue.text().contains(marker) && self.wrote(issue, login)
            };
            if let Some(found) = issues.into_iter().find(ours) {
                return Ok(Some(found.into_issue()));
            }
            if !full {
                break;
            }
        }
        Ok(None)
    }

    /// Whether an issue is ours, looked at once more than the filter did: an App takes nobody's word for its own.
    fn wrote(&self, issue: &IssueAnswer, login: Option<&str>) -> bool {
        match (&issue.user, login) {
            (Some(author), Some(login)) => author.login.eq_ignore_ascii_case(login),
            // Somebody else's app's token: it belongs to no account, so any program's issue counts and no person's.
            (Some(author), None) => author.kind == "Bot",
            (None, _) => !self.is_app(),
        }
    }

    pub(crate) async fn issue(&self, repo: &RepoName, number: u64) -> Result<Option<Issue>, Error> {
        match self.ask(Call::ReadIssues, repo, Verb::Get, &format!("/repos/{repo}/issues/{number}")).await {
            Ok(answer) => Ok(Some(answer.parse::<IssueAnswer>()?.into_issue())),
            Err(Error::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn create_issue(&self, repo: &RepoName, draft: &Draft) -> Result<Written, Error> {
        let Draft { title, body, labels } = draft;
        let request = json!({ "title": title, "body": body, "labels": labels });
        let answer = self.write(Call::WriteIssue, repo, Verb::Post(&request), &format!("/repos/{repo}/issues")).await?;
        Ok(Written::compare(answer.parse::<IssueAnswer>()?.into_issue(), labels))
    }

    pub(crate) async fn update_issue(
        &self,
        repo: &RepoName,
        number: u64,
        title: &str,
        body: &str,
    ) -> Result<Written, Error> {
        let request = json!({ "title": title, "body": body, "state": "open" });
        let issue = self.patch(repo, number, &request).await?;
        Ok(Written { issue, dropped_labels: Vec::new() })
    }

    pub(crate) async fn close_issue(
        &self,
        repo: &RepoName,
        number: u64,
        reason: CloseReason,
        body: &str,
        comment: Option<&str>,
    ) -> Result<Issue, Error> {
        if let Some(comment) = comment {
            self.comment(repo, number, comment).await?;
        }
        let request = json!({ "body": body, "state": "closed", "state_reason": reason.as_str() });
        self.patch(repo, number, &request).await
    }

    pub(crate) async fn edit_body(&self, repo: &RepoName, number: u64, body: &str) -> Result<Issue, Error> {
        self.patch(repo, number, &json!({ "body": body })).await
    }

    async fn patch(&self, repo: &RepoName, number: u64, request: &Value) -> Result<Issue, Error> {
        let path = format!("/repos/{repo}/issues/{number}");
        let answer = self.write(Call::WriteIssue, repo, Verb::Patch(request), &path).await?;
        Ok(answer.parse::<IssueAnswer>()?.into_issue())
    }

    pub(crate) async fn comment(&self, repo: &RepoName, number: u64, text: &str) -> Result<(), Error> {
        let path = format!("/repos/{repo}/issues/{number}/comments");
        if self.said(repo, &path, text).await? {
            return Ok(());
        }
        self.write(Call::WriteComment, repo, Verb::Post(&json!({ "body": text })), &path).await.map(drop)
    }

    pub(crate) async fn react(&self, repo: &RepoName, comment: u64, reaction: Reaction) -> Result<(), Error> {
        let path = format!("/repos/{repo}/issues/comments/{comment}/reactions");
        // A reaction that is there already is answered with 200 instead of 201.
        self.write(Call::React, repo, Verb::Post(&json!({ "content": reaction.as_str() })), &path).await.map(drop)
    }

    async fn said(&self, repo: &RepoName, path: &str, text: &str) -> Result<bool, Error> {
        for page in 1..=PAGES {
            let path = format!("{path}?per_page={PAGE}&page={page}");
            let answer = self.ask(Call::ReadComments, repo, Verb::Get, &path).await?;
            let comments: Vec<CommentAnswer> = answer.parse()?;
            if comments.iter().any(|comment| comment.same_text(text)) {
                return Ok(true);
            }
            if comments.len() < PAGE {
                break;
            }
        }
        Ok(false)
    }
}
