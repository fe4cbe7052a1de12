//! Repositories with real history, made without a git program.

use std::path::{Path, PathBuf};

use anyhow::Context;
use contracts::RepoName;
use gix::objs::tree::EntryKind;

use super::story;

/// The clock of the samples: fixed, so that every demo makes the same commits.
const FIRST_COMMIT_AT: i64 = 1_767_225_600;

/// One of the demo's repositories.
pub struct Sample {
    pub repo: RepoName,
    path: PathBuf,
}

/// A commit that was added to a sample.
pub struct Pushed {
    pub before: String,
    pub after: String,
    pub summary: String,
    /// Seconds since the Unix epoch.
    pub at: i64,
}

/// Files of one commit; without text, the file goes.
pub type Files = Vec<(&'static str, Option<&'static str>)>;

/// Makes the provider, the consumer and the derivative, in this order.
pub fn create(folder: &Path) -> anyhow::Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for (name, history) in story::histories() {
        let path = folder.join(name.replace('/', "__"));
        std::fs::create_dir_all(&path)?;
        gix::init_bare(&path).with_context(|| format!("cannot make a repository in {}", path.display()))?;
        let sample = Sample { repo: name.parse()?, path };
        for (summary, files) in history {
            sample.commit(summary, &files)?;
        }
        samples.push(sample);
    }
    Ok(samples)
}

impl Sample {
    /// Where it is fetched from.
    pub fn url(&self) -> String {
        format!("file://{}", self.path.display())
    }

    /// Adds a commit to `main`.
    pub fn commit(&self, summary: &str, files: &Files) -> anyhow::Result<Pushed> {
        let repo = gix::open_opts(&self.path, gix::open::Options::isolated())?;
        let head = repo.try_find_reference("refs/heads/main")?.map(|mut r| r.peel_to_id().map(|id| id.detach()));
        let head = head.transpose()?;
        let (tree, at) = match head {
            Some(id) => {
                let commit = repo.find_commit(id)?;
                (commit.tree()?, commit.time()?.seconds + 3600)
            }
            None => (repo.empty_tree(), FIRST_COMMIT_AT),
        };
        let mut editor = tree.edit()?;
        for (path, text) in files {
            match text {
                Some(text) => editor.upsert(*path, EntryKind::Blob, repo.write_blob(text.as_bytes())?)?,
                None => editor.remove(*path)?,
            };
        }
        let tree = editor.write()?;
        let time = format!("{at} +0000");
        let author = gix::actor::SignatureRef { name: "Ada".into(), email: "ada@acme.example".into(), time: &time };
        let after = repo.commit_as(author, author, "refs/heads/main", summary, tree, head)?;
        let before = head.map_or_else(|| "0".repeat(40), |id| id.to_string());
        Ok(Pushed { before, after: after.to_string(), summary: summary.to_owned(), at })
    }
}
