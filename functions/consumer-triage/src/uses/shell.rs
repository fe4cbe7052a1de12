//! Command lines that the consumer runs: scripts, steps of pipelines, instructions of images, scripts of packages.

use outline::{Command, Format, Word};

use crate::dependent::File;

/// Keys below which YAML files hold command lines.
const RUN: &[&str] =
    &["run", "script", "before_script", "after_script", "command", "args", "entrypoint", "entry", "cmd", "commands"];

/// Words after which another program is named.
const STARTERS: &[&str] = &[
    "&&", "||", "|", "exec", "sudo", "time", "npx", "bunx", "uvx", "run", "dlx", "-c", "-e", "then", "do", "else", "!",
    "env", "-y", "--", "if", "while", "until", "xargs", "nohup",
];

/// The command lines of a file.
pub(crate) fn commands(file: &File) -> Vec<Command> {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path).to_ascii_lowercase();
    if is_image(&name) {
        return of_image(file);
    }
    let script = file.language() == "bash" && outline::format_of(&file.path) != Some(Format::Env);
    if script || name.ends_with(".sh") || name == "justfile" || name == "procfile" || name.ends_with("makefile") {
        return outline::commands(file.text(), 1);
    }
    match outline::format_of(&file.path) {
        Some(Format::Yaml) => of_yaml(file),
        Some(Format::Json) if name == "package.json" => of_package(file),
        _ => Vec::new(),
    }
}

/// Files that say how an image is made.
pub(crate) fn is_image(name: &str) -> bool {
    name.starts_with("dockerfile") || name.ends_with(".dockerfile") || name.starts_with("containerfile")
}

fn of_image(file: &File) -> Vec<Command> {
    let instructions = outline::instructions(file.text()).into_iter();
    let running = instructions.filter(|i| matches!(i.name.as_str(), "RUN" | "CMD" | "ENTRYPOINT" | "HEALTHCHECK"));
    running.flat_map(|i| outline::commands(&i.arguments.replace(['[', ']', ','], " "), i.line)).collect()
}

fn of_yaml(file: &File) -> Vec<Command> {
    let keys = outline::keys(Format::Yaml, file.text());
    let mut out = Vec::new();
    for key in &keys {
        let runs = key.path.iter().rev().take(2).any(|part| RUN.contains(&part.as_str()));
        if !runs || key.value.is_empty() {
            continue;
        }
        let first = if key.end > key.line { key.line.saturating_add(1) } else { key.line };
        out.extend(outline::commands(&key.value, first));
    }
    out
}

fn of_package(file: &File) -> Vec<Command> {
    let keys = outline::keys(Format::Json, file.text());
    let scripts = keys.iter().filter(|key| key.is(&["scripts", "*"]));
    scripts.flat_map(|key| outline::commands(&key.value, key.line)).collect()
}

/// The words that start `program` in a command: not its arguments, not a script of the same name that a package manager
/// is told to run.
pub(crate) fn starts<'a>(command: &'a Command, program: &str) -> Option<&'a Word> {
    let words = &command.words;
    let found = words.iter().enumerate().find(|(at, word)| {
        let text = word.text.trim_start_matches(['@', '-', '(', '$', '{']);
        let before = |back: usize| at.checked_sub(back).map(|at| words[at].text.as_str());
        let first = before(1).is_none_or(|before| {
            STARTERS.contains(&before)
                || before.ends_with(':')
                || before.split_once('=').is_some_and(|(n, _)| is_name(n))
        });
        let own_script =
            before(1) == Some("run") && matches!(before(2), Some("npm" | "yarn" | "pnpm" | "bun" | "task"));
        text == program && first && !own_script
    });
    found.map(|(_, word)| word)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependent::Place;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), place: Place::Source, analysis: None, text: Some(text.to_owned()) }
    }

    #[test]
    fn programs_that_are_started() {
        let cases = [
            ("a.sh", "tool --x", Some(1)),
            ("a.sh", "echo tool", None),
            ("a.sh", "cd x && tool y", Some(1)),
            ("a.sh", "FOO=1 tool", Some(1)),
            ("a.sh", "npm run tool", None),
            ("a.sh", "poetry run tool", Some(1)),
            ("a.sh", "# tool", None),
            ("a.sh", "tool-x", None),
            ("Makefile", "all:\n\t@tool x", Some(2)),
            ("Dockerfile", "FROM a\nRUN x && tool y\n", Some(2)),
            ("Dockerfile", "CMD [\"tool\", \"x\"]", Some(1)),
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    steps:\n    - run: |\n        pip install x\n        tool go\n",
                Some(6),
            ),
            (".github/workflows/tool.yml", "name: tool\njobs: {}\n", None),
            ("package.json", "{\n \"scripts\": {\n  \"x\": \"tool y\"\n }\n}", Some(3)),
            ("package.json", "{\n \"name\": \"tool\"\n}", None),
            ("a.sh", "ä \"", None),
        ];
        for (path, text, expected) in cases {
            let file = file(path, text);
            let found = commands(&file).iter().find_map(|command| starts(command, "tool").map(|word| word.line));
            assert_eq!(found, expected, "{path}: {text}");
        }
    }
}
