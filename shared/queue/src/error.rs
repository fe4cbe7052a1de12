//! Why a queue did not do what was asked.

use contracts::MessageId;

/// Why a queue did not do what was asked, and what to do next. [`Error::may_pass`] tells what the next try may mend from
/// what somebody has to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue cannot be opened.
    #[error("cannot open the queue at {url}: {why}")]
    Open {
        /// What was asked for.
        url: String,
        /// Why not.
        why: String,
    },
    /// The database or its disk failed.
    #[error("the queue failed: {0}")]
    Database(#[from] sqlite::Error),
    /// The service is out of reach, too busy or broken.
    #[error("the queue {queue} does not answer as it should, the next try may work: {why}")]
    Unavailable {
        /// The queue, as its service names it.
        queue: String,
        /// What the service or the way to it says.
        why: String,
    },
    /// The service knows no such queue.
    #[error("there is no queue {queue}: make it with terraform apply, or correct ORCHESTRATOR_QUEUE_URL")]
    NoQueue {
        /// The queue, as its service names it.
        queue: String,
    },
    /// The service understood and will not do it.
    #[error("the queue {queue} refuses: {why}; permissions are given by terraform apply")]
    Refused {
        /// The queue, as its service names it.
        queue: String,
        /// What the service says.
        why: String,
    },
    /// Nothing was sent: one of the messages does not fit.
    #[error("the message {id} for {stage} has {bytes} bytes and its queue takes {most}: send a claim to it")]
    TooLarge {
        /// Who should have heard it.
        stage: String,
        /// The message.
        id: MessageId,
        /// Its length as it would travel.
        bytes: usize,
        /// The longest that travels.
        most: usize,
    },
    /// The service has no answer to such a question.
    #[error("{service} does not tell {what}: {instead}")]
    Untold {
        /// Which service.
        service: &'static str,
        /// What was asked.
        what: &'static str,
        /// Where to look.
        instead: &'static str,
    },
}

impl Error {
    /// Whether the next try may work although nobody mends anything.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Database(_) | Self::Unavailable { .. })
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// An error of a service's client with what led to it: the first says little.
#[cfg(any(feature = "aws", feature = "gcp"))]
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}
