//! What the composing program owes this service.

use contracts::messages::{ChangeReported, IssueTouched};
use contracts::record::VerdictRecord;
use contracts::{MessageId, RunId};
use futures::future::BoxFuture;
use stage::Fault;

/// Takes reported changes and keeps them.
pub trait Inbox: Send + Sync {
    /// Makes the arrival durable: when this returns `Ok`, the change survives the death of the process.
    ///
    /// Repeats are recognised by `delivery` (where it is given) and by `content`; either is enough. A repeat changes
    /// nothing and answers the run of the first. The inbox sets [`ChangeReported::seq`]; the first message's id is
    /// `content`, so the run follows from it.
    fn accept(&self, arrival: Arrival) -> BoxFuture<'_, Result<Receipt, Fault>>;

    /// The same for something that happened on an issue.
    fn touched(&self, touched: Touched) -> BoxFuture<'_, Result<Receipt, Fault>>;

    /// What came out of a run; none while it is still going.
    fn ended<'a>(&'a self, run: &'a RunId) -> BoxFuture<'a, Result<Option<Ended>, Fault>>;

    /// Whether everything that accepting needs is there. Called for every `/ready`: cache what is dear.
    fn ready(&self) -> BoxFuture<'_, Vec<Check>>;
}

/// A change on its way in.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// GitHub's delivery id: tells a redelivery, but is not signed, so it proves nothing.
    pub delivery: Option<String>,
    /// Derived from the (signed) content: the same report again has the same, whatever delivery id it carries.
    pub content: MessageId,
    /// What is reported; `seq` is the inbox's to set.
    pub change: ChangeReported,
}

/// Something that happened on an issue, on its way in.
#[derive(Debug, Clone, PartialEq)]
pub struct Touched {
    /// GitHub's delivery id.
    pub delivery: Option<String>,
    /// Derived from the content, as in [`Arrival::content`].
    pub content: MessageId,
    /// What happened.
    pub said: IssueTouched,
}

/// What came out of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ended {
    /// Its verdicts; empty where the change gives nobody a reason to look, or where something failed before.
    pub verdicts: Vec<VerdictRecord>,
    /// The first stage that failed, and why; none if all went well.
    pub failure: Option<String>,
}

/// What became of an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// New, and durable.
    Accepted {
        /// The run that it starts.
        run: RunId,
    },
    /// Known already.
    Duplicate {
        /// The run that the first of its kind started.
        run: RunId,
    },
}

impl Receipt {
    /// The run, new or known.
    pub fn run(&self) -> &RunId {
        match self {
            Self::Accepted { run } | Self::Duplicate { run } => run,
        }
    }

    /// Whether it was known already.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Duplicate { .. })
    }
}

/// One line of `/ready`: what was looked at, and what is wrong with it.
pub type Check = (&'static str, Result<(), String>);
