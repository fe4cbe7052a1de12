//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use contracts::verdict::Urgency;
use environment::Environment;
use installation::ModelKeys;

/// Know which of your repositories a change breaks, before their users do.
#[derive(Debug, Parser)]
#[command(name = "downstream", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Examples:
  downstream demo                                    three small repositories, one push, one finding
  downstream index https://github.com/pallets/flask  index a repository and show what is in it
  downstream check --repo ../api --base main~1 --head main --dependent ../shop
  downstream dev                                     take webhooks on http://127.0.0.1:8080

Exit codes: 0 ok, 1 findings at or above --fail-on, 2 usage, 3 environment.")]
pub struct Cli {
    /// Options of every command
    #[command(flatten)]
    pub common: Common,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Folder for state, documents and the outbox [default: downstream in the user's data folder]
    #[arg(long, global = true, env = "ORCHESTRATOR_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Who depends on whom
    #[arg(
        long,
        global = true,
        env = "ORCHESTRATOR_RELATIONSHIPS",
        value_name = "FILE",
        default_value = "config/relationships.json"
    )]
    pub relationships: PathBuf,
    /// Timeouts, retries and concurrency of the stages; built-in values where the file does not exist
    #[arg(
        long,
        global = true,
        env = "ORCHESTRATOR_PIPELINE",
        value_name = "FILE",
        default_value = "config/pipeline.yaml"
    )]
    pub pipeline: PathBuf,
    /// Where owner/name is fetched from
    #[arg(
        long,
        global = true,
        env = "ORCHESTRATOR_GIT_BASE_URL",
        value_name = "URL",
        default_value = "https://github.com"
    )]
    pub git_base_url: String,
    /// Base of GitHub's REST API
    #[arg(long, global = true, env = "ORCHESTRATOR_GITHUB_API_URL", value_name = "URL", default_value = github::Settings::PUBLIC_API)]
    pub github_api_url: String,
    /// Print machine-readable JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Log what happens to standard error (-v info, -vv debug)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Never arguments
    #[arg(skip = Secrets::from_environment())]
    pub secrets: Secrets,
}

/// Secrets come by the environment only: an argument would be seen by every user of the machine.
#[derive(Clone, Default)]
pub struct Secrets {
    /// `GITHUB_TOKEN`: reads private repositories and files issues.
    pub github_token: Option<String>,
    /// `GITHUB_APP_ID`: a GitHub App instead of a token.
    pub github_app_id: Option<String>,
    /// `GITHUB_APP_PRIVATE_KEY`: its key.
    pub github_app_private_key: Option<String>,
    /// `WEBHOOK_URL`: Discord or Slack; `not-configured` is none.
    pub announce_url: Option<String>,
    /// `GITHUB_WEBHOOK_SECRET`: what deliveries are signed with.
    pub webhook_secret: Option<String>,
    /// `ORCHESTRATOR_API_KEY`: asked for in `X-API-Key`.
    pub api_key: Option<String>,
    /// Keys of providers of models.
    pub model_keys: ModelKeys,
}

impl Secrets {
    /// What is set; an empty variable is as good as none.
    pub fn from_environment() -> Self {
        #[expect(clippy::disallowed_methods, reason = "secrets are read here, once")]
        let of = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self {
            github_token: of("GITHUB_TOKEN"),
            github_app_id: of("GITHUB_APP_ID"),
            github_app_private_key: of("GITHUB_APP_PRIVATE_KEY"),
            announce_url: of("WEBHOOK_URL"),
            webhook_secret: of("GITHUB_WEBHOOK_SECRET"),
            api_key: of("ORCHESTRATOR_API_KEY"),
            model_keys: ModelKeys::of(&Environment::of_process()),
        }
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(hidden)")
    }
}

/// Everything that can be asked for.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the whole thing on three small repositories, without account, key or network
    Demo(Demo),
    /// Run all functions: take webhooks, index, triage, tell
    Dev(Dev),
    /// Index a repository and show what is in it
    Index(Index),
    /// Search an indexed repository
    Search(Search),
    /// Find out what a change means for dependents, before or after it is pushed; sends nothing
    Check(Check),
    /// Explain a finding (its fingerprint) or a rule (its id)
    Explain {
        /// A fingerprint (16 hexadecimal digits) or a rule such as http.route.moved
        what: String,
    },
    /// Take in a recorded webhook delivery as if it arrived now, or decide again what was decided
    Replay(Replay),
    /// Connect to what is outside
    Setup {
        /// To what
        #[command(subcommand)]
        what: Setup,
    },
    /// Look for everything that would keep this installation from working
    Doctor(Doctor),
    /// Look once after what was left behind: lost messages, missed deliveries, due digests, old documents
    Sweep(Sweep),
    /// What pushes cost on AWS and on Google Cloud, from what this installation counted
    Cost(Cost),
    /// Run recorded cases and print what was found, missed and invented
    Backtest(Backtest),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// The child that parses files for this program
    #[command(hide = true)]
    ParseWorker,
}

/// Options of `doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Look at a deployed service instead, as strangers see it
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Keep the folder with the repositories and the outbox
    #[arg(long)]
    pub keep: bool,
}

/// Arguments of `dev`.
#[derive(Debug, Args)]
pub struct Dev {
    /// Port on 127.0.0.1; 0 for any free one
    #[arg(long, env = "PORT", default_value_t = 8080)]
    pub port: u16,
}

/// Arguments of `index`.
#[derive(Debug, Args)]
pub struct Index {
    /// A folder, or the address of a repository
    pub repository: String,
    /// A commit, branch or tag instead of the default branch
    #[arg(long)]
    pub rev: Option<String>,
}

/// Arguments of `search`.
#[derive(Debug, Args)]
pub struct Search {
    /// owner/name, a folder or an address that was indexed
    pub repository: String,
    /// What to look for
    pub query: String,
    /// At most so many answers
    #[arg(long, default_value_t = 10)]
    pub limit: usize,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The provider: a folder or an address
    #[arg(long)]
    pub repo: String,
    /// The commit, branch or tag before the change
    #[arg(long)]
    pub base: String,
    /// The one after it
    #[arg(long)]
    pub head: String,
    /// A dependent: a folder or an address, with @REV for something else than its head; repeatable [default: those in relationships.json]
    #[arg(long = "dependent", value_name = "REPO")]
    pub dependents: Vec<String>,
    /// How a dependent relates to the provider where relationships.json does not say
    #[arg(long, default_value = "api_consumer")]
    pub relationship: String,
    /// Exit with 1 for findings of this urgency or above
    #[arg(long, value_name = "URGENCY", default_value = "high")]
    pub fail_on: FailOn,
    /// Ask the configured model what rules leave open; it is sent code of the repositories
    #[arg(long)]
    pub with_model: bool,
    /// What to print [default: human, or json with --json]
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    pub output: Option<Output>,
}

/// How a check is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For the terminal
    Human,
    /// Everything, for programs
    Json,
    /// The comment that a pull request would get
    Markdown,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// From which urgency on a finding is told by the exit code.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum FailOn {
    /// Any finding
    Low,
    /// Worth a look
    Medium,
    /// Breaks something
    High,
    /// Breaks everything that calls it
    Critical,
    /// Whatever is found
    Never,
}

impl FailOn {
    /// Whether a finding of this urgency is to be told by the exit code.
    pub fn includes(self, urgency: Urgency) -> bool {
        match self {
            Self::Low => urgency >= Urgency::Low,
            Self::Medium => urgency >= Urgency::Medium,
            Self::High => urgency >= Urgency::High,
            Self::Critical => urgency >= Urgency::Critical,
            Self::Never => false,
        }
    }
}

/// What can be set up.
#[derive(Debug, Subcommand)]
pub enum Setup {
    /// Register a GitHub App of your own with one click, or take one that you have
    #[command(after_help = "Examples:
  downstream setup github                                      an App of your own account, on this machine
  downstream setup github --org acme --url https://river.example.com
  downstream setup github --app-id 12345 < downloaded.private-key.pem")]
    Github(SetupGithub),
}

/// Arguments of `setup github`.
#[derive(Debug, Args)]
pub struct SetupGithub {
    /// The organization that is to own the App [default: your own account]
    #[arg(long)]
    pub org: Option<String>,
    /// The App's name, at most 34 characters; GitHub knows each name once [default: GitHub asks for it]
    #[arg(long)]
    pub name: Option<String>,
    /// Public address of the deployed service; GitHub delivers events to URL/webhooks/github [default: none are delivered]
    #[arg(long, value_name = "URL", env = "ORCHESTRATOR_URL")]
    pub url: Option<String>,
    /// An App that exists; its private key (PEM) is read from standard input
    #[arg(long, value_name = "ID", conflicts_with_all = ["org", "name"])]
    pub app_id: Option<String>,
    /// Put the App in the place of the one that is saved
    #[arg(long)]
    pub replace: bool,
    /// Port on 127.0.0.1 for the page with the button; 0 for any free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Seconds to wait for the click and for GitHub's answer
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    pub wait: u64,
}

/// Arguments of `replay`.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Replay {
    /// A delivery: the JSON body of a push as a file
    pub file: Option<PathBuf>,
    /// Decide again from the recorded inputs: all decisions of a run, or one by its key
    #[arg(long, value_name = "RUN|KEY")]
    pub decision: Option<String>,
}

/// Arguments of `sweep`.
#[derive(Debug, Args)]
pub struct Sweep {
    /// Do nothing and say what would be done
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `cost`.
#[derive(Debug, Args)]
pub struct Cost {
    /// One run instead of everything that is recorded
    #[arg(long, value_name = "RUN", conflicts_with_all = ["repository", "replay_bench"])]
    pub run: Option<String>,
    /// Measure: take in consecutive commits of a clone, in a folder of its own
    #[arg(long, value_name = "REPO", conflicts_with = "replay_bench")]
    pub repository: Option<String>,
    /// What an earlier call with --json counted
    #[arg(long, value_name = "FILE")]
    pub replay_bench: Option<PathBuf>,
    /// How many commits to take in
    #[arg(long, default_value_t = 20, requires = "repository", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub pushes: u32,
    /// Whom each of them is held against: a folder or an address; repeatable
    #[arg(long = "dependent", value_name = "REPO", requires = "repository")]
    pub dependents: Vec<String>,
}

/// Arguments of `backtest`.
#[derive(Debug, Args)]
pub struct Backtest {
    /// Recorded cases
    #[arg(long)]
    pub cases: PathBuf,
    /// Clones: DIR/<owner>/<name>
    #[arg(long, value_name = "DIR")]
    pub repositories: PathBuf,
    /// Only cases whose id contains this
    #[arg(long)]
    pub only: Option<String>,
    /// Ask the configured model what rules leave open; it is sent code of the repositories
    #[arg(long)]
    pub with_model: bool,
}
