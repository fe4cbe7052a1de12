//! A name with the namespace that its language gives it.

use contracts::analysis::{Symbol, SymbolKind};

use super::super::exports::full_name;
use crate::comparison::Side;

/// What Ruby calls the place of names that are in no module.
pub(super) const TOP: &str = "Object";

/// A definition as users name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Spelt {
    /// `Faraday::Request`, `PhpParser\Node`, `Acme.Clients`.
    pub module: String,
    /// The type or constant, or `Type.member`.
    pub name: String,
    /// What stands between the module and the name.
    mark: &'static str,
    /// What stands before a member.
    member: &'static str,
}

impl Spelt {
    /// As users write it.
    pub(super) fn written(&self) -> String {
        let name = self.name.replacen('.', self.member, 1);
        let global = matches!(self.module.as_str(), TOP | "\\" | "");
        if global { name } else { format!("{}{}{name}", self.module, self.mark) }
    }
}

/// Languages whose names are not those of their files.
pub(super) fn is_namespaced(language: &str) -> bool {
    matches!(language, "ruby" | "php" | "csharp")
}

/// The name of a definition; none for what has none outside of its file.
pub(super) fn spelt(side: &Side, symbol: &Symbol) -> Option<Spelt> {
    let analysis = side.analysis.as_ref()?;
    match analysis.language.as_str() {
        "ruby" => ruby(symbol),
        "php" if symbol.kind != SymbolKind::Section => Some(spaced(&analysis.symbols, symbol, "\\", "::")),
        "csharp" if symbol.kind != SymbolKind::Section => Some(spaced(&analysis.symbols, symbol, ".", ".")),
        _ => None,
    }
}

fn ruby(symbol: &Symbol) -> Option<Spelt> {
    let full = full_name(symbol);
    let parts: Vec<&str> = full.split('.').filter(|part| *part != "self" && !part.is_empty()).collect();
    let is_member = matches!(symbol.kind, SymbolKind::Function | SymbolKind::Method);
    let own = if is_member { 2 } else { 1 };
    let (around, name) = parts.split_at_checked(parts.len().checked_sub(own)?)?;
    let module = if around.is_empty() { TOP.to_owned() } else { around.join("::") };
    Some(Spelt { module, name: name.join("."), mark: "::", member: "#" })
}

/// The innermost namespace around it, or the last one that was opened for the rest of the file.
fn spaced(all: &[Symbol], symbol: &Symbol, mark: &'static str, member: &'static str) -> Spelt {
    let spaces = all.iter().filter(|other| other.kind == SymbolKind::Section && other.start <= symbol.start);
    let around = |space: &&Symbol| space.end >= symbol.end;
    let innermost = spaces.clone().filter(around).max_by_key(|space| space.start);
    let open = |space: &&Symbol| space.end < symbol.start && space.end.saturating_sub(space.start) <= 1;
    let space = innermost.or_else(|| spaces.filter(open).max_by_key(|space| space.start)).map(full_name);
    let space = space.unwrap_or_default();
    let full = full_name(symbol);
    let name = full.strip_prefix(&space).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&full).to_owned();
    let module = if space.is_empty() && mark == "\\" { mark.to_owned() } else { space.replace('.', mark) };
    Spelt { module, name, mark, member }
}
