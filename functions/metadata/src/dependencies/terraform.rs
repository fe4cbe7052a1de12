//! Terraform: modules, required providers and the provider lock.

use crate::dependencies::Around;
use crate::found::{Found, Scope};
use crate::read::tokens::{HCL, Kind, Token, closing, tokens};

pub(super) fn read(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let tokens = tokens(text, HCL);
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.leads) {
        let open = at + 2;
        match token.word() {
            Some("module") if tokens.get(open).is_some_and(|mark| mark.is('{')) => {
                add_module(found, &tokens[open..=closing(&tokens, open)], token.line);
            }
            Some("required_providers") if tokens.get(at + 1).is_some_and(|mark| mark.is('{')) => {
                add_providers(found, &tokens[at + 1..=closing(&tokens, at + 1)]);
            }
            _ => {}
        }
    }
    // Unbalanced brackets are the one mistake that would hide everything behind them.
    let count = |marks: [char; 2]| {
        tokens.iter().filter(|t| t.is(marks[0])).count() == tokens.iter().filter(|t| t.is(marks[1])).count()
    };
    if count(['{', '}']) { Ok(()) } else { Err("a block is not closed".to_owned()) }
}

fn add_module(found: &mut Found<'_>, block: &[Token<'_>], line: u32) {
    let Some(source) = setting(block, "source") else { return };
    let (name, point) = match source.rsplit_once("?ref=") {
        Some((name, point)) => (name, point.split('&').next().unwrap_or(point)),
        None => (source, ""),
    };
    found.add(name, setting(block, "version").unwrap_or(point), Scope::Runtime, line);
}

/// The text of `key = "text"` directly inside the block that starts with its bracket.
fn setting<'t>(block: &[Token<'t>], key: &str) -> Option<&'t str> {
    let mut depth = 0usize;
    for (at, token) in block.iter().enumerate() {
        match token.kind {
            Kind::Mark('{' | '[' | '(') => depth += 1,
            Kind::Mark('}' | ']' | ')') => depth = depth.saturating_sub(1),
            Kind::Word(word) if depth == 1 && word == key && block.get(at + 1).is_some_and(|mark| mark.is('=')) => {
                return block.get(at + 2).and_then(Token::text);
            }
            _ => {}
        }
    }
    None
}

/// `aws = { source = "hashicorp/aws", version = "~> 5" }` or, as before 0.13, `aws = "~> 5"`.
fn add_providers(found: &mut Found<'_>, block: &[Token<'_>]) {
    let mut at = 1;
    while at + 2 < block.len() {
        let (name, value) = (&block[at], at + 2);
        match (name.word(), block[at + 1].is('='), block[value].kind) {
            (Some(name_text), true, Kind::Mark('{')) => {
                let end = closing(block, value);
                let provider = &block[value..=end];
                let source = setting(provider, "source").unwrap_or(name_text);
                found.add(source, setting(provider, "version").unwrap_or_default(), Scope::Runtime, name.line);
                at = end + 1;
            }
            (Some(name_text), true, Kind::Text(version)) => {
                found.add(name_text, version, Scope::Runtime, name.line);
                at = value + 1;
            }
            _ => at += 1,
        }
    }
}

pub(super) fn read_lock(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let tokens = tokens(text, HCL);
    for (at, token) in tokens.iter().enumerate() {
        let source = tokens.get(at + 1).and_then(Token::text);
        if let (Some("provider"), true, Some(source)) = (token.word(), token.leads, source) {
            let block = &tokens[(at + 2).min(closing(&tokens, at + 2))..=closing(&tokens, at + 2)];
            // host/namespace/type: the host says where it is fetched from, not what it is.
            let name = source.split_once('/').filter(|(host, _)| host.contains('.')).map_or(source, |(_, name)| name);
            found.add(name, setting(block, "version").unwrap_or_default(), Scope::Locked, token.line);
        }
    }
    Ok(())
}
