//! The stage as a whole, where the consumer cannot be read.

use consumer_triage::{ConsumerTriage, Out};
use contracts::messages::TriageConsumer;
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
    Ok(())
}
