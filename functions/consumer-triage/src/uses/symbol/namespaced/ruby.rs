//! Constants of Ruby, fully qualified or inside of the modules around them, and files that are required.

use contracts::analysis::SymbolKind;

use super::{Wanted, full_name, lines_with};
use crate::dependent::File;
use crate::uses::{Certainty, Found, Use};

const NAMED: Certainty = Certainty::Certain("the constant is named here with its module and is gone or changed there");
const INSIDE: Certainty = Certainty::Likely("a constant of this name is used inside of the module that it was in");
const CALLED: Certainty = Certainty::Likely("a method of this name is called on an object of that class");
const REQUIRED: Certainty = Certainty::Certain("the file that is required here is gone");

/// What Ruby calls the place of names that are in no module.
const TOP: &str = "Object";

/// Lines after a `require` in which its failure may be caught.
const RESCUED: u32 = 6;

/// `require 'x/y'` of a file that is gone.
pub(super) fn required<'a>(wanted: &Wanted<'_>, files: impl Iterator<Item = &'a File> + Clone, found: &mut Found) {
    let own = format!("lib/{}.rb", wanted.module);
    if files.clone().any(|file| file.path == own || file.path.ends_with(&format!("/{own}"))) {
        return;
    }
    for file in files {
        let imports = file.analysis.iter().flat_map(|analysis| &analysis.imports);
        for import in imports.filter(|import| import.module == wanted.module) {
            let line = file.line(import.line);
            if line.contains("require_relative") || !line.contains(wanted.module) {
                continue;
            }
            let below = import.line..=import.line.saturating_add(RESCUED);
            if below.into_iter().any(|at| file.line(at).trim_start().starts_with("rescue LoadError")) {
                found.note = Some(format!("{}:{} does without it where loading fails", file.path, import.line));
                continue;
            }
            found.uses.push(Use::at(&file.path, import.line).but(REQUIRED));
        }
    }
}

/// Places that name the constant, or call its member.
pub(super) fn find<'a>(wanted: &Wanted<'_>, files: impl Iterator<Item = &'a File> + Clone, found: &mut Found) {
    let mut full: Vec<&str> = wanted.module.split("::").filter(|part| *part != TOP && !part.is_empty()).collect();
    full.push(wanted.root);
    // A bare name of the top is too much of a coincidence.
    if full.len() < 2 {
        return;
    }
    if let Some(own) = files.clone().find(|file| defines(file, &full)) {
        found.note = Some(format!("`{}` is opened here ({})", full.join("::"), own.path));
        return;
    }
    for file in files {
        let lines = match wanted.member {
            None => constants(file, &full).collect(),
            Some(member) => members(wanted, file, &full, member),
        };
        wanted.keep(file, lines, found);
    }
}

fn defines(file: &File, full: &[&str]) -> bool {
    let dotted = full.join(".");
    let symbols = file.analysis.iter().flat_map(|analysis| &analysis.symbols);
    let types = [SymbolKind::Class, SymbolKind::Section, SymbolKind::Constant];
    symbols.filter(|symbol| types.contains(&symbol.kind)).any(|symbol| full_name(symbol) == dotted)
}

fn constants<'a>(file: &'a File, full: &'a [&'a str]) -> impl Iterator<Item = (u32, Certainty)> + 'a {
    let last = full.last().copied().unwrap_or_default();
    lines_with(file, last).filter_map(move |(number, line, at)| {
        let before = &line[..at];
        let is_opened =
            ["class ", "module "].iter().any(|word| line.trim_start().starts_with(word)) && !before.contains('<');
        let in_comment = before.contains(" # ");
        if is_opened || in_comment {
            return None;
        }
        Some((number, certainty(file, number, &path_to(before), full)?))
    })
}

/// The qualifiers that end a text: `A`, `B` of `… A::B::`; an empty first one where it begins at the top.
fn path_to(before: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = before;
    while let Some(outer) = rest.strip_suffix("::") {
        let start = outer
            .rfind(|c: char| !c.is_alphanumeric() && c != '_')
            .map_or(0, |at| at + outer[at..].chars().next().map_or(1, char::len_utf8));
        parts.push(&outer[start..]);
        rest = &outer[..start];
    }
    parts.reverse();
    parts
}

/// The whole path, or the end of it inside of the modules that are left out.
fn certainty(file: &File, line: u32, path: &[&str], full: &[&str]) -> Option<Certainty> {
    let path = path.strip_prefix(&[""]).unwrap_or(path);
    let around = &full[..full.len() - 1];
    if path == around {
        return Some(NAMED);
    }
    let left_out = around.strip_suffix(path).filter(|left| !left.is_empty())?;
    let dotted = left_out.join(".");
    let symbols = file.analysis.iter().flat_map(|analysis| &analysis.symbols);
    let mut scopes = symbols.filter(|s| matches!(s.kind, SymbolKind::Class | SymbolKind::Section));
    scopes.any(|s| s.start < line && line <= s.end && full_name(s) == dotted).then_some(INSIDE)
}

/// `Type.member` of a method of the class itself, `x.member` where `x = Type.new`.
fn members(wanted: &Wanted<'_>, file: &File, full: &[&str], member: &str) -> Vec<(u32, Certainty)> {
    let quote = wanted.fact.before.as_ref().map_or("", |span| span.quote.as_str());
    let of_class = quote.contains(&format!("self.{member}"));
    let mut out = Vec::new();
    let mut objects: Vec<String> = Vec::new();
    let last = full.last().copied().unwrap_or_default();
    for (number, line, at) in lines_with(file, last) {
        let before = &line[..at];
        if certainty(file, number, &path_to(before), full).is_none() {
            continue;
        }
        let after = &line[at + last.len()..];
        let called = if member == "initialize" { "new" } else { member };
        if (of_class || member == "initialize") && is_member(after, called) {
            out.push((number, CALLED));
        }
        if is_member(after, "new") {
            objects.extend(assigned(before));
        }
    }
    if of_class || member == "initialize" {
        return out;
    }
    for (number, line, at) in lines_with(file, member) {
        let before = line[..at].strip_suffix('.').map(|before| before.trim_end_matches('&'));
        let is_object = |name: &String| {
            before.is_some_and(|before| {
                before
                    .strip_suffix(name.as_str())
                    .is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
            })
        };
        if objects.iter().any(is_object) {
            out.push((number, CALLED));
        }
    }
    out
}

/// `.name` at the beginning, and nothing longer.
fn is_member(after: &str, name: &str) -> bool {
    let rest = after.strip_prefix('.').and_then(|rest| rest.strip_prefix(name));
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// The variable of `x = A::B::`, `@x ||= B::`.
fn assigned(before: &str) -> Option<String> {
    let start = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == ':').trim_end();
    let left = start.strip_suffix('=')?.trim_end_matches(['|', '&']).trim();
    let name = left.rsplit(char::is_whitespace).next()?;
    let plain = name.len() >= 2 && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '@');
    plain.then(|| name.to_owned())
}
