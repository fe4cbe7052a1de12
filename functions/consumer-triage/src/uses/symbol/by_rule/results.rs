//! Calls in Go that take another number of values than the function returns now.

use contracts::fact::Fact;

use super::{in_languages, put};
use crate::dependent::File;
use crate::uses::symbol::binding;
use crate::uses::{Asked, Certainty, Found, text};

const TAKEN: Certainty = Certainty::Certain("the call takes another number of values than the function returns now");
const HANDED_ON: Certainty = Certainty::Likely("the values of the call are handed on as they are");

pub(super) fn find(fact: &Fact, (module, name): (&str, &str), asked: &Asked<'_>) -> Found {
    let mut found = Found::default();
    let numbers: Vec<usize> =
        fact.summary.split_whitespace().filter_map(|word| word.trim_end_matches(',').parse().ok()).collect();
    let [new, _] = numbers.as_slice() else { return found };
    for file in in_languages(asked, &["go"]) {
        let Some(binding) = binding::of(file, module, name) else { continue };
        let mut breaking = Vec::new();
        for written in spellings(file, module, &binding.written(name), name) {
            let lines = file.lines_with(&written).filter(|(_, line)| !text::is_comment(file, line));
            breaking.extend(lines.filter_map(|(number, line)| {
                let at = line.find(&written)?;
                let is_own = !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
                Some((number, judge(&line[..at], &line[at + written.len() - 1..], *new)?)).filter(|_| is_own)
            }));
        }
        put(&mut found, file, breaking);
    }
    found
}

/// What a call may look like: by the name that the file gives to the package, else by the last part of its address, without
/// the `go` that many put around it.
fn spellings(file: &File, module: &str, written: &str, name: &str) -> Vec<String> {
    if let Some(alias) = alias(file, module) {
        return vec![format!("{alias}.{name}(")];
    }
    let package = written.strip_suffix(name).unwrap_or("").trim_end_matches('.');
    let bare = package.trim_start_matches("go.").trim_end_matches(".go").trim_end_matches("-go");
    let mut out = vec![format!("{written}(")];
    if bare != package {
        out.push(format!("{bare}.{name}("));
    }
    out
}

/// The name that a file gives to the package, where it gives one: `id "host/owner/uuid"`.
fn alias(file: &File, module: &str) -> Option<String> {
    let quoted = format!("\"{module}\"");
    let (_, line) = file.lines_with(&quoted).next()?;
    let before = line[..line.find(&quoted)?].trim().trim_start_matches("import").trim();
    let plain = !before.is_empty() && before.chars().all(|c| c.is_alphanumeric() || c == '_') && before != "_";
    plain.then(|| before.to_owned())
}

/// What the text before a call and the one from its bracket on say; none where the new number fits.
fn judge(before: &str, from: &str, new: usize) -> Option<Certainty> {
    let (before, after) = (before.trim(), behind(from)?);
    if after.starts_with(['.', '[']) {
        return Some(TAKEN);
    }
    if let Some(left) =
        before.strip_suffix(":=").or_else(|| before.strip_suffix('=').filter(|b| !b.ends_with(['=', '!', '<', '>'])))
    {
        let left = left.trim().trim_start_matches("if ").trim_start_matches("var ").trim_start_matches("switch ");
        // Another call or a value stands beside it.
        let names = left.rsplit([';', '{']).next().unwrap_or(left).split(',').count();
        return (names != new && !after.starts_with(',')).then_some(TAKEN);
    }
    match before.rsplit(char::is_whitespace).next().unwrap_or("") {
        // A statement of its own drops whatever comes.
        "" | "go" | "defer" | "{" => None,
        "return" => Some(HANDED_ON),
        // `f(g())` takes all the values of `g`.
        word if word.ends_with('(') && after.starts_with(')') => (!word.contains("Must")).then_some(HANDED_ON),
        _ => Some(TAKEN),
    }
}

/// What follows the bracket that closes the one at the beginning.
fn behind(from: &str) -> Option<&str> {
    let mut depth = 0i32;
    let end = from.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth == 0).then_some(at + c.len_utf8())
    })?;
    from.get(end..).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_take_another_number() {
        let cases = [
            ("id := ", "()", 2, Some(TAKEN)),
            ("id, err := ", "()", 2, None),
            ("if id, err := ", "(); err != nil {", 2, None),
            ("var id, err = ", "()", 2, None),
            ("x = ", "().String()", 2, Some(TAKEN)),
            ("id: ", "(),", 2, Some(TAKEN)),
            ("return ", "()", 2, Some(HANDED_ON)),
            ("x := uuid.Must(", "())", 2, None),
            ("f(", "())", 2, Some(HANDED_ON)),
            ("f(a, ", "())", 2, Some(TAKEN)),
            ("", "()", 2, None),
            ("go ", "()", 2, None),
            ("a, b := ", "()", 1, Some(TAKEN)),
            ("id := ", "(", 2, None),
        ];
        for (before, from, new, expected) in cases {
            assert_eq!(judge(before, from, new), expected, "{before}f{from}");
        }
    }
}
