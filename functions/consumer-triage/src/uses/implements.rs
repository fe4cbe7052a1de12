//! Types of the consumer that implement a type of the provider and lack what it demands now.

use contracts::analysis::{Symbol, SymbolKind};
use outline::code;

use crate::dependent::{File, Place};
use crate::uses::symbol::binding::{self, Binding};
use crate::uses::{Asked, Certainty, Found, Use, text};

const LACKS: Certainty = Certainty::Certain("it implements the provider's type and lacks what that demands now");
const AROUND: Certainty =
    Certainty::Likely("it implements a type of this name and lacks what the provider's demands now");

/// Implementations of `T` of the module that have no `method`, for a name `T.method`.
pub(crate) fn find(module: &str, name: &str, asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let Some((of, method)) = name.rsplit_once('.') else { return found };
    for file in asked.dependent.files.iter().filter(|file| file.analysis.is_some() && !file.is_data()) {
        let Some(binding) = binding::of(file, module, of) else { continue };
        let written = binding.written(of);
        let certainty = match binding {
            Binding::Direct(_) | Binding::Behind(_) => LACKS,
            _ => AROUND,
        };
        let lines = match file.language() {
            "rust" => in_rust(file, &written, method),
            "go" => in_go(file, &written, method, asked),
            _ => in_classes(file, &written, method),
        };
        let certainty = if file.place == Place::Test { Certainty::Likely("a test implements it") } else { certainty };
        found.uses.extend(lines.into_iter().map(|line| Use::at(&file.path, line).but(certainty)));
    }
    found
}

/// `impl T for X { … }` without `fn method`.
fn in_rust(file: &File, written: &str, method: &str) -> Vec<u32> {
    let mut out = Vec::new();
    let whole = file.text();
    let (mut at, function) = (0, format!("fn {method}"));
    for (number, line) in (1..).zip(whole.split_inclusive('\n')) {
        let start = at;
        at += line.len();
        let head = line.trim_start();
        let is_of = |after: &str| {
            let after = after.trim_start();
            after.starts_with("for ") || (after.starts_with('<') && after.contains("> for "))
        };
        let named = head.starts_with("impl") && code::words(line, written).any(|at| is_of(&line[at + written.len()..]));
        let Some(open) = whole[start..].find('{').filter(|_| named && !text::is_comment(file, line)) else { continue };
        let body = &whole[start + open..code::closing(whole, start + open, false)];
        // What is longer than a bracket is looked for says nothing.
        if body.ends_with('}') && code::words(body, &function).next().is_none() && !body.contains("!(") {
            out.push(number);
        }
    }
    out
}

/// `var _ pkg.T = (*X)(nil)`, where no file gives `X` the method.
fn in_go(file: &File, written: &str, method: &str, asked: &Asked<'_>) -> Vec<u32> {
    let has = |name: &str| {
        let symbols = asked.dependent.files.iter().filter_map(|file| file.analysis.as_ref()).flat_map(|a| &a.symbols);
        let mut own = symbols.filter(|symbol| symbol.container.as_deref() == Some(name));
        own.any(|symbol| symbol.name == method)
    };
    let asserted = |line: &str| -> Option<String> {
        let (_, value) = line.trim_start().strip_prefix("var _ ")?.strip_prefix(written)?.split_once('=')?;
        let value = value.trim_start_matches([' ', '(', '*', '&']);
        let end = value.find(|c: char| !code::is_name(c)).unwrap_or(value.len());
        Some(value[..end].to_owned()).filter(|name| !name.is_empty())
    };
    let lacking = file
        .lines_with(written)
        .filter(|(_, line)| asserted(line).is_some_and(|name| !has(&name) && !embeds(file, &name)));
    lacking.map(|(number, _)| number).collect()
}

/// What a struct holds without a name may bring the method along.
fn embeds(file: &File, name: &str) -> bool {
    let head = format!("type {name} struct {{");
    let Some(from) = file.text().find(&head).map(|at| at + head.len() - 1) else { return true };
    let body = &file.text()[from..code::closing(file.text(), from, false)];
    body.lines().any(|line| {
        line.split_whitespace().count() == 1 && line.trim().starts_with(|c: char| c.is_alphabetic() || c == '*')
    })
}

/// `class X implements T`, `class X(T)`, `class X : T`.
fn in_classes(file: &File, written: &str, method: &str) -> Vec<u32> {
    let symbols = || file.analysis.iter().flat_map(|analysis| &analysis.symbols);
    let implements = |class: &&Symbol| {
        let head = class.signature.as_str();
        let Some(after) = code::words(head, &class.name).next().map(|at| &head[at + class.name.len()..]) else {
            return false;
        };
        let passes = ["abstract", "interface"].iter().any(|word| code::words(head, word).next().is_some());
        let last = written.rsplit('.').next().unwrap_or(written);
        class.kind == SymbolKind::Class
            && !passes
            && (code::words(after, written).next().is_some()
                || (file.language() != "python" && code::words(after, last).next().is_some()))
    };
    let has =
        |class: &Symbol| symbols().any(|s| s.name == method && s.container.as_deref() == Some(class.name.as_str()));
    // With another base beside it, that one may bring the method along.
    let alone = |class: &Symbol| {
        class.signature.matches(',').count() == 0
            && !(class.signature.contains(" extends ") && class.signature.contains(" implements "))
    };
    symbols().filter(implements).filter(|class| !has(class) && alone(class)).map(|class| class.start).collect()
}
