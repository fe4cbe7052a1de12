//! The file's types. Their JSON Schema is what editors check against.

use std::collections::BTreeMap;

use contracts::RepoName;
use contracts::verdict::Urgency;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use crate::words::{self, CONCERNS, REPO_PATTERN, SCHEDULES, TRIGGERS, URGENCIES};

/// Who consumes or derives from whom, and what to do when a change concerns them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "relationships.json")]
pub struct Document {
    /// This schema's address, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The file's own version, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What this file is about, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Repositories whose changes concern others, by `owner/name`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Declared>", extend("propertyNames" = words::matching(REPO_PATTERN)))]
    pub relationships: BTreeMap<RepoName, Declared>,
    /// What to do at each urgency.
    #[serde(default)]
    pub notification_settings: NotificationSettings,
}

/// What is declared under one repository's key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Declared {
    /// `service_provider`, `library`, `template`, …: for people.
    #[serde(rename = "type", default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// One sentence, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Repositories that use what this one offers.
    #[serde(default)]
    pub consumers: Vec<Consumer>,
    /// Repositories that were made from this one.
    #[serde(default)]
    pub derivatives: Vec<Derivative>,
    /// The repository that this one was made from; its changes are looked at for this one and the other way round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_template: Option<ParentTemplate>,
}

/// A repository that uses what another one offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Consumer {
    /// The dependent repository, `owner/name`.
    #[schemars(with = "String", extend("pattern" = REPO_PATTERN))]
    pub repo: RepoName,
    /// `api_consumer`, `reusable_workflow`, `library`, ….
    #[serde(default = "words::api_consumer")]
    pub relationship_type: String,
    /// One sentence, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Files of the consumer that talk to the provider; looked at first, never alone.
    #[serde(default)]
    pub interface_files: Vec<String>,
    /// Kinds of change that concern this consumer; empty means all.
    #[serde(default)]
    #[schemars(extend("items" = words::one_of(TRIGGERS)))]
    pub change_triggers: Vec<String>,
    /// Urgency of a finding by the trigger it belongs to, instead of the rule's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Urgency>", extend("propertyNames" = words::one_of(TRIGGERS)))]
    pub urgency_mapping: BTreeMap<String, Urgency>,
}

/// A repository that was made from another one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Derivative {
    /// The other repository, `owner/name`.
    #[schemars(with = "String", extend("pattern" = REPO_PATTERN))]
    pub repo: RepoName,
    /// `template_fork`, ….
    #[serde(default = "words::template_fork")]
    pub relationship_type: String,
    /// One sentence, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Concerns that stay the same on both sides; empty means all that do not diverge.
    #[serde(default)]
    #[schemars(extend("items" = words::one_of(CONCERNS)))]
    pub shared_concerns: Vec<String>,
    /// Concerns that each side decides for itself; wins over `shared_concerns`.
    #[serde(default)]
    #[schemars(extend("items" = words::one_of(CONCERNS)))]
    pub divergent_concerns: Vec<String>,
    /// `selective`, …: told to the maintainer with the finding.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sync_strategy: String,
    /// Changes of the derivative are looked at for the template, too.
    #[serde(default)]
    pub bidirectional: bool,
}

/// The template that a repository was made from: its name, or how the two belong together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ParentTemplate {
    /// `"owner/name"`: all concerns are shared, changes go both ways.
    Name(#[schemars(with = "String", extend("pattern" = REPO_PATTERN))] RepoName),
    /// The same keys as a derivative's, `repo` naming the template; `bidirectional` is true unless it says false.
    Full(Box<Derivative>),
}

impl ParentTemplate {
    /// The template's name.
    pub fn repo(&self) -> &RepoName {
        match self {
            Self::Name(repo) => repo,
            Self::Full(link) => &link.repo,
        }
    }

    /// Whether changes of the derivative are looked at for the template.
    pub fn bidirectional(&self) -> bool {
        match self {
            Self::Name(_) => true,
            Self::Full(link) => link.bidirectional,
        }
    }
}

/// What to do at each urgency.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NotificationSettings {
    /// Action, labels and alert by urgency; what is left out keeps its default.
    #[schemars(default, extend("propertyNames" = words::one_of(&URGENCIES.map(Urgency::as_str))))]
    pub default_urgency_thresholds: BTreeMap<Urgency, Threshold>,
    /// How often the digest is sent: `daily`, `weekly` or `monthly`.
    #[schemars(default, extend("enum" = SCHEDULES))]
    pub digest_schedule: String,
    /// Open issues per dependent repository; what is beyond waits for the digest.
    #[schemars(default, range(min = 1, max = 1000))]
    pub max_open_issues_per_repo: u32,
    /// Seconds that a new finding waits for a correction before anybody hears of it; 0 tells at once.
    #[schemars(default, range(min = 0, max = 86400))]
    pub settle_seconds: u32,
    /// The check of a pull request fails from this urgency on; without it, it only tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("enum" = URGENCIES.map(Urgency::as_str)))]
    pub pull_request_fail_on: Option<Urgency>,
    /// Who has an issue that shows all that is known: everybody, or only these dependents.
    #[schemars(default)]
    pub dashboard: Dashboards,
}

/// Which dependents have a dashboard.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Dashboards {
    /// All of them, or none.
    All(bool),
    /// These, by `owner/name`.
    Only(#[schemars(with = "Vec<String>", extend("items" = words::matching(REPO_PATTERN)))] Vec<RepoName>),
}

impl Default for Dashboards {
    fn default() -> Self {
        Self::All(false)
    }
}

/// What happens to a finding of one urgency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Threshold {
    /// Issue at once, issue when its turn comes, or digest.
    #[schemars(default = "words::create_issue")]
    pub action: Action,
    /// Labels of the issue.
    #[schemars(default)]
    pub labels: Vec<String>,
    /// Whether Discord or Slack hears of it.
    #[schemars(default)]
    pub notify_webhook: bool,
}

/// What is done with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// An issue, before all others that wait.
    CreateIssueImmediately,
    /// An issue.
    CreateIssue,
    /// A line of the digest.
    AddToDigest,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            default_urgency_thresholds: URGENCIES.into_iter().map(|u| (u, Threshold::default_for(u))).collect(),
            digest_schedule: "weekly".to_owned(),
            max_open_issues_per_repo: 5,
            settle_seconds: 0,
            pull_request_fail_on: None,
            dashboard: Dashboards::default(),
        }
    }
}

impl NotificationSettings {
    /// Whether this dependent has a dashboard.
    pub fn wants_dashboard(&self, repo: &RepoName) -> bool {
        match &self.dashboard {
            Dashboards::All(all) => *all,
            Dashboards::Only(these) => these.iter().any(|one| one.as_str().eq_ignore_ascii_case(repo.as_str())),
        }
    }

    /// What happens at this urgency.
    pub fn threshold(&self, urgency: Urgency) -> Threshold {
        self.default_urgency_thresholds.get(&urgency).cloned().unwrap_or_else(|| Threshold::default_for(urgency))
    }
}

impl Threshold {
    /// What happens at this urgency where the file is silent.
    pub fn default_for(urgency: Urgency) -> Self {
        let (action, labels, notify_webhook): (_, &[&str], _) = match urgency {
            Urgency::Critical => (Action::CreateIssueImmediately, &["dependency", "urgent", "breaking-change"], true),
            Urgency::High => (Action::CreateIssueImmediately, &["dependency", "important"], true),
            Urgency::Medium => (Action::CreateIssue, &["dependency", "enhancement"], false),
            Urgency::Low => (Action::AddToDigest, &["dependency", "info"], false),
        };
        Self { action, labels: labels.iter().map(|&l| l.to_owned()).collect(), notify_webhook }
    }
}

/// The JSON Schema (draft 2020-12) of the file, as committed beside it.
pub fn schema() -> Schema {
    schemars::schema_for!(Document)
}
