//! Settings in Terraform files: `name = value` lines and the blocks around them.

use super::{Kind, Setting, plain};
use crate::line_number;

/// Blocks deeper than this are no configuration.
const MAX_DEPTH: usize = 100;

/// Blocks and maps whose numbers concern something else than requests.
const OTHERS: &[&str] = &["timeouts", "probe", "requests", "health_check", "lifecycle"];

pub(super) fn settings(text: &str) -> Vec<Setting> {
    let mut blocks: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = without_comment(line.trim());
        if line.len() <= 2_000 {
            within(line, line_number(at), &mut blocks, &mut out);
        }
    }
    out
}

/// One line: its blocks are opened and closed where they stand.
fn within(line: &str, number: u32, blocks: &mut Vec<String>, out: &mut Vec<Setting>) {
    let mut head = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['{', '}']) {
        head.push_str(&rest[..at]);
        if rest[..at].ends_with('$') {
            // `${var.x}` is a value, not a block.
            let end = rest[at..].find('}').map_or(rest.len(), |end| at + end + 1);
            head.push_str(&rest[at..end]);
            rest = &rest[end..];
            continue;
        }
        if rest[at..].starts_with('{') {
            if blocks.len() < MAX_DEPTH {
                let name = plain::words(&head).collect::<Vec<_>>().join(" ");
                blocks.push(name);
            }
        } else {
            assignments(&head, number, blocks, out);
            blocks.pop();
        }
        head.clear();
        rest = &rest[at + 1..];
    }
    head.push_str(rest);
    assignments(&head, number, blocks, out);
}

fn assignments(text: &str, number: u32, blocks: &[String], out: &mut Vec<Setting>) {
    let Some((name, value)) = text.split_once('=') else { return };
    let name = plain::words(name).last().unwrap_or("");
    let value = value.trim().trim_matches('"');
    let other = blocks.iter().any(|block| OTHERS.iter().any(|word| block.contains(word)));
    let kind = Kind::of(name).filter(|_| !other);
    out.extend(kind.map(|kind| {
        let owner = format!("{} {name}", blocks.join(" / "));
        Setting { kind, owner, value: value.to_owned(), line: number, end: number }
    }));
}

fn without_comment(line: &str) -> &str {
    if line.starts_with(['#', '*']) || line.starts_with("//") {
        return "";
    }
    line.find(" #").map_or(line, |at| line[..at].trim_end())
}
