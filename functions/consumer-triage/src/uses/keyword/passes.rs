//! What in a consumer passes its own keywords on to something of the provider.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{Call, Symbol, SymbolKind};
use outline::code;

use super::Keyword;
use crate::dependent::File;
use crate::uses::Asked;
use crate::uses::symbol::alias;
use crate::uses::symbol::binding::{self, Binding};

/// What passes on to what passes on: nobody goes deeper.
const MAX_ROUNDS: usize = 4;

/// More than this in one consumer is a framework of its own.
const MAX_PASSERS: usize = 200;

/// How one file writes the provider's name.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Certainly the provider's.
    pub exact: BTreeSet<String>,
    /// Out of a package around the module.
    pub around: BTreeSet<String>,
}

/// A class or a function of the consumer that passes keywords on.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Passer {
    pub name: String,
    path: String,
    lines: (u32, u32),
    /// It takes any keyword itself; else only what it calls above it does.
    open: bool,
}

impl Passer {
    /// A call of the constructor above, inside of the class.
    pub(super) fn is_above(&self, file: &File, call: &Call) -> bool {
        let above = call.callee.starts_with("super") && call.callee.ends_with(".__init__");
        above && self.path == file.path && (self.lines.0..=self.lines.1).contains(&call.line)
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Passing(BTreeMap<String, Vec<Passer>>);

impl Passing {
    /// Those that lead to this callable, directly or through each other.
    pub(super) fn of(asked: &Asked<'_>, module: &str, keyword: Keyword<'_>) -> Self {
        let python = || asked.dependent.files.iter().filter(|file| file.language() == "python");
        let mut out = Self::default();
        for _ in 0..MAX_ROUNDS {
            let mut new = Vec::new();
            for file in python() {
                let names = direct(file, module, keyword.root);
                let own = out.in_file(file);
                let leads = |name: &str| {
                    names.exact.contains(name)
                        || names.around.contains(name)
                        || own.iter().any(|passer| passer.open && passer.name == name)
                };
                let known = |passer: &Passer| out.0.values().flatten().any(|other| other == passer);
                new.extend(passers(file, &leads, keyword.name).into_iter().filter(|passer| !known(passer)));
            }
            if new.is_empty() || out.0.len() + new.len() > MAX_PASSERS {
                break;
            }
            for passer in new {
                out.0.entry(passer.name.clone()).or_default().push(passer);
            }
        }
        out
    }

    /// Those that a file defines or imports by name.
    pub(super) fn in_file(&self, file: &File) -> Vec<&Passer> {
        let imported: BTreeSet<&str> =
            file.analysis.iter().flat_map(|a| &a.imports).flat_map(|i| &i.names).map(String::as_str).collect();
        let here =
            |passer: &&Passer| passer.path == file.path || (passer.open && imported.contains(passer.name.as_str()));
        self.0.values().flatten().filter(here).collect()
    }
}

/// How the file writes `root` of `module`.
pub(super) fn direct(file: &File, module: &str, root: &str) -> Names {
    let mut out = Names::default();
    let Some(found) = binding::of(file, module, root) else { return out };
    let own = match &found {
        Binding::Direct(line) | Binding::Around(line) => alias::of_name(file, *line, root),
        _ => None,
    };
    let written = own.unwrap_or_else(|| found.written(root));
    match &found {
        // What a private module defines, its package hands out: nobody else could.
        Binding::Around(_) | Binding::BehindAround(_) if !is_private(module) => out.around.insert(written),
        Binding::Everything => out.around.insert(written),
        _ => out.exact.insert(written),
    };
    out
}

fn is_private(module: &str) -> bool {
    module.split('.').any(|part| part.starts_with('_'))
}

fn passers(file: &File, leads: &impl Fn(&str) -> bool, keyword: &str) -> Vec<Passer> {
    let symbols = || file.analysis.iter().flat_map(|analysis| &analysis.symbols);
    let mut out: Vec<Passer> = aliases(file)
        .filter(|(_, of, _)| leads(of))
        .map(|(name, _, line)| Passer {
            name: name.to_owned(),
            path: file.path.clone(),
            lines: (line, line),
            open: true,
        })
        .collect();
    for symbol in symbols() {
        let open = match symbol.kind {
            SymbolKind::Class if bases(symbol).any(leads) => {
                let own = symbols().find(|s| s.name == "__init__" && s.container.as_deref() == Some(&symbol.name));
                own.is_none_or(|own| hands_on(file, own, keyword, &|called| called.ends_with(".__init__")))
            }
            SymbolKind::Function if hands_on(file, symbol, keyword, leads) => true,
            _ => continue,
        };
        let (name, lines) = (symbol.name.clone(), (symbol.start, symbol.end));
        out.push(Passer { name, path: file.path.clone(), lines, open });
    }
    out
}

/// `Name = other.Thing`, with its line.
fn aliases(file: &File) -> impl Iterator<Item = (&str, &str, u32)> {
    let dotted = |text: &str| !text.is_empty() && text.chars().all(|c| code::is_name(c) || c == '.');
    file.lines_with(" = ").filter_map(move |(number, line)| {
        let (name, of) = line.trim().split_once(" = ")?;
        (dotted(of) && dotted(name) && !name.contains('.')).then_some((name, of, number))
    })
}

/// `class A(b.C, metaclass=D):` has the base `b.C`.
fn bases(class: &Symbol) -> impl Iterator<Item = &str> {
    let list = class.signature.split_once('(').map_or("", |(_, list)| list);
    list.split(',').map(|base| base.trim().trim_end_matches([')', ':', ' ']).split('[').next().unwrap_or(""))
}

/// A function that takes any keyword, does nothing with this one, and gives all of them to what `is_it`.
fn hands_on(file: &File, function: &Symbol, keyword: &str, is_it: &dyn Fn(&str) -> bool) -> bool {
    // A signature that was not cut shows whether it takes any; finding its text costs the file's length.
    if function.signature.len() < 300 && !function.signature.contains("**") {
        return false;
    }
    let text = lines(file, function);
    let Some(rest) = rest_name(text) else { return false };
    if code::words(text, keyword).next().is_some() {
        return false;
    }
    let given = format!("**{rest}");
    let calls = file.analysis.iter().flat_map(|analysis| &analysis.calls);
    let mut inside = calls.filter(|call| (function.start..=function.end).contains(&call.line) && is_it(&call.callee));
    inside.any(|call| {
        let name = call.callee.rsplit('.').next().unwrap_or("");
        let opened = code::words(text, name).map(|at| at + name.len()).filter(|at| text[*at..].starts_with('('));
        opened.into_iter().any(|open| text[open..code::closing(text, open, true)].contains(&given))
    })
}

/// `rest` of `def f(a, **rest)`.
fn rest_name(text: &str) -> Option<&str> {
    let open = text.find('(')?;
    let list = &text[open..code::closing(text, open, true)];
    let (_, after) = list.split_once("**")?;
    after.split(|c: char| !code::is_name(c)).next().filter(|name| !name.is_empty())
}

/// The text of a definition.
fn lines<'f>(file: &'f File, symbol: &Symbol) -> &'f str {
    let text = file.text();
    let mut starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let Some(from) = starts.nth(symbol.start.saturating_sub(1) as usize) else { return "" };
    let to = starts.nth(symbol.end.saturating_sub(symbol.start) as usize).unwrap_or(text.len());
    &text[from..to]
}
