//! What a change did, as typed facts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CommitId, RepoName};

/// Everything that was found between two commits of one repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactSheet {
    /// The repository that changed.
    pub repo: RepoName,
    /// Sorted by path, then line, then rule.
    pub facts: Vec<Fact>,
    /// Every changed file, renames told.
    pub files: Vec<FileChange>,
    /// What could not be looked at, and why; a dependent of it is "unknown", not "not affected".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blind: Vec<String>,
}

/// One thing that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// Stable id: `http.route.removed`.
    pub rule: String,
    /// What it happened to.
    pub element: Element,
    /// Breaking, risky, additive or noise.
    pub impact: Impact,
    /// One plain sentence: "`GET /health` was removed".
    pub summary: String,
    /// The provider's lines before, where there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Span>,
    /// The provider's lines after, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Span>,
    /// The seeds' triggers it belongs to (`api_contract`, `authentication`, `deployment`, `configuration`, `endpoints`).
    pub triggers: Vec<String>,
}

/// What a fact is about, and what the dependent's code is searched for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Element {
    /// A served route.
    Route {
        /// `GET`, … or `ANY`.
        method: String,
        /// The old path (the new one for an added route).
        path: String,
        /// Where it went, if it moved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moved_to: Option<String>,
    },
    /// A request header (or a scheme of authentication carried by one).
    Header {
        /// Name as written.
        name: String,
    },
    /// An environment variable.
    Env {
        /// Name; `NAME=value` where the fact is about one value of it.
        name: String,
        /// New name, if it was renamed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        renamed_to: Option<String>,
    },
    /// A key of a configuration file.
    ConfigKey {
        /// File.
        file: String,
        /// Dotted key; `section.{a,b}` for all keys beside those, `kind/name` for the name of something outside.
        key: String,
    },
    /// A network port.
    Port {
        /// Old number.
        port: u16,
        /// New number, if it moved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moved_to: Option<u16>,
    },
    /// A container image, base or built.
    Image {
        /// Name without tag.
        name: String,
    },
    /// A setting of how a service is started or deployed.
    Deploy {
        /// `entrypoint`, `health_path`, `min_instances`, `timeout`, `memory`, `region`, `public_access`, a flag's name ….
        setting: String,
    },
    /// An exported name.
    Symbol {
        /// Module, package or file that exports it.
        module: String,
        /// Name, dotted with its container.
        name: String,
        /// New name, if it was renamed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        renamed_to: Option<String>,
    },
    /// A reusable workflow or an action.
    Workflow {
        /// Path in the provider (`.github/workflows/x.yml`, `setup/action.yml`).
        path: String,
        /// An input, secret or output of it, where the fact is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        input: Option<String>,
        /// New path, if it moved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moved_to: Option<String>,
    },
    /// A field of what goes over the wire or lies in a table: of a request, an answer, a message, a column.
    Field {
        /// The message, type, table, topic or operation (`POST /orders`) that it belongs to.
        owner: String,
        /// Its name on the wire, dotted below the owner; `*` for the owner as a whole.
        name: String,
        /// New name, if it was renamed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        renamed_to: Option<String>,
        /// Operations (`POST /orders`) that carry the owner, where it is none itself and they are known.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        carried_by: Vec<String>,
    },
    /// A file as a whole.
    File {
        /// Path.
        path: String,
        /// New path, if it moved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moved_to: Option<String>,
    },
}

impl Element {
    /// The key that goes into a fingerprint: what it is, never where it went or which line.
    pub fn key(&self) -> String {
        match self {
            Self::Route { method, path, .. } => format!("http:{method} {path}"),
            Self::Header { name } => format!("header:{}", name.to_ascii_lowercase()),
            Self::Env { name, .. } => format!("env:{name}"),
            Self::ConfigKey { file, key } => format!("config:{file}#{key}"),
            Self::Port { port, .. } => format!("port:{port}"),
            Self::Image { name } => format!("image:{name}"),
            Self::Deploy { setting } => format!("deploy:{setting}"),
            Self::Symbol { module, name, .. } => format!("symbol:{module}#{name}"),
            Self::Workflow { path, input: None, .. } => format!("workflow:{path}"),
            Self::Workflow { path, input: Some(input), .. } => format!("workflow:{path}#{input}"),
            Self::Field { owner, name, .. } => format!("field:{owner}#{name}"),
            Self::File { path, .. } => format!("file:{path}"),
        }
    }
}

/// What a fact means for somebody who relies on the element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Formatting, comments, documentation, generated files.
    Noise,
    /// Something new that nobody relies on yet.
    Additive,
    /// May break, depending on configuration or use.
    Risky,
    /// Breaks whoever uses it.
    Breaking,
}

/// Lines of one file at one commit, with the bytes that stood there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// Repository.
    pub repo: RepoName,
    /// Commit; none where the text comes from a reporter's diff.
    pub commit: Option<CommitId>,
    /// Path.
    pub path: String,
    /// First line, from 1.
    pub start: u32,
    /// Last line, included.
    pub end: u32,
    /// The lines as they stand, at most 20 of them.
    pub quote: String,
}

impl Span {
    /// Lines `start..=end` (from 1) of `text`: at most 20 lines, each cut to 400 characters. None where `text` has no
    /// such lines, so that a claim about lines that are not there ends here.
    pub fn cut(
        repo: &RepoName,
        commit: Option<&CommitId>,
        path: &str,
        text: &str,
        start: u32,
        end: u32,
    ) -> Option<Self> {
        let start = start.max(1);
        let end = end.clamp(start, start.saturating_add(19));
        let skipped = usize::try_from(start - 1).ok()?;
        let wanted = usize::try_from(end - start + 1).ok()?;
        let lines: Vec<String> =
            text.lines().skip(skipped).take(wanted).map(|line| line.chars().take(400).collect()).collect();
        let last = start.checked_add(u32::try_from(lines.len()).ok()?.checked_sub(1)?)?;
        let (repo, commit, path) = (repo.clone(), commit.cloned(), path.to_owned());
        Some(Self { repo, commit, path, start, end: last, quote: lines.join("\n") })
    }

    /// Whether exactly this quote stands at these lines of `text`.
    pub fn stands_in(&self, text: &str) -> bool {
        Self::cut(&self.repo, self.commit.as_ref(), &self.path, text, self.start, self.end).as_ref() == Some(self)
    }
}

/// A changed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileChange {
    /// Path after the change (before it, for a removed file).
    pub path: String,
    /// Path before, if it was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What happened.
    pub status: FileStatus,
    /// Why nothing more was looked for: `comments`, `formatting`, `docs`, `generated`, `binary`; none where facts were looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<String>,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileStatus {
    /// New.
    Added,
    /// Gone.
    Removed,
    /// Same path, other content.
    Modified,
    /// Other path, same or similar content.
    Renamed,
}
