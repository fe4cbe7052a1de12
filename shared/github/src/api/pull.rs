//! Pull requests, their comments and their checks, over the API.

use contracts::RepoName;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Author;
use super::{Api, PAGE, PAGES, Verb, encode};
use crate::permission::Call;
use crate::{Annotation, Check, Checked, Comment, Conclusion, Error, PullRequest};

/// GitHub takes so many annotations a request; more go by further updates, which add to those that are there.
const ANNOTATIONS: usize = 50;
/// A commit status shows so many characters.
const STATUS: usize = 140;

#[derive(Deserialize)]
struct PullAnswer {
    state: String,
    head: Head,
    #[serde(default)]
    merged: bool,
    /// Of an open pull request this is only what its merge would make.
    #[serde(default)]
    merge_commit_sha: Option<String>,
}

#[derive(Deserialize)]
struct Head {
    sha: String,
}

#[derive(Deserialize)]
struct CommentAnswer {
    id: u64,
    #[serde(default)]
    html_url: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    user: Option<Author>,
}

#[derive(Deserialize)]
struct RunsAnswer {
    check_runs: Vec<RunAnswer>,
}

#[derive(Deserialize)]
struct RunAnswer {
    id: u64,
    #[serde(default)]
    html_url: Option<String>,
    #[serde(default)]
    external_id: Option<String>,
    #[serde(default)]
    output: OutputAnswer,
}

#[derive(Deserialize, Default)]
struct OutputAnswer {
    #[serde(default)]
    annotations_count: usize,
}

impl CommentAnswer {
    /// By the token's account; for an app's token, which has none, by any program.
    fn is_by(&self, login: Option<&str>) -> bool {
        let by = |author: &Author| match login {
            Some(login) => author.login.eq_ignore_ascii_case(login),
            None => author.kind == "Bot",
        };
        self.user.as_ref().is_some_and(by)
    }

    fn contains(&self, marker: &str) -> bool {
        self.body.as_deref().is_some_and(|body| body.contains(marker))
    }

    fn into_comment(self) -> Comment {
        // The web's line ends, as GitHub may give them back.
        let body = self.body.unwrap_or_default().replace("\r\n", "\n");
        Comment { id: self.id, url: self.html_url, body }
    }
}

impl Api {
    pub(crate) async fn pull_request(&self, repo: &RepoName, number: u64) -> Result<Option<PullRequest>, Error> {
        match self.ask(Call::ReadPull, repo, Verb::Get, &format!("/repos/{repo}/pulls/{number}")).await {
            Ok(answer) => {
                let PullAnswer { state, head: Head { sha: head }, merged, merge_commit_sha } = answer.parse()?;
                let merged_as = merged.then(|| merge_commit_sha.unwrap_or_else(|| head.clone()));
                Ok(Some(PullRequest { head, open: state == "open", merged_as }))
            }
            Err(Error::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn sticky_comment(
        &self,
        repo: &RepoName,
        number: u64,
        known: Option<u64>,
        marker: &str,
    ) -> Result<Option<Comment>, Error> {
        if let Some(id) = known {
            match self
                .ask(Call::ReadPullComments, repo, Verb::Get, &format!("/repos/{repo}/issues/comments/{id}"))
                .await
            {
                Ok(answer) => {
                    let comment: CommentAnswer = answer.parse()?;
                    if comment.contains(marker) {
                        return Ok(Some(comment.into_comment()));
                    }
                }
                Err(Error::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let login = self.login().await?;
        for page in 1..=PAGES {
            let path = format!("/repos/{repo}/issues/{number}/comments?per_page={PAGE}&page={page}");
            let comments: Vec<CommentAnswer> =
                self.ask(Call::ReadPullComments, repo, Verb::Get, &path).await?.parse()?;
            let full = comments.len() >= PAGE;
            let ours = |comment: &CommentAnswer| comment.contains(marker) && comment.is_by(login.as_deref());
            if let Some(found) = comments.into_iter().find(ours) {
                return Ok(Some(found.into_comment()));
            }
            if !full {
                break;
            }
        }
        Ok(None)
    }

    pub(crate) async fn create_sticky(&self, repo: &RepoName, number: u64, body: &str) -> Result<Comment, Error> {
        let path = format!("/repos/{repo}/issues/{number}/comments");
        let answer = self.write(Call::WritePullComment, repo, Verb::Post(&json!({ "body": body })), &path).await?;
        Ok(answer.parse::<CommentAnswer>()?.into_comment())
    }

    pub(crate) async fn edit_sticky(&self, repo: &RepoName, id: u64, body: &str) -> Result<Option<Comment>, Error> {
        let path = format!("/repos/{repo}/issues/comments/{id}");
        match self.write(Call::WritePullComment, repo, Verb::Patch(&json!({ "body": body })), &path).await {
            Ok(answer) => Ok(Some(answer.parse::<CommentAnswer>()?.into_comment())),
            Err(Error::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn check(&self, repo: &RepoName, check: &Check) -> Result<Checked, Error> {
        match self.check_run(repo, check).await {
            // Check runs are written by apps alone; a person's token is told so with 403.
            Err(Error::Denied { what, why }) if !self.is_app() => {
                tracing::info!(what, why, "a commit status stands in for a check run");
                self.status(repo, check).await
            }
            done => done,
        }
    }

    async fn check_run(&self, repo: &RepoName, check: &Check) -> Result<Checked, Error> {
        let (run, mut sent) = match self.known_run(repo, check).await? {
            Some(run) => {
                let sent = run.output.annotations_count;
                (run, sent)
            }
            None => (self.create_run(repo, check).await?, ANNOTATIONS.min(check.annotations.len())),
        };
        while let Some(more) = check.annotations.get(sent..).filter(|more| !more.is_empty()) {
            let more = &more[..more.len().min(ANNOTATIONS)];
            let request = json!({ "output": output(check, more) });
            self.write(Call::WriteCheck, repo, Verb::Patch(&request), &format!("/repos/{repo}/check-runs/{}", run.id))
                .await?;
            sent += more.len();
        }
        Ok(Checked::Run(run.html_url.unwrap_or_default()))
    }

    async fn known_run(&self, repo: &RepoName, check: &Check) -> Result<Option<RunAnswer>, Error> {
        let Check { head, name, external_id, .. } = check;
        let name = encode(name);
        let path = format!("/repos/{repo}/commits/{head}/check-runs?check_name={name}&filter=all&per_page={PAGE}");
        let runs: RunsAnswer = self.ask(Call::ReadChecks, repo, Verb::Get, &path).await?.parse()?;
        Ok(runs.check_runs.into_iter().find(|run| run.external_id.as_ref() == Some(external_id)))
    }

    async fn create_run(&self, repo: &RepoName, check: &Check) -> Result<RunAnswer, Error> {
        let first = &check.annotations[..check.annotations.len().min(ANNOTATIONS)];
        let mut request = json!({
            "name": check.name,
            "head_sha": check.head,
            "external_id": check.external_id,
            "status": "completed",
            "conclusion": check.conclusion,
            "output": output(check, first),
        });
        if let Some(url) = &check.details_url {
            request["details_url"] = json!(url);
        }
        self.write(Call::WriteCheck, repo, Verb::Post(&request), &format!("/repos/{repo}/check-runs")).await?.parse()
    }

    async fn status(&self, repo: &RepoName, check: &Check) -> Result<Checked, Error> {
        // A status knows no "neutral": only a failure that was asked for keeps people from merging.
        let state = if check.conclusion == Conclusion::Failure { "failure" } else { "success" };
        let description: String = check.title.chars().take(STATUS).collect();
        let mut request = json!({ "state": state, "context": check.name, "description": description });
        if let Some(url) = &check.details_url {
            request["target_url"] = json!(url);
        }
        self.write(Call::WriteStatus, repo, Verb::Post(&request), &format!("/repos/{repo}/statuses/{}", check.head))
            .await?;
        Ok(Checked::Status)
    }
}

fn output(check: &Check, annotations: &[Annotation]) -> Value {
    json!({ "title": check.title, "summary": check.summary, "annotations": annotations })
}
