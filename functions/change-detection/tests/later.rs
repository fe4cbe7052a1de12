//! A change that its own branch has taken back or replaced by the time somebody looks at it.

use std::collections::BTreeMap;
use std::sync::Arc;

use change_detection::{ChangeDetection, Out};
use contracts::fact::{FactSheet, Impact};
use contracts::messages::{ChangeReported, SnapshotTaken};
use contracts::{CommitId, Envelope, MessageId};
use relationships::Relationships;
use snapshot::{Rev, Snapshot, Take};
use stage::Stage;

use crate::Done;
use crate::origin::Origin;

const DECLARED: &str = r#"{"relationships": {"owner/provider": {"type": "service_provider",
    "consumers": [{"repo": "owner/consumer", "relationship_type": "api_consumer"}]}}}"#;

/// The facts that a consumer is asked about when `changed` is looked at with its branch at `then`; none if nobody is asked.
async fn told(changed: &str, then: &[&str]) -> Done<Vec<String>> {
    let scratch = tempfile::tempdir()?;
    let mut deps = crate::deps(scratch.path()).await?;
    deps.relationships = Arc::new(Relationships::parse(DECLARED).map_err(|problem| format!("{problem:?}"))?);
    let origin = Origin::new();
    let url = origin.path().display().to_string();
    let commit = |ports: &str| origin.commit(&[("Dockerfile", &format!("FROM a:1\n{ports}CMD x\n"))]);
    let take = async |commit: &CommitId| -> Done<Snapshot> {
        let rev = Rev::Commit(commit.clone());
        let take = Take { url: &url, rev, previous: None, limits: deps.git.limits().clone() };
        Ok(snapshot::take(&deps.git, &deps.blobs, take, None).await?)
    };
    let (before, after) = (commit("EXPOSE 80\n"), commit(changed));
    let (before, after) = (take(&before).await?, take(&after).await?);
    then.iter().for_each(|ports| drop(commit(ports)));
    let change = contracts::messages::Change {
        before: before.manifest().commit.clone(),
        after: after.manifest().commit.clone(),
        pinned: BTreeMap::new(),
        ..ChangeReported::of("owner/provider".parse()?, url.clone(), None).change()
    };
    let body = SnapshotTaken { change, after: after.key().clone(), before: Some(before.key().clone()) };
    let outcome = ChangeDetection::handle(&Envelope::first(MessageId::derive(&["a"]), body), &deps).await?;
    let Some(Out::TriageConsumer(asked)) = outcome.emit.first() else { return Ok(Vec::new()) };
    let put = outcome.put.iter().find(|put| put.key == asked.facts).ok_or("the facts are not put")?;
    let sheet: FactSheet = serde_json::from_slice(&put.bytes)?;
    let breaking = sheet.facts.iter().filter(|fact| fact.impact > Impact::Additive);
    Ok(breaking.map(|fact| format!("{} {:?}", fact.rule, fact.element)).collect())
}

pub async fn what_is_told_is_what_the_branch_holds() -> Done<()> {
    let (moved, again) = ("EXPOSE 81\n", "EXPOSE 82\n");
    let said = |to: u16| vec![format!("deploy.port.moved Port {{ port: 80, moved_to: Some({to}) }}")];
    for (what, changed, then, expected) in [
        ("it is the newest", moved, &[][..], said(81)),
        ("the branch went on with it", moved, &["EXPOSE 81\nENV A=1\n"], said(81)),
        ("taken back at once", moved, &["EXPOSE 80\n"], vec![]),
        ("taken back later", moved, &["EXPOSE 81\nENV A=1\n", "EXPOSE 80\nENV A=1\n"], vec![]),
        ("taken back, and that again", moved, &["EXPOSE 80\n", moved], said(81)),
        ("replaced by another value", moved, &[again], said(82)),
        ("the old one came back beside the new one", moved, &["EXPOSE 80\nEXPOSE 81\n"], vec![]),
    ] {
        assert_eq!(told(changed, then).await?, expected, "{what}");
    }
    Ok(())
}
