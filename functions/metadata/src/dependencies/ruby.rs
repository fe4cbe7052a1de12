//! Gemfile, *.gemspec and Gemfile.lock. The programs are never run.

use crate::dependencies::Around;
use crate::found::{Found, Scope, git_version};
use crate::read::lines::numbered;
use crate::read::tokens::{Kind, RUBY, Token, tokens};

pub(super) fn read(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let tokens = tokens(text, RUBY);
    // One entry an open block: whether it is a group for development.
    let mut blocks: Vec<bool> = Vec::new();
    let mut development_blocks = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        let Some(word) = token.word() else { continue };
        match word {
            "do" => {
                let development = opens_development(&tokens, at);
                development_blocks += usize::from(development);
                blocks.push(development);
            }
            "if" | "unless" | "case" | "def" | "begin" | "while" if token.leads => blocks.push(false),
            "end" => development_blocks -= usize::from(blocks.pop() == Some(true)),
            "gem" if token.leads => {
                let scope = if development_blocks > 0 { Scope::Dev } else { Scope::Runtime };
                add_gem(found, &tokens[at + 1..], scope);
            }
            _ => {
                if let Some(scope) = gemspec_scope(word) {
                    add_gem(found, &tokens[at + 1..], scope);
                }
            }
        }
    }
    Ok(())
}

/// `spec.add_development_dependency`.
fn gemspec_scope(word: &str) -> Option<Scope> {
    match word.rsplit('.').next()? {
        "add_dependency" | "add_runtime_dependency" => Some(Scope::Runtime),
        "add_development_dependency" => Some(Scope::Dev),
        _ => None,
    }
}

/// Whether the `do` at `at` ends `group :development, :test do`.
fn opens_development(tokens: &[Token<'_>], at: usize) -> bool {
    /// `group :development, :test, optional: true do` and then some.
    const LONGEST: usize = 30;
    let line = tokens[at].line;
    let before = || tokens[..at].iter().rev().take(LONGEST).take_while(|token| token.line == line);
    before().any(|token| token.word() == Some("group")) && before().any(is_development)
}

fn is_development(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Word("development" | "test") | Kind::Text("development" | "test"))
}

/// `'name', '~> 1', '>= 1.2', git: '…', group: :test`.
fn add_gem(found: &mut Found<'_>, rest: &[Token<'_>], scope: Scope) {
    let rest = if rest.first().is_some_and(|token| token.is('(')) { &rest[1..] } else { rest };
    let Some((name, line)) = rest.first().and_then(|token| Some((token.text()?, token.line))) else { return };
    let arguments = arguments(&rest[1..]);
    let versions: Vec<&str> = arguments.iter().map_while(|part| literal(part)).collect();
    let option = |key: &str| arguments.iter().find_map(|part| option(part, key));
    let version = match (option("git"), option("github"), option("path")) {
        (Some(url), ..) => git_version(url, ["tag", "ref", "branch"].iter().find_map(|point| option(point))),
        (_, Some(repository), _) => {
            let point = ["tag", "ref", "branch"].iter().find_map(|point| option(point));
            git_version(&format!("https://github.com/{repository}"), point)
        }
        (.., Some(path)) => format!("path:{path}"),
        _ => versions.join(", "),
    };
    let for_development = arguments.iter().any(|part| {
        part.iter().any(|token| matches!(token.word(), Some("group" | "groups"))) && part.iter().any(is_development)
    });
    found.add(name, &version, if for_development { Scope::Dev } else { scope }, line);
}

/// More than any declaration of a gem is made of.
const MOST_TOKENS: usize = 200;

/// The arguments behind the name, cut at commas outside of brackets; they end where no comma follows in the line.
fn arguments<'a, 't>(rest: &'a [Token<'t>]) -> Vec<&'a [Token<'t>]> {
    let rest = &rest[..rest.len().min(MOST_TOKENS)];
    let mut found = Vec::new();
    let mut depth = 0usize;
    let mut start = None;
    let mut end = rest.len();
    for (at, token) in rest.iter().enumerate() {
        let goes_on = depth > 0 || at.checked_sub(1).is_some_and(|before| rest[before].is(','));
        let ends = (token.leads && !goes_on) || (depth == 0 && (token.is(')') || token.is(']')));
        if ends || (start.is_none() && !token.is(',')) {
            end = at;
            break;
        }
        match token.kind {
            Kind::Mark('[' | '(') => depth += 1,
            Kind::Mark(']' | ')') => depth = depth.saturating_sub(1),
            Kind::Mark(',') if depth == 0 => {
                found.extend(start.map(|start| &rest[start..at]));
                start = Some(at + 1);
            }
            _ => {}
        }
    }
    found.extend(start.filter(|start| *start < end).map(|start| &rest[start..end]));
    found
}

fn literal<'t>(part: &[Token<'t>]) -> Option<&'t str> {
    match part {
        [only] => only.text(),
        _ => None,
    }
}

/// The text of `key: 'text'` or `:key => 'text'`.
fn option<'t>(part: &[Token<'t>], key: &str) -> Option<&'t str> {
    let named = part.iter().take(2).any(|token| token.word() == Some(key));
    part.iter().find_map(Token::text).filter(|_| named)
}

pub(super) fn read_lock(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let mut in_specs = false;
    for (number, line) in numbered(text) {
        if !line.starts_with("    ") {
            in_specs = line.trim() == "specs:";
        } else if in_specs && !line.starts_with("     ") {
            let (name, version) = line.trim().split_once(" (").unwrap_or((line.trim(), ""));
            found.add(name, version.trim_end_matches(')'), Scope::Locked, number);
        }
    }
    Ok(())
}
