//! Every message has a golden sample, and every sample parses for ever.

use contracts::messages::{
    ChangeReported, CodeAnalyzed, DigestDue, IssueTouched, MetadataExtracted, NoticeDelivered, PreviewAdvanced,
    RepositoryReady, SnapshotTaken, StructureAnalyzed, TriageConsumer, TriageTemplate, VerdictReached,
};
use contracts::{Envelope, Message};

use crate::root;

pub fn check() -> anyhow::Result<Vec<String>> {
    let problems = [
        sample::<ChangeReported>(),
        sample::<SnapshotTaken>(),
        sample::<MetadataExtracted>(),
        sample::<StructureAnalyzed>(),
        sample::<CodeAnalyzed>(),
        sample::<RepositoryReady>(),
        sample::<TriageConsumer>(),
        sample::<TriageTemplate>(),
        sample::<VerdictReached>(),
        sample::<NoticeDelivered>(),
        sample::<IssueTouched>(),
        sample::<DigestDue>(),
        sample::<PreviewAdvanced>(),
    ];
    Ok(problems.into_iter().flatten().collect())
}

/// What is wrong with a message's sample: absent, unreadable, or changed by reading and writing it.
fn sample<M: Message>() -> Option<String> {
    let path = root().join(format!("shared/contracts/wire/{}.json", M::TOPIC));
    let name = M::TOPIC;
    let Ok(text) = std::fs::read_to_string(&path) else {
        return Some(format!("shared/contracts/wire/{name}.json does not exist: every topic has a golden sample"));
    };
    let value: serde_json::Value = match serde_json::from_str(&text) {
        Ok(value) => value,
        Err(e) => return Some(format!("wire/{name}.json is not JSON: {e}")),
    };
    match serde_json::from_value::<Envelope<M>>(value.clone()).map(serde_json::to_value) {
        Err(e) => Some(format!("wire/{name}.json no longer parses: {e}; a breaking change is a new topic")),
        Ok(Ok(again)) if again == value => None,
        Ok(_) => Some(format!("wire/{name}.json loses something when it is read and written again")),
    }
}
