//! Tells people: one living issue per finding, and an announcement when something is new, worse or over. Listens to what
//! people answer on those issues ([`IssueCommands`]), and sends what waited for the digest ([`Digest`]).
//!
//! Three stages in one function because they write on the same issues and must take turns. The one place that is allowed an outward effect. It performs it with the finding's fingerprint as the key: before
//! anything is created the store is asked, then the issues' hidden markers. So a crash between an effect and its
//! record repeats nothing.

mod announce;
mod dashboard;
mod decide;
mod digest;
mod effect;
mod evidence;
mod filing;
mod hold;
mod inert;
mod links;
mod marker;
mod obey;
mod owners;
mod page;
mod preview;
mod resolve;
mod settle;
mod shelf;
mod undeliverable;
mod wishes;

use std::sync::Arc;

use blobs::Blobs;
use contracts::messages::{DashboardDue, NoticeDelivered, VerdictReached};
use contracts::record::{Checked, Record};
use contracts::verdict::{Answer, Verdict};
use contracts::{Envelope, RepoName};
use github::Github;
use relationships::NotificationSettings;
use stage::{Fault, Outcome, Stage, says};
use store::Store;

pub use announce::Announcer;
pub use dashboard::{Dashboard, Line, Shown as DashboardShown, View, Watched, dashboard};
pub use digest::{Digest, Item, digest};
pub use links::Links;
pub use obey::{IssueCommands, Said};
pub use page::{Body, Frame, explain, render};
pub use preview::{Impact, Looks, Missing, Preview, PreviewDeps, Shown, markdown, owners};

says! {
    /// Everything that notify may say.
    pub enum Out { NoticeDelivered, DashboardDue }
}

/// One notice at a time, over all processes: two verdicts about the same finding must not both find nothing and create.
const ISSUES: &str = "issues";
/// The same for the comments of pull requests.
const PULL_REQUESTS: &str = "pull requests";

/// Turns verdicts into issues and announcements.
pub struct Notify;

/// Whom a repository depends on, and how.
pub type Watches = dyn Fn(&RepoName) -> Vec<(RepoName, String)> + Send + Sync;

/// What the stages of this function may ask. Cloning shares it.
#[derive(Clone)]
pub struct Deps {
    /// Where issues are read and written.
    pub github: Github,
    /// What was told before.
    pub store: Store,
    /// What a dependent's index says of its owners.
    pub blobs: Blobs,
    /// Discord, Slack, something else, or nobody.
    pub announce: Announcer,
    /// What to do at each urgency.
    pub settings: NotificationSettings,
    /// Where people read `relationships.json`; none where it has no address.
    pub config_url: Option<String>,
    /// Where a repository is fetched from.
    pub where_is: Arc<dyn Fn(&RepoName) -> String + Send + Sync>,
    /// Milliseconds since the Unix epoch.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// Whom a dependent depends on, and how: `(provider, relationship)`, as declared.
    pub watched: Arc<Watches>,
}

impl Stage for Notify {
    const NAME: &'static str = "notify";
    type In = VerdictReached;
    type Out = Out;
    type Deps = Deps;

    async fn handle(msg: &Envelope<VerdictReached>, deps: &Deps) -> Result<Outcome<Out>, Fault> {
        let heard = &msg.body;
        if heard.change.dry_run {
            return Ok(Outcome::default());
        }
        let mut outcome = looked(heard);
        if deps.settings.wants_dashboard(&heard.verdict.target) {
            outcome.emit.push(DashboardDue { repo: heard.verdict.target.clone() }.into());
        }
        if is_silent(&heard.verdict) {
            return Ok(outcome);
        }
        let _turn = deps.store.turn(ISSUES).await?;
        let msg = &settle::settled(msg, deps).await?;
        let heard = &msg.body;
        let context = effect::Context::gather(msg, deps).await?;
        if !heard.verdict.findings.is_empty() && hold::is_held(deps, &heard.change, &mut outcome).await? {
            tracing::info!(source = %heard.change.repo, "held: nothing is filed for this change");
        } else {
            for finding in context.worst_first() {
                context.tell(finding, &mut outcome).await?;
            }
        }
        for resolved in &heard.verdict.resolved {
            resolve::tell(&context, resolved, &mut outcome).await?;
        }
        Ok(outcome)
    }
}

/// Remembers that the relationship was looked at.
fn looked(heard: &VerdictReached) -> Outcome<Out> {
    let Verdict { source, target, relationship, source_commit, answer, .. } = heard.verdict.clone();
    let (at, seq) = (heard.change.reported_at, heard.change.seq);
    let checked = Checked { source, target, relationship, commit: source_commit, answer, at, seq };
    Outcome { save: vec![Record::Checked(checked)], ..Outcome::default() }
}

/// A repository without a finding hears nothing, and neither does one about which nothing is known.
fn is_silent(verdict: &Verdict) -> bool {
    let told = verdict.answer == Answer::Affected && !verdict.findings.is_empty();
    !told && verdict.resolved.is_empty()
}
