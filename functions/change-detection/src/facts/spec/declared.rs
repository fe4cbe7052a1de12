//! Types with members (messages, services, object types, enums) as their syntax tree lists them, and where each is now.

use std::collections::BTreeMap;

use contracts::analysis::{ParseStatus, Symbol};
use contracts::fact::{FileStatus, Span};

use super::files;
use crate::comparison::{Comparison, Side};

/// A tree of data lists no more symbols than this; what is beyond is not seen.
const MAX_LISTED: usize = 2_000;

/// Languages that describe interfaces by declarations.
const LANGUAGES: &[&str] = &["protobuf", "graphql"];

/// A type as one file declares it.
#[derive(Debug, Clone)]
pub(super) struct Type<'a> {
    /// Dotted with what it is in.
    pub name: String,
    /// Where it stands.
    pub side: &'a Side,
    /// Its own declaration; none where it is only extended.
    pub symbol: Option<&'a Symbol>,
    /// By name.
    pub members: BTreeMap<&'a str, &'a Symbol>,
}

impl Type<'_> {
    /// `message`, `enum`, `input`, …; nothing for a type that is only extended.
    pub(super) fn keyword(&self) -> &str {
        self.symbol.and_then(|symbol| symbol.signature.split_whitespace().next()).unwrap_or("")
    }

    /// The line of its declaration before the change.
    pub(super) fn span_before(&self, c: &Comparison) -> Option<Span> {
        self.symbol.and_then(|symbol| c.before_span(self.side, symbol.start, symbol.start))
    }
}

/// A type that changed or is gone.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub before: Type<'a>,
    /// The same type after the change, in the same file or another one.
    pub after: Option<Type<'a>>,
}

/// Every type of a changed file of this language, with what became of it. A file whose tree lost pieces says nothing.
pub(super) fn pairs<'a>(c: &'a Comparison, language: &str) -> Vec<Pair<'a>> {
    let of = |side: &&Side| side.analysis.as_ref().is_some_and(|analysis| analysis.language == language);
    let all: Vec<BTreeMap<String, Type<'a>>> =
        files(c).filter_map(|f| f.after.as_ref()).filter(of).map(types).collect();
    let mut out = Vec::new();
    for file in files(c) {
        let Some(before) = file.before.as_ref().filter(of) else { continue };
        if file.after.as_ref().is_some_and(|after| problem(before, after).is_some()) {
            continue;
        }
        let own = file.after.as_ref().filter(of).map(types).unwrap_or_default();
        for (name, before) in types(before) {
            let elsewhere = || all.iter().filter_map(|types| types.get(&name));
            let mut after = own.get(&name).cloned().or_else(|| elsewhere().next().cloned());
            if let Some(after) = &mut after {
                // A type may be extended in another file.
                for (member, symbol) in elsewhere().flat_map(|other| &other.members) {
                    after.members.entry(member).or_insert(symbol);
                }
            }
            let moved_whole = file.status == FileStatus::Removed && after.is_none() && before.symbol.is_none();
            out.extend((!moved_whole).then_some(Pair { before, after }));
        }
    }
    out
}

fn types(side: &Side) -> BTreeMap<String, Type<'_>> {
    let mut out: BTreeMap<String, Type<'_>> = BTreeMap::new();
    let symbols = side.analysis.iter().flat_map(|analysis| &analysis.symbols);
    let new = |name: &str| Type { name: name.to_owned(), side, symbol: None, members: BTreeMap::new() };
    for symbol in symbols {
        let keyword = symbol.signature.split_whitespace().next().unwrap_or("");
        if ["message", "enum", "service", "type", "input", "interface", "union", "scalar"].contains(&keyword)
            && symbol.signature.len() > keyword.len()
        {
            let name = symbol
                .container
                .as_ref()
                .map_or_else(|| symbol.name.clone(), |around| format!("{around}.{}", symbol.name));
            if !is_member(symbol) {
                out.entry(name.clone()).or_insert_with(|| new(&name)).symbol = Some(symbol);
                continue;
            }
        }
        if let Some(owner) = &symbol.container {
            out.entry(owner.clone()).or_insert_with(|| new(owner)).members.insert(&symbol.name, symbol);
        }
    }
    out
}

/// A field may be called like a keyword: `type: String`, `string message = 1`.
fn is_member(symbol: &Symbol) -> bool {
    use contracts::analysis::SymbolKind::{Constant, Function, Method};
    matches!(symbol.kind, Constant | Function | Method)
}

/// Why the two trees of a file cannot be held against each other.
pub(super) fn problem(before: &Side, after: &Side) -> Option<String> {
    let (old, new) = (before.analysis.as_ref()?, after.analysis.as_ref()?);
    if !LANGUAGES.contains(&new.language.as_str()) {
        return None;
    }
    let errors = |status: &ParseStatus| match status {
        ParseStatus::Parsed => 0,
        ParseStatus::SyntaxErrors(count) => *count,
        ParseStatus::Failed(_) => u32::MAX,
    };
    if errors(&new.status) > errors(&old.status) {
        return Some(format!("{}: what it declares could not be read whole", after.path));
    }
    let long = [old, new].iter().any(|tree| tree.symbols.len() >= MAX_LISTED);
    long.then(|| format!("{}: declares more than {MAX_LISTED} names, only the first were compared", after.path))
}
