//! The real API, over octocrab.

mod answer;
mod pace;
mod pull;

use std::time::Duration;

use contracts::RepoName;
use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use url::Url;

use crate::{CloseReason, Draft, Error, Issue, Permissions, Reaction, Token, Written};
use answer::{Answer, IssueAnswer, MemberAnswer, RepoAnswer, UserAnswer};
use pace::Pace;

/// Nothing that this door asks takes longer on a healthy day.
const PATIENCE: Duration = Duration::from_secs(30);
const PAGE: usize = 100;
/// 1,000 issues a listing: enough to find ours, few enough not to burn the hourly limit of requests.
const PAGES: usize = 10;
/// The label that every issue of ours carries, where the token may set labels.
const LABEL: &str = "downstream";

#[derive(Debug)]
pub(crate) struct Api {
    client: Octocrab,
    base: Url,
    pace: Pace,
    /// The token's own account; an issue by somebody else is not ours, whatever its body says.
    login: OnceCell<Option<String>>,
}

/// What a request is.
enum Verb<'a> {
    Get,
    Post(&'a Value),
    Patch(&'a Value),
}

impl Api {
    pub(crate) fn open(api_url: &str, token: &Token) -> Result<Self, Error> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::Settings("it must be opened inside a tokio runtime".to_owned()));
        }
        let base = Url::parse(api_url).map_err(|e| Error::Settings(format!("{api_url:?} is no address: {e}")))?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(Error::Settings(format!("{api_url:?} is neither http nor https")));
        }
        let client = Octocrab::builder()
            .base_uri(base.as_str().trim_end_matches('/'))
            .map_err(|e| Error::Settings(format!("{api_url:?} is no address: {e}")))?
            .personal_token(token.secret().to_owned())
            // A write that octocrab repeats on its own may be a second issue.
            .add_retry_config(RetryConfig::None)
            .set_connect_timeout(Some(Duration::from_secs(10)))
            .set_read_timeout(Some(PATIENCE))
            .set_write_timeout(Some(PATIENCE))
            .build()
            .map_err(|e| Error::Settings(e.to_string()))?;
        Ok(Self { client, base, pace: Pace::default(), login: OnceCell::new() })
    }

    pub(crate) fn web_url(&self) -> String {
        let host = self.base.host_str().unwrap_or("github.com");
        if host == "api.github.com" {
            return "https://github.com".to_owned();
        }
        let port = self.base.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{host}{port}", self.base.scheme())
    }

    pub(crate) async fn find_issue(&self, repo: &RepoName, marker: &str) -> Result<Option<Issue>, Error> {
        let login = self.login().await?;
        let by = login.as_deref().map(|login| format!("&creator={}", encode(login))).unwrap_or_default();
        for filter in [format!("&labels={LABEL}{by}"), by.clone()] {
            if let Some(found) = self.search(repo, &filter, marker).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn search(&self, repo: &RepoName, filter: &str, marker: &str) -> Result<Option<Issue>, Error> {
        for page in 1..=PAGES {
            let path = format!(
                "/repos/{repo}/issues?state=all&sort=created&direction=desc&per_page={PAGE}&page={page}{filter}"
            );
            let issues: Vec<IssueAnswer> = self.ask(Verb::Get, &path).await?.parse()?;
            let full = issues.len() >= PAGE;
            let ours = |issue: &IssueAnswer| issue.pull_request.is_none() && issue.text().contains(marker);
            if let Some(found) = issues.into_iter().find(ours) {
                return Ok(Some(found.into_issue()));
            }
            if !full {
                break;
            }
        }
        Ok(None)
    }

    pub(crate) async fn issue(&self, repo: &RepoName, number: u64) -> Result<Option<Issue>, Error> {
        match self.ask(Verb::Get, &format!("/repos/{repo}/issues/{number}")).await {
            Ok(answer) => Ok(Some(answer.parse::<IssueAnswer>()?.into_issue())),
            Err(Error::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn create_issue(&self, repo: &RepoName, draft: &Draft) -> Result<Written, Error> {
        let Draft { title, body, labels } = draft;
        let request = json!({ "title": title, "body": body, "labels": labels });
        let answer = self.write(Verb::Post(&request), &format!("/repos/{repo}/issues")).await?;
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
        let answer = self.write(Verb::Patch(request), &format!("/repos/{repo}/issues/{number}")).await?;
        Ok(answer.parse::<IssueAnswer>()?.into_issue())
    }

    pub(crate) async fn comment(&self, repo: &RepoName, number: u64, text: &str) -> Result<(), Error> {
        let path = format!("/repos/{repo}/issues/{number}/comments");
        if self.said(&path, text).await? {
            return Ok(());
        }
        self.write(Verb::Post(&json!({ "body": text })), &path).await.map(drop)
    }

    pub(crate) async fn react(&self, repo: &RepoName, comment: u64, reaction: Reaction) -> Result<(), Error> {
        let path = format!("/repos/{repo}/issues/comments/{comment}/reactions");
        // A reaction that is there already is answered with 200 instead of 201.
        self.write(Verb::Post(&json!({ "content": reaction.as_str() })), &path).await.map(drop)
    }

    async fn said(&self, path: &str, text: &str) -> Result<bool, Error> {
        for page in 1..=PAGES {
            let answer = self.ask(Verb::Get, &format!("{path}?per_page={PAGE}&page={page}")).await?;
            let comments: Vec<answer::CommentAnswer> = answer.parse()?;
            if comments.iter().any(|comment| comment.same_text(text)) {
                return Ok(true);
            }
            if comments.len() < PAGE {
                break;
            }
        }
        Ok(false)
    }

    pub(crate) async fn permissions(&self, repo: &RepoName) -> Result<Permissions, Error> {
        Ok(self.ask(Verb::Get, &format!("/repos/{repo}")).await?.parse::<RepoAnswer>()?.permissions())
    }

    pub(crate) async fn pushed_at(&self, repo: &RepoName) -> Result<Option<i64>, Error> {
        Ok(self.ask(Verb::Get, &format!("/repos/{repo}")).await?.parse::<RepoAnswer>()?.pushed_at())
    }

    pub(crate) async fn is_member(&self, repo: &RepoName, login: &str) -> Result<bool, Error> {
        // Anything else is no account, and would ask something else.
        let plain = !login.is_empty() && login.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if !plain || login.len() > 100 {
            return Ok(false);
        }
        match self.ask(Verb::Get, &format!("/repos/{repo}/collaborators/{login}/permission")).await {
            Ok(answer) => Ok(answer.parse::<MemberAnswer>()?.may_command()),
            Err(Error::Missing { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The token's account; none for tokens that belong to no account (an app's installation).
    async fn login(&self) -> Result<Option<String>, Error> {
        let ask = || async {
            match self.ask(Verb::Get, "/user").await {
                Ok(answer) => Ok(Some(answer.parse::<UserAnswer>()?.login)),
                Err(Error::Denied { .. } | Error::Missing { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.login.get_or_try_init(ask).await.cloned()
    }

    /// A request that makes or changes something: takes its turn first.
    async fn write(&self, verb: Verb<'_>, path: &str) -> Result<Answer, Error> {
        self.pace.turn(path).await?;
        self.ask(verb, path).await
    }

    async fn ask(&self, verb: Verb<'_>, path: &str) -> Result<Answer, Error> {
        self.pace.open(path)?;
        let answer = self.send(&verb, path).await?;
        // A renamed repository: github has done nothing yet and says where to go. One step, same host only.
        let answer = match answer.moved_to(&self.base, matches!(verb, Verb::Get)) {
            Some(path) => self.send(&verb, &path).await?,
            None => answer,
        };
        let checked = answer.check();
        if let Err(Error::Later { after, .. }) = &checked {
            self.pace.close_for(*after);
        }
        checked
    }

    async fn send(&self, verb: &Verb<'_>, path: &str) -> Result<Answer, Error> {
        let (name, plain) = (verb.name(), path.split('?').next().unwrap_or(path));
        let what = format!("{name} {plain}");
        let exchange = async {
            let response = match verb {
                Verb::Get => self.client._get(path).await,
                Verb::Post(body) => self.client._post(path, Some(body)).await,
                Verb::Patch(body) => self.client._patch(path, Some(body)).await,
            };
            let response = response.map_err(|e| Error::Unreachable { what: what.clone(), why: chain(&e) })?;
            Answer::read(what.clone(), response).await
        };
        match tokio::time::timeout(PATIENCE, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(Error::Unreachable { what, why: format!("nothing within {} s", PATIENCE.as_secs()) }),
        }
    }
}

impl Verb<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post(_) => "POST",
            Self::Patch(_) => "PATCH",
        }
    }
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// An error with its causes: octocrab's own message alone often says no more than "service error".
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text.chars().take(500).collect()
}
