//! Every case through the whole stage, over real repositories, and decided again from its record alone: the same bytes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "made for the door that it belongs to, which needs more of it")]
#[path = "../../../shared/git/tests/door/origin.rs"]
mod origin;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use blobs::Blobs;
use contracts::decision::DecisionRecord;
use contracts::fact::{FactSheet, FileChange, FileStatus};
use contracts::messages::{Change, TriageTemplate};
use contracts::record::Record;
use contracts::verdict::{Answer, Verdict};
use contracts::{BlobKey, CommitId, Envelope, MessageId, RepoName};
use git::{Git, Settings};
use relationships::Relationships;
use serde_json::{Value, json};
use snapshot::{Rev, Take};
use stage::{ProgressHandle, Stage};
use store::Store;
use template_triage::{Deps, Out, TemplateTriage, replay};

use origin::Origin;

#[tokio::test]
async fn every_case_is_decided_again_byte_by_byte() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let mut answers = BTreeMap::<String, usize>::new();
    for folder in &names {
        let told: Value = serde_json::from_slice(&fs::read(folder.join("case.json")).unwrap()).unwrap();
        let world = World::new(&told).await;
        let (verdict, record) = world.decide(folder, &told).await;
        let again = replay(&record, &world.deps).await.unwrap();
        let name = folder.display();
        assert_eq!(serde_json::to_vec(&again.verdict).unwrap(), serde_json::to_vec(&verdict).unwrap(), "{name}");
        assert_eq!(again.reading_hash, record.inputs.reading_hash, "{name}");
        assert_eq!(record.uses.is_empty(), verdict.findings.iter().all(|f| f.dependent.is_empty()), "{name}");
        let said = match verdict.answer {
            Answer::Affected => {
                world.other_concerns_are_another_verdict(&record).await;
                "affected"
            }
            Answer::NotAffected(_) => "not affected",
            Answer::Unknown(_) => "unknown",
        };
        *answers.entry(said.to_owned()).or_default() += 1;
    }
    assert_eq!(answers.len(), 3, "not every kind of answer was seen: {answers:?}");
}

struct World {
    _scratch: tempfile::TempDir,
    deps: Deps,
    source: RepoName,
    target: RepoName,
}

impl World {
    async fn new(told: &Value) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let name = |key: &str, default: &str| told[key].as_str().unwrap_or(default).to_owned();
        let (source, target) = (name("source", "acme/template"), name("target", "acme/derivative"));
        let list = |key: &str| if told[key].is_null() { json!([]) } else { told[key].clone() };
        let derivative =
            json!({ "repo": target, "shared_concerns": list("shared"), "divergent_concerns": list("divergent") });
        let declared = json!({ "relationships": { &source: { "derivatives": [derivative] } } });
        let at = |name: &str| scratch.path().join(name).display().to_string();
        let deps = Deps {
            blobs: Blobs::open(&format!("dir:{}", at("blobs"))).await.unwrap(),
            store: Store::open(&format!("sqlite:{}", at("store"))).await.unwrap(),
            git: Git::open(scratch.path().join("git"), Settings { allow_private: true, ..Settings::default() }),
            relationships: Arc::new(Relationships::parse(&declared.to_string()).unwrap()),
            progress: ProgressHandle::silent(),
        };
        Self { deps, source: source.parse().unwrap(), target: target.parse().unwrap(), _scratch: scratch }
    }

    /// Both sides as repositories, the stage over them, and what it kept.
    async fn decide(&self, folder: &Path, told: &Value) -> (Verdict, DecisionRecord) {
        let template = Origin::new();
        let before = commit(&template, &folder.join("before"));
        let after = commit(&template, &folder.join("after"));
        let here = Origin::new();
        for path in told["not_kept"].as_array().into_iter().flatten() {
            here.write(path.as_str().unwrap(), b"\0binary");
        }
        commit(&here, &folder.join("here"));
        let readable = told["unreadable"].is_null();
        let target_url = if readable { here.path().display().to_string() } else { "ftp://example.test/x/y".to_owned() };
        let sheet = FactSheet { repo: self.source.clone(), facts: vec![], files: changes(folder), blind: vec![] };
        let mut change = self.change(&before, &after, told);
        change.url = template.path().display().to_string();
        let body = TriageTemplate {
            change,
            facts: self.deps.blobs.put_json("facts", &sheet).await.unwrap(),
            after: self.snapshot(&template, &after).await,
            before: self.snapshot(&template, &before).await,
            target: self.target.clone(),
            target_url,
            recheck: None,
        };
        if folder.join("now").exists() {
            commit(&template, &folder.join("now"));
        }
        let message = Envelope::first(MessageId::derive(&["replay"]), body);
        let outcome = TemplateTriage::handle(&message, &self.deps).await.unwrap();
        let [Record::Verdict(kept), ..] = &outcome.save[..] else { panic!("no verdict was saved") };
        let [document] = &outcome.put[..] else { panic!("no decision was put") };
        assert_eq!(kept.decision.as_ref(), Some(&document.key));
        assert!(matches!(&outcome.emit[..], [Out::VerdictReached(_)]));
        (kept.verdict.clone(), serde_json::from_slice(&document.bytes).unwrap())
    }

    fn change(&self, before: &CommitId, after: &CommitId, told: &Value) -> Change {
        Change {
            repo: self.source.clone(),
            url: String::new(),
            git_ref: "refs/heads/main".to_owned(),
            before: Some(before.clone()),
            after: Some(after.clone()),
            summary: told["summary"].as_str().unwrap_or_default().to_owned(),
            reported_at: 0,
            seq: 1,
            dry_run: false,
            only: Vec::new(),
            pinned: BTreeMap::new(),
            partial: false,
        }
    }

    async fn snapshot(&self, origin: &Origin, commit: &CommitId) -> BlobKey {
        let url = origin.path().display().to_string();
        let limits = self.deps.git.limits().clone();
        let take = Take { url: &url, rev: Rev::Commit(commit.clone()), previous: None, limits };
        snapshot::take(&self.deps.git, &self.deps.blobs, take, None).await.unwrap().key().clone()
    }

    /// Where everything diverges by declaration there is nothing to take.
    async fn other_concerns_are_another_verdict(&self, record: &DecisionRecord) {
        let mut other = record.clone();
        let paths = record.considered.iter().map(|file| file.trim_start_matches("file ").to_owned());
        other.inputs.relationship["divergent"] = json!(paths.collect::<Vec<_>>());
        let verdict = replay(&other, &self.deps).await.unwrap().verdict;
        assert_ne!(verdict, record.verdict, "{}", record.inputs.relationship);
    }
}

/// The files of `folder` and nothing else, as a commit.
fn commit(origin: &Origin, folder: &Path) -> CommitId {
    origin.git(&["rm", "-r", "--quiet", "--ignore-unmatch", "."]);
    for (path, bytes) in tree(folder) {
        origin.write(&path, &bytes);
    }
    origin.commit_all("change")
}

fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().display().to_string(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn changes(folder: &Path) -> Vec<FileChange> {
    let (before, after) = (tree(&folder.join("before")), tree(&folder.join("after")));
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let status = |path: &String| match (before.get(path), after.get(path)) {
        (None, _) => FileStatus::Added,
        (_, None) => FileStatus::Removed,
        _ => FileStatus::Modified,
    };
    let differs = paths.into_iter().filter(|path| before.get(*path) != after.get(*path));
    differs.map(|path| FileChange { path: path.clone(), from: None, status: status(path), noise: None }).collect()
}
