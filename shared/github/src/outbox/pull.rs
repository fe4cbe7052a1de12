//! Pull requests in the outbox: `<owner>__<name>/pulls/<n>.md` is the comment, `checks/<commit>.json` the check.

use std::{fs, io};

use contracts::RepoName;

use super::{Outbox, Room, failed};
use crate::{Check, Checked, Comment, Error};

impl Outbox {
    pub(crate) async fn sticky_comment(
        &self,
        repo: &RepoName,
        number: u64,
        marker: &str,
    ) -> Result<Option<Comment>, Error> {
        let marker = marker.to_owned();
        self.work(repo, move |room| {
            let file = room.below("pulls").file(number, "md");
            let body = match fs::read_to_string(&file) {
                Ok(body) => body,
                Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(e) => return Err(failed("read", &file, &e)),
            };
            let comment = Comment { id: number, url: file.display().to_string(), body };
            Ok(Some(comment).filter(|comment| comment.body.contains(&marker)))
        })
        .await
    }

    pub(crate) async fn write_sticky(&self, repo: &RepoName, number: u64, body: &str) -> Result<Comment, Error> {
        let body = body.to_owned();
        self.work(repo, move |room| {
            let room = room.below("pulls");
            let file = room.file(number, "md");
            room.replace(&file, body.as_bytes())?;
            Ok(Comment { id: number, url: file.display().to_string(), body })
        })
        .await
    }

    pub(crate) async fn check(&self, repo: &RepoName, check: &Check) -> Result<Checked, Error> {
        let (check, repo_name) = (check.clone(), repo.clone());
        self.work(repo, move |room| {
            let room = room.below("checks");
            let file = room.folder.join(format!("{}.json", check.head));
            let what = || format!("the check of {} at {}", repo_name, check.head);
            let json =
                serde_json::to_vec_pretty(&check).map_err(|e| Error::Malformed { what: what(), why: e.to_string() })?;
            room.replace(&file, &json)?;
            Ok(Checked::Run(file.display().to_string()))
        })
        .await
    }
}

impl Room {
    /// A folder inside, for what is no issue.
    fn below(&self, name: &str) -> Self {
        Self { folder: self.folder.join(name), repo: self.repo.clone() }
    }
}
