//! A command by which the reader finds the quoted places. It is pasted into a shell: names are quoted, and whatever cannot
//! be shown as it is is not offered.

use contracts::fact::Span;

use crate::inert::one_line;

/// More files than this are not named, and the whole repository is searched.
const FILES: usize = 6;
/// Quoted lines that are searched for where there is no name.
const LINES: usize = 3;
/// A longer command is not read, let alone pasted.
const LONGEST: usize = 360;

/// Finds every place: by the changed element's name or its last part, by any case where it must be, or by the quoted lines
/// themselves. None where nothing safe does.
pub(super) fn command(element: &str, places: &[Span]) -> Option<String> {
    let search = by_name(element, places).or_else(|| by_lines(places))?;
    let whole = files(places).map(|files| format!("{search} -- {files}"));
    // What is shown is what is pasted: no white space folded, nothing cut.
    [whole, Some(search)].into_iter().flatten().find(|command| one_line(command, LONGEST) == *command)
}

/// A word for a POSIX shell.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./-".contains(c);
    match !text.is_empty() && !text.starts_with('-') && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

fn files(places: &[Span]) -> Option<String> {
    let mut paths: Vec<&str> = Vec::new();
    for span in places {
        if !paths.contains(&span.path.as_str()) {
            paths.push(&span.path);
        }
    }
    // A leading colon is git's own; a backslash stands for what is no text.
    let plain = |path: &&str| !path.is_empty() && !path.starts_with(':') && !path.contains('\\');
    let fits = !paths.is_empty() && paths.len() <= FILES && paths.iter().all(plain);
    fits.then(|| paths.into_iter().map(quoted).collect::<Vec<_>>().join(" "))
}

fn by_name(element: &str, places: &[Span]) -> Option<String> {
    let whole = needle(element)?;
    let last = whole.rsplit('.').next().filter(|last| last.len() > 2).unwrap_or(whole);
    let all = |holds: &dyn Fn(&str) -> bool| places.iter().all(|span| holds(&span.quote));
    for word in [whole, last] {
        let lower = word.to_ascii_lowercase();
        if all(&|quote| quote.contains(word)) {
            return Some(format!("git grep -nF -e '{word}'"));
        }
        if all(&|quote| quote.to_ascii_lowercase().contains(&lower)) {
            return Some(format!("git grep -inF -e '{word}'"));
        }
    }
    None
}

/// The longest line of each quote, as it stands but for its indentation.
fn by_lines(places: &[Span]) -> Option<String> {
    let mut lines: Vec<&str> = Vec::new();
    for span in places {
        let line = span.quote.lines().map(str::trim).max_by_key(|line| line.len()).unwrap_or_default();
        let is_whole = (4..=120).contains(&line.chars().count()) && one_line(line, 120) == line;
        if !is_whole {
            return None;
        }
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let patterns: Vec<String> = lines.iter().map(|line| format!("-e {}", quoted(line))).collect();
    (1..=LINES).contains(&lines.len()).then(|| format!("git grep -nF {}", patterns.join(" ")))
}

/// What to search for. Plain characters only: people paste this into a shell.
fn needle(element: &str) -> Option<&str> {
    let (kind, rest) = element.split_once(':')?;
    let needle = match kind {
        "http" => rest.split_once(' ')?.1,
        "symbol" | "config" | "field" => rest.rsplit_once('#')?.1,
        "header" | "env" | "image" | "port" | "file" => rest,
        "workflow" => rest.split('#').next()?,
        _ => return None,
    };
    // A parameter stands for something else in the caller's code.
    let needle = needle.split(['{', '<', ':', '*']).next()?.trim_end_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || "/_.-".contains(c);
    (needle.len() > 1 && needle.len() <= 120 && needle.chars().all(plain)).then_some(needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str, quote: &str) -> Span {
        let (repo, path, quote) = ("o/n".parse().unwrap(), path.to_owned(), quote.to_owned());
        Span { repo, commit: None, path, start: 1, end: 1, quote }
    }

    #[test]
    fn only_what_is_safe_in_a_shell_is_offered_for_a_search() {
        for (element, expected) in [
            ("http:GET /health", Some("/health")),
            ("http:GET /users/{id}/posts", Some("/users")),
            ("http:GET /", None),
            ("http:GET /:id", None),
            ("env:API_KEY", Some("API_KEY")),
            ("env:$(rm -rf)", None),
            ("env:x'; rm y; '", None),
            ("header:x-api-key", Some("x-api-key")),
            ("symbol:lib/a.py#Client.send", Some("Client.send")),
            ("field:Order#total", Some("total")),
            ("workflow:.github/workflows/x.yml#token", Some(".github/workflows/x.yml")),
            ("deploy:timeout", None),
            ("nonsense", None),
            ("", None),
        ] {
            assert_eq!(needle(element), expected, "{element}");
        }
    }

    #[test]
    fn a_search_is_offered_only_if_it_finds_every_place() {
        for (element, quotes, expected) in [
            ("http:GET /health", &["get('/health')", "curl x/health"][..], Some("-nF -e '/health' -- a")),
            ("header:x-api-key", &["X-API-Key: 1", "x-api-key"], Some("-inF -e 'x-api-key' -- a")),
            ("symbol:m#Client.wait", &["client.wait()", "c.wait()"], Some("-nF -e 'wait' -- a")),
            ("symbol:m#Client.wait", &["Client.wait()"], Some("-nF -e 'Client.wait' -- a")),
            ("config:f#--use-x", &["  SERVICE_USE_X: 1"], Some("-nF -e 'SERVICE_USE_X: 1' -- a")),
            (
                "http:GET /a",
                &["get('/a')", "get(base + path)"],
                Some(r"-nF -e 'get('\''/a'\'')' -e 'get(base + path)' -- a"),
            ),
            ("deploy:x", &["a  b  c"], None),
            ("deploy:x", &["a\tb\tc"], None),
            ("deploy:x", &["x\u{202e}y`$(z)`"], None),
            ("deploy:x", &["", "abcdef"], None),
            ("deploy:x", &["aaaa", "bbbb", "cccc", "dddd"], None),
            ("deploy:x", &["`$(z)` \"q\""], Some("-nF -e '`$(z)` \"q\"' -- a")),
        ] {
            let places: Vec<Span> = quotes.iter().map(|quote| place("a", quote)).collect();
            assert_eq!(
                command(element, &places),
                expected.map(|rest| format!("git grep {rest}")),
                "{element} {quotes:?}"
            );
        }
    }

    #[test]
    fn files_are_named_where_their_names_are_names() {
        let long = "x/".repeat(300);
        for (paths, expected) in [
            (&["src/a.py", "deploy/my file.yml", "src/a.py"][..], " -- src/a.py 'deploy/my file.yml'"),
            (&["-rf", "it's"], r" -- '-rf' 'it'\''s'"),
            (&["$(reboot)`x`;&|>y"], " -- '$(reboot)`x`;&|>y'"),
            (&[":(exclude)x"], ""),
            (&["a\nb"], ""),
            (&["a  b"], ""),
            (&["a\\nb"], ""),
            (&[""], ""),
            (&[long.as_str()], ""),
            (&["1", "2", "3", "4", "5", "6", "7"], ""),
        ] {
            let places: Vec<Span> = paths.iter().map(|path| place(path, "KEY=1")).collect();
            assert_eq!(command("env:KEY", &places), Some(format!("git grep -nF -e 'KEY'{expected}")), "{paths:?}");
        }
    }

    /// A shell gives back every word as it was, and a real search finds exactly the quoted lines.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test is what a reader does: it pastes the command into a shell")]
    fn a_shell_reads_what_was_meant() {
        let folder = tempfile::tempdir().unwrap();
        let shell = |command: &str| {
            let told =
                std::process::Command::new("sh").args(["-c", command]).current_dir(folder.path()).output().unwrap();
            String::from_utf8(told.stdout).unwrap()
        };
        for word in ["", "a b", "'", "''x'", "$HOME", "`id`", "-n", "\\", "\"", "*", "é\n;", "!x", "a/b.c-d_e"] {
            assert_eq!(shell(&format!("printf '%s|' {}", quoted(word))), format!("{word}|"), "{word:?}");
        }
        let lines = ["x = get('/a')", "y = \"$(id)\" `b`", "x = get('/ab')"];
        std::fs::write(folder.path().join("it's $(id).py"), lines.join("\n")).unwrap();
        std::fs::write(folder.path().join("other.py"), lines.join("\n")).unwrap();
        shell("git init -q . && git add .");
        for (quotes, found) in [(&lines[..1], &[1][..]), (&lines[1..2], &[2]), (&lines[1..], &[2, 3])] {
            let places: Vec<Span> = quotes.iter().map(|quote| place("it's $(id).py", quote)).collect();
            let told = shell(&command("deploy:none", &places).unwrap());
            let expected: Vec<String> =
                found.iter().map(|line| format!("it's $(id).py:{line}:{}\n", lines[line - 1])).collect();
            assert_eq!(told, expected.concat());
        }
    }
}
