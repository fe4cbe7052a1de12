//! Who consumes or derives from whom: `config/relationships.json`, read, checked and asked.
//!
//! Floor 0: text in, words out. Reading a file, watching it and printing problems is done by whoever owns the file.
//!
//! Names are compared the way GitHub compares them: without regard to case.

mod check;
mod index;
mod model;
mod problem;
mod read;
mod value;
mod words;

use contracts::RepoName;

pub use index::TemplateLink;
pub use model::{
    Action, Consumer, Dashboards, Declared, Derivative, Document, NotificationSettings, ParentTemplate, Threshold,
    schema,
};
pub use problem::{Problem, Severity};
pub use words::{CONCERNS, TRIGGERS};

use index::Index;

/// The whole file, ready to be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Relationships {
    document: Document,
    index: Index,
    problems: Vec<Problem>,
}

impl Relationships {
    /// Reads the text of `relationships.json`.
    ///
    /// Fails where the meaning is unclear: not JSON, a list where a name is expected, a consumer without `repo`,
    /// more than 4 MiB. What can be obeyed in part is obeyed, and named by [`validate`](Self::validate): an unknown
    /// key never fails.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        // Editors on Windows put a byte order mark in front.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (document, mut problems) = read::document(text)?;
        let index = Index::of(&document);
        check::semantics(&document, text, &mut problems);
        Ok(Self { document, index, problems: problems.into_list() })
    }

    /// A file that declares nothing, with the default notification settings.
    pub fn empty() -> Self {
        let document = Document::default();
        Self { index: Index::of(&document), document, problems: Vec::new() }
    }

    /// Everything that is not as it should be, in the order of the file's places; empty for a clean file.
    ///
    /// [`Severity::Error`]: that part is left out or contradicts itself. [`Severity::Warning`]: obeyed, but probably not meant.
    pub fn validate(&self) -> Vec<Problem> {
        self.problems.clone()
    }

    /// The file as it was understood, to be shown.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The entry under this repository's own key, if it has one.
    pub fn declared(&self, repo: &RepoName) -> Option<&Declared> {
        let named = |name: &&RepoName| name.as_str().eq_ignore_ascii_case(repo.as_str());
        let key = self.document.relationships.keys().find(named)?;
        self.document.relationships.get(key)
    }

    /// Who uses what this repository offers, in the file's order.
    pub fn consumers_of(&self, repo: &RepoName) -> &[Consumer] {
        self.index.node(repo).map_or(&[], |node| &node.consumers)
    }

    /// Who was made from this repository, in the file's order; last those that only say so themselves
    /// (`parent_template`).
    pub fn derivatives_of(&self, repo: &RepoName) -> &[Derivative] {
        self.index.node(repo).map_or(&[], |node| &node.derivatives)
    }

    /// Whom this repository depends on, and how: `(provider, relationship)`, by name.
    pub fn watched_by(&self, repo: &RepoName) -> Vec<(RepoName, String)> {
        let mut all = Vec::new();
        for source in self.repositories() {
            let consumer = self.consumer(source, repo).map(|consumer| &consumer.relationship_type);
            let link = self.template_link(source, repo).map(|link| &link.derivative.relationship_type);
            all.extend(consumer.into_iter().chain(link).map(|kind| (source.clone(), kind.clone())));
        }
        all
    }

    /// The template that this repository says it was made from.
    pub fn parent_template_of(&self, repo: &RepoName) -> Option<&RepoName> {
        self.index.node(repo)?.parent.as_ref()
    }

    /// The templates that want to hear of this repository's changes: those that list it as `bidirectional`, and its
    /// own `parent_template` unless that says `"bidirectional": false`.
    pub fn upstream_of(&self, repo: &RepoName) -> &[RepoName] {
        self.index.node(repo).map_or(&[], |node| &node.upstream)
    }

    /// Everybody whom a change of this repository may concern, each once: consumers, derivatives, then upstream.
    pub fn dependents_of(&self, repo: &RepoName) -> Vec<&RepoName> {
        self.index.node(repo).map_or_else(Vec::new, index::Node::dependents)
    }

    /// How `target` consumes `source`, if it is declared to.
    pub fn consumer(&self, source: &RepoName, target: &RepoName) -> Option<&Consumer> {
        self.consumers_of(source).iter().find(|c| index::same(&c.repo, target))
    }

    /// How a template's change travels from `source` to `target`: down to a derivative, or up to the template.
    pub fn template_link(&self, source: &RepoName, target: &RepoName) -> Option<TemplateLink<'_>> {
        self.index.template_link(source, target)
    }

    /// Every repository that the file names, in any role, each once, in alphabetical order.
    pub fn repositories(&self) -> impl Iterator<Item = &RepoName> {
        self.index.names()
    }

    /// The file's spelling of a repository that it names in any role; none for a stranger.
    pub fn canonical(&self, repo: &RepoName) -> Option<&RepoName> {
        self.index.node(repo).map(|node| &node.name)
    }

    /// What to do at each urgency, with the defaults where the file is silent.
    pub fn notification_settings(&self) -> &NotificationSettings {
        &self.document.notification_settings
    }
}

#[cfg(test)]
mod tests;
