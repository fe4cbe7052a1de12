//! A template that takes back what it changed, or changes it again, before and after somebody was told.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "made for the door that it belongs to, which needs more of it")]
#[path = "../../../shared/git/tests/door/origin.rs"]
mod origin;

use std::sync::Arc;

use blobs::Blobs;
use contracts::fact::{FactSheet, FileChange, FileStatus};
use contracts::messages::{Change, ChangeReported, TriageTemplate};
use contracts::record::{FindingRecord, FindingState, Recheck, Record};
use contracts::verdict::{Answer, Tier, Verdict};
use contracts::{BlobKey, CommitId, Envelope, MessageId};
use git::{Git, Settings};
use relationships::Relationships;
use snapshot::{Rev, Take};
use stage::{ProgressHandle, Stage};
use store::Store;
use template_triage::{Deps, TemplateTriage, replay};

use origin::Origin;

const DECLARED: &str = r#"{"relationships": {"acme/template": {"derivatives": [
    {"repo": "acme/derivative", "relationship_type": "template_fork", "shared_concerns": [], "divergent_concerns": []}]}}}"#;

fn script(flags: &str) -> String {
    format!("#!/bin/sh\ngcloud run deploy app \\\n  --image=app \\\n  --gpu=1 \\\n{flags}  --memory=8Gi\necho done\n")
}

const NONE: &str = "";
const WRONG: &str = "  --no-gpu-redundancy \\\n";
const RIGHT: &str = "  --no-gpu-zonal-redundancy \\\n";

struct World {
    _scratch: tempfile::TempDir,
    deps: Deps,
    template: Origin,
    derivative: Origin,
    seq: std::cell::Cell<i64>,
}

impl World {
    async fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let at = |name: &str| scratch.path().join(name).display().to_string();
        let deps = Deps {
            blobs: Blobs::open(&format!("dir:{}", at("blobs"))).await.unwrap(),
            store: Store::open(&format!("sqlite:{}", at("store"))).await.unwrap(),
            git: Git::open(scratch.path().join("git"), Settings { allow_private: true, ..Settings::default() }),
            relationships: Arc::new(Relationships::parse(DECLARED).unwrap()),
            progress: ProgressHandle::silent(),
        };
        let derivative = Origin::with(&[("deploy.sh", &script(NONE))]);
        Self { deps, template: Origin::new(), derivative, seq: 0.into(), _scratch: scratch }
    }

    fn commit(&self, flags: &str) -> CommitId {
        self.template.commit(&[("deploy.sh", &script(flags))])
    }

    /// The template is pushed from one commit to another, looked at, and what is found is kept.
    async fn push(&self, before: &CommitId, after: &CommitId) -> Verdict {
        self.seq.set(self.seq.get() + 1);
        let change = Change {
            before: Some(before.clone()),
            after: Some(after.clone()),
            seq: self.seq.get(),
            ..ChangeReported::of("acme/template".parse().unwrap(), self.url(), None).change()
        };
        let file = FileChange { path: "deploy.sh".to_owned(), from: None, status: FileStatus::Modified, noise: None };
        let sheet =
            FactSheet { repo: "acme/template".parse().unwrap(), facts: vec![], files: vec![file], blind: vec![] };
        let facts = self.deps.blobs.put_json("facts", &sheet).await.unwrap();
        let (before, after) = (self.snapshot(before).await, self.snapshot(after).await);
        self.look(change, facts, (before, after), None).await
    }

    async fn look(
        &self,
        change: Change,
        facts: BlobKey,
        (before, after): (BlobKey, BlobKey),
        recheck: Option<Recheck>,
    ) -> Verdict {
        let target_url = self.derivative.path().display().to_string();
        let target = "acme/derivative".parse().unwrap();
        let body = TriageTemplate { change, facts, after, before, target, target_url, recheck };
        let message = Envelope::first(MessageId::derive(&["meanwhile"]), body);
        let outcome = TemplateTriage::handle(&message, &self.deps).await.unwrap();
        let [Record::Verdict(kept), ..] = &outcome.save[..] else { panic!("no verdict was saved") };
        let verdict = kept.verdict.clone();
        let again = replay(&serde_json::from_slice(&outcome.put[0].bytes).unwrap(), &self.deps).await.unwrap();
        assert_eq!(again.verdict, verdict, "decided again from its record");
        self.deps.store.save(outcome.save).await.unwrap();
        for span in verdict.findings.iter().flat_map(|finding| finding.provider.iter().chain(&finding.dependent)) {
            let origin = if span.repo.as_str() == "acme/template" { &self.template } else { &self.derivative };
            let text = origin.git(&["show", &format!("{}:{}", span.commit.as_ref().unwrap(), span.path)]);
            assert!(span.stands_in(&format!("{text}\n")), "{span:?}");
        }
        verdict
    }

    /// The derivative was pushed: what is known is looked at again.
    async fn again(&self, record: &FindingRecord) -> Verdict {
        let Recheck { change, facts, before, after, .. } = record.recheck.clone();
        self.seq.set(self.seq.get() + 1);
        let change = Change { seq: self.seq.get(), ..change };
        self.look(change, facts, (before, after), Some(record.recheck.clone())).await
    }

    async fn snapshot(&self, commit: &CommitId) -> BlobKey {
        let url = self.url();
        let limits = self.deps.git.limits().clone();
        let take = Take { url: &url, rev: Rev::Commit(commit.clone()), previous: None, limits };
        snapshot::take(&self.deps.git, &self.deps.blobs, take, None).await.unwrap().key().clone()
    }

    fn url(&self) -> String {
        self.template.path().display().to_string()
    }

    async fn known(&self) -> FindingRecord {
        let mut known = self.deps.store.findings_against(&"acme/derivative".parse().unwrap()).await.unwrap();
        assert_eq!(known.len(), 1, "one file, one finding");
        known.remove(0)
    }
}

fn patch(verdict: &Verdict) -> &str {
    verdict.findings[0].patch.as_deref().unwrap_or_default()
}

#[tokio::test]
async fn what_was_undone_meanwhile_is_not_told() {
    for (what, then, told) in [
        ("it is the newest", &[][..], true),
        ("taken back at once", &[NONE], false),
        ("replaced by another value", &[RIGHT], false),
        ("taken back, and that again", &[NONE, WRONG], true),
    ] {
        let world = World::new().await;
        let (start, change) = (world.commit(NONE), world.commit(WRONG));
        then.iter().for_each(|flags| drop(world.commit(flags)));
        let verdict = world.push(&start, &change).await;
        assert_eq!(verdict.answer == Answer::Affected, told, "{what}: {:?}", verdict.answer);
        assert_eq!(verdict.findings.len(), usize::from(told), "{what}");
    }
}

#[tokio::test]
async fn what_is_taken_back_later_is_over() {
    let world = World::new().await;
    let (start, change) = (world.commit(NONE), world.commit(WRONG));
    let first = world.push(&start, &change).await;
    assert!(patch(&first).contains("+  --no-gpu-redundancy"));
    let back = world.commit(NONE);
    let second = world.push(&change, &back).await;
    let over: Vec<_> = second.resolved.iter().map(|over| (over.how.as_str(), over.commit.clone())).collect();
    assert_eq!((second.findings.len(), over), (0, vec![("reverted", Some(back.clone()))]));
    assert_eq!(world.known().await.state, FindingState::Resolved);
    // And the revert of the revert is the same finding once more.
    let once_more = world.commit(WRONG);
    let third = world.push(&back, &once_more).await;
    assert_eq!(third.findings[0].fingerprint, first.findings[0].fingerprint);
    assert_eq!(
        (world.known().await.state, world.known().await.recheck.change.before),
        (FindingState::Open, Some(back))
    );
}

#[tokio::test]
async fn a_correction_takes_the_place_of_what_it_corrects() {
    let world = World::new().await;
    let (start, change) = (world.commit(NONE), world.commit(WRONG));
    let first = world.push(&start, &change).await;
    let corrected = world.commit(RIGHT);
    let second = world.push(&change, &corrected).await;
    assert_eq!(second.findings[0].fingerprint, first.findings[0].fingerprint, "the same issue");
    assert_eq!((second.findings[0].tier, second.resolved.len()), (Tier::Likely, 0));
    assert!(patch(&second).contains("+  --no-gpu-zonal-redundancy") && !patch(&second).contains("--no-gpu-redundancy"));
    let known = world.known().await;
    assert_eq!((&known.recheck.change.before, &known.recheck.change.after), (&Some(start), &Some(corrected.clone())));
    // The derivative pushes something else, then takes it.
    world.derivative.commit(&[("README", "x\n")]);
    assert_eq!(world.again(&known).await.findings.len(), 1, "still not taken");
    world.derivative.commit(&[("deploy.sh", &script(RIGHT))]);
    assert_eq!(world.again(&known).await.resolved[0].how, "fixed");
    // Once it is over, what comes next begins anew.
    let more = world.commit(&format!("{RIGHT}  --startup-probe=tcp \\\n"));
    let third = world.push(&corrected, &more).await;
    assert!(patch(&third).contains("+  --startup-probe=tcp"));
    assert_eq!(world.known().await.recheck.change.before, Some(corrected));
}

#[tokio::test]
async fn a_correction_that_does_not_fit_ends_what_it_corrects() {
    let world = World::new().await;
    let (start, change) = (world.commit(NONE), world.commit(WRONG));
    world.push(&start, &change).await;
    // The flag goes, and something comes where the derivative has other lines.
    let elsewhere = format!("{}\n[other]\nsettings here\nand there\n", script(NONE));
    let replaced = world.template.commit(&[("deploy.sh", &elsewhere.replace("echo done", "exit 0"))]);
    world.derivative.commit(&[("deploy.sh", &script(NONE).replace("echo done", "echo own\nexec app"))]);
    let second = world.push(&change, &replaced).await;
    assert_eq!((second.findings.len(), second.resolved[0].how.as_str()), (0, "reverted"), "{:#?}", second.trace);
}

#[tokio::test]
async fn a_derivative_that_took_it_hears_of_the_revert() {
    let world = World::new().await;
    let (start, change) = (world.commit(NONE), world.commit(WRONG));
    let first = world.push(&start, &change).await;
    // Nobody heard of this push, so the finding is still open.
    world.derivative.commit(&[("deploy.sh", &script(WRONG))]);
    let back = world.commit(NONE);
    let second = world.push(&change, &back).await;
    assert!(patch(&second).contains("-  --no-gpu-redundancy"));
    assert_eq!(
        (second.findings[0].fingerprint.clone(), second.resolved.len()),
        (first.findings[0].fingerprint.clone(), 0)
    );
    assert_eq!(world.known().await.recheck.change.before, Some(change), "it rests on the revert alone");
}
