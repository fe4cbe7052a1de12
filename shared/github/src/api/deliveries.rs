//! Deliveries and heads, over the API.

use contracts::{CommitId, RepoName};
use serde::Deserialize;

use super::answer::Answer;
use super::{Api, PAGE, Verb, Who};
use crate::Error;
use crate::deliveries::{Asked, Deliveries, Delivery, Hook};
use crate::permission::Call;

/// 5,000 deliveries a hook: more than a burst, fewer than the hourly limit of requests.
const PAGES: usize = 50;
/// A repository has at most 20 hooks an event, and 250 all in all.
const HOOK_PAGES: usize = 3;

#[derive(Deserialize)]
struct DeliveryAnswer {
    id: u64,
    guid: String,
    delivered_at: jiff::Timestamp,
    #[serde(default)]
    redelivery: bool,
    #[serde(default)]
    status_code: u16,
    event: String,
    #[serde(default)]
    action: Option<String>,
    #[serde(default)]
    repository_id: Option<u64>,
}

#[derive(Deserialize)]
struct HookAnswer {
    id: u64,
    #[serde(default)]
    config: HookConfig,
}

#[derive(Deserialize, Default)]
struct HookConfig {
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize)]
struct RefAnswer {
    #[serde(rename = "ref")]
    name: String,
    object: RefObject,
}

#[derive(Deserialize)]
struct RefObject {
    sha: CommitId,
}

impl DeliveryAnswer {
    fn of(self, hook: &Hook) -> Delivery {
        Delivery {
            id: self.id,
            guid: self.guid,
            at_ms: self.delivered_at.as_millisecond(),
            redelivery: self.redelivery,
            status_code: self.status_code,
            event: self.event,
            action: self.action,
            repository_id: self.repository_id,
            hook: hook.clone(),
        }
    }
}

impl Hook {
    fn path(&self) -> String {
        match self {
            Self::App => "/app/hook/deliveries".to_owned(),
            Self::Repository { repo, id } => format!("/repos/{repo}/hooks/{id}/deliveries"),
        }
    }
}

impl Api {
    pub(crate) async fn deliveries_since(&self, asked: &Asked<'_>) -> Result<Deliveries, Error> {
        let mut all = Deliveries::default();
        if self.is_app() {
            self.read_hook(&Hook::App, asked, &mut all).await?;
            return Ok(all);
        }
        for repo in asked.repositories {
            match self.read_repository(repo, asked, &mut all).await {
                Ok(()) => {}
                // About this repository alone.
                Err(error @ (Error::Denied { .. } | Error::Missing { .. } | Error::Refused { .. })) => {
                    all.unread.push((repo.clone(), error));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    async fn read_repository(&self, repo: &RepoName, asked: &Asked<'_>, all: &mut Deliveries) -> Result<(), Error> {
        for page in 1..=HOOK_PAGES {
            let path = format!("/repos/{repo}/hooks?per_page={PAGE}&page={page}");
            let hooks: Vec<HookAnswer> = self.ask(Call::Hooks, repo, Verb::Get, &path).await?.parse()?;
            let full = hooks.len() >= PAGE;
            for hook in hooks {
                if asked.hook_url.is_none_or(|url| hook.config.url.as_deref() == Some(url)) {
                    self.read_hook(&Hook::Repository { repo: repo.clone(), id: hook.id }, asked, all).await?;
                }
            }
            if !full {
                break;
            }
        }
        Ok(())
    }

    async fn read_hook(&self, hook: &Hook, asked: &Asked<'_>, all: &mut Deliveries) -> Result<(), Error> {
        let (mut cursor, mut taken) = (None::<String>, 0);
        for _ in 0..PAGES {
            let after = cursor.map(|cursor| format!("&cursor={}", super::encode(&cursor))).unwrap_or_default();
            let answer = self.ask_hook(hook, &Verb::Get, &format!("{}?per_page={PAGE}{after}", hook.path())).await?;
            let next = answer.next_cursor(&self.base);
            let page: Vec<DeliveryAnswer> = answer.parse()?;
            let whole = page.len();
            let wanted = page.into_iter().map(|d| d.of(hook)).filter(|d| d.at_ms >= asked.since_ms);
            let wanted: Vec<Delivery> = wanted.collect();
            let (reached, room) = (wanted.len() < whole || whole == 0, asked.at_most - taken);
            all.cut |= wanted.len() > room;
            taken += wanted.len().min(room);
            all.found.extend(wanted.into_iter().take(room));
            cursor = match next {
                Some(next) if !reached && taken < asked.at_most => Some(next),
                next => {
                    all.cut |= next.is_some() && !reached;
                    return Ok(());
                }
            };
        }
        all.cut = true;
        Ok(())
    }

    pub(crate) async fn redeliver(&self, delivery: &Delivery) -> Result<(), Error> {
        let path = format!("{}/{}/attempts", delivery.hook.path(), delivery.id);
        self.pace.turn(&path).await?;
        self.ask_hook(&delivery.hook, &Verb::Ask, &path).await.map(drop)
    }

    async fn ask_hook(&self, hook: &Hook, verb: &Verb<'_>, path: &str) -> Result<Answer, Error> {
        match (&self.who, hook) {
            (Who::App(door), Hook::App) => match self.judge(self.as_app(door, verb, path).await?) {
                Err(Error::Unauthorized { why, .. }) => Err(Error::AppRefused { why }),
                answer => answer,
            },
            (Who::Token { header, .. }, Hook::Repository { .. }) => {
                self.judge(self.exchange(verb, path, Some(header)).await?)
            }
            _ => Err(Error::Settings("this hook belongs to other credentials than the ones that are set".to_owned())),
        }
    }

    pub(crate) async fn head(&self, repo: &RepoName, branch: &str) -> Result<Option<CommitId>, Error> {
        let Some(encoded) = encode_branch(branch) else { return Ok(None) };
        match self.ask(Call::ReadHead, repo, Verb::Get, &format!("/repos/{repo}/git/ref/heads/{encoded}")).await {
            Ok(answer) => {
                let RefAnswer { name, object } = answer.parse()?;
                Ok((name == format!("refs/heads/{branch}")).then_some(object.sha))
            }
            // 409: the repository has no commit yet.
            Err(Error::Missing { .. } | Error::Refused { status: 409, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn default_branch(&self, repo: &RepoName) -> Result<Option<String>, Error> {
        Ok(self.repository(repo).await?.default_branch)
    }
}

/// A branch's name as a part of a path; none where it is no name that git takes.
fn encode_branch(branch: &str) -> Option<String> {
    let dots = |part: &str| part.is_empty() || part.chars().all(|c| c == '.');
    if branch.len() > 500 || branch.split('/').any(dots) || branch.chars().any(char::is_control) {
        return None;
    }
    let parts: Vec<String> = branch.split('/').map(|part| super::encode(part).replace('+', "%20")).collect();
    Some(parts.join("/"))
}
