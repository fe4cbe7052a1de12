//! The stage as the runtime calls it: a report in, an outcome out, over real repositories.
#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

#[path = "../../../../shared/git/tests/door/origin.rs"]
#[expect(dead_code, reason = "shared with the tests of `git`, which use more of it")]
mod origin;

mod partial;
mod whole;

use std::sync::{Arc, Mutex};

use blobs::Blobs;
use contracts::event::Progress;
use contracts::messages::{ChangeReported, ReportedFile, SnapshotTaken};
use contracts::record::{Record, Repository};
use contracts::{CommitId, Envelope, MessageId};
use git::{Git, Settings};
use initialize::{Deps, Initialize, Out};
use origin::Origin;
use snapshot::Snapshot;
use stage::{Fault, Outcome, ProgressHandle, Stage};
use store::Store;

/// A commit that no repository has.
const NOWHERE: &str = "00000000000000000000000000000000000000aa";

pub(crate) struct World {
    pub(crate) origin: Origin,
    pub(crate) deps: Deps,
    pub(crate) heard: Arc<Mutex<Vec<Progress>>>,
    pub(crate) folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let sink = heard.clone();
        let deps = Deps {
            git: Git::open(folder.path().join("cache"), Settings { allow_private: true, ..Settings::default() }),
            blobs: Blobs::open(&format!("dir:{}", at("blobs"))).await.unwrap(),
            store: Store::open(&format!("sqlite:{}", at("store"))).await.unwrap(),
            progress: ProgressHandle::new(move |progress| sink.lock().unwrap().push(progress)),
        };
        Self { origin: Origin::new(), deps, heard, folder }
    }

    /// A report about the repository, as a webhook makes it.
    pub(crate) fn report(&self, before: Option<&CommitId>, after: Option<&CommitId>) -> ChangeReported {
        ChangeReported {
            repo: "o/r".parse().unwrap(),
            url: self.origin.path().display().to_string(),
            git_ref: "refs/heads/main".to_owned(),
            before: before.cloned(),
            after: after.cloned(),
            summary: "as reported".to_owned(),
            files: Vec::new(),
            reported_at: 1_714_564_800_000,
            seq: 7,
            dry_run: false,
            only: vec!["o/dependent".parse().unwrap()],
            pinned: std::collections::BTreeMap::new(),
        }
    }

    pub(crate) async fn hear(&self, report: &ChangeReported) -> Result<Outcome<Out>, Fault> {
        let id = MessageId::derive(&["test"]);
        Initialize::handle(&Envelope::first(id, report.clone()), &self.deps).await
    }

    /// What was said, and the record with it; the record is kept, as the runtime would.
    pub(crate) async fn hear_well(&self, report: &ChangeReported) -> (SnapshotTaken, Option<Repository>) {
        let mut outcome = self.hear(report).await.unwrap();
        self.deps.store.save(outcome.save.clone()).await.unwrap();
        assert!(outcome.put.is_empty() && outcome.emit.len() == 1);
        let Some(Out::SnapshotTaken(taken)) = outcome.emit.pop() else { panic!("nothing was said") };
        let record = outcome.save.pop().map(|record| match record {
            Record::Repository(repository) => repository,
            other => panic!("not about a repository: {other:?}"),
        });
        (*taken, record)
    }

    pub(crate) async fn text(&self, key: &contracts::BlobKey, path: &str) -> Option<String> {
        Snapshot::open(&self.deps.blobs, key).await.unwrap().text(path).await.unwrap()
    }
}

pub(crate) fn nowhere() -> CommitId {
    NOWHERE.parse().unwrap()
}

pub(crate) fn hunk(path: &str, change_type: &str) -> ReportedFile {
    ReportedFile { path: path.into(), change_type: change_type.into(), diff: "@@ -2 +2 @@\n-old\n+new\n".into() }
}
