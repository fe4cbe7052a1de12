//! Requests and answers in code: keys of bodies that are sent, reads of keys of answers.

pub(super) mod access;
mod alias;
mod sent;

use contracts::analysis::{Symbol, SymbolKind};
use outline::Format;
use outline::code;

use self::access::{Access, access};
use self::sent::Sent;
use super::names::{is_common, is_telling};
use super::{Wanted, calls, files, generated, index, query, topic};
use crate::dependent::{File, Place};
use crate::uses::{Certainty, Found, Use, text};

/// Lines of one file that name a key; more are data.
const MAX_LINES: usize = 2_000;

/// Lines around a call outside of every function.
const AROUND: u32 = 15;

const SENT: Certainty = Certainty::Certain("the field changed there and stands in what is sent here");
const READ: Certainty = Certainty::Likely("the field changed there and is read here, where that operation is called");
const NAMED: Certainty = Certainty::Likely("the file deals with the provider and names the field");
const LACKS: Certainty = Certainty::Likely("what is sent here does not hold the field");

/// Places that send or read the field, or send a body without it.
pub(super) fn find(wanted: &Wanted<'_, '_>) -> Found {
    let mut found = Found::default();
    let calls = calls(wanted);
    for file in files(wanted.asked) {
        let own: Vec<u32> = calls.iter().filter(|call| call.path == file.path).map(|call| call.start).collect();
        let near = wanted.asked.contact.is_near(file);
        if wanted.fact.rule.starts_with("spec.proto.") {
            found.uses.extend(generated::find(wanted, file, near));
        }
        if wanted.is_whole() {
            whole(wanted, file, near, &mut found);
        } else if wanted.fact.rule == "fields.alias_removed" {
            alias::find(wanted, file, &own, &mut found);
        } else if wanted.is_required() {
            for what in sent::sent(wanted, file, &own) {
                match what {
                    // What a test sends, or holds against what was sent, is refused by nobody but its own stand-in.
                    Sent::WithoutIt(_) if index(wanted.asked).is_test(&file.path) => {}
                    Sent::WithoutIt(line) => found.uses.push(Use::at(&file.path, line).but(LACKS)),
                    Sent::WithIt => found.note = Some(format!("`{}` is sent already ({})", wanted.key, file.path)),
                    Sent::Unseen(_) => {}
                }
            }
        } else if file.is_data() {
            configured(wanted, file, near, &mut found);
        } else if !own.is_empty() || near {
            named(wanted, file, &own, near, &mut found);
        }
    }
    if !wanted.is_required() && wanted.fact.rule != "fields.alias_removed" {
        found.uses.extend(topic::find(wanted));
        found.uses.extend(query::copies(wanted));
    }
    found
}

/// A call that must send the field, where what it sends is not seen.
pub(super) fn unclear(wanted: &Wanted<'_, '_>) -> Option<String> {
    let calls = calls(wanted);
    files(wanted.asked).find_map(|file| {
        let own: Vec<u32> = calls.iter().filter(|call| call.path == file.path).map(|call| call.start).collect();
        let unseen = sent::sent(wanted, file, &own).into_iter().find_map(|what| match what {
            Sent::Unseen(line) => Some(line),
            Sent::WithIt | Sent::WithoutIt(_) => None,
        });
        unseen.map(|line| format!("whether `{}` is sent at {}:{line} could not be seen", wanted.key, file.path))
    })
}

/// Every place of the file that names the field, as far as it is the provider's.
fn named(wanted: &Wanted<'_, '_>, file: &File, own: &[u32], near: bool, found: &mut Found) {
    let mut spellings = wanted.spellings();
    spellings.retain(|key| index(wanted.asked).holds(file, key));
    if spellings.is_empty() {
        return;
    }
    let pieces: Vec<(u32, u32)> = own.iter().map(|line| piece(file, *line)).collect();
    for (key, number, line) in
        spellings.iter().flat_map(|key| file.lines_with(key).take(MAX_LINES).map(move |(at, line)| (key, at, line)))
    {
        let Some(how) = access(line, key).or_else(|| wanted.by_its_rule(line, key)) else { continue };
        if text::is_comment(file, line) {
            continue;
        }
        let called = pieces.iter().any(|(start, end)| (*start..=*end).contains(&number));
        let certainty = match how {
            Access::Written if called => SENT,
            _ if called => READ,
            _ if !near || !(is_telling(key) || beside(wanted, file, number, line)) => continue,
            _ => NAMED,
        };
        found.uses.push(Use::at(&file.path, number).but(certainty));
    }
}

/// Lines of code that name a type which is gone, in a file that deals with the provider.
fn whole(wanted: &Wanted<'_, '_>, file: &File, near: bool, found: &mut Found) {
    let name = wanted.owner.short.as_str();
    if near && !file.is_data() && is_telling(name) && index(wanted.asked).holds(file, name) {
        let lines = file
            .lines_with(name)
            .filter(|(_, line)| !text::is_comment(file, line) && code::words(line, name).next().is_some());
        found.uses.extend(lines.map(|(number, _)| Use::at(&file.path, number).but(NAMED)));
    }
}

impl Wanted<'_, '_> {
    /// How code may write the key: compilers of messages make `UnitPrice` and `unitPrice` of `unit_price`.
    pub(super) fn spellings(&self) -> Vec<String> {
        let mut out = vec![self.key.to_owned()];
        if self.fact.rule.starts_with("spec.proto.") {
            out.extend([camel(self.key, true), camel(self.key, false)]);
            out.sort();
            out.dedup();
        }
        out
    }

    /// What is no key, and a use all the same: a value of an enum as a text, the call of a service.
    fn by_its_rule(&self, line: &str, key: &str) -> Option<Access> {
        let quoted = |quote: char| line.contains(&format!("{quote}{key}{quote}"));
        let value = self.fact.rule.contains("enum_value") || self.fact.rule.starts_with("spec.enum.");
        let called = || code::words(line, key).any(|at| line[..at].ends_with('.'));
        let is_use = (value && ['"', '\''].into_iter().any(quoted))
            || (self.fact.rule.starts_with("spec.proto.rpc") && called());
        is_use.then_some(Access::Read)
    }
}

/// `unit_price` as `UnitPrice` or `unitPrice`.
fn camel(name: &str, first: bool) -> String {
    let mut capital = first;
    let mut out = String::new();
    for c in name.chars() {
        match c {
            '_' => capital = true,
            c if capital => {
                out.extend(c.to_uppercase());
                capital = false;
            }
            c if out.is_empty() => out.extend(c.to_lowercase()),
            c => out.push(c),
        }
    }
    out
}

/// What owns the field is named on the line or by the function around it.
fn beside(wanted: &Wanted<'_, '_>, file: &File, number: u32, line: &str) -> bool {
    let around = || function(file, number).map_or("", |symbol| symbol.signature.as_str());
    !is_common(&wanted.owner.short) && (wanted.owner.stands_in(line) || wanted.owner.stands_in(around()))
}

/// Keys of files that configure the provider: written by people, or saying which schema they follow. Other data is a copy of
/// something, or a translation.
fn configured(wanted: &Wanted<'_, '_>, file: &File, near: bool, found: &mut Found) {
    if !near || !wanted.fact.rule.starts_with("spec.schema.") || file.place == Place::Test {
        return;
    }
    let Some(format) = outline::format_of(&file.path) else { return };
    if format == Format::Json && file.place != Place::Interface && !file.text().contains("\"$schema\"") {
        return;
    }
    for key in outline::keys(format, file.text()) {
        let before = key.path.iter().rev().nth(1).map(String::as_str);
        let placed = wanted.around.is_some_and(|around| before == Some(around));
        if key.name() == wanted.key && (placed || is_telling(wanted.key)) {
            found.uses.push(
                Use::at(&file.path, key.line)
                    .but(Certainty::Likely("the property is set where this service is configured")),
            );
        }
    }
}

/// The function around a line, or some lines where there is none.
fn piece(file: &File, line: u32) -> (u32, u32) {
    function(file, line)
        .map_or((line.saturating_sub(AROUND).max(1), line.saturating_add(AROUND)), |symbol| (symbol.start, symbol.end))
}

fn function(file: &File, line: u32) -> Option<&Symbol> {
    let symbols = file.analysis.iter().flat_map(|analysis| &analysis.symbols);
    let around = symbols
        .filter(|s| matches!(s.kind, SymbolKind::Function | SymbolKind::Method) && s.start <= line && line <= s.end);
    around.min_by_key(|symbol| symbol.end - symbol.start)
}
