//! Where the consumer uses what changed, one file a kind of element.

mod behaviour;
mod command;
pub mod config;
mod default_export;
pub mod deploy;
mod engine;
mod entry;
pub mod env;
pub mod field;
mod file;
mod flag;
pub mod header;
mod image;
mod implements;
mod keyword;
pub mod port;
mod published;
mod readiness;
pub mod route;
mod runs;
mod setting_file;
mod shared;
mod shell;
pub mod symbol;
pub(crate) mod text;
mod unset;
mod waits;
pub mod workflow;

use std::cell::OnceCell;

use contracts::fact::{Element, Fact};
use contracts::verdict::Tier;

use crate::contact::Contact;
use crate::dependent::Dependent;
use crate::gather::Case;
use crate::uses::runs::Places;

/// What every search may look at.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The change and the relationship.
    pub case: &'a Case,
    /// The consumer.
    pub dependent: &'a Dependent,
    /// Which of its files deal with the provider.
    pub contact: &'a Contact,
    /// Where it runs the provider's image; read when it is first asked for.
    pub(crate) places: &'a OnceCell<Places<'a>>,
    /// What all fields have in common; read when the first one is asked for.
    pub(crate) fields: &'a OnceCell<field::Index<'a>>,
}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Places that use the element and may break.
    pub uses: Vec<Use>,
    /// Why something that looks like a use is none, for people.
    pub note: Option<String>,
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// File.
    pub path: String,
    /// First line.
    pub start: u32,
    /// Last line.
    pub end: u32,
    /// How sure it is that this is a use of the provider's element, and why.
    pub certainty: Certainty,
    /// A replacement on this line that would mend it, where one is certain.
    pub replace: Option<(String, String)>,
    /// What it means here, where the kind of element alone does not say.
    pub consequence: Option<String>,
}

/// How sure a use is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// It can be nothing else.
    Certain(&'static str),
    /// It looks like it.
    Likely(&'static str),
    /// It depends on settings that are in neither repository.
    CheckFirst(&'static str),
}

impl Certainty {
    /// The finding's tier if this is its best use.
    pub fn tier(self) -> Tier {
        match self {
            Self::Certain(_) => Tier::Confirmed,
            Self::Likely(_) => Tier::Likely,
            Self::CheckFirst(_) => Tier::CheckFirst,
        }
    }
}

impl Use {
    /// A certain use on one line.
    pub fn at(path: &str, line: u32) -> Self {
        Self {
            path: path.to_owned(),
            start: line,
            end: line,
            certainty: Certainty::Certain("found on both sides"),
            replace: None,
            consequence: None,
        }
    }

    /// With another certainty.
    pub fn but(mut self, certainty: Certainty) -> Self {
        self.certainty = certainty;
        self
    }
}

/// Uses of a fact's element.
pub(crate) fn find(fact: &Fact, asked: &Asked<'_>) -> Found {
    match &fact.element {
        Element::Route { method, path, moved_to } => route::find(fact, (method, path, moved_to.as_deref()), asked),
        Element::Header { name } => header::find(fact, name, asked),
        Element::Env { name, renamed_to } => env::find(fact, name, renamed_to.as_deref(), asked),
        Element::ConfigKey { file, key } => config::find(fact, file, key, asked),
        Element::Port { port, moved_to } => port::find(fact, *port, *moved_to, asked),
        Element::Image { .. } => image::find(fact, asked),
        Element::File { path, .. } => file::find(fact, path, asked),
        Element::Field { owner, name, carried_by, .. } => field::find(fact, (owner, name, carried_by), asked),
        Element::Deploy { setting } => deploy::find(fact, setting, asked),
        Element::Symbol { module, name, renamed_to } => {
            symbol::find(fact, (module, name, renamed_to.as_deref()), asked)
        }
        Element::Workflow { path, input, moved_to } => {
            workflow::find(fact, (path, input.as_deref(), moved_to.as_deref()), asked)
        }
    }
}

/// Why nobody can tell whether a use of this fact's element still works.
pub(crate) fn unclear(fact: &Fact, asked: &Asked<'_>) -> Option<String> {
    match &fact.element {
        Element::Field { owner, name, carried_by, .. } => field::unclear(fact, (owner, name, carried_by), asked),
        _ => None,
    }
}

/// Names of which only a tree tells whether code uses them; those of other facts are looked for in texts.
pub(crate) fn seen_in_trees_only(fact: &Fact) -> Vec<String> {
    match &fact.element {
        Element::Header { name } => vec![name.clone()],
        Element::Route { .. } | Element::Symbol { .. } => needles(fact),
        _ => Vec::new(),
    }
}

/// Names that only the text of code shows to be used: fields, members, constants behind their modules.
pub(crate) fn in_texts(fact: &Fact) -> Vec<String> {
    match &fact.element {
        Element::Field { .. } => needles(fact),
        Element::Symbol { module, name, .. } => symbol::in_texts(fact, module, name),
        _ => Vec::new(),
    }
}

/// Whether every call of the provider is a use of what changed, whatever it names.
pub(crate) fn concerns_every_call(fact: &Fact) -> bool {
    fact.rule == "auth.header.required"
        || matches!(&fact.element, Element::Deploy { setting } if setting == "public_access")
}

/// Texts without which code cannot hold a use of this fact.
pub(crate) fn needles(fact: &Fact) -> Vec<String> {
    match &fact.element {
        Element::Route { path, .. } => vec![route::needle(path)],
        Element::Header { name } => vec![name.clone(), "http".to_owned()],
        Element::Env { name, .. } => vec![name.split('=').next().unwrap_or(name).to_owned()],
        Element::ConfigKey { key, .. } if fact.rule == "shared.preset.removed" => vec![shared::stem(key).to_owned()],
        Element::ConfigKey { key, .. } => config::needles(fact, key),
        Element::Port { port, .. } => vec![format!(":{port}")],
        Element::Image { name } => vec![name.clone()],
        Element::Deploy { .. } => Vec::new(),
        Element::File { path, .. } => vec![file::needle(path).to_owned()],
        Element::Symbol { module, name, .. } => symbol::needles(module, name),
        Element::Field { owner, name, carried_by, .. } => field::needles(owner, name, carried_by),
        Element::Workflow { .. } => Vec::new(),
    }
}
