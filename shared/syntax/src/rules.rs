//! What a language tells the extraction: a table of its grammar's node kinds, and a few small functions.

use std::borrow::Cow;

use contracts::analysis::{EnvRead, Import, SymbolKind};

use crate::dotted::Link;
use crate::env::Reader;
use crate::grammar::Role;
use crate::routes::Book;
use crate::site::Site;
use crate::tree::Node;

/// One language.
pub struct Rules {
    /// The language's id.
    pub id: &'static str,
    /// Its grammar.
    pub grammar: fn() -> tree_sitter::Language,
    /// Node kinds that mean something; a bare token is written with a `'` before it.
    pub roles: &'static [(Role, &'static [&'static str])],
    /// Hears nodes of [`Role::Definition`].
    pub define: for<'t> fn(Node<'t>, &mut Found<'t>),
    /// Hears nodes of [`Role::Import`].
    pub import: for<'t> fn(Node<'t>, &mut Found<'t>),
    /// Looks for imports in nodes of [`Role::Call`].
    pub import_of_call: for<'t> fn(Node<'t>, &mut Found<'t>),
    /// Hears nodes of [`Role::Call`].
    pub call: for<'t> fn(Node<'t>) -> Option<Site<'t>>,
    /// How the grammar chains members and calls, for dotted names.
    pub links: &'static [(&'static str, Link)],
    /// The content of a [`Role::Text`] node.
    pub text: for<'t> fn(Node<'t>) -> String,
    /// Calls that read the environment.
    pub readers: &'static [Reader],
    /// Hears nodes of [`Role::Reference`].
    pub reference: for<'t> fn(Node<'t>, &mut Found<'t>),
    /// Looks for routes in a call.
    pub routes_of_call: for<'t> fn(&Site<'t>, &mut Book),
    /// Looks for routes in what decorates a definition.
    pub routes_of_definition: for<'t> fn(&Definition<'t>, &mut Book),
    /// The definitions that a file lists as exported are the only ones, whatever the others look like.
    pub exports_are_final: bool,
    /// Strings here are values of data; only those that clearly point elsewhere are kept.
    pub is_data: bool,
}

/// A language without anything; each one states what it differs in.
pub const NOTHING: Rules = Rules {
    id: "",
    grammar: || tree_sitter_json::LANGUAGE.into(),
    roles: &[],
    define: |_, _| (),
    import: |_, _| (),
    import_of_call: |_, _| (),
    call: |_| None,
    links: &[],
    text: crate::text::content,
    readers: &[],
    reference: |_, _| (),
    routes_of_call: |_, _| (),
    routes_of_definition: |_, _| (),
    exports_are_final: false,
    is_data: false,
};

/// What rules find at one node; emptied by the walk.
#[derive(Default)]
pub struct Found<'t> {
    /// Symbols.
    pub definitions: Vec<Definition<'t>>,
    /// Imports.
    pub imports: Vec<Import>,
    /// Names that the file says it exports.
    pub exports: Vec<String>,
    /// Reads of the environment.
    pub env: Vec<EnvRead>,
    /// Names that the file assigns, so that reading them is not a read of the environment.
    pub assigned: Vec<&'t str>,
}

impl<'t> Found<'t> {
    /// Nothing is to be written down.
    pub fn is_empty(&self) -> bool {
        self.definitions.is_empty() && self.imports.is_empty() && self.env.is_empty()
    }

    /// Notes a definition.
    pub fn define(&mut self, definition: Definition<'t>) {
        if !definition.name.is_empty() {
            self.definitions.push(definition);
        }
    }

    /// Notes a decorator of something that the file does not show: the last line of a diff's hunk is often one. It is
    /// no symbol, and it has no name.
    pub fn decorated_beyond(&mut self, decorator: Node<'t>) {
        let holder = decorator.ancestors().find(|around| !around.is("modifiers"));
        if holder.is_some_and(|around| around.is("ERROR")) {
            let unseen = Definition::new(SymbolKind::Function, "", decorator);
            self.definitions.push(unseen.decorators([decorator]).opening());
        }
    }

    /// Notes an import.
    pub fn import(&mut self, module: impl Into<String>, names: Vec<String>, at: Node<'t>) {
        self.imports.push(Import { module: module.into(), names, line: at.line() });
    }
}

/// Whether other files can see a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visible {
    /// By its own marking.
    Yes,
    /// Not.
    No,
    /// As much as what it is in.
    AsContainer,
}

impl Visible {
    /// Yes or no.
    pub fn when(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// A symbol before it is written down.
pub struct Definition<'t> {
    /// What is defined.
    pub kind: SymbolKind,
    /// Its name.
    pub name: Cow<'t, str>,
    /// All of it.
    pub node: Node<'t>,
    /// Where the signature ends.
    pub body: Option<Node<'t>>,
    /// Attributes, annotations.
    pub decorators: Vec<Node<'t>>,
    /// Who sees it.
    pub visible: Visible,
    /// What it belongs to, where the language says so at the definition and not by nesting.
    pub container: Option<String>,
    /// Belongs to the type around it, whatever function it stands in.
    pub member: bool,
    /// Opens a scope although it is a constant (a key with keys under it).
    pub nests: bool,
    /// No symbol itself; only what is in it belongs to it.
    pub silent: bool,
}

impl<'t> Definition<'t> {
    /// Who serves a route that decorates this; nobody known where only the decorator is seen.
    pub fn handler(&self) -> Option<String> {
        (!self.is_unseen()).then(|| self.name.to_string())
    }

    /// Only a decorator of it is seen.
    pub fn is_unseen(&self) -> bool {
        self.name.is_empty()
    }

    /// A definition whose signature ends where the field `body` begins.
    pub fn new(kind: SymbolKind, name: impl Into<Cow<'t, str>>, node: Node<'t>) -> Self {
        Self {
            kind,
            name: name.into(),
            node,
            body: node.child("body"),
            decorators: Vec::new(),
            visible: Visible::AsContainer,
            container: None,
            member: false,
            nests: false,
            silent: false,
        }
    }

    /// With another end of the signature.
    pub fn body(mut self, body: Option<Node<'t>>) -> Self {
        self.body = body;
        self
    }

    /// With this visibility.
    pub fn visible(mut self, visible: Visible) -> Self {
        self.visible = visible;
        self
    }

    /// With these decorators.
    pub fn decorators(mut self, decorators: impl IntoIterator<Item = Node<'t>>) -> Self {
        self.decorators.extend(decorators);
        self
    }

    /// A key that other keys may stand under.
    pub fn nesting(mut self) -> Self {
        self.nests = true;
        self
    }

    /// A field that is declared in a function of its type.
    pub fn of_type(mut self) -> Self {
        self.member = true;
        self
    }

    /// Only a container.
    pub fn opening(mut self) -> Self {
        self.silent = true;
        self
    }

    /// As a part of this.
    pub fn within(mut self, container: Option<String>) -> Self {
        self.container = container;
        self
    }
}
