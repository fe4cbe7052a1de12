//! Attributes and functions of objects that the provider hands out: read from something that is called like their class
//! or their variable.

use outline::{Format, Key};

use super::{in_languages, put};
use crate::contact;
use crate::dependent::{File, Place};
use crate::uses::symbol::{receiver, receiver_fits};
use crate::uses::{Asked, Certainty, Found, text};

const READ: Certainty = Certainty::Likely("read from an object that is called like the class which no longer has it");
const CALLED: Certainty = Certainty::Likely("called on an object that is named like the one which no longer has it");

/// Lines beside a call in which another way to the same is tried.
const NEAR: u32 = 3;

/// Lines of one file that are looked at closely.
const MAX_LOOKED_AT: usize = 200;

/// Uses of an attribute of a class of Python.
pub(super) fn of_class((module, name): (&str, &str), asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let Some((class, attribute)) = name.rsplit_once('.') else { return found };
    let class = class.rsplit('.').next().unwrap_or(class).trim_end_matches(|c: char| c.is_ascii_digit());
    let package = module.split('.').next().unwrap_or(module);
    let names = contact::names(&asked.case.change.repo);
    for file in in_languages(asked, &["python"]).filter(|file| file.text().contains(attribute)) {
        let imports = file.analysis.iter().flat_map(|analysis| &analysis.imports);
        let of_provider = |top: &str| top == package || names.iter().any(|name| name == top);
        if !imports.into_iter().any(|import| of_provider(import.module.split('.').next().unwrap_or(""))) {
            continue;
        }
        // A short name of one word is one of many things.
        let telling = attribute.len() >= 8 || attribute.contains('_');
        if !telling && outline::code::words(file.text(), class).next().is_none() {
            continue;
        }
        let lines = file.lines_with(attribute).filter(|(_, line)| {
            !text::is_comment(file, line) && !line.contains("hasattr(") && reads(line, class, attribute)
        });
        put(&mut found, file, lines.map(|(line, _)| (line, READ)));
    }
    found
}

/// `x.attribute`, `getattr(x, "attribute")` without a default, where `x` is called like the class.
fn reads(line: &str, class: &str, attribute: &str) -> bool {
    let fits = |name: &str| name.len() >= 4 && name.len() * 2 >= class.len() && receiver_fits(name, class);
    outline::code::words(line, attribute).any(|at| {
        let (before, after) = (&line[..at], line[at + attribute.len()..].trim_start());
        if let Some(object) = before.strip_suffix('.') {
            return !after.starts_with('=') && fits(receiver(object))
                || after.starts_with("==") && fits(receiver(object));
        }
        let asked = before.strip_suffix(['"', '\'']).and_then(|before| before.rsplit_once("getattr("));
        let object = asked.map(|(_, object)| object.trim_end().trim_end_matches(',').trim());
        let without_default = after.strip_prefix(['"', '\'']).is_some_and(|after| after.trim_start().starts_with(')'));
        without_default && object.is_some_and(|object| fits(receiver(object)))
    })
}

/// Uses of a function of an object of JavaScript, in a repository that names the package among its dependencies.
pub(super) fn of_object((module, name): (&str, &str), asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let Some((object, member)) = name.rsplit_once('.') else { return found };
    if !asked.dependent.files.iter().any(|file| depends_on(file, module)) {
        return found;
    }
    let called = format!(".{member}(");
    for file in in_languages(asked, &["javascript", "typescript", "jsx", "tsx"]) {
        let lines = file.lines_with(&called).take(MAX_LOOKED_AT).filter(|(number, line)| {
            let on_it = line.match_indices(&called).any(|(at, _)| is_called_like(receiver(&line[..at]), object));
            on_it && !text::is_comment(file, line) && !has_another_way(file, *number, member, object)
        });
        let lines: Vec<(u32, Certainty)> = lines.map(|(line, _)| (line, CALLED)).collect();
        if file.place != Place::Test || !lines.is_empty() {
            put(&mut found, file, lines);
        }
    }
    found
}

fn depends_on(file: &File, package: &str) -> bool {
    if file.path.rsplit('/').next() != Some("package.json") {
        return false;
    }
    let names = |key: &Key| {
        matches!(key.path.first().map(String::as_str), Some("dependencies" | "peerDependencies"))
            && key.path.len() == 2
            && key.name() == package
    };
    outline::keys(Format::Json, file.text()).iter().any(names)
}

/// `context` for `sharedTraversalContext`: the last word of the variable, or more of it.
fn is_called_like(receiver: &str, object: &str) -> bool {
    let whole = object.eq_ignore_ascii_case(receiver);
    let mut letters = receiver.chars();
    let capital = letters.next().map(|first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()));
    receiver.len() >= 4 && (whole || capital.is_some_and(|last| object.ends_with(&last)))
}

/// The same is asked of something else on a line close by, or only if it is there.
fn has_another_way(file: &File, line: u32, member: &str, object: &str) -> bool {
    let lines = line.saturating_sub(NEAR).max(1)..=line.saturating_add(NEAR);
    lines.into_iter().map(|at| file.line(at)).any(|text| {
        outline::code::words(text, member).any(|at| {
            let before = text[..at].trim_end_matches(['.', '?']);
            let other = text[..at].ends_with('.') && !is_called_like(receiver(before), object);
            let optional = text[at + member.len()..].starts_with("?.") || text[..at].ends_with("?.");
            other || optional || text.contains(" in ") || text.contains("typeof ")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_an_attribute() {
        for (line, expected) in [
            ("x = callspec.funcargs", true),
            ("if a not in metafunc.callspec.funcargs]", true),
            ("getattr(callspec, \"funcargs\")", true),
            ("getattr(callspec, 'funcargs', {})", false),
            ("item.funcargs[a]", false),
            ("callspec.funcargs = {}", false),
            ("callspec.funcargs2", false),
            ("funcargs", false),
            ("", false),
        ] {
            assert_eq!(reads(line, "CallSpec", "funcargs"), expected, "{line}");
        }
    }

    #[test]
    fn what_is_called_like_an_object() {
        assert!(is_called_like("context", "sharedTraversalContext"));
        assert!(!is_called_like("sourceCode", "sharedTraversalContext"));
        assert!(!is_called_like("text", "sharedTraversalContext"));
        assert!(is_called_like("context", "context"));
        assert!(!is_called_like("ext", "sharedTraversalContext"));
        assert!(!is_called_like("", "x"));
    }
}
