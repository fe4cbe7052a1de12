//! What was said before, sent again: for whoever finds that a queue lost it.

use contracts::MessageId;
use queue::Parcel;

use crate::step::{Error, addressed};
use crate::{World, claim};

impl World {
    /// Sends a message again to one stage that is to hear it.
    ///
    /// # Errors
    /// The queue's or the object storage's.
    pub async fn again(&self, stage: &str, id: MessageId, envelope: &str) -> Result<(), Error> {
        let envelope = claim::fit(self, envelope).await?;
        Ok(self.queue.send(vec![Parcel { stage: stage.to_owned(), id, envelope }]).await?)
    }

    /// The same to everybody who hears its topic.
    ///
    /// # Errors
    /// As above.
    pub async fn again_to_all(&self, topic: &str, id: MessageId, envelope: &str) -> Result<(), Error> {
        Ok(self.queue.send(addressed(self, topic, &id, envelope).await?).await?)
    }
}
