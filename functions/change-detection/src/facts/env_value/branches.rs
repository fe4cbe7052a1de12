//! Branches over the value of an environment variable, by the look of their lines.

/// What a line holds that asks for the value of a variable.
const BRANCH: [char; 3] = ['$', '(', '['];

/// More branches in one file are a table.
const MAX_BRANCHES: usize = 500;

/// Lines of a branch that are read.
const MAX_LINES: usize = 400;

/// Lines after "anything else" in which the program gives up.
const SOON: usize = 3;

/// Words with which a program, or a function of a script, gives up.
const GIVES_UP: &[&str] =
    &["exit", "die", "fail", "fatal", "panic", "throw", "raise", "abort", "usage", "error", "return 1"];

/// One branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Branch {
    /// The variable.
    pub variable: String,
    /// Its line.
    pub line: u32,
    /// Values that it knows, with their lines.
    pub values: Vec<(String, u32)>,
    /// Every other value makes it give up.
    pub refuses_others: bool,
}

/// The branches of a text.
pub(super) fn branches(text: &str) -> Vec<Branch> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out: Vec<Branch> = Vec::new();
    let begins = |line: &str| ["case ", "switch", "match"].iter().any(|word| line.trim_start().starts_with(word));
    let places =
        lines.iter().enumerate().filter(|(_, line)| line.len() <= 500 && begins(line) && line.contains(BRANCH));
    for (at, line) in places.take(MAX_BRANCHES) {
        let rest = &lines[at + 1..(at + MAX_LINES).min(lines.len())];
        let trimmed = line.trim();
        if let Some(subject) = trimmed.strip_prefix("case ").and_then(|rest| rest.strip_suffix(" in")) {
            if let Some(variable) = shell_variable(subject).filter(|name| !is_own(text, name)) {
                out.push(read(&variable, at, rest, &|line| line.starts_with("esac"), &shell_labels));
            }
        } else if let Some(variable) = switched(trimmed) {
            let indent = indentation(line);
            let python = trimmed.ends_with(':');
            let ends = |whole: &str| {
                !whole.trim().is_empty()
                    && indentation(whole) <= indent
                    && (python || whole.trim_start().starts_with('}'))
            };
            out.push(read(&variable, at, rest, &ends, &case_labels));
        }
    }
    out
}

type Labels<'f> = &'f dyn Fn(&str) -> Option<Vec<String>>;

fn read(variable: &str, at: usize, rest: &[&str], ends: &dyn Fn(&str) -> bool, labels: Labels<'_>) -> Branch {
    let number = |at: usize| u32::try_from(at + 1).unwrap_or(u32::MAX);
    let (mut values, mut refuses_others, mut inner) = (Vec::new(), false, 0_usize);
    for (below, line) in rest.iter().enumerate() {
        let trimmed = line.trim();
        let shell_ends = trimmed.starts_with("esac");
        if inner > 0 && shell_ends {
            inner -= 1;
            continue;
        }
        if ends(line) || (shell_ends && ends(trimmed)) {
            break;
        }
        let found = if inner == 0 { labels(trimmed).unwrap_or_default() } else { Vec::new() };
        for value in found {
            if matches!(value.as_str(), "*" | "_" | "default") {
                let mut soon = rest[below..].iter().take(SOON + 1).map(|line| line.to_ascii_lowercase());
                refuses_others |= soon.any(|line| GIVES_UP.iter().any(|word| line.contains(word)));
            } else if !value.contains(['*', '?', '[']) && !value.is_empty() {
                values.push((value, number(at + 1 + below)));
            }
        }
        let opens = trimmed.starts_with("case ") || trimmed.contains(") case ");
        inner += usize::from(opens && trimmed.ends_with(" in"));
    }
    Branch { variable: variable.to_owned(), line: number(at), values, refuses_others }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// `${NAME}`, `"$NAME"`, `${NAME:-x}`, `${NAME,,}`.
fn shell_variable(subject: &str) -> Option<String> {
    let inner = subject.trim().trim_matches('"');
    let (name, rest) = match inner.strip_prefix("${") {
        Some(inner) => {
            let inner = inner.strip_suffix('}')?;
            inner.split_at(inner.find(|c: char| !is_part(c)).unwrap_or(inner.len()))
        }
        None => (inner.strip_prefix('$')?, ""),
    };
    let plain = rest.is_empty() || rest.starts_with([':', '-', ',']);
    (is_variable(name) && plain).then(|| name.to_owned())
}

fn is_part(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'
}

fn is_variable(name: &str) -> bool {
    name.len() >= 2 && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(is_part)
}

/// The script gives the variable its value itself, from something else than the variable.
fn is_own(text: &str, name: &str) -> bool {
    text.lines().map(str::trim_start).any(|line| {
        let line =
            ["export ", "local ", "readonly ", "declare "].iter().fold(line, |l, w| l.strip_prefix(w).unwrap_or(l));
        let given = line.strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
        let itself = |value: &str| value.contains(&format!("${{{name}")) || value.contains(&format!("${name}"));
        given.is_some_and(|value| !itself(value))
            || line.starts_with(&format!("for {name} in"))
            || (line.starts_with("read ") && line.ends_with(name))
    })
}

/// `a | "b")`.
fn shell_labels(line: &str) -> Option<Vec<String>> {
    let (head, _) = line.strip_prefix('(').unwrap_or(line).split_once(')')?;
    let labels: Vec<String> = head.split('|').map(|label| label.trim().trim_matches(['"', '\'']).to_owned()).collect();
    let plain = |label: &String| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '*' | '?' | '[' | ']'))
    };
    labels.iter().all(plain).then_some(labels)
}

/// The variable in `switch (process.env.NAME) {`, `switch os.Getenv("NAME") {`, `match os.environ["NAME"]:`.
fn switched(line: &str) -> Option<String> {
    let subject = ["switch ", "switch(", "match ", "match("].iter().find_map(|word| line.strip_prefix(word))?;
    if let Some((_, rest)) = subject.split_once("process.env.") {
        let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        return Some(rest[..end].to_owned()).filter(|name| is_variable(name));
    }
    let (before, rest) = subject.split_once(['"', '\''])?;
    let name = rest.split(['"', '\'']).next()?;
    (before.to_ascii_lowercase().contains("env") && is_variable(name)).then(|| name.to_owned())
}

/// `case "a", "b":`, `case "a" | "b":`, `default:`.
fn case_labels(line: &str) -> Option<Vec<String>> {
    if line.starts_with("default:") || line.starts_with("default ->") || line.starts_with("case _:") {
        return Some(vec!["default".to_owned()]);
    }
    let rest = line.strip_prefix("case ")?;
    let quoted: Vec<String> = rest.split(['"', '\'']).skip(1).step_by(2).map(str::to_owned).collect();
    let plain = |label: &String| label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (!quoted.is_empty() && quoted.iter().all(plain)).then_some(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_by_the_look_of_their_lines() {
        let told = |text: &str| -> Vec<String> {
            let one = |b: &Branch| {
                let values: Vec<&str> = b.values.iter().map(|(value, _)| value.as_str()).collect();
                format!("{} {}{}", b.variable, values.join(" "), if b.refuses_others { " !" } else { "" })
            };
            branches(text).iter().map(one).collect()
        };
        let cases: &[(&str, &[&str])] = &[
            ("case ${DB} in\n  a | b)\n    x\n    ;;\n  *)\n    die \"no\"\n    ;;\nesac\n", &["DB a b !"]),
            ("case \"${DB:-a}\" in\n a) case $X in\n q) ;;\n esac ;;\n b*) y ;;\n *) y ;;\nesac\n", &["DB a"]),
            ("DB=$1\ncase $DB in\n a) ;;\nesac\n", &[]),
            ("DB=\"${DB:-a}\"\ncase $DB in\n a) ;;\nesac\n", &["DB a"]),
            ("case $1 in\n a) ;;\nesac\n", &[]),
            (
                "switch (process.env.MODE) {\n  case 'a':\n  case 'b':\n    f();\n    break;\n  default:\n    throw x;\n}\ncase 'c':\n",
                &["MODE a b !"],
            ),
            (
                "\tswitch os.Getenv(\"MODE\") {\n\tcase \"a\", \"b\":\n\t\tf()\n\tdefault:\n\t\tlog.Fatal(1)\n\t}\n",
                &["MODE a b !"],
            ),
            (
                "match os.environ[\"MODE\"]:\n    case \"a\" | \"b\":\n        f()\n    case _:\n        raise X\ng()\n",
                &["MODE a b !"],
            ),
            ("switch (kind) {\n  case 'a':\n}\n", &[]),
            ("case ${ä} in\nswitch (\ncase $A in", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), *expected, "{text}");
        }
    }
}
