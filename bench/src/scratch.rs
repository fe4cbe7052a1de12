//! Repositories to measure on: a foreign one with commits of our own, or one made from nothing.

use std::path::Path;

use anyhow::Context;
use contracts::CommitId;
use git::{Fetched, OnProgress, Rev, Wanted};
use gix::objs::tree::EntryKind;
use local::river::River;
use tempfile::TempDir;

/// A repository of our own over the objects of a foreign one, so that commits can be added.
/// A bare repository of our own, gone with its folder.
pub struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// One without a commit.
    pub fn empty() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir_in(".")?;
        gix::init_bare(folder.path())?;
        std::fs::write(folder.path().join("HEAD"), "ref: refs/heads/main\n")?;
        Ok(Self { folder })
    }

    /// One over the objects of `repository`, with its head.
    pub fn over(repository: &Path) -> anyhow::Result<Self> {
        let theirs = gix::open_opts(repository, gix::open::Options::isolated())
            .with_context(|| format!("{} is no repository", repository.display()))?;
        let head = theirs.head_id()?.detach();
        let objects = theirs.objects.store_ref().path().canonicalize()?;
        let folder = tempfile::tempdir_in(".")?;
        let ours = gix::init_bare(folder.path())?;
        std::fs::create_dir_all(folder.path().join("objects/info"))?;
        std::fs::write(folder.path().join("objects/info/alternates"), format!("{}\n", objects.display()))?;
        drop(ours);
        let ours = gix::open_opts(folder.path(), gix::open::Options::isolated())?;
        ours.reference("refs/heads/main", head, gix::refs::transaction::PreviousValue::Any, "bench")?;
        Ok(Self { folder })
    }

    /// Where it is fetched from.
    pub fn url(&self) -> anyhow::Result<String> {
        Ok(format!("file://{}", self.folder.path().canonicalize()?.display()))
    }

    /// Its newest commit.
    pub fn head(&self) -> anyhow::Result<CommitId> {
        let repo = self.repository()?;
        Ok(repo.head_id()?.to_string().parse()?)
    }

    /// A commit that adds a line to one file.
    pub fn edit(&self, path: &str, line: &str) -> anyhow::Result<CommitId> {
        let repo = self.repository()?;
        let tree = repo.head_commit()?.tree()?;
        let entry = tree.lookup_entry_by_path(path)?.context("the file is gone")?;
        let mut text = entry.object()?.detach().data;
        text.extend_from_slice(line.as_bytes());
        self.write(&[(path.to_owned(), text)])
    }

    /// A commit that writes files.
    pub fn write(&self, files: &[(String, Vec<u8>)]) -> anyhow::Result<CommitId> {
        let repo = self.repository()?;
        let head = repo.head_commit().ok();
        let (parents, tree, seconds) = match &head {
            Some(head) => (vec![head.id().detach()], head.tree()?, head.time()?.seconds),
            None => (Vec::new(), repo.empty_tree(), 1_767_323_045),
        };
        let mut editor = tree.edit()?;
        for (path, bytes) in files {
            editor.upsert(path.as_str(), EntryKind::Blob, repo.write_blob(bytes)?)?;
        }
        let tree = editor.write()?;
        let at = format!("{} +0000", seconds + 60);
        let author = gix::actor::SignatureRef { name: "Ada".into(), email: "ada@acme.example".into(), time: &at };
        let id = repo.commit_as(author, author, "refs/heads/main", "Write", tree, parents)?;
        Ok(id.to_string().parse()?)
    }

    fn repository(&self) -> anyhow::Result<gix::Repository> {
        Ok(gix::open_opts(self.folder.path(), gix::open::Options::isolated())?)
    }

    /// Fetched as the program does it.
    pub async fn open(&self, river: &River) -> anyhow::Result<Fetched> {
        Ok(river.git.fetch(&self.url()?, &Wanted::only(Rev::Head), OnProgress::silent()).await?)
    }
}
