//! What GitHub answered, and what that means.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Limited};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::{Error, Issue, IssueState, Permissions, StateReason};

/// A hundred issues with the largest bodies, and room.
const LARGEST: usize = 64 << 20;
/// What GitHub asks for where it limits without saying for how long.
const A_MINUTE: Duration = Duration::from_secs(60);
/// No limit of GitHub's lasts longer than its hourly window.
const AN_HOUR: Duration = Duration::from_secs(3600);

/// A whole response.
pub(super) struct Answer {
    what: String,
    status: u16,
    location: Option<String>,
    link: Option<String>,
    retry_after: Option<u64>,
    remaining: Option<u64>,
    /// Epoch seconds.
    reset: Option<i64>,
    /// GitHub's own clock, epoch seconds; ours is not asked.
    date: Option<i64>,
    body: Vec<u8>,
}

#[derive(Deserialize, Default)]
struct ErrorAnswer {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
}

impl Answer {
    pub(super) async fn read(
        what: String,
        response: http::Response<BoxBody<Bytes, octocrab::Error>>,
    ) -> Result<Self, Error> {
        let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let status = response.status().as_u16();
        let location = header("location");
        let link = header("link");
        let retry_after = header("retry-after").and_then(|v| v.parse().ok());
        let remaining = header("x-ratelimit-remaining").and_then(|v| v.parse().ok());
        let reset = header("x-ratelimit-reset").and_then(|v| v.parse().ok());
        let date = header("date").and_then(|v| jiff::fmt::rfc2822::parse(&v).ok()).map(|d| d.timestamp().as_second());
        let collected = Limited::new(response.into_body(), LARGEST).collect().await;
        let body = collected.map_err(|e| Error::Unreachable { what: what.clone(), why: e.to_string() })?;
        let body = body.to_bytes().to_vec();
        Ok(Self { what, status, location, link, retry_after, remaining, reset, date, body })
    }

    /// Where to repeat a request that was answered with "not here"; only on the same server.
    pub(super) fn moved_to(&self, base: &Url, reading: bool) -> Option<String> {
        // For 301 and 302 it is not agreed whether a write is to be repeated as a write.
        if !matches!((self.status, reading), (307 | 308, _) | (301 | 302, true)) {
            return None;
        }
        let to = base.join(self.location.as_deref()?).ok()?;
        if to.origin() != base.origin() {
            return None;
        }
        let path = to.path().strip_prefix(base.path().trim_end_matches('/'))?;
        Some(to.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
    }

    /// The HTTP status.
    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// When GitHub's clock says this was sent, in epoch seconds.
    pub(super) fn date(&self) -> Option<i64> {
        self.date
    }

    /// Which repository answered, where a renamed one was asked for by its old name: GitHub leads to `/repositories/<id>/…`.
    pub(super) fn repository_id(&self) -> Option<u64> {
        self.what.split_once("/repositories/")?.1.split('/').next()?.parse().ok()
    }

    /// What the next page is asked for by, out of `Link: <…?cursor=…>; rel="next"`.
    pub(super) fn next_cursor(&self, base: &Url) -> Option<String> {
        let next = self.link.as_deref()?.split(',').find(|part| part.contains("rel=\"next\""))?;
        let url = base.join(next.split_once('<')?.1.split_once('>')?.0).ok()?;
        url.query_pairs().find(|(name, _)| name == "cursor").map(|(_, value)| value.into_owned())
    }

    /// The answer if it is a good one; else what is wrong.
    pub(super) fn check(self) -> Result<Self, Error> {
        let (status, what) = (self.status, self.what.clone());
        let why = || self.words();
        Err(match status {
            200..=299 => return Ok(self),
            403 | 429 if self.limited() => Error::Later { what, after: self.wait() },
            401 => Error::Unauthorized { what, why: why() },
            403 => Error::Denied { what, why: why() },
            300..=399 | 404 | 410 => Error::Missing { what, status, why: why() },
            500..=599 => Error::Server { what, status },
            _ => Error::Refused { what, status, why: why() },
        })
    }

    fn limited(&self) -> bool {
        let words = self.words().to_ascii_lowercase();
        self.status == 429
            || self.retry_after.is_some()
            || self.remaining == Some(0)
            || words.contains("rate limit")
            || words.contains("abuse detection")
    }

    fn wait(&self) -> Duration {
        let until_reset = || {
            let (reset, date) = (self.reset?, self.date?);
            let exhausted = self.remaining == Some(0);
            exhausted.then(|| u64::try_from(reset.saturating_sub(date)).unwrap_or(0))
        };
        // One more second: GitHub's clock ticks in whole ones.
        let seconds = self.retry_after.or_else(|| until_reset().map(|s| s.saturating_add(1)));
        seconds.map_or(A_MINUTE, Duration::from_secs).clamp(Duration::from_secs(1), AN_HOUR)
    }

    /// GitHub's own words, cut to size.
    pub(super) fn words(&self) -> String {
        let error: ErrorAnswer = serde_json::from_slice(&self.body).unwrap_or_default();
        let mut words = if error.message.is_empty() { "no reason given".to_owned() } else { error.message };
        for detail in error.errors.iter().take(3) {
            words = format!("{words}; {detail}");
        }
        words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
    }

    pub(super) fn parse<T: DeserializeOwned>(self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|e| Error::Malformed { what: self.what, why: e.to_string() })
    }
}

/// An issue or a pull request: the API lists both.
#[derive(Deserialize)]
pub(super) struct IssueAnswer {
    number: u64,
    html_url: String,
    state: IssueState,
    #[serde(default)]
    state_reason: Option<StateReason>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    labels: Vec<LabelAnswer>,
    /// There for pull requests only.
    #[serde(default)]
    pub(super) pull_request: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    pub(super) user: Option<Author>,
}

/// Who wrote something.
#[derive(Deserialize)]
pub(super) struct Author {
    pub(super) login: String,
    /// `User`, `Bot`, `Organization`.
    #[serde(default, rename = "type")]
    pub(super) kind: String,
}

/// The API says labels in either of two ways.
#[derive(Deserialize)]
#[serde(untagged)]
enum LabelAnswer {
    Name(String),
    Object { name: Option<String> },
}

impl IssueAnswer {
    pub(super) fn text(&self) -> &str {
        self.body.as_deref().unwrap_or_default()
    }

    pub(super) fn into_issue(self) -> Issue {
        let name = |label| match label {
            LabelAnswer::Name(name) => Some(name),
            LabelAnswer::Object { name } => name,
        };
        Issue {
            number: self.number,
            url: self.html_url,
            state: self.state,
            state_reason: self.state_reason,
            title: self.title,
            body: self.body.unwrap_or_default(),
            labels: self.labels.into_iter().filter_map(name).collect(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct CommentAnswer {
    #[serde(default)]
    body: Option<String>,
}

impl CommentAnswer {
    /// Equal but for line ends and white space at the end, which web servers like to change.
    pub(super) fn same_text(&self, text: &str) -> bool {
        let there = self.body.as_deref().unwrap_or_default().replace("\r\n", "\n");
        there.trim_end() == text.trim_end()
    }
}

/// `GET /repos/{owner}/{repo}/collaborators/{username}/permission`.
#[derive(Deserialize)]
pub(super) struct MemberAnswer {
    /// `admin`, `write`, `read` or `none`: *maintain* is told as `write`, *triage* as `read`.
    permission: String,
    #[serde(default)]
    role_name: String,
}

impl MemberAnswer {
    pub(super) fn may_command(&self) -> bool {
        ["admin", "write"].contains(&self.permission.as_str())
            || ["maintain", "triage"].contains(&self.role_name.as_str())
    }
}

#[derive(Deserialize)]
pub(super) struct UserAnswer {
    pub(super) login: String,
}

#[derive(Deserialize)]
pub(super) struct RepoAnswer {
    #[serde(default)]
    permissions: Option<PermissionsAnswer>,
    #[serde(default)]
    has_issues: bool,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    pushed_at: Option<String>,
    pub(super) default_branch: Option<String>,
}

#[derive(Deserialize, Default)]
struct PermissionsAnswer {
    #[serde(default)]
    triage: bool,
    #[serde(default)]
    push: bool,
}

impl RepoAnswer {
    /// Epoch seconds.
    pub(super) fn pushed_at(&self) -> Option<i64> {
        self.pushed_at.as_deref()?.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
    }

    pub(super) fn permissions(self) -> Permissions {
        let PermissionsAnswer { triage, push } = self.permissions.unwrap_or_default();
        Permissions { triage: triage || push, push, has_issues: self.has_issues, archived: self.archived }
    }
}
