//! build.gradle and build.gradle.kts, version catalogs, gradle.lockfile. The build is never run.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use crate::dependencies::around::{Aliases, Around, Shared};
use crate::found::{Found, Scope};
use crate::read::lines::numbered;
use crate::read::tables::{Toml, table_in, text_in, value_in};
use crate::read::tokens::{GRADLE, Kind, Token, closing, tokens};

pub(super) fn read(found: &mut Found<'_>, text: &str, around: &Around) -> Result<(), String> {
    let tokens = tokens(text, GRADLE);
    let variables = variables(&tokens);
    for (at, token) in tokens.iter().enumerate() {
        let Some(word) = token.word() else { continue };
        if let Some(scope) = scope_of(word).filter(|_| token.leads || follows_opening(&tokens, at)) {
            read_declaration(found, &tokens[at + 1..], scope, &variables, around);
        } else if word == "id" && token.leads {
            read_plugin(found, &tokens[at + 1..], &variables);
        }
    }
    Ok(())
}

/// `dependencies { implementation 'g:a:1' }` on one line.
fn follows_opening(tokens: &[Token<'_>], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|before| before.is('{') || before.is(';'))
}

/// A configuration by its name; source sets and Android variants put their own name before it.
fn scope_of(configuration: &str) -> Option<Scope> {
    const RUNTIME: [&str; 5] = ["implementation", "api", "runtimeonly", "compile", "runtime"];
    const BUILD: [&str; 6] = ["classpath", "compileonly", "annotationprocessor", "kapt", "ksp", "developmentonly"];
    let lower = configuration.to_ascii_lowercase();
    let ends_with = |names: &[&str]| names.iter().any(|name| lower.ends_with(name));
    if lower.starts_with("test") || lower.starts_with("androidtest") || lower.starts_with("integrationtest") {
        (ends_with(&RUNTIME) || ends_with(&BUILD)).then_some(Scope::Dev)
    } else if ends_with(&BUILD) {
        Some(Scope::Build)
    } else {
        ends_with(&RUNTIME).then_some(Scope::Runtime)
    }
}

/// What stands behind a configuration: texts, `group: …, name: …`, an alias of a catalog, each maybe inside `platform( )`.
fn read_declaration(
    found: &mut Found<'_>,
    rest: &[Token<'_>],
    scope: Scope,
    variables: &BTreeMap<&str, &str>,
    around: &Around,
) {
    let line = rest.first().map_or(0, |token| token.line);
    let arguments = arguments(rest);
    if let Some(coordinate) = by_map(arguments, variables) {
        add_coordinate(found, &coordinate, scope, line);
        return;
    }
    for token in arguments {
        match token.kind {
            Kind::Text(text) => add_coordinate(found, &resolve(text, variables), scope, token.line),
            Kind::Word(word) => {
                let alias = word.strip_prefix("libs.").map(|alias| alias.trim_end_matches(".get").replace('.', "-"));
                if let Some(shared) = alias.and_then(|alias| around.gradle(found.file(), &alias)) {
                    found.add(&shared.name, &shared.version, scope, token.line);
                }
            }
            Kind::Mark(_) => {}
        }
    }
}

/// The tokens of one declaration: up to the closing bracket, or to the end of the line and of lists that go on.
fn arguments<'a, 't>(rest: &'a [Token<'t>]) -> &'a [Token<'t>] {
    let Some(first) = rest.first() else { return rest };
    if first.is('(') {
        return &rest[..closing(rest, 0)];
    }
    if first.is('{') || first.is('=') || first.leads {
        return &[];
    }
    let ends = |at: usize| {
        rest[at].is('{') || rest[at].is(';') || (rest[at].leads && !rest[at - 1].is(',') && !rest[at - 1].is('('))
    };
    let end = (1..rest.len()).find(|at| ends(*at)).unwrap_or(rest.len());
    &rest[..end]
}

/// `group: 'g', name: 'a', version: '1'` (or with `=` in Kotlin).
fn by_map(arguments: &[Token<'_>], variables: &BTreeMap<&str, &str>) -> Option<String> {
    let value = |key: &str| {
        let at = arguments.iter().position(|token| token.word() == Some(key))?;
        let set = arguments.get(at + 1).is_some_and(|mark| mark.is(':') || mark.is('='));
        match arguments.get(at + 2).filter(|_| set)?.kind {
            Kind::Text(text) => Some(resolve(text, variables)),
            Kind::Word(word) => variables.get(word).map(|value| (*value).to_owned()),
            Kind::Mark(_) => None,
        }
    };
    Some(format!("{}:{}:{}", value("group")?, value("name")?, value("version").unwrap_or_default()))
}

/// `group:artifact:version[:classifier][@extension]`.
fn add_coordinate(found: &mut Found<'_>, coordinate: &str, scope: Scope, line: u32) {
    let mut parts = coordinate.split('@').next().unwrap_or(coordinate).split(':');
    if let (Some(group), Some(artifact)) = (parts.next(), parts.next()) {
        let sane = |part: &str| !part.is_empty() && !part.contains(['/', ' ']);
        if sane(group) && sane(artifact) {
            found.add(&format!("{group}:{artifact}"), parts.next().unwrap_or_default(), scope, line);
        }
    }
}

/// `id 'x' version '1'`, `id("x") version "1"`. Plugins without a version are Gradle's own.
fn read_plugin(found: &mut Found<'_>, rest: &[Token<'_>], variables: &BTreeMap<&str, &str>) {
    let near: Vec<&Token<'_>> = rest.iter().filter(|token| !token.is('(') && !token.is(')')).take(3).collect();
    if let [id, keyword, version] = near.as_slice()
        && let (Some(name), Some("version"), Some(version)) = (id.text(), keyword.word(), version.text())
    {
        found.add(name, &resolve(version, variables), Scope::Build, id.line);
    }
}

/// Texts that have a name: `def v = '1'`, `ext.v = '1'`, `val v = "1"`, `set('v', "1")`.
fn variables<'t>(tokens: &[Token<'t>]) -> BTreeMap<&'t str, &'t str> {
    let mut variables = BTreeMap::new();
    for window in tokens.windows(4) {
        if let (Some(name), true, Some(value)) = (window[0].word(), window[1].is('='), window[2].text()) {
            variables.insert(name, value);
            variables.insert(name.rsplit('.').next().unwrap_or(name), value);
        } else if let (Kind::Mark('('), Some(name), true, Some(value)) =
            (window[0].kind, window[1].text(), window[2].is(','), window[3].text())
        {
            variables.insert(name, value);
        }
    }
    if let [.., name, mark, value] = tokens
        && let (Some(name), true, Some(value)) = (name.word(), mark.is('='), value.text())
    {
        variables.insert(name, value);
    }
    variables
}

/// Replaces `$name` and `${name}` by what the file says; what it does not say stays as written.
fn resolve(text: &str, variables: &BTreeMap<&str, &str>) -> String {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        resolved.push_str(before);
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let (name, length) = match after.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            Some((name, _)) => (name, name.len() + 2),
            None => {
                let length = after.find(|c| !is_name(c)).unwrap_or(after.len());
                (&after[..length], length)
            }
        };
        match variables.get(name.trim()) {
            Some(value) => resolved.push_str(value),
            None => resolved.extend(["$", &after[..length]]),
        }
        rest = &after[length..];
    }
    resolved + rest
}

pub(super) fn read_catalog(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let toml = Toml::parse(text)?;
    for (table, scope) in [("libraries", Scope::Runtime), ("plugins", Scope::Build)] {
        for (alias, value) in toml.table(&[table]).into_iter().flatten() {
            if let Some(Shared { name, version }) = catalog_entry(&toml, value.get_ref()) {
                found.add(&name, &version, scope, toml.line(alias));
            }
        }
    }
    Ok(())
}

/// What `libs.<alias>` means; dashes, dots and underscores are the same to Gradle.
pub(super) fn shared(text: &str) -> Aliases {
    let Ok(toml) = Toml::parse(text) else { return Aliases::new() };
    let Some(libraries) = toml.table(&["libraries"]) else { return Aliases::new() };
    let shared = |(alias, value): (&toml::Spanned<toml::de::DeString<'_>>, &toml::Spanned<DeValue<'_>>)| {
        Some((alias.get_ref().replace(['_', '.'], "-"), catalog_entry(&toml, value.get_ref())?))
    };
    libraries.iter().filter_map(shared).collect()
}

fn catalog_entry(toml: &Toml<'_>, value: &DeValue<'_>) -> Option<Shared> {
    if let Some(text) = value.as_str() {
        let (name, version) = text.rsplit_once(':')?;
        return Some(Shared { name: name.to_owned(), version: version.to_owned() });
    }
    let entry = value.as_table()?;
    let by_parts = || Some(format!("{}:{}", text_in(entry, "group")?, text_in(entry, "name")?));
    let whole = text_in(entry, "module").or_else(|| text_in(entry, "id")).map(str::to_owned);
    Some(Shared { name: whole.or_else(by_parts)?, version: catalog_version(toml, entry) })
}

/// `version = "1"`, `version.ref = "name"`, or a rich version.
fn catalog_version(toml: &Toml<'_>, entry: &DeTable<'_>) -> String {
    let written = |value: &DeValue<'_>| match value.as_table() {
        Some(rich) => ["strictly", "require", "prefer"].iter().find_map(|key| text_in(rich, key)).map(str::to_owned),
        None => value.as_str().map(str::to_owned),
    };
    let reference = table_in(entry, &["version"]).and_then(|version| text_in(version, "ref"));
    let value = match reference {
        Some(name) => toml.table(&["versions"]).and_then(|versions| value_in(versions, name)),
        None => value_in(entry, "version"),
    };
    value.and_then(|value| written(value.get_ref())).unwrap_or_default()
}

pub(super) fn read_lock(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    for (number, line) in numbered(text).filter(|(_, line)| !line.starts_with('#')) {
        let mut parts = line.split('=').next().unwrap_or(line).split(':');
        if let (Some(group), Some(artifact), Some(version)) = (parts.next(), parts.next(), parts.next()) {
            found.add(&format!("{group}:{artifact}"), version.trim(), Scope::Locked, number);
        }
    }
    Ok(())
}
