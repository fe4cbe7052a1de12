//! What a stage is. Start reading here.
//!
//! A stage hears one message, asks what it must, decides, and returns an [`Outcome`]: what to put,
//! to save and to say. It never sends; the runtime writes the decision down and performs it.
//!
//! Three verbs, the same in every function: `gather` asks (the only awaits), `decide` is pure and
//! cannot fail on bad input, `handle` is the two in a row.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use contracts::event::Progress;
use contracts::record::Record;
use contracts::{BlobKey, Envelope, Message, RepoName, RunId};

/// One function of the river.
pub trait Stage: 'static {
    /// The stage's name: its queue, its function and its key in `pipeline.yaml`.
    const NAME: &'static str;
    /// The one thing it hears.
    type In: Message;
    /// Everything it may say; the wiring is read from here.
    type Out: Says;
    /// Everything it may ask, declared by this stage alone.
    type Deps: Send + Sync + 'static;

    /// Hears one message.
    fn handle(
        msg: &Envelope<Self::In>,
        deps: &Self::Deps,
    ) -> impl Future<Output = Result<Outcome<Self::Out>, Fault>> + Send;

    /// What others should know when a message is given up for good, for the reason `why`; nothing where nobody waits for it.
    /// Asks nobody what could fail, and is kept in the same decision as the giving up.
    fn given_up(_msg: &Envelope<Self::In>, _deps: &Self::Deps, _why: &str) -> Outcome<Self::Out> {
        Outcome::default()
    }
}

/// What a stage wants done, in the order in which the runtime does it.
#[derive(Debug)]
pub struct Outcome<Out> {
    /// Documents for object storage, keyed by content: repeating one is harmless.
    pub put: Vec<Put>,
    /// Records for the store.
    pub save: Vec<Record>,
    /// Messages.
    pub emit: Vec<Out>,
}

impl<Out> Default for Outcome<Out> {
    fn default() -> Self {
        Self { put: Vec::new(), save: Vec::new(), emit: Vec::new() }
    }
}

impl<Out> Outcome<Out> {
    /// Nothing to store, one thing to say.
    pub fn say(out: Out) -> Self {
        Self { emit: vec![out], ..Self::default() }
    }
}

/// A document and the key that follows from its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// Where it goes.
    pub key: BlobKey,
    /// What it is.
    pub bytes: Vec<u8>,
}

/// An error is named by what happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Try again: the world may have changed by then.
    Retry {
        /// What happened, to which input.
        why: String,
        /// Not before this; none leaves it to the pipeline's settings.
        after: Option<Duration>,
    },
    /// Never will work: to the dead letters, with the reason.
    Reject {
        /// What happened, to which input, and what to do.
        why: String,
    },
}

impl Fault {
    /// Try again, when the settings say.
    pub fn retry(why: impl fmt::Display) -> Self {
        Self::Retry { why: why.to_string(), after: None }
    }

    /// Give up.
    pub fn reject(why: impl fmt::Display) -> Self {
        Self::Reject { why: why.to_string() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retry { why, .. } | Self::Reject { why } => f.write_str(why),
        }
    }
}

impl std::error::Error for Fault {}

/// A closed set of messages that a stage may say.
pub trait Says: Send + Sync + Sized + 'static {
    /// Topics of all of them.
    const TOPICS: &'static [&'static str];
    /// Topic of this one.
    fn topic(&self) -> &'static str;
    /// This one as JSON.
    fn body(&self) -> serde_json::Result<serde_json::Value>;
}

/// Declares what a stage may say: `says!(pub enum Out { SnapshotTaken, … })`, one variant a message of that name.
#[macro_export]
macro_rules! says {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($message:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        $vis enum $name {
            $(#[doc = concat!("Says [`", stringify!($message), "`].")] $message(Box<$message>)),*
        }

        impl $crate::Says for $name {
            const TOPICS: &'static [&'static str] =
                &[$(<$message as $crate::reexport::Message>::TOPIC),*];

            fn topic(&self) -> &'static str {
                match self {
                    $(Self::$message(_) => <$message as $crate::reexport::Message>::TOPIC),*
                }
            }

            fn body(&self) -> $crate::reexport::JsonResult {
                match self {
                    $(Self::$message(message) => $crate::reexport::to_value(message)),*
                }
            }
        }

        $(impl From<$message> for $name {
            fn from(message: $message) -> Self {
                Self::$message(Box::new(message))
            }
        })*
    };
}

/// What [`says!`] needs where it is expanded.
#[doc(hidden)]
pub mod reexport {
    pub use contracts::Message;
    pub use serde_json::to_value;
    /// What `Says::body` returns.
    pub type JsonResult = serde_json::Result<serde_json::Value>;
}

/// Reports how far long work is. An ask of the runtime: throttled, lossy by design, never a reason to fail.
#[derive(Clone)]
pub struct ProgressHandle(Arc<dyn Fn(Progress) + Send + Sync>);

impl ProgressHandle {
    /// Reports to `sink`.
    pub fn new(sink: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    /// Reports to nobody.
    pub fn silent() -> Self {
        Self::new(|_| ())
    }

    /// The handle for one message's work.
    pub fn of(&self, repo: &RepoName, run: &RunId, stage: &str) -> StageProgress {
        StageProgress { handle: self.clone(), repo: repo.clone(), run: run.clone(), stage: stage.to_owned() }
    }
}

impl fmt::Debug for ProgressHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressHandle")
    }
}

/// Progress of one message at one stage.
#[derive(Debug, Clone)]
pub struct StageProgress {
    handle: ProgressHandle,
    repo: RepoName,
    run: RunId,
    stage: String,
}

impl StageProgress {
    /// `done` of `total` units, and what is being done.
    pub fn report(&self, done: u64, total: Option<u64>, message: impl Into<String>) {
        let Self { handle, repo, run, stage } = self.clone();
        (handle.0)(Progress { repo, run, stage, done, total, message: message.into() });
    }
}
