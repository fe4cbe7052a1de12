//! The stage as a whole, where the consumer cannot be read.

use consumer_triage::{ConsumerTriage, Out};
use contracts::decision::DecisionRecord;
use contracts::messages::{Change, TriageConsumer};
use contracts::record::Record;
use contracts::verdict::Answer;
use contracts::{Envelope, MessageId};
use serde_json::json;
use stage::Stage;

use crate::Done;

pub async fn an_unreadable_consumer_is_unknown() -> Done<()> {
    let scratch = tempfile::tempdir()?;
    let deps = crate::deps(scratch.path()).await?;
    let case = crate::case(&json!({"facts": []}))?;
    let facts = deps.blobs.put_json("facts", &case.sheet).await?;
    let snapshot: contracts::BlobKey = "snapshot/0".parse()?;
    let body = TriageConsumer {
        change: case.change,
        facts,
        after: snapshot.clone(),
        before: snapshot,
        target: "owner/consumer".parse()?,
        target_url: "ftp://example.test/owner/consumer".to_owned(),
        recheck: None,
    };
    let outcome = ConsumerTriage::handle(&Envelope::first(MessageId::derive(&["a"]), body), &deps).await?;
    let [Record::Verdict(record)] = outcome.save.as_slice() else { return Err("not one record, a verdict".into()) };
    let unknown = matches!(&record.verdict.answer, Answer::Unknown(why) if why.contains("owner/consumer"));
    assert!(unknown, "{:?}", record.verdict.answer);
    assert!(matches!(outcome.emit.as_slice(), [Out::VerdictReached(said)] if said.verdict == record.verdict));
    // The decision is kept beside it, and comes out the same again.
    let [document] = outcome.put.as_slice() else { return Err("not one document, the decision".into()) };
    assert_eq!(record.decision.as_ref(), Some(&document.key));
    let kept: DecisionRecord = serde_json::from_slice(&document.bytes)?;
    let again = consumer_triage::replay(&kept, &deps).await?;
    assert_eq!((again.verdict, again.reading_hash), (record.verdict.clone(), kept.inputs.reading_hash));
    Ok(())
}

pub async fn a_pull_request_hears_of_each_verdict() -> Done<()> {
    let scratch = tempfile::tempdir()?;
    let deps = crate::deps(scratch.path()).await?;
    let case = crate::case(&json!({"facts": []}))?;
    let facts = deps.blobs.put_json("facts", &case.sheet).await?;
    let snapshot: contracts::BlobKey = "snapshot/0".parse()?;
    let change = Change { dry_run: true, git_ref: "refs/pull/4/head".to_owned(), ..case.change };
    let (target, target_url) = ("owner/consumer".parse()?, "ftp://example.test/owner/consumer".to_owned());
    let (before, recheck) = (snapshot.clone(), None);
    let body = TriageConsumer { change: change.clone(), facts, after: snapshot, before, target, target_url, recheck };
    let message = Envelope::first(MessageId::derive(&["a"]), body);
    let outcome = ConsumerTriage::handle(&message, &deps).await?;
    let [Out::VerdictReached(_), Out::PreviewAdvanced(said)] = outcome.emit.as_slice() else {
        return Err(format!("not a verdict and its news: {:?}", outcome.emit).into());
    };
    assert_eq!((&said.change, &said.problem), (&change, &None));
    // And where it is given up: an answer all the same, that nothing is known.
    let outcome = ConsumerTriage::given_up(&message, &deps, "it did not finish within 300 s");
    let [Record::Verdict(record)] = outcome.save.as_slice() else { return Err("not one record, a verdict".into()) };
    let unknown = Answer::Unknown("given up: it did not finish within 300 s".to_owned());
    assert_eq!((&record.verdict.answer, &record.run), (&unknown, &message.run));
    assert!(record.verdict.findings.is_empty() && record.verdict.resolved.is_empty());
    assert!(matches!(outcome.emit.as_slice(), [Out::VerdictReached(_), Out::PreviewAdvanced(_)]));
    Ok(())
}
