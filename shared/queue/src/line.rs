//! The messages of one stage, in memory.

use std::collections::{BTreeSet, HashMap};

use contracts::MessageId;

/// A message with its state.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) envelope: String,
    /// Milliseconds since the Unix epoch; while it is leased, the lease's end.
    pub(crate) visible_at: i64,
    pub(crate) attempts: u32,
    pub(crate) crashes: u32,
    pub(crate) leased: bool,
    /// A former process may have ended by it: its next receipt is on the disk before it is handled.
    pub(crate) suspect: bool,
    /// The table holds it, in this or an older state.
    pub(crate) kept: bool,
}

/// One stage's messages, by id and by the time at which they can be received.
#[derive(Debug, Default)]
pub(crate) struct Line {
    messages: HashMap<MessageId, Message>,
    by_time: BTreeSet<(i64, MessageId)>,
}

impl Line {
    /// Adds a message; one that is there already is left as it is and `false` is answered.
    pub(crate) fn add(&mut self, id: MessageId, message: Message) -> bool {
        if self.messages.contains_key(&id) {
            return false;
        }
        self.by_time.insert((message.visible_at, id.clone()));
        self.messages.insert(id, message);
        true
    }

    pub(crate) fn get(&self, id: &MessageId) -> Option<&Message> {
        self.messages.get(id)
    }

    /// Remembers that the table holds a message.
    pub(crate) fn is_kept(&mut self, id: &MessageId) {
        if let Some(message) = self.messages.get_mut(id) {
            message.kept = true;
        }
    }

    pub(crate) fn remove(&mut self, id: &MessageId) -> Option<Message> {
        let message = self.messages.remove(id)?;
        self.by_time.remove(&(message.visible_at, id.clone()));
        Some(message)
    }

    /// Hides a message until `until`; `leased` says whether somebody handles it meanwhile.
    pub(crate) fn hide(&mut self, id: &MessageId, until: i64, leased: bool) -> Option<&mut Message> {
        let message = self.messages.get_mut(id)?;
        self.by_time.remove(&(message.visible_at, id.clone()));
        self.by_time.insert((until, id.clone()));
        (message.visible_at, message.leased) = (until, leased);
        Some(message)
    }

    /// The ids of up to `most` messages that can be received at `now`, longest waiting first.
    pub(crate) fn ready(&self, now: i64, most: usize) -> Vec<MessageId> {
        self.by_time.iter().take_while(|(at, _)| *at <= now).take(most).map(|(_, id)| id.clone()).collect()
    }

    /// When the next message can be received.
    pub(crate) fn next(&self) -> Option<i64> {
        self.by_time.first().map(|(at, _)| *at)
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }
}
