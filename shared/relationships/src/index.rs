//! The declarations turned round, so that every question is one look-up.

use std::collections::BTreeMap;

use contracts::RepoName;

use crate::model::{Consumer, Declared, Derivative, Document, ParentTemplate};
use crate::words;

/// How a template's change travels between two repositories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TemplateLink<'r> {
    /// What is declared; its `repo` is the derivative.
    pub derivative: &'r Derivative,
    /// From the derivative up to its template.
    pub upward: bool,
}

/// Equal names, the way GitHub sees it.
pub(crate) fn same(a: &RepoName, b: &RepoName) -> bool {
    a.as_str().eq_ignore_ascii_case(b.as_str())
}

/// Everything about every repository that the file names, by lower-case name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Index(BTreeMap<String, Node>);

/// One repository's place among the others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) name: RepoName,
    pub(crate) consumers: Vec<Consumer>,
    pub(crate) derivatives: Vec<Derivative>,
    pub(crate) parent: Option<RepoName>,
    pub(crate) upstream: Vec<RepoName>,
}

impl Index {
    pub(crate) fn of(document: &Document) -> Self {
        let mut index = Self::default();
        // Keys first: their spelling counts where a name is spelled in two ways.
        for name in document.relationships.keys() {
            index.enter(name);
        }
        for (name, declared) in &document.relationships {
            index.downward(name, declared);
        }
        // After all the lists, so that a template's own word about a derivative comes before the derivative's.
        for (name, declared) in &document.relationships {
            if let Some(parent) = &declared.parent_template {
                index.upward(name, parent);
            }
        }
        index
    }

    pub(crate) fn node(&self, repo: &RepoName) -> Option<&Node> {
        self.0.get(&repo.as_str().to_ascii_lowercase())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &RepoName> {
        self.0.values().map(|node| &node.name)
    }

    pub(crate) fn template_link(&self, source: &RepoName, target: &RepoName) -> Option<TemplateLink<'_>> {
        let between = |template: &RepoName, repo: &RepoName| {
            self.node(template)?.derivatives.iter().find(|d| same(&d.repo, repo))
        };
        if let Some(derivative) = between(source, target) {
            return Some(TemplateLink { derivative, upward: false });
        }
        self.node(source)?.upstream.iter().find(|template| same(template, target))?;
        between(target, source).map(|derivative| TemplateLink { derivative, upward: true })
    }

    fn downward(&mut self, name: &RepoName, declared: &Declared) {
        for consumer in &declared.consumers {
            self.enter(&consumer.repo);
        }
        for derivative in &declared.derivatives {
            let node = self.enter(&derivative.repo);
            if derivative.bidirectional {
                node.hears(name);
            }
        }
        let node = self.enter(name);
        node.consumers = declared.consumers.clone();
        node.derivatives = declared.derivatives.clone();
    }

    fn upward(&mut self, name: &RepoName, parent: &ParentTemplate) {
        let template = self.enter(parent.repo());
        if !template.derivatives.iter().any(|d| same(&d.repo, name)) {
            template.derivatives.push(as_derivative(name, parent));
        }
        let template = template.name.clone();
        let node = self.enter(name);
        if parent.bidirectional() {
            node.hears(&template);
        }
        node.parent = Some(template);
    }

    fn enter(&mut self, name: &RepoName) -> &mut Node {
        self.0.entry(name.as_str().to_ascii_lowercase()).or_insert_with(|| Node {
            name: name.clone(),
            consumers: Vec::new(),
            derivatives: Vec::new(),
            parent: None,
            upstream: Vec::new(),
        })
    }
}

impl Node {
    pub(crate) fn dependents(&self) -> Vec<&RepoName> {
        let consumers = self.consumers.iter().map(|c| &c.repo);
        let derivatives = self.derivatives.iter().map(|d| &d.repo);
        let mut all: Vec<&RepoName> = Vec::new();
        for name in consumers.chain(derivatives).chain(&self.upstream) {
            if !all.iter().any(|earlier| same(earlier, name)) {
                all.push(name);
            }
        }
        all
    }

    fn hears(&mut self, template: &RepoName) {
        if !self.upstream.iter().any(|earlier| same(earlier, template)) {
            self.upstream.push(template.clone());
        }
    }
}

/// What a repository says of its template, seen from the template.
fn as_derivative(name: &RepoName, parent: &ParentTemplate) -> Derivative {
    match parent {
        ParentTemplate::Full(link) => Derivative { repo: name.clone(), ..(**link).clone() },
        ParentTemplate::Name(_) => Derivative {
            repo: name.clone(),
            relationship_type: words::template_fork(),
            description: String::new(),
            shared_concerns: Vec::new(),
            divergent_concerns: Vec::new(),
            sync_strategy: String::new(),
            bidirectional: true,
        },
    }
}
