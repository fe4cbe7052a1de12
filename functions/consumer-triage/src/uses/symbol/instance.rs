//! Values whose type is to be seen where they are declared or made.

use std::collections::BTreeSet;

use outline::code;

use crate::dependent::File;
use crate::uses::symbol::binding::Binding;
use crate::uses::{Certainty, Use, text};

/// More names than this tell nothing apart.
const MAX_NAMES: usize = 200;

/// What stands between a name and its type where the type comes last.
const POINTERS: &[&str] =
    &["&mut ", "&", "*", "mut ", "final ", "const ", "Optional[", "Option<", "Arc<", "Box<", "Rc<"];

/// Names of this file that hold a value of the type that it writes as `class`: `client: Client`, `client = Client(`,
/// `Client client`, `with Client() as client`, `client *pkg.Client`.
pub(crate) fn names(file: &File, class: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (_, line) in file.lines_with(class) {
        if text::is_comment(file, line) || out.len() > MAX_NAMES {
            continue;
        }
        for at in words(line, class) {
            let (before, after) = (&line[..at], &line[at + class.len()..]);
            out.extend(declared(before, after).or_else(|| typed_first(file, before, after)).map(str::to_owned));
            out.extend(opened(before, after).map(str::to_owned));
        }
    }
    // `input input.Model`: behind the name stands the package as often as the value.
    let package = class.split_once('.').map(|(package, _)| package);
    out.retain(|name| Some(name.as_str()) != package);
    out
}

/// Lines that use `member` of the provider's type: `Type::member`, or `value.member` where the value is seen to be of it.
pub(crate) fn members(file: &File, binding: &Binding, root: &str, member: &str) -> Vec<Use> {
    let class = binding.written(root);
    let path = format!("{class}::{member}");
    let values: Vec<String> = names(file, &class).into_iter().map(|name| format!("{name}.{member}")).collect();
    let of_value =
        Certainty::Likely("a member of this name is used on a value that is seen to be of the provider's type");
    let mut out = Vec::new();
    for (number, line) in file.lines_with(member).filter(|(_, line)| !text::is_comment(file, line)) {
        let by_value = || values.iter().any(|value| words(line, value).next().is_some());
        if code::words(line, &path).next().is_some() {
            out.push(Use::at(&file.path, number).but(binding.certainty()));
        } else if by_value() {
            out.push(Use::at(&file.path, number).but(of_value));
        }
    }
    out
}

/// `class` as a word of its own; its first part may not be a member of something else.
fn words<'t>(line: &'t str, class: &'t str) -> impl Iterator<Item = usize> + 't {
    code::words(line, class).filter(|at| !line[..*at].ends_with('.'))
}

/// `name: Class`, `name = Class(`, `name := &Class{`, `name *Class`.
fn declared<'l>(before: &'l str, after: &str) -> Option<&'l str> {
    let mut before = before.trim_end_matches(['"', '\'']);
    for _ in 0..3 {
        let cut = POINTERS
            .iter()
            .find_map(|pointer| before.strip_suffix(pointer.trim_end()).or(before.strip_suffix(pointer)));
        before = cut.unwrap_or(before).trim_end();
    }
    let made = after.starts_with(['(', '{']) || after.starts_with("::new") || after.starts_with("::default");
    let head = before.strip_suffix("await").map_or(before, str::trim_end);
    let head = head.strip_suffix("new").map_or(head, str::trim_end);
    if let Some(left) = head.strip_suffix(":=").or_else(|| head.strip_suffix('=')).filter(|_| made) {
        // `name: Type = Class(` is called by its name, too.
        let left = left.split(':').next().unwrap_or(left).trim_end();
        return last_name(left);
    }
    let left = before.strip_suffix(':').filter(|left| !left.ends_with(':'))?;
    last_name(left.trim_end().trim_end_matches('?'))
}

/// `Class name` of Java and its like; `name Class` of Go.
fn typed_first<'l>(file: &File, before: &'l str, after: &'l str) -> Option<&'l str> {
    match file.language() {
        "java" | "csharp" | "cpp" | "c" | "kotlin" | "scala" | "php" => {
            let after = after.trim_start_matches(['&', '*']);
            let rest = after.strip_prefix(' ')?.trim_start();
            let end = rest.find(|c: char| !code::is_name(c)).unwrap_or(rest.len());
            let follows = rest[end..].trim_start();
            (end > 0 && (follows.is_empty() || follows.starts_with(['=', ';', ',', ')', ':']))).then_some(&rest[..end])
        }
        "go" => {
            let rest = before.trim_end_matches('*').strip_suffix(' ')?;
            last_name(rest.trim_end()).filter(|name| !matches!(*name, "return" | "type" | "case" | "range" | "new"))
        }
        _ => None,
    }
}

/// `with Class(…) as name:`.
fn opened<'l>(before: &str, after: &'l str) -> Option<&'l str> {
    if !before.trim_end().ends_with("with") || !after.starts_with('(') {
        return None;
    }
    let (_, rest) = after.rsplit_once(" as ")?;
    let end = rest.find(|c: char| !code::is_name(c)).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// The last name of a text, with what it is a member of: `self.client`.
fn last_name(text: &str) -> Option<&str> {
    let start = text
        .rfind(|c: char| !(code::is_name(c) || c == '.'))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let name = &text[start..];
    (!name.is_empty() && !name.starts_with(['.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependent::Place;

    #[test]
    fn types_that_are_seen() {
        for (path, line, class, expected) in [
            ("a.py", "client = Client(1)", "Client", "client"),
            ("a.py", "    self.client: Client = make()", "Client", "self.client"),
            ("a.py", "self.client = sdk.Client()", "sdk.Client", "self.client"),
            ("a.py", "async with Client(a=1) as c:", "Client", "c"),
            ("a.py", "def f(x, client: Optional[Client] = None):", "Client", "client"),
            ("a.py", "x = make(Client)", "Client", ""),
            ("a.py", "# client = Client()", "Client", ""),
            ("a.py", "client = MyClient()", "Client", ""),
            ("a.ts", "const c = new Client();", "Client", "c"),
            ("a.ts", "f(private client: Client)", "Client", "client"),
            ("a.rs", "let c = Client::new();", "Client", "c"),
            ("a.rs", "fn f(c: &mut Client) {}", "Client", "c"),
            ("A.java", "Client c = make();", "Client", "c"),
            ("A.java", "return new Client(a);", "Client", ""),
            ("a.go", "func f(c *sdk.Client) {", "sdk.Client", "c"),
            ("a.go", "c := &sdk.Client{}", "sdk.Client", "c"),
            ("a.go", "type x struct { sdk sdk.Client }", "sdk.Client", ""),
            ("a.py", "ä = Client(", "Client", "ä"),
        ] {
            let language = syntax::language_of(path, b"").unwrap_or("");
            let analysis = Some(std::sync::Arc::new(syntax::analyze(language, line.as_bytes())));
            let file = File { path: path.into(), place: Place::Source, analysis, text: Some(line.into()) };
            let found: Vec<String> = names(&file, class).into_iter().collect();
            assert_eq!(found.join(" "), expected, "{line}");
        }
    }
}
