//! One file = one message = one topic = one golden sample in `wire/` that parses for ever.
//!
//! Past tense for facts, imperative for requests. Messages carry ids and keys, not documents.

mod change_reported;
mod code_analyzed;
mod dashboard_due;
mod digest_due;
mod issue_touched;
mod metadata_extracted;
mod notice_delivered;
mod preview_advanced;
mod repository_ready;
mod snapshot_taken;
mod structure_analyzed;
mod triage_consumer;
mod triage_template;
mod verdict_reached;

pub use change_reported::{ChangeReported, ReportedFile};
pub use code_analyzed::CodeAnalyzed;
pub use dashboard_due::DashboardDue;
pub use digest_due::DigestDue;
pub use issue_touched::{IssueAct, IssueTouched};
pub use metadata_extracted::MetadataExtracted;
pub use notice_delivered::NoticeDelivered;
pub use preview_advanced::PreviewAdvanced;
pub use repository_ready::RepositoryReady;
pub use snapshot_taken::{Change, SnapshotTaken, pull_request};
pub use structure_analyzed::StructureAnalyzed;
pub use triage_consumer::TriageConsumer;
pub use triage_template::TriageTemplate;
pub use verdict_reached::VerdictReached;
