//! Names of Ruby, PHP and C#, which have namespaces of their own: who names them, wherever they come from.

mod csharp;
mod php;
mod ruby;

use contracts::analysis::Symbol;
use contracts::fact::Fact;

use super::MAX_A_FILE;
use super::arity::Arity;
use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, text};

/// Lines above a use in which somebody may have asked whether the name is there.
const ASKED_BEFORE: u32 = 6;

/// Places of one file that are looked at closely.
const MAX_LOOKED_AT: usize = 200;

/// What is gone or changed.
struct Wanted<'a> {
    fact: &'a Fact,
    /// The namespace.
    module: &'a str,
    /// The type, constant or function.
    root: &'a str,
    /// A member of it.
    member: Option<&'a str>,
}

/// Names that a file's text must hold: trees do not list constants behind their modules.
pub(super) fn in_texts(fact: &Fact, module: &str, name: &str) -> Vec<String> {
    let text = if fact.rule == "symbol.module.removed" { module } else { name.split('.').next().unwrap_or(name) };
    let spaced = language(fact).is_some_and(|language| matches!(language, "ruby" | "php" | "csharp"));
    if spaced && text.len() >= 3 { vec![text.to_owned()] } else { Vec::new() }
}

/// The language of the provider's file.
fn language(fact: &Fact) -> Option<&'static str> {
    let path = fact.before.as_ref().map(|span| span.path.as_str())?;
    syntax::language_of(path, b"")
}

/// Places that name it; none for names of other languages.
pub(super) fn find(fact: &Fact, (module, name): (&str, &str), asked: &Asked<'_>) -> Option<Found> {
    let language = language(fact)?;
    let (root, member) = match name.split_once('.') {
        Some((root, member)) => (root, Some(member)),
        None => (name, None),
    };
    let wanted = Wanted { fact, module, root, member };
    let files = || asked.dependent.files.iter().filter(|file| file.language() == language);
    let mut found = Found::default();
    match language {
        "ruby" if fact.rule == "symbol.module.removed" => ruby::required(&wanted, files(), &mut found),
        "ruby" => ruby::find(&wanted, files(), &mut found),
        "php" => php::find(&wanted, files(), &mut found),
        "csharp" => csharp::find(&wanted, files(), &mut found),
        _ => return None,
    }
    for place in &mut found.uses {
        let is_test = asked.dependent.files.iter().any(|file| file.path == place.path && file.place == Place::Test);
        if is_test && matches!(place.certainty, Certainty::Certain(_)) {
            place.certainty = Certainty::Likely("a test uses it");
        }
    }
    Some(found)
}

impl Wanted<'_> {
    /// Puts the lines of one file on the list, as far as they break.
    fn keep(&self, file: &File, lines: Vec<(u32, Certainty)>, found: &mut Found) {
        let mut told: Vec<u32> = Vec::new();
        for (line, certainty) in lines.into_iter().take(MAX_LOOKED_AT) {
            if told.contains(&line) || told.len() >= MAX_A_FILE || !self.breaks(file, line) {
                continue;
            }
            if self.asks_before(file, line) {
                found.note = Some(format!("{}:{line} asks first whether it is there", file.path));
                continue;
            }
            told.push(line);
            found.uses.push(Use::at(&file.path, line).but(certainty));
        }
    }

    /// Other arguments break only calls that do not fit them.
    fn breaks(&self, file: &File, line: u32) -> bool {
        if self.fact.rule != "symbol.signature.changed" {
            return true;
        }
        let name = self.member.unwrap_or(self.root);
        let new = self.fact.after.as_ref().and_then(|span| Arity::read(&span.quote, name));
        let called = if matches!(name, "initialize" | "__construct") { "new" } else { name };
        let calls = file.analysis.iter().flat_map(|analysis| &analysis.calls);
        let mut here = calls.filter(|call| call.line == line && (call.callee.ends_with(called) || called == "new"));
        let plain =
            new_is_plain(self.fact) && !["...", "(*", "(&", ", *", ", &"].iter().any(|m| file.line(line).contains(m));
        plain && new.is_some_and(|new| here.any(|call| !new.takes(usize::from(call.arity) + call.named.len())))
    }

    /// `defined?(X)`, `class_exists(X)`, `method_exists($x, 'm')` on the line or a few lines above, or a rescue below.
    fn asks_before(&self, file: &File, line: u32) -> bool {
        let asks = |text: &str| {
            let asks = ["defined?", "const_defined?", "_exists(", "respond_to?"].iter().any(|word| text.contains(word));
            asks && [self.root, self.member.unwrap_or(self.root)].iter().any(|name| text.contains(name))
        };
        let rescues = |text: &str| text.trim_start().starts_with("rescue NameError");
        let above = line.saturating_sub(ASKED_BEFORE).max(1)..=line;
        let mut below = line..=line.saturating_add(ASKED_BEFORE);
        above.into_iter().any(|at| asks(file.line(at))) || below.any(|at| rescues(file.line(at)))
    }
}

/// Parameters that are counted one by one: no keywords, blocks and rests of Ruby, no extensions and lists of C#.
fn new_is_plain(fact: &Fact) -> bool {
    let Some(span) = &fact.after else { return false };
    let marks: &[&str] = match language(fact) {
        Some("ruby") => &[": ", ":,", ":)", "&", "*", "..."],
        Some("csharp") => &["this ", "params "],
        _ => &[],
    };
    let head = format!("{})", span.quote.split(')').next().unwrap_or(""));
    !marks.iter().any(|mark| head.contains(mark))
}

/// Code lines that have `word`, with the places where it stands as a word of its own.
fn lines_with<'a>(file: &'a File, word: &'a str) -> impl Iterator<Item = (u32, &'a str, usize)> + 'a {
    let lines = file.lines_with(word).filter(|(_, line)| !text::is_comment(file, line));
    lines.flat_map(move |(number, line)| outline::code::words(line, word).map(move |at| (number, line, at)))
}

/// The dotted name of a definition with everything around it.
fn full_name(symbol: &Symbol) -> String {
    symbol.container.as_ref().map_or_else(|| symbol.name.clone(), |around| format!("{around}.{}", symbol.name))
}
