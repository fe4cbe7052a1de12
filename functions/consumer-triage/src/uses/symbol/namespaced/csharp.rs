//! Types of C# in files that use their namespace, and members of objects that are seen to be theirs.

use contracts::analysis::SymbolKind;

use super::{Wanted, full_name, lines_with};
use crate::dependent::File;
use crate::uses::{Certainty, Found};

const QUALIFIED: Certainty = Certainty::Certain("the type is named here with its namespace and gone or changed there");
const NAMED: Certainty = Certainty::Likely("a type of this name is used in a file that uses its namespace");
const CALLED: Certainty = Certainty::Likely("a member of this name is used on an object of that type");

/// Places that name the type or its member.
pub(super) fn find<'a>(wanted: &Wanted<'_>, files: impl Iterator<Item = &'a File> + Clone, found: &mut Found) {
    if wanted.module.is_empty() {
        return;
    }
    let types = [SymbolKind::Class, SymbolKind::Type];
    let defines = |file: &&File| {
        let mut symbols = file.analysis.iter().flat_map(|analysis| &analysis.symbols);
        symbols.any(|symbol| symbol.name == wanted.root && types.contains(&symbol.kind))
    };
    if let Some(own) = files.clone().find(defines) {
        found.note = Some(format!("`{}` is a type of this repository's own ({})", wanted.root, own.path));
        return;
    }
    let everywhere = files
        .clone()
        .any(|file| file.lines_with("global using").any(|(_, line)| line.contains(&format!(" {};", wanted.module))));
    for file in files.filter(|file| file.text().contains(wanted.root)) {
        let visible = everywhere || sees(file, wanted.module);
        let lines = match wanted.member {
            None => types_named(file, wanted, visible).map(|(number, _, _, certainty)| (number, certainty)).collect(),
            Some(member) => members(file, wanted, visible, member),
        };
        wanted.keep(file, lines, found);
    }
}

/// `using N;`, or code that is in the namespace itself or below it.
fn sees(file: &File, module: &str) -> bool {
    let Some(analysis) = &file.analysis else { return false };
    let below = |space: &str| space == module || space.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'));
    let spaces = analysis.symbols.iter().filter(|symbol| symbol.kind == SymbolKind::Section);
    analysis.imports.iter().any(|import| import.module == module) || spaces.map(full_name).any(|space| below(&space))
}

type Named<'a> = (u32, &'a str, usize, Certainty);

fn types_named<'a>(file: &'a File, wanted: &'a Wanted<'_>, visible: bool) -> impl Iterator<Item = Named<'a>> + 'a {
    lines_with(file, wanted.root).filter_map(move |(number, line, at)| {
        let before = line[..at].trim_end();
        if line.trim_start().starts_with("using ") && !line.contains('=') && !line.contains('(') {
            return None;
        }
        let qualifier = before.strip_suffix('.').map(|before| before.ends_with(wanted.module));
        match qualifier {
            Some(true) => Some((number, line, at, QUALIFIED)),
            None if visible => Some((number, line, at, NAMED)),
            _ => None,
        }
    })
}

fn members(file: &File, wanted: &Wanted<'_>, visible: bool, member: &str) -> Vec<(u32, Certainty)> {
    let is_constructor = member == wanted.root;
    let (mut out, mut objects): (Vec<(u32, Certainty)>, Vec<String>) = (Vec::new(), Vec::new());
    for (number, line, at, _) in types_named(file, wanted, visible) {
        let (before, after) = (line[..at].trim_end(), &line[at + wanted.root.len()..]);
        let made = before.ends_with("new");
        if (is_constructor && made) || after.strip_prefix('.').is_some_and(|rest| identifier(rest) == member) {
            out.push((number, CALLED));
        }
        if made {
            objects.extend(before.trim_end_matches("new").trim_end().strip_suffix('=').map(last_word));
        }
        let named = identifier(after.trim_start_matches('?').trim_start());
        if !named.is_empty() && after.starts_with([' ', '?']) && !matches!(named, "is" | "as" | "in" | "where") {
            objects.push(named.to_owned());
        }
    }
    objects.retain(|name| name.len() >= 2);
    for (number, line, at) in lines_with(file, member).filter(|_| !is_constructor) {
        let before = line[..at].strip_suffix('.').map(|before| before.trim_end_matches(['?', '!']));
        if objects.iter().any(|name| before.is_some_and(|before| last_word(before) == *name)) {
            out.push((number, CALLED));
        }
    }
    out
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

fn last_word(text: &str) -> String {
    let text = text.trim_end();
    let start = text.char_indices().rev().take_while(|(_, c)| c.is_alphanumeric() || *c == '_').last();
    start.map_or_else(String::new, |(at, _)| text[at..].to_owned())
}
