//! What a program refuses without a variable: to start, or to answer whoever is not in the list that it gives.

use std::collections::BTreeSet;

use contracts::analysis::EnvRead;
use outline::code;

use crate::comparison::Side;

/// Files longer than this are not followed.
const MAX_LINES: usize = 4_000;

/// Lines of a block that are looked at for what it does.
const BLOCK: usize = 10;

/// Lines above a check in which the same list may have been let through.
const ABOVE: usize = 25;

/// Names that take over from a variable, at most.
const MAX_NAMES: usize = 20;

/// A check for membership in a list, with `$` for the list.
const NOT_IN: &[&str] = &[
    "!$.includes(",
    "!$.contains(",
    "!$.Contains(",
    "!$.has(",
    "!$.some(",
    "!$.any(",
    "!$.iter().any(",
    "not in $",
    "!slices.Contains($",
    "!contains($",
    "$.indexOf(",
    "!$.include?(",
];

/// A check whether `@` is set.
const UNSET: &[&str] = &[
    "!@)",
    "not @:",
    "@ == \"\" {",
    "@ is None:",
    "@ === undefined)",
    "-z \"$@\" ]",
    "-z \"${@}\" ]",
    "!process.env.@)",
    "os.Getenv(\"@\") == \"\" {",
];

/// Folders of programs that are not the one that is run for others.
const ASIDE: &[&str] = &["scripts", "script", "tools", "hack", "ci", ".github", "examples", "example", "bench", "dev"];

/// Answers that refuse whoever asks.
const REFUSALS: &[&str] =
    &["forbidden", "bad_request", "badrequest", "unauthorized", "permissiondenied", "disallowedhost"];

/// Ends of a program.
const ENDS: &[&str] =
    &["throw ", "raise ", "process.exit(1", "sys.exit(", "os.Exit(1", "log.Fatal", "panic(", "panic!(", "exit 1"];

/// Functions that every start goes through.
const STARTS: &[&str] = &["main", "init"];

/// Requests are refused by whoever is not in the list that the variable gives, whether it is set or not.
pub(super) fn requests(side: &Side, read: &EnvRead) -> bool {
    if !lets_nobody_in(read) {
        return false;
    }
    let Some(lines) = lines(side) else { return false };
    let names = carriers(&lines, &read.name);
    let anybody =
        |line: &&str| names.iter().any(|name| assigns(line, name)) && (line.contains("\"*\"") || line.contains("'*'"));
    if lines.iter().any(anybody) {
        return false;
    }
    (0..lines.len()).any(|at| is_check(&lines, at, &names) && refuses(&lines, at) && !is_passed_by(&lines, at, &names))
}

/// The program ends, on every start, if the variable is not set.
pub(super) fn to_start(side: &Side, read: &EnvRead) -> bool {
    let aside = side.path.split('/').any(|part| ASIDE.contains(&part));
    let helper = side.path.ends_with(".sh") && !side.path.contains("entrypoint") && !side.path.contains("start");
    let Some(lines) = lines(side).filter(|_| read.default.is_none() && !aside && !helper) else { return false };
    let names = carriers(&lines, &read.name);
    let ends = |at: usize| block(&lines, at).iter().any(|line| ENDS.iter().any(|end| line.contains(end)));
    (0..lines.len()).any(|at| names.iter().any(|name| is_unset(lines[at], name)) && at_start(&lines, at) && ends(at))
}

fn lines(side: &Side) -> Option<Vec<&str>> {
    let language = side.analysis.as_ref()?.language.as_str();
    let code = matches!(
        language,
        "javascript" | "typescript" | "tsx" | "jsx" | "python" | "go" | "rust" | "java" | "kotlin" | "ruby" | "bash"
    );
    let lines: Vec<&str> = side.text().lines().take(MAX_LINES + 1).collect();
    (code && lines.len() <= MAX_LINES).then_some(lines)
}

/// Without the variable the list is empty, or has this machine alone.
fn lets_nobody_in(read: &EnvRead) -> bool {
    let Some(default) = &read.default else { return true };
    let plain = default.trim_matches(['"', '\'', '[', ']', '`']);
    plain.is_empty() || (plain.contains("localhost") || plain.contains("127.0.0.1")) && !plain.contains('*')
}

/// The variable, and names that get what it holds.
fn carriers(lines: &[&str], name: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::from([name.to_owned()]);
    for line in lines {
        let (target, value) = match split(line) {
            Some((target, value)) => (target, value),
            None => continue,
        };
        if out.len() < MAX_NAMES && out.iter().any(|known| code::words(value, known).next().is_some()) {
            out.insert(target.to_owned());
        }
    }
    out
}

/// `const x: T = value`, `x := value`, `x.push(value)`.
fn split(line: &str) -> Option<(&str, &str)> {
    for verb in [".push(", ".extend(", ".append(", ".concat("] {
        if let Some((target, value)) = line.split_once(verb).filter(|(target, _)| !target.contains('=')) {
            return Some((target.trim(), value)).filter(|(target, _)| is_plain(target));
        }
    }
    let at = line.match_indices('=').map(|(at, _)| at).find(|at| {
        let around = (line[..*at].chars().next_back(), line[at + 1..].chars().next());
        !matches!(around.0, Some('=' | '!' | '<' | '>')) && !matches!(around.1, Some('=' | '>'))
    })?;
    let head = line[..at].trim_end_matches(':').trim();
    let head = head.split(':').next().unwrap_or(head).trim();
    let target = head.rsplit(' ').next()?;
    (is_plain(target) && !head.starts_with("if ")).then_some((target, &line[at + 1..]))
}

fn is_plain(name: &str) -> bool {
    name.len() >= 3 && name.chars().all(code::is_name)
}

fn assigns(line: &str, name: &str) -> bool {
    split(line).is_some_and(|(target, _)| target == name)
}

fn is_condition(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("} ").trim_start_matches("else ");
    ["if ", "if(", "elif ", "unless "].iter().any(|word| line.starts_with(word))
}

/// `if` somebody is not in the list, whatever the list holds.
fn is_check(lines: &[&str], at: usize, names: &BTreeSet<String>) -> bool {
    let line = lines[at];
    is_condition(line)
        && names.iter().any(|name| {
            let mut forms = NOT_IN.iter().map(|form| form.replace('$', name));
            let asked = forms.any(|form| line.contains(&form) && (!form.ends_with(".indexOf(") || is_missing(line)));
            // `if hosts and host not in hosts` asks nothing of whoever sets nothing.
            asked && code::words(line, name).count() == 1
        })
}

fn is_missing(line: &str) -> bool {
    line.contains("=== -1") || line.contains("== -1") || line.contains("< 0")
}

/// The line and what is deeper below it.
fn block<'a>(lines: &[&'a str], at: usize) -> Vec<&'a str> {
    let depth = indent(lines[at]);
    let inner = lines[at + 1..].iter().take(BLOCK).take_while(|line| line.trim().is_empty() || indent(line) > depth);
    std::iter::once(lines[at]).chain(inner.copied()).collect()
}

fn refuses(lines: &[&str], at: usize) -> bool {
    block(lines, at).iter().any(|line| {
        let lower = line.to_ascii_lowercase();
        let named = REFUSALS.iter().any(|word| lower.contains(word));
        let numbered = ["status", "abort", "error", "response", "writehead"].iter().any(|word| lower.contains(word));
        named
            || numbered
                && ["400", "401", "403", "421"].iter().any(|code| outline::code::words(line, code).next().is_some())
    })
}

/// Something above lets everybody through if nothing is set: the check stands in an `if` about the list, or behind a return.
fn is_passed_by(lines: &[&str], at: usize, names: &BTreeSet<String>) -> bool {
    let about = |line: &str| names.iter().any(|name| code::words(line, name).next().is_some());
    let mut depth = indent(lines[at]);
    let mut left = ABOVE;
    for above in (0..at).rev() {
        let line = lines[above];
        if line.trim().is_empty() {
            continue;
        }
        let encloses = indent(line) < depth;
        if encloses {
            depth = indent(line);
        }
        if is_condition(line) && about(line) && (encloses || leaves(lines, above)) {
            return true;
        }
        left = left.saturating_sub(1);
        if left == 0 || depth == 0 {
            return false;
        }
    }
    false
}

/// The block goes back to whoever called, or on to the next handler.
fn leaves(lines: &[&str], at: usize) -> bool {
    block(lines, at).iter().any(|line| line.contains("return") || line.contains("next(") || line.contains("continue"))
}

/// `if` the name is not set, and nothing else.
fn is_unset(line: &str, name: &str) -> bool {
    let line = line.trim();
    if !is_condition(line) || line.contains("&&") || line.contains(" and ") || line.contains(" -a ") {
        return false;
    }
    UNSET.iter().map(|form| form.replace('@', name)).any(|form| {
        line.split_once(&form).is_some_and(|(before, _)| {
            before.strip_prefix("if").unwrap_or(before).trim_start_matches([' ', '(', '[']).is_empty()
        })
    })
}

/// At the top of the file, or in the function that every start goes through.
fn at_start(lines: &[&str], at: usize) -> bool {
    let depth = indent(lines[at]);
    if depth == 0 {
        return true;
    }
    let outer = lines[..at].iter().rev().find(|line| !line.trim().is_empty() && indent(line) < depth);
    outer.is_some_and(|line| {
        indent(line) == 0 && STARTS.iter().any(|name| line.contains(&format!(" {name}(")) && !line.contains('='))
    })
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
