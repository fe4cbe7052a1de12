//! The stage as a whole: one message in, what it says out.

use std::collections::BTreeMap;
use std::sync::Arc;

use change_detection::{ChangeDetection, Deps, Out};
use contracts::fact::{Element, FactSheet};
use contracts::messages::{Change, SnapshotTaken};
use contracts::record::{FindingRecord, FindingState, Recheck, Record};
use contracts::verdict::{Answer, Finding, Tier, Urgency};
use contracts::{BlobKey, Envelope, Fingerprint, MessageId, RepoName};
use relationships::Relationships;
use stage::Stage;

use crate::{Done, folder};

const DECLARED: &str = r#"{"relationships": {"owner/provider": {
    "type": "service_provider",
    "consumers": [
        {"repo": "owner/consumer", "relationship_type": "api_consumer", "interface_files": [], "change_triggers": []},
        {"repo": "owner/second", "relationship_type": "api_consumer", "interface_files": [], "change_triggers": []}],
    "derivatives": [{"repo": "owner/fork", "relationship_type": "template_fork", "shared_concerns": [], "divergent_concerns": []}]
}}}"#;

struct World {
    _scratch: tempfile::TempDir,
    deps: Deps,
}

async fn world() -> Done<World> {
    let scratch = tempfile::tempdir()?;
    let mut deps = crate::deps(scratch.path()).await?;
    deps.relationships = Arc::new(Relationships::parse(DECLARED).map_err(|problem| format!("{problem:?}"))?);
    Ok(World { _scratch: scratch, deps })
}

impl World {
    /// A snapshot of a repository with one Dockerfile.
    async fn port(&self, digit: char, port: u16) -> Done<BlobKey> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("Dockerfile"), format!("FROM a:1\nEXPOSE {port}\n"))?;
        folder::snapshot(folder.path(), digit, &self.deps.blobs).await
    }

    async fn says(&self, change: Change, before: Option<&BlobKey>, after: &BlobKey) -> Done<Vec<Out>> {
        let body = SnapshotTaken { change, after: after.clone(), before: before.cloned() };
        let outcome = ChangeDetection::handle(&Envelope::first(MessageId::derive(&["a"]), body), &self.deps).await?;
        for put in outcome.put {
            self.deps.blobs.put(&put.key, put.bytes).await?;
        }
        Ok(outcome.emit)
    }
}

fn change(repo: &str, only: &[&str]) -> Done<Change> {
    let only = only.iter().map(|name| name.parse()).collect::<Result<Vec<RepoName>, _>>()?;
    Ok(Change {
        repo: repo.parse()?,
        url: format!("/nowhere/{repo}"),
        git_ref: "refs/heads/main".to_owned(),
        before: None,
        after: None,
        summary: String::new(),
        reported_at: 7,
        seq: 9,
        dry_run: false,
        only,
        pinned: BTreeMap::new(),
        partial: false,
    })
}

fn targets(said: &[Out]) -> Vec<String> {
    let told = |out: &Out| match out {
        Out::TriageConsumer(m) => format!("consumer {} {}", m.target, m.recheck.is_some()),
        Out::TriageTemplate(m) => format!("template {} {}", m.target, m.recheck.is_some()),
        Out::PreviewAdvanced(m) => format!("preview {:?}", m.problem.as_deref().map(|why| &why[..9])),
        Out::VerdictReached(m) => format!("{} {} {:?}", m.verdict.target, m.verdict.relationship, m.verdict.answer),
    };
    said.iter().map(told).collect()
}

pub async fn a_push_is_told_to_its_dependents() -> Done<()> {
    let world = world().await?;
    let (old, new) = (world.port('b', 80).await?, world.port('a', 81).await?);
    let everybody = ["consumer owner/consumer false", "consumer owner/second false", "template owner/fork false"];
    let said = world.says(change("owner/provider", &[])?, Some(&old), &new).await?;
    assert_eq!(targets(&said), everybody);
    let said = world.says(change("owner/provider", &["owner/fork", "owner/stranger"])?, Some(&old), &new).await?;
    assert_eq!(targets(&said), ["consumer owner/stranger false", "template owner/fork false"]);
    let nothing: [&str; 0] = [];
    assert_eq!(targets(&world.says(change("owner/provider", &[])?, None, &new).await?), nothing, "no commit before");
    assert_eq!(
        targets(&world.says(change("owner/provider", &[])?, Some(&new), &new).await?),
        nothing,
        "nothing changed"
    );
    assert_eq!(targets(&world.says(change("owner/alone", &[])?, Some(&old), &new).await?), nothing, "no dependents");
    Ok(())
}

pub async fn a_pull_request_hears_that_all_were_asked() -> Done<()> {
    let world = world().await?;
    let (old, new) = (world.port('b', 80).await?, world.port('a', 81).await?);
    let of = |repo: &str| -> Done<Change> {
        Ok(Change { dry_run: true, git_ref: "refs/pull/12/head".to_owned(), ..change(repo, &[])? })
    };
    let said = world.says(of("owner/provider")?, Some(&old), &new).await?;
    assert_eq!((said.len(), targets(&said)[3].as_str()), (4, "preview None"), "after all questions");
    assert_eq!(targets(&world.says(of("owner/provider")?, Some(&new), &new).await?), ["preview None"], "clean");
    let said = world.says(of("owner/provider")?, None, &new).await?;
    assert_eq!(targets(&said), [r#"preview Some("where the")"#], "nothing to compare with is not clean");
    let pushed = Change { dry_run: false, ..of("owner/provider")? };
    assert_eq!(world.says(pushed, Some(&new), &new).await?.len(), 0, "only what is asked about is a pull request");
    Ok(())
}

pub async fn a_push_that_is_given_up_is_an_unknown_answer_for_everybody() -> Done<()> {
    let world = world().await?;
    let key: BlobKey = "manifest/0".parse()?;
    let given_up = |change: Change, before: Option<&BlobKey>| {
        let body = SnapshotTaken { change, after: key.clone(), before: before.cloned() };
        ChangeDetection::given_up(&Envelope::first(MessageId::derive(&["a"]), body), &world.deps, "it took too long")
    };
    let unknown = |who: &str| format!("{who} {:?}", Answer::Unknown("given up: it took too long".to_owned()));
    let everybody =
        ["owner/consumer api_consumer", "owner/second api_consumer", "owner/fork template_fork"].map(unknown);
    let outcome = given_up(change("owner/provider", &[])?, Some(&key));
    assert_eq!(targets(&outcome.emit), everybody);
    assert_eq!(outcome.save.len(), 3, "kept under the run as well");
    let Out::VerdictReached(told) = &outcome.emit[0] else { return Err("no verdict".into()) };
    assert_eq!((outcome.put.len(), &outcome.put[0].key), (1, &told.facts), "the facts that it names are there");
    let Record::Verdict(kept) = &outcome.save[0] else { return Err("no verdict is kept".into()) };
    assert_eq!((&kept.verdict, kept.reported_at), (&told.verdict, 7));
    let only = given_up(change("owner/provider", &["owner/fork", "owner/stranger"])?, Some(&key));
    assert_eq!(targets(&only.emit), ["owner/stranger undeclared", "owner/fork template_fork"].map(unknown));

    let asked_about = Change { dry_run: true, ..change("owner/provider", &[])? };
    let pull_request = Change { git_ref: "refs/pull/12/head".to_owned(), ..asked_about.clone() };
    let said = given_up(pull_request, Some(&key));
    assert_eq!((targets(&said.emit), said.save.len()), (vec![r#"preview Some("change de")"#.to_owned()], 0));
    for (what, change, before) in [
        ("nothing to compare with", change("owner/provider", &[])?, None),
        ("no dependents", change("owner/alone", &[])?, Some(&key)),
        ("only asked about", asked_about, Some(&key)),
    ] {
        let said = given_up(change, before);
        assert_eq!((said.emit.len(), said.save.len(), said.put.len()), (0, 0, 0), "{what}");
    }
    Ok(())
}

pub async fn open_findings_are_looked_at_again() -> Done<()> {
    let world = world().await?;
    let (old, new) = (world.port('b', 80).await?, world.port('a', 81).await?);
    let said = world.says(change("owner/provider", &["owner/consumer"])?, Some(&old), &new).await?;
    let Some(Out::TriageConsumer(asked)) = said.into_iter().next() else {
        return Err("no triage was asked for".into());
    };
    let element = Element::Port { port: 80, moved_to: Some(81) };
    let open = record(&asked.change, &asked.facts, (&old, &new), element)?;
    let muted = FindingRecord { state: FindingState::Muted, finding: other(&open.finding)?, ..open.clone() };
    world.deps.store.save(vec![Record::Finding(Box::new(open)), Record::Finding(Box::new(muted))]).await?;

    let said = world.says(change("owner/consumer", &[])?, None, &new).await?;
    assert_eq!(targets(&said), ["consumer owner/consumer true"], "the dependent pushed; what is muted stays so");
    let Out::TriageConsumer(again) = &said[0] else { return Err("not a consumer".into()) };
    assert_eq!((again.change.repo.as_str(), again.change.seq), ("owner/provider", 9));
    assert_eq!(again.target_url, "/nowhere/owner/consumer");

    let said = world.says(change("owner/provider", &["owner/none"])?, Some(&new), &old).await?;
    assert!(
        targets(&said).contains(&"consumer owner/consumer true".to_owned()),
        "the provider went back: {:?}",
        targets(&said)
    );
    let third = world.port('c', 82).await?;
    let said = world.says(change("owner/provider", &["owner/none"])?, Some(&new), &third).await?;
    let again = said.iter().find_map(|out| match out {
        Out::TriageConsumer(asked) => asked.recheck.as_ref(),
        _ => None,
    });
    let again = again.ok_or("it moved once more, and what was told is wrong by now")?;
    assert_eq!(again.element, Element::Port { port: 80, moved_to: Some(82) });
    let sheet: FactSheet = world.deps.blobs.get_json(&again.facts).await?;
    assert!(sheet.facts.iter().any(|fact| fact.element == again.element), "the finding rests on newer facts");
    assert_eq!((&again.before, &again.after), (&old, &third));
    let said = world.says(change("owner/provider", &["owner/none"])?, Some(&third), &new).await?;
    assert_eq!(targets(&said), ["consumer owner/none false"], "it stands where the finding says");
    Ok(())
}

pub async fn whoever_made_a_finding_looks_again() -> Done<()> {
    let world = world().await?;
    let (old, new) = (world.port('b', 80).await?, world.port('a', 81).await?);
    let said = world.says(change("owner/provider", &["owner/consumer"])?, Some(&old), &new).await?;
    let Some(Out::TriageConsumer(asked)) = said.into_iter().next() else {
        return Err("no triage was asked for".into());
    };
    let element = Element::File { path: "Dockerfile".to_owned(), moved_to: None };
    // A person may call the relationship to a derivative what they like.
    for (rule, relationship, expected) in [
        ("template.hunk.applies", "golden_path", "template owner/consumer true"),
        ("template.hunk.conflicts", "template_fork", "template owner/consumer true"),
        ("deploy.port.moved", "template_fork", "consumer owner/consumer true"),
    ] {
        let mut open = record(&asked.change, &asked.facts, (&old, &new), element.clone())?;
        open.relationship = relationship.to_owned();
        (open.finding.rule, open.recheck.rule) = (rule.to_owned(), rule.to_owned());
        world.deps.store.save(vec![Record::Finding(Box::new(open))]).await?;
        let said = world.says(change("owner/consumer", &[])?, None, &new).await?;
        assert_eq!(targets(&said), [expected], "{rule} of {relationship}");
    }
    Ok(())
}

fn record(
    change: &Change,
    facts: &BlobKey,
    (before, after): (&BlobKey, &BlobKey),
    element: Element,
) -> Done<FindingRecord> {
    let (source, target): (RepoName, RepoName) = (change.repo.clone(), "owner/consumer".parse()?);
    let rule = "deploy.port.moved".to_owned();
    let fingerprint = Fingerprint::derive(&source, &target, "api_consumer", &rule, &element.key());
    let finding = Finding {
        fingerprint: fingerprint.clone(),
        rule: rule.clone(),
        element: element.key(),
        title: "t".to_owned(),
        change: "c".to_owned(),
        consequence: "c".to_owned(),
        urgency: Urgency::High,
        tier: Tier::Confirmed,
        tier_reason: "r".to_owned(),
        provider: Vec::new(),
        dependent: Vec::new(),
        patch: None,
        triggers: Vec::new(),
    };
    let (facts, before, after) = (facts.clone(), before.clone(), after.clone());
    let recheck = Recheck { fingerprint, change: change.clone(), facts, before, after, rule, element };
    let relationship = "api_consumer".to_owned();
    Ok(FindingRecord { state: FindingState::Open, finding, source, target, relationship, recheck, seq: 1 })
}

fn other(finding: &Finding) -> Done<Finding> {
    Ok(Finding { fingerprint: "0123456789abcdef".parse()?, ..finding.clone() })
}
