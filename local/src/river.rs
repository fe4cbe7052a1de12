//! All functions, wired to the doors of one home.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use consumer_triage::Adviser;
use contracts::messages::{ChangeReported, PreviewAdvanced};
use contracts::{CommitId, Message, MessageId, RepoName, RunId};
use git::Git;
use github::{Credentials, Github};
use relationships::Relationships;
use runtime::intake::Intake;
use runtime::local::Local;
use runtime::{Observers, Wiring, World};
use store::Accepted;
use syntax::Parsers;
use tokio::net::TcpListener;

use crate::cli::Common;
use crate::exit::Failure;
use crate::home::Home;
use crate::inbox::LocalInbox;
use crate::{counted, credentials, names, relations};

/// Where repositories are fetched from, by name.
pub type WhereIs = Arc<dyn Fn(&RepoName) -> String + Send + Sync>;

/// What one installation is made of, beside its home.
pub struct Plan {
    /// Who depends on whom.
    pub relationships: Relationships,
    /// Addresses of repositories that do not lie below the base address, by lower-case name.
    pub addresses: HashMap<String, String>,
    /// Nothing leaves the machine, whatever secrets are set.
    pub sends_nothing: bool,
    /// A model is asked what rules leave open, where one is configured. It sees code of the repositories.
    pub asks_a_model: bool,
    /// New findings wait for a correction, as `settle_seconds` says; a command that somebody waits for does without.
    pub settles: bool,
}

/// A running river.
pub struct River {
    /// What every step touches.
    pub world: World,
    /// The folder, locked.
    pub home: Home,
    /// Repositories.
    pub git: Git,
    /// Issues, or their outbox.
    pub github: Github,
    /// The way in.
    pub intake: Arc<Intake>,
    /// Who depends on whom.
    pub relationships: Arc<Relationships>,
    /// Where a name is fetched from.
    pub where_is: WhereIs,
    /// Whose workflows report changes with tokens of their own.
    pub actions: Option<webhook_ingest::Actions>,
    host: Local,
}

/// Which stage of which function hears what. The list that an installation is made from, and infrastructure is generated
/// from (`cargo xtask wiring`).
pub fn wiring() -> Wiring {
    Wiring::default()
        .with::<initialize::Initialize>("initialize")
        .with::<metadata::Metadata>("metadata")
        .with::<structure::Structure>("structure")
        .with::<code_analysis::CodeAnalysis>("code-analysis")
        .with::<rag_index::RagIndex>("rag-index")
        .with::<change_detection::ChangeDetection>("change-detection")
        .with::<consumer_triage::ConsumerTriage>("consumer-triage")
        .with::<template_triage::TemplateTriage>("template-triage")
        .with::<notify::Notify>("notify")
        .with::<notify::IssueCommands>("notify")
        .with::<notify::Digest>("notify")
        .with::<notify::Dashboard>("notify")
        .with::<notify::Preview>("notify")
}

impl River {
    /// Opens `home_path` and starts every stage.
    pub async fn start(common: &Common, home_path: PathBuf, plan: Plan) -> Result<Self, Failure> {
        let clock = runtime::clock::system();
        let home = Home::open(&home_path, clock.clone()).await?;
        let pipeline = relations::read_pipeline(&common.pipeline)?;
        let world = World {
            queue: home.queue.clone(),
            store: home.store.clone(),
            blobs: home.blobs.clone(),
            wiring: Arc::new(wiring()),
            pipeline: Arc::new(pipeline),
            clock,
            observers: Observers::default(),
        };
        let credentials = if plan.sends_nothing { Credentials::None } else { credentials::read(common)? };
        let git = Git::open(home.repositories(), credentials::git_settings(common)?);
        let github = Github::open(github::Settings {
            credentials,
            api_url: common.github_api_url.clone(),
            outbox: home.outbox(),
        })?;
        let base = common.git_base_url.clone();
        let addresses = plan.addresses;
        let where_is: WhereIs = Arc::new(move |repo: &RepoName| {
            let known = addresses.get(&repo.as_str().to_ascii_lowercase());
            known.cloned().unwrap_or_else(|| names::join(&base, repo))
        });
        let mut river = Self {
            host: Local::new(world.clone()),
            intake: Arc::new(Intake::open(world.clone()).await?),
            relationships: Arc::new(plan.relationships),
            home,
            git,
            github,
            where_is,
            actions: None,
            world,
        };
        let adviser = if plan.asks_a_model { adviser(common, &river.world)? } else { None };
        river.run_stages(common, plan.settles, adviser)?;
        Ok(river)
    }

    fn run_stages(&mut self, common: &Common, settles: bool, adviser: Option<Adviser>) -> Result<(), Failure> {
        let World { store, blobs, .. } = self.world.clone();
        let progress = self.world.progress();
        let parsers = Parsers::new(syntax::Settings::of(syntax::Worker {
            program: std::env::current_exe()?,
            args: vec![crate::PARSE_WORKER.to_owned()],
        }));
        let (git, relationships) = (self.git.clone(), self.relationships.clone());
        let announce_url = common.secrets.announce_url.as_deref().unwrap_or_default();
        let announce = notify::Announcer::open(announce_url, &self.github).map_err(Failure::Usage)?;
        let host = &mut self.host;
        host.run::<initialize::Initialize>(initialize::Deps {
            git: git.clone(),
            blobs: blobs.clone(),
            store: store.clone(),
            progress: progress.clone(),
        });
        host.run::<metadata::Metadata>(metadata::Deps { blobs: blobs.clone(), progress: progress.clone() });
        host.run::<structure::Structure>(structure::Deps {
            blobs: blobs.clone(),
            store: store.clone(),
            progress: progress.clone(),
        });
        host.run::<code_analysis::CodeAnalysis>(code_analysis::Deps {
            blobs: blobs.clone(),
            store: store.clone(),
            parsers: parsers.clone(),
            progress: progress.clone(),
        });
        host.run::<rag_index::RagIndex>(rag_index::Deps {
            blobs: blobs.clone(),
            store: store.clone(),
            parsers: parsers.clone(),
            progress: progress.clone(),
        });
        host.run::<change_detection::ChangeDetection>(change_detection::Deps {
            blobs: blobs.clone(),
            store: store.clone(),
            git: git.clone(),
            parsers: parsers.clone(),
            relationships: relationships.clone(),
            where_is: self.where_is.clone(),
        });
        host.run::<consumer_triage::ConsumerTriage>(consumer_triage::Deps {
            blobs: blobs.clone(),
            store: store.clone(),
            git: git.clone(),
            parsers,
            relationships: relationships.clone(),
            adviser,
            progress: progress.clone(),
        });
        host.run::<notify::Preview>(notify::PreviewDeps {
            github: self.github.clone(),
            store: store.clone(),
            blobs: blobs.clone(),
            fail_on: relationships.notification_settings().pull_request_fail_on,
            asks: stages_that_say(PreviewAdvanced::TOPIC),
            looks: notify::Looks::default(),
        });
        host.run::<template_triage::TemplateTriage>(template_triage::Deps {
            blobs: blobs.clone(),
            store: store.clone(),
            git,
            relationships: relationships.clone(),
            progress,
        });
        let mut settings = relationships.notification_settings().clone();
        settings.settle_seconds = if settles { settings.settle_seconds } else { 0 };
        let notify = notify::Deps {
            github: self.github.clone(),
            store,
            blobs,
            announce,
            settings,
            config_url: None,
            where_is: self.where_is.clone(),
            clock: self.world.clock.clone(),
            watched: Arc::new(move |repo| relationships.watched_by(repo)),
        };
        host.run::<notify::Notify>(notify.clone());
        host.run::<notify::IssueCommands>(notify.clone());
        host.run::<notify::Digest>(notify.clone());
        host.run::<notify::Dashboard>(notify);
        Ok(())
    }

    /// Serves the webhook functions on `listener`.
    pub fn serve(&mut self, listener: TcpListener, common: &Common) {
        let secret = |text: &Option<String>| text.as_deref().and_then(webhook_ingest::Secret::new);
        let is_loopback = listener.local_addr().is_ok_and(|address| address.ip().is_loopback());
        let router = webhook_ingest::router(webhook_ingest::Deps {
            inbox: Arc::new(LocalInbox { world: self.world.clone(), intake: self.intake.clone() }),
            relationships: self.relationships.clone(),
            webhook_secret: secret(&common.secrets.webhook_secret),
            // On a loopback address only this machine's own users reach the port.
            unsigned_ok: is_loopback,
            api_key: secret(&common.secrets.api_key),
            actions: self.actions.clone(),
            where_is: self.where_is.clone(),
            now_ms: self.world.clock.clone(),
            version: env!("CARGO_PKG_VERSION"),
        });
        self.host.serve(listener, router);
    }

    /// Takes in a change that somebody at the command line names, whether or not the same was named before.
    pub async fn report(&self, change: ChangeReported) -> Result<RunId, Failure> {
        let now = (self.world.clock)().to_string();
        let after = change.after.as_ref().map_or("", CommitId::as_str);
        let id = MessageId::derive(&["command line", change.repo.as_str(), after, &now]);
        match self.intake.accept(id.clone(), None, change).await? {
            Accepted::New => Ok(id.run()),
            Accepted::Duplicate(run) => Ok(run),
        }
    }

    /// Stops receiving, finishes what is being handled, and keeps the rest for the next start.
    pub async fn drain(self) {
        self.host.drain().await;
        // What was counted is for whoever asks what it costs; nobody waits for it.
        if let Err(error) = counted::keep(&self.world).await {
            tracing::warn!("what was counted is lost: {error}");
        }
    }
}

/// Whom triage asks, and for how much a day.
fn adviser(common: &Common, world: &World) -> Result<Option<Adviser>, Failure> {
    let budget_micro_usd = i64::try_from(world.pipeline.model.budget_micro_usd()).unwrap_or(i64::MAX);
    let of = |model| Adviser { model, budget_micro_usd, now_ms: world.clock.clone() };
    Ok(crate::model::open(common, &world.pipeline)?.map(of))
}

fn stages_that_say(topic: &str) -> Vec<&'static str> {
    wiring().speakers(topic).collect()
}
