//! go.mod. Since Go 1.17 it lists the whole build, so go.sum adds nothing.

use crate::dependencies::Around;
use crate::found::{Found, Scope};
use crate::read::lines::numbered;

pub(super) fn read(found: &mut Found<'_>, text: &str, _: &Around) -> Result<(), String> {
    let mut block = "";
    let mut problem = None;
    for (number, written) in numbered(text) {
        let (line, comment) = written.split_once("//").unwrap_or((written, ""));
        let line = line.trim();
        if block.is_empty() {
            let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            if rest.trim() == "(" {
                block = verb;
            } else if !verb.is_empty() && !directive(found, verb, rest.trim(), comment, number) {
                problem = Some(format!("line {number}: not a directive of go.mod"));
            }
        } else if line == ")" {
            block = "";
        } else if !line.is_empty() && !directive(found, block, line, comment, number) {
            problem = Some(format!("line {number}: not a {block} directive"));
        }
    }
    problem.map_or(Ok(()), Err)
}

/// False where the line cannot be what its directive wants.
fn directive(found: &mut Found<'_>, verb: &str, rest: &str, comment: &str, number: u32) -> bool {
    let words: Vec<&str> = rest.split_whitespace().map(|word| word.trim_matches(['"', '`'])).collect();
    match (verb, words.as_slice()) {
        ("require", [module, version]) => {
            // What only dependencies need is a pin, not a choice made here.
            let indirect = comment.trim_start().starts_with("indirect");
            found.add(module, version, if indirect { Scope::Locked } else { Scope::Runtime }, number);
            true
        }
        ("replace", [old, .., "=>", path]) => {
            found.add(old, &format!("path:{path}"), Scope::Runtime, number);
            true
        }
        ("replace", [_, .., "=>", module, version]) => {
            found.add(module, version, Scope::Runtime, number);
            true
        }
        ("require" | "replace", _) => false,
        ("module" | "go" | "toolchain" | "exclude" | "retract" | "tool" | "godebug" | "ignore", _) => true,
        _ => false,
    }
}
