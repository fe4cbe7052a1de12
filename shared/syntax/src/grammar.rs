//! Grammars with our rules over them, each set up once, at its first file.

use std::sync::OnceLock;

use crate::languages::ALL;
use crate::rules::Rules;

/// Changes whenever a grammar or the extraction changes; part of every stored analysis's key. Bump `extraction` with
/// every change of what is taken from a tree; a test holds the versions against the lock file.
pub const GRAMMARS: &str = concat!(
    "extraction 3; tree-sitter 0.27.1; bash 0.25.1; c 0.24.2; c-sharp 0.23.5; containerfile 0.9.2; cpp 0.23.4; ",
    "css 0.25.0; go 0.25.0; graphql 0.3.0; hcl 1.1.0; html 0.23.2; java 0.23.5; javascript 0.25.0; json 0.24.8; ",
    "kotlin-ng 1.1.0; md 0.5.4; php 0.25.1; proto 0.6.0; python 0.25.0; ruby 0.23.1; rust 0.24.2; scala 0.26.4; ",
    "sequel 0.3.11; swift 0.7.4; toml-ng 0.7.0; typescript 0.23.2; yaml 0.7.2"
);

/// What a kind of node is to the extraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Structure only.
    #[default]
    None,
    /// Not code: left out of the digest, never looked into.
    Comment,
    /// May define a symbol.
    Definition,
    /// Brings something in.
    Import,
    /// Calls something.
    Call,
    /// A string.
    Text,
    /// May read the environment without a call: a member, a subscript, an expansion.
    Reference,
}

/// One language: its grammar, our rules, and both joined in tables by the number of a node's kind.
pub struct Grammar {
    /// What tree-sitter needs.
    pub language: tree_sitter::Language,
    /// What is taken from its trees.
    pub rules: &'static Rules,
    kinds: Vec<Kind>,
    fields: Vec<String>,
}

/// Parts of the names of kinds that hold code of their own, in every grammar.
const BODIES: &[&str] = &["function", "lambda", "closure", "block", "body", "statement"];

struct Kind {
    name: String,
    named: bool,
    role: Role,
    is_body: bool,
}

impl Grammar {
    /// The grammar of a language, by its id.
    pub fn of(language: &str) -> Option<&'static Self> {
        static GRAMMARS: [OnceLock<Grammar>; ALL.len()] = [const { OnceLock::new() }; ALL.len()];
        let at = ALL.iter().position(|rules| rules.id == language)?;
        Some(GRAMMARS[at].get_or_init(|| Self::new(ALL[at])))
    }

    fn new(rules: &'static Rules) -> Self {
        let language = (rules.grammar)();
        let kind = |id| {
            let name = language.node_kind_for_id(id).unwrap_or_default().to_owned();
            let is_body = BODIES.iter().any(|part| name.contains(part)) && !name.contains("call");
            Kind { name, named: language.node_kind_is_named(id), role: Role::None, is_body }
        };
        let mut kinds: Vec<Kind> = (0..language.node_kind_count() as u16).map(kind).collect();
        for &(role, names) in rules.roles {
            for name in names {
                let (bare, named) = name.strip_prefix('\'').map_or((*name, true), |token| (token, false));
                if let Some(kind) = kinds.get_mut(language.id_for_node_kind(bare, named) as usize) {
                    kind.role = role;
                }
            }
        }
        let field = |id| language.field_name_for_id(id).unwrap_or_default().to_owned();
        let fields = (0..=language.field_count() as u16).map(field).collect();
        Self { language, rules, kinds, fields }
    }

    /// A kind's name.
    pub fn kind(&self, id: u16) -> &str {
        self.kinds.get(id as usize).map_or("ERROR", |kind| &kind.name)
    }

    /// The kind is a rule's and not a bare token.
    pub fn is_named(&self, id: u16) -> bool {
        self.kinds.get(id as usize).is_none_or(|kind| kind.named)
    }

    /// What the kind is to us.
    pub fn role(&self, id: u16) -> Role {
        self.kinds.get(id as usize).map_or(Role::None, |kind| kind.role)
    }

    /// What stands in it is no argument of the call around it: a function, a block, a statement.
    pub fn is_body(&self, id: u16) -> bool {
        self.kinds.get(id as usize).is_some_and(|kind| kind.is_body)
    }

    /// A field's name; nothing for 0.
    pub fn field(&self, id: u16) -> &str {
        self.fields.get(id as usize).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new grammar must make new keys: what was stored under the old ones may be wrong.
    #[test]
    fn the_version_text_names_what_the_lock_file_pins() {
        let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap();
        let manifest = include_str!("../Cargo.toml");
        let mut checked = 0;
        for entry in lock.split("[[package]]") {
            let value = |key: &str| entry.lines().find_map(|line| line.strip_prefix(key)?.strip_suffix('"'));
            let (Some(name), Some(version)) = (value("name = \""), value("version = \"")) else { continue };
            if !manifest.contains(&format!("\n{name}.workspace")) || !name.starts_with("tree-sitter") {
                continue;
            }
            let short = name.strip_prefix("tree-sitter-").unwrap_or(name);
            assert!(GRAMMARS.contains(&format!("{short} {version}")), "{short} {version} is not in {GRAMMARS}");
            checked += 1;
        }
        assert_eq!(checked, GRAMMARS.matches("; ").count());
    }

    #[test]
    fn a_language_without_a_grammar_is_none() {
        assert!(Grammar::of("cobol").is_none() && Grammar::of("").is_none());
    }
}
