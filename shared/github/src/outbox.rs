//! A folder that plays GitHub: `<owner>__<name>/<n>.json` is the issue, `<n>.md` its body for people.
//!
//! The JSON file is the truth and appears at once with its number (a hard link refuses a number that is taken); the
//! body file follows and is put right by the next look if a crash came between.

mod pull;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use contracts::RepoName;
use serde::{Deserialize, Serialize};

use crate::{CloseReason, Draft, Error, Issue, IssueState, Reaction, StateReason, Written};

/// Issues in a folder.
#[derive(Debug)]
pub(crate) struct Outbox {
    root: PathBuf,
    /// One writer a process; several processes are told apart by the hard link.
    writing: Arc<Mutex<()>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Stored {
    number: u64,
    title: String,
    state: IssueState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state_reason: Option<StateReason>,
    labels: Vec<String>,
    body: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    comments: Vec<String>,
    /// Reactions to comments of people, who write theirs elsewhere: by the comment's id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reactions: Vec<(u64, Reaction)>,
}

impl Outbox {
    pub(crate) fn open(root: PathBuf) -> Self {
        Self { root, writing: Arc::default() }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.root
    }

    pub(crate) async fn find_issue(&self, repo: &RepoName, marker: &str) -> Result<Option<Issue>, Error> {
        let marker = marker.to_owned();
        self.work(repo, move |room| {
            for number in room.numbers()?.into_iter().rev() {
                if let Some(stored) = room.read(number)?.filter(|stored| stored.body.contains(&marker)) {
                    room.mend(&stored)?;
                    return Ok(Some(room.issue(stored)));
                }
            }
            Ok(None)
        })
        .await
    }

    pub(crate) async fn issue(&self, repo: &RepoName, number: u64) -> Result<Option<Issue>, Error> {
        self.work(repo, move |room| Ok(room.read(number)?.map(|stored| room.issue(stored)))).await
    }

    pub(crate) async fn create_issue(&self, repo: &RepoName, draft: &Draft) -> Result<Written, Error> {
        let Draft { title, body, labels } = draft.clone();
        self.work(repo, move |room| {
            let (state, state_reason) = (IssueState::Open, None);
            let mut stored = Stored {
                number: 0,
                title,
                state,
                state_reason,
                labels,
                body,
                comments: Vec::new(),
                reactions: Vec::new(),
            };
            stored.number = room.numbers()?.last().map_or(1, |last| last + 1);
            while !room.claim(&stored)? {
                stored.number += 1;
            }
            room.mend(&stored)?;
            Ok(Written { issue: room.issue(stored), dropped_labels: Vec::new() })
        })
        .await
    }

    pub(crate) async fn update_issue(
        &self,
        repo: &RepoName,
        number: u64,
        title: &str,
        body: &str,
    ) -> Result<Written, Error> {
        let (title, body) = (title.to_owned(), body.to_owned());
        let change = move |stored: &mut Stored| {
            if stored.state == IssueState::Closed {
                stored.state_reason = Some(StateReason::Reopened);
            }
            (stored.title, stored.body, stored.state) = (title, body, IssueState::Open);
        };
        let issue = self.change(repo, number, change).await?;
        Ok(Written { issue, dropped_labels: Vec::new() })
    }

    pub(crate) async fn edit_body(&self, repo: &RepoName, number: u64, body: &str) -> Result<Issue, Error> {
        let body = body.to_owned();
        self.change(repo, number, move |stored| stored.body = body).await
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
        let body = body.to_owned();
        let reason = match reason {
            CloseReason::Completed => StateReason::Completed,
            CloseReason::NotPlanned => StateReason::NotPlanned,
        };
        self.change(repo, number, move |stored| {
            (stored.body, stored.state, stored.state_reason) = (body, IssueState::Closed, Some(reason));
        })
        .await
    }

    pub(crate) async fn comment(&self, repo: &RepoName, number: u64, text: &str) -> Result<(), Error> {
        let text = text.to_owned();
        let change = move |stored: &mut Stored| {
            if !stored.comments.contains(&text) {
                stored.comments.push(text);
            }
        };
        self.change(repo, number, change).await.map(drop)
    }

    pub(crate) async fn react(
        &self,
        repo: &RepoName,
        number: u64,
        comment: u64,
        reaction: Reaction,
    ) -> Result<(), Error> {
        let change = move |stored: &mut Stored| {
            if !stored.reactions.contains(&(comment, reaction)) {
                stored.reactions.push((comment, reaction));
            }
        };
        self.change(repo, number, change).await.map(drop)
    }

    async fn change(
        &self,
        repo: &RepoName,
        number: u64,
        change: impl FnOnce(&mut Stored) + Send + 'static,
    ) -> Result<Issue, Error> {
        self.work(repo, move |room| {
            let mut stored = room.read(number)?.ok_or_else(|| room.missing(number))?;
            change(&mut stored);
            room.replace(&room.file(number, "json"), &room.json(&stored)?)?;
            room.mend(&stored)?;
            Ok(room.issue(stored))
        })
        .await
    }

    /// Runs `job` with the repository's folder, alone, off the async threads.
    async fn work<T: Send + 'static>(
        &self,
        repo: &RepoName,
        job: impl FnOnce(&Room) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let room = Room { folder: self.root.join(format!("{}__{}", repo.owner(), repo.name())), repo: repo.clone() };
        let writing = Arc::clone(&self.writing);
        let done = tokio::task::spawn_blocking(move || {
            // The lock guards no data, only turns: a panic elsewhere leaves nothing half-done.
            let _turn = writing.lock().unwrap_or_else(PoisonError::into_inner);
            job(&room)
        });
        done.await.map_err(|e| Error::Outbox { what: format!("work for {repo}"), why: e.to_string() })?
    }
}

/// One repository's folder.
struct Room {
    folder: PathBuf,
    repo: RepoName,
}

impl Room {
    fn file(&self, number: u64, ext: &str) -> PathBuf {
        self.folder.join(format!("{number}.{ext}"))
    }

    /// Numbers in use, ascending.
    fn numbers(&self) -> Result<Vec<u64>, Error> {
        let listing = match fs::read_dir(&self.folder) {
            Ok(listing) => listing,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(failed("list", &self.folder, &e)),
        };
        let number = |entry: fs::DirEntry| entry.file_name().to_str()?.strip_suffix(".json")?.parse().ok();
        let mut numbers: Vec<u64> = listing.filter_map(|entry| number(entry.ok()?)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn read(&self, number: u64) -> Result<Option<Stored>, Error> {
        let file = self.file(number, "json");
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(failed("read", &file, &e)),
        };
        let stored = serde_json::from_slice(&bytes);
        stored.map(Some).map_err(|e| Error::Malformed { what: format!("{}", file.display()), why: e.to_string() })
    }

    fn json(&self, stored: &Stored) -> Result<Vec<u8>, Error> {
        serde_json::to_vec_pretty(stored).map_err(|e| Error::Malformed {
            what: format!("issue {} of {}", stored.number, self.repo),
            why: e.to_string(),
        })
    }

    /// Puts a new issue at its number; false if the number is taken.
    fn claim(&self, stored: &Stored) -> Result<bool, Error> {
        let file = self.file(stored.number, "json");
        let draft = self.draft(&file, &self.json(stored)?)?;
        let linked = fs::hard_link(&draft, &file);
        fs::remove_file(&draft).map_err(|e| failed("remove", &draft, &e))?;
        match linked {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(e) => Err(failed("create", &file, &e)),
        }
    }

    /// Puts the body file right.
    fn mend(&self, stored: &Stored) -> Result<(), Error> {
        let file = self.file(stored.number, "md");
        if fs::read(&file).is_ok_and(|there| there == stored.body.as_bytes()) {
            return Ok(());
        }
        self.replace(&file, stored.body.as_bytes())
    }

    fn replace(&self, file: &Path, bytes: &[u8]) -> Result<(), Error> {
        let draft = self.draft(file, bytes)?;
        fs::rename(&draft, file).map_err(|e| failed("replace", file, &e))
    }

    /// Writes the bytes, durably, beside where they will go.
    fn draft(&self, file: &Path, bytes: &[u8]) -> Result<PathBuf, Error> {
        fs::create_dir_all(&self.folder).map_err(|e| failed("create", &self.folder, &e))?;
        let draft = file.with_extension(format!("draft-{}", std::process::id()));
        let write = || -> io::Result<()> {
            let mut out = fs::File::create(&draft)?;
            out.write_all(bytes)?;
            out.sync_data()
        };
        write().map_err(|e| failed("write", &draft, &e))?;
        Ok(draft)
    }

    fn issue(&self, stored: Stored) -> Issue {
        let Stored { number, title, state, state_reason, labels, body, comments: _, reactions: _ } = stored;
        let url = self.file(number, "md").display().to_string();
        Issue { number, url, state, state_reason, title, body, labels }
    }

    fn missing(&self, number: u64) -> Error {
        let what = format!("issue {number} of {}", self.repo);
        Error::Missing { what, status: 404, why: format!("no such file in {}", self.folder.display()) }
    }
}

fn failed(verb: &str, file: &Path, error: &io::Error) -> Error {
    Error::Outbox { what: format!("{verb} {}", file.display()), why: error.to_string() }
}
