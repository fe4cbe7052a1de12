//! Tells people: one living issue per finding, and an announcement when something is new, worse or over.
//!
//! The one stage that is allowed an outward effect. It performs it with the finding's fingerprint as the key: before
//! anything is created the store is asked, then the issues' hidden markers. So a crash between an effect and its
//! record repeats nothing.

mod announce;
mod decide;
mod effect;
mod evidence;
mod inert;
mod links;
mod marker;
mod page;
mod resolve;

use contracts::Envelope;
use contracts::messages::{NoticeDelivered, VerdictReached};
use contracts::verdict::{Answer, Verdict};
use github::Github;
use relationships::NotificationSettings;
use stage::{Fault, Outcome, Stage, says};
use store::Store;
use tokio::sync::Mutex;

pub use announce::Announcer;
pub use links::Links;
pub use page::{Body, Frame, render};

says! {
    /// Everything that notify may say.
    pub enum Out { NoticeDelivered }
}

/// Turns verdicts into issues and announcements.
pub struct Notify;

/// What notify may ask.
pub struct Deps {
    /// Where issues are read and written.
    pub github: Github,
    /// What was told before.
    pub store: Store,
    /// Discord, Slack, something else, or nobody.
    pub announce: Announcer,
    /// What to do at each urgency.
    pub settings: NotificationSettings,
    /// Where people read `relationships.json`; none where it has no address.
    pub config_url: Option<String>,
    /// One notice at a time: two verdicts about the same finding must not both find nothing and create.
    pub turn: Mutex<()>,
}

impl Stage for Notify {
    const NAME: &'static str = "notify";
    type In = VerdictReached;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<VerdictReached>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        let heard = &msg.body;
        if heard.change.dry_run || is_silent(&heard.verdict) {
            return Ok(Outcome::default());
        }
        let _turn = deps.turn.lock().await;
        let context = effect::Context::gather(msg, deps).await?;
        let mut outcome = Outcome::default();
        for finding in context.worst_first() {
            context.tell(finding, &mut outcome).await?;
        }
        for resolved in &heard.verdict.resolved {
            resolve::tell(&context, resolved, &mut outcome).await?;
        }
        Ok(outcome)
    }
}

/// A repository without a finding hears nothing, and neither does one about which nothing is known.
fn is_silent(verdict: &Verdict) -> bool {
    let told = verdict.answer == Answer::Affected && !verdict.findings.is_empty();
    !told && verdict.resolved.is_empty()
}
