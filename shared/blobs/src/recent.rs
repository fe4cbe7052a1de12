//! Documents that were understood lately.
//!
//! A document never changes under its key, so a decoded one is right for ever. The stages of one change read the same few
//! documents one after the other; decoding a manifest of thousands of files each time would cost more than the change.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use contracts::BlobKey;

/// Enough for the documents of a change and of the one before it, of a few repositories.
const MOST: usize = 24;

type Document = Arc<dyn Any + Send + Sync>;

/// The newest documents, newest first. Cloning shares them.
#[derive(Clone, Default)]
pub(crate) struct Recent(Arc<Mutex<VecDeque<(BlobKey, Document)>>>);

impl std::fmt::Debug for Recent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recent")
    }
}

impl Recent {
    /// The document under `key`, if it was understood lately as a `T`.
    pub(crate) fn get<T: Send + Sync + 'static>(&self, key: &BlobKey) -> Option<Arc<T>> {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = recent.iter().position(|(known, _)| known == key)?;
        let found = recent.remove(at)?;
        let document = found.1.clone();
        recent.push_front(found);
        document.downcast().ok()
    }

    /// Remembers a document, and forgets the one that was asked for longest ago.
    pub(crate) fn keep<T: Send + Sync + 'static>(&self, key: &BlobKey, document: &Arc<T>) {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|(known, _)| known != key);
        recent.push_front((key.clone(), document.clone()));
        recent.truncate(MOST);
    }
}
