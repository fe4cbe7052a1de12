//! The parameters of a definition of Python, read from its text: a signature may be longer than an analysis keeps.

use contracts::analysis::{Symbol, SymbolKind};
use outline::code;

/// Where each line of a text begins.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

/// What a callable takes by name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parameters {
    pub named: Vec<Named>,
    /// `**kwargs`: takes any name.
    pub open: bool,
    /// Line of the definition.
    pub line: u32,
}

/// One parameter that callers may name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub name: String,
    /// Its type and its default, as written.
    rest: String,
    pub line: u32,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    fn number(&self, at: usize) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= at)).unwrap_or(u32::MAX)
    }

    fn start(&self, line: u32) -> Option<usize> {
        self.starts.get(line.checked_sub(1)? as usize).copied()
    }
}

impl Parameters {
    /// None yet, of a definition at this line.
    pub(super) fn at(line: u32) -> Self {
        Self { named: Vec::new(), open: false, line }
    }

    /// With what another definition of the same name takes (overloads, branches by version).
    pub(super) fn join(&mut self, other: Self) {
        self.open |= other.open;
        for given in other.named {
            if !self.takes(&given.name) {
                self.named.push(given);
            }
        }
    }

    pub(super) fn takes(&self, name: &str) -> bool {
        self.named.iter().any(|given| given.name == name)
    }

    /// The one new parameter with the same type and default at the same place.
    pub(super) fn heir(&self, before: &Self, lost: &Named) -> Option<&str> {
        let place = before.named.iter().position(|given| given == lost)?;
        let now = self.named.get(place).filter(|_| self.named.len() == before.named.len())?;
        (!before.takes(&now.name) && now.rest == lost.rest).then_some(now.name.as_str())
    }
}

/// The parameters of a function; none where its list is not to be seen.
pub(super) fn read(lines: &Lines<'_>, symbol: &Symbol, member: bool) -> Option<Parameters> {
    let start = lines.start(symbol.start)?;
    let marker = format!("def {}", symbol.name);
    let whole = lines.text.get(start..lines.start(symbol.end.saturating_add(1)).unwrap_or(lines.text.len()))?;
    let name = whole.match_indices(&marker).map(|(at, _)| at + marker.len());
    let mut opened = name.filter_map(|at| Some((at, whole.get(at..)?.chars().find(|c| !c.is_whitespace())?)));
    let from = opened.find(|(_, c)| *c == '(').map(|(at, _)| start + at)?;
    let open = from + lines.text.get(from..)?.find('(')?;
    let end = code::closing(lines.text, open, true);
    let mut out = Parameters::at(lines.number(open));
    let is_static = symbol.decorators.iter().any(|text| text.contains("staticmethod"));
    for (at, text) in pieces(lines.text, open + 1, end.saturating_sub(1)) {
        let (name, rest) = text.split_at(text.find([':', '=']).unwrap_or(text.len()));
        match name.trim() {
            "" | "*" => {}
            // Everything before it is given by place alone.
            "/" => out.named.clear(),
            name if name.starts_with("**") => out.open = true,
            name if name.starts_with('*') => {}
            name => out.named.push(Named {
                name: name.to_owned(),
                rest: rest.split_whitespace().collect(),
                line: lines.number(at),
            }),
        }
    }
    if member && !is_static && !out.named.is_empty() {
        out.named.remove(0);
    }
    Some(out)
}

/// The fields of a class whose constructor is made of them.
pub(super) fn of_record(name: &str, class: &Symbol, all: &[Symbol]) -> Parameters {
    let mut out = Parameters::at(class.start);
    // What it inherits is not seen.
    out.open = class.signature.contains('(');
    let fields = all.iter().filter(|s| s.kind == SymbolKind::Constant && s.container.as_deref() == Some(name));
    for field in fields {
        let Some((_, rest)) = field.signature.split_once(':') else { continue };
        if !rest.contains("ClassVar") && !rest.contains("init=False") && !field.name.starts_with('_') {
            out.named.push(Named {
                name: field.name.clone(),
                rest: rest.split_whitespace().collect(),
                line: field.start,
            });
        }
    }
    out
}

/// The parts of a list between `from` and `end`, without comments, each with where it starts.
fn pieces(text: &str, from: usize, end: usize) -> Vec<(usize, String)> {
    let (mut out, mut depth, mut at) = (Vec::new(), 0_usize, from);
    let (mut piece, mut begun) = (String::new(), None);
    while let Some(c) = text.get(at..end).and_then(|rest| rest.chars().next()) {
        if let Some(next) = code::skipped(text, at, true).filter(|_| !text[at..].starts_with("//")) {
            let next = next.clamp(at + c.len_utf8(), end);
            if c != '#' {
                piece.push_str(text.get(at..next).unwrap_or(""));
            }
            at = next;
            continue;
        }
        match c {
            ',' if depth == 0 => out.push((begun.take().unwrap_or(at), std::mem::take(&mut piece))),
            _ => {
                match c {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if !c.is_whitespace() {
                    begun.get_or_insert(at);
                }
                piece.push(c);
            }
        }
        at += c.len_utf8();
    }
    out.push((begun.unwrap_or(at), piece));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str, member: bool) -> Option<(Vec<String>, bool)> {
        let symbol = syntax::analyze("python", text.as_bytes()).symbols.into_iter().find(|s| s.name == "f")?;
        let found = read(&Lines::of(text), &symbol, member)?;
        Some((found.named.into_iter().map(|given| given.name).collect(), found.open))
    }

    #[test]
    fn what_callers_may_name() {
        let long = format!("def f({}): pass\n", (0..200).map(|n| format!("a{n}: int = {n}, ")).collect::<String>());
        assert_eq!(named(&long, false).map(|(names, _)| names.len()), Some(200));
        for (text, member, expected, open) in [
            ("def f(a, b=1): pass", false, "a b", false),
            ("class C:\n  def f(self, a, *, b: dict[str, int] = {}): pass", true, "a b", false),
            ("def f(a, /, b, *args, **rest): pass", false, "b", true),
            ("@x(1)\ndef f(\n  # b,\n  a: str = \"x, y\",  # c, d\n) -> int:\n  return 1", false, "a", false),
            ("class C:\n  @staticmethod\n  def f(a): pass", true, "a", false),
            ("def f(): pass", false, "", false),
        ] {
            let expected: Vec<String> = expected.split_whitespace().map(str::to_owned).collect();
            assert_eq!(named(text, member), Some((expected, open)), "{text}");
        }
    }

    #[test]
    fn wrecks_never_panic() {
        for text in ["def f(", "def f(ä='", "def f(a, (b, (", "def f(\n#", "def f"] {
            let _ = named(text, false);
            let _ = pieces(text, 0, text.len());
        }
    }
}
