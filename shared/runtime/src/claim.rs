//! Messages that are too large for their queue: the envelope lies in object storage and the message is a claim to it
//! (<https://www.enterpriseintegrationpatterns.com/patterns/messaging/StoreInLibrary.html>).

use std::borrow::Cow;

use blobs::{Blobs, key_of};
use contracts::BlobKey;
use serde::{Deserialize, Serialize};

use crate::World;

/// What travels instead of an envelope. `id` and `run` stand there as in an envelope, for whoever looks into a queue.
#[derive(Serialize, Deserialize)]
struct Claim {
    claim: BlobKey,
    id: serde_json::Value,
    run: serde_json::Value,
}

/// How every claim begins; an envelope begins with its id.
const BEGINNING: &str = r#"{"claim":"#;

/// The envelope as it can be sent: itself, or a claim to it.
pub(crate) async fn fit(world: &World, envelope: &str) -> Result<String, blobs::Error> {
    if world.queue.fits(envelope) {
        return Ok(envelope.to_owned());
    }
    let claim = key_of("envelope", envelope.as_bytes());
    world.blobs.put(&claim, envelope.as_bytes().to_vec()).await?;
    let outer: serde_json::Value = serde_json::from_str(envelope).unwrap_or_default();
    let claim = Claim { claim, id: outer["id"].clone(), run: outer["run"].clone() };
    Ok(serde_json::to_string(&claim).unwrap_or_default())
}

/// The envelope that was sent: itself, or what its claim stands for.
///
/// # Errors
/// [`blobs::Error::Missing`] and [`blobs::Error::Malformed`] where it is gone or altered.
pub(crate) async fn redeem<'a>(blobs: &Blobs, sent: &'a str) -> Result<Cow<'a, str>, blobs::Error> {
    let claim = sent.starts_with(BEGINNING).then(|| serde_json::from_str::<Claim>(sent).ok()).flatten();
    let Some(Claim { claim, .. }) = claim else { return Ok(Cow::Borrowed(sent)) };
    let malformed = |why: String| blobs::Error::Malformed { key: claim.clone(), why };
    let bytes = blobs.get(&claim).await?;
    if key_of("envelope", &bytes) != claim {
        return Err(malformed("it is not what was put there".to_owned()));
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|e| malformed(e.to_string()))
}
