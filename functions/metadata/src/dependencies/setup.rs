//! setup.cfg, and the lists that a setup.py writes out literally. The program itself is never run.

use crate::dependencies::Around;
use crate::dependencies::pip::requirement;
use crate::found::{Found, Scope};
use crate::read::lines::numbered;
use crate::read::tokens::{PYTHON, Token, closing, tokens};

pub(super) fn read_cfg(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let mut problem = None;
    for Setting { section, key, line, value } in settings(text) {
        let Some(scope) = scope_of(section, key) else { continue };
        if value.is_empty() || value.starts_with("file:") {
            continue;
        }
        match requirement(value) {
            Some(requirement) => found.add(requirement.name, requirement.version, scope, line),
            None => problem = Some(format!("line {line}: not a requirement: {}", crate::read::first_line(value))),
        }
    }
    problem.map_or(Ok(()), Err)
}

fn scope_of(section: &str, key: &str) -> Option<Scope> {
    match (section, key) {
        ("options", "install_requires") => Some(Scope::Runtime),
        ("options", "setup_requires") => Some(Scope::Build),
        ("options", "tests_require") => Some(Scope::Dev),
        ("options.extras_require", _) => Some(Scope::Optional),
        _ => None,
    }
}

/// One line of a value in an INI file.
pub(crate) struct Setting<'t> {
    pub(crate) section: &'t str,
    pub(crate) key: &'t str,
    pub(crate) line: u32,
    pub(crate) value: &'t str,
}

/// Every line of every value.
pub(crate) fn settings(text: &str) -> Vec<Setting<'_>> {
    let (mut section, mut key) = ("", "");
    let mut found = Vec::new();
    for (line, written) in numbered(text) {
        let value = written.trim();
        if value.is_empty() || value.starts_with(['#', ';']) {
            continue;
        }
        let is_indented = written.starts_with([' ', '\t']);
        let header = value.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        if let Some(name) = header.filter(|_| !is_indented) {
            (section, key) = (name.trim(), "");
        } else if is_indented {
            found.push(Setting { section, key, line, value });
        } else if let Some((name, value)) = value.split_once(['=', ':']) {
            key = name.trim();
            found.push(Setting { section, key, line, value: value.trim() });
        }
    }
    found
}

pub(super) fn read_py(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let tokens = tokens(text, PYTHON);
    for (at, token) in tokens.iter().enumerate() {
        let scope = match token.word() {
            Some("install_requires") => Scope::Runtime,
            Some("setup_requires") => Scope::Build,
            Some("tests_require") => Scope::Dev,
            Some("extras_require") => Scope::Optional,
            _ => continue,
        };
        let assigned = tokens.get(at + 1).is_some_and(|next| next.is('='));
        if assigned && tokens.get(at + 2).is_some_and(|open| open.is('[') || open.is('{')) {
            add_literals(found, &tokens[at + 2..=closing(&tokens, at + 2)], scope);
        }
    }
    Ok(())
}

/// The quoted elements; the keys of a dictionary of extras are names of extras.
fn add_literals(found: &mut Found<'_>, list: &[Token<'_>], scope: Scope) {
    for (at, token) in list.iter().enumerate() {
        let is_key = list.get(at + 1).is_some_and(|next| next.is(':'));
        let element = token.text().filter(|_| !is_key).and_then(requirement);
        if let Some(requirement) = element {
            found.add(requirement.name, requirement.version, scope, token.line);
        }
    }
}
