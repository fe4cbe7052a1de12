//! Settings in lines of words: command lines, variables, Dockerfiles.

use super::{Kind, Setting};
use crate::{Command, Format, Instruction, Word, commands, instructions, keys};

/// Words that make a command the start or the deployment of a service. Others have time limits of their own.
const SERVES: &[&str] = &[
    "gunicorn",
    "uvicorn",
    "hypercorn",
    "vllm",
    "serve",
    "sglang",
    "sglang.launch_server",
    "llama-server",
    "text-generation-launcher",
    "vllm.entrypoints.openai.api_server",
    "vllm.entrypoints.api_server",
    "ollama",
    "functions",
    "containerapp",
    "services",
];

/// Flags that nothing but a server of models has.
const UNMISTAKABLE: &[Kind] = &[Kind::Context, Kind::ServedModel];

/// Flags of commands that start or deploy a service.
pub(super) fn flags(commands: &[Command], owner: &str, known_to_serve: bool, out: &mut Vec<Setting>) {
    for command in commands {
        let serves = known_to_serve || is_service(command);
        for (at, word) in command.words.iter().enumerate() {
            let Some((name, value)) = flag(word, command.words.get(at + 1)) else { continue };
            if matches!(name, "--set-env-vars" | "--update-env-vars" | "--env" | "-e") && serves {
                pairs(&value, word.line, owner, out);
            }
            let Some(kind) = name.strip_prefix("--").and_then(Kind::of) else { continue };
            if serves || UNMISTAKABLE.contains(&kind) {
                let owner = format!("{owner} {} {name}", program(command));
                out.push(Setting { kind, owner, value: value.text, line: word.line, end: value.line });
            }
        }
        positional(command, owner, out);
    }
}

/// `vllm serve org/model`.
fn positional(command: &Command, owner: &str, out: &mut Vec<Setting>) {
    for window in command.words.windows(3) {
        let [program, verb, model] = window else { continue };
        if program.text.ends_with("vllm") && verb.text == "serve" && !model.text.starts_with('-') {
            let (owner, value) = (format!("{owner} vllm serve"), model.text.clone());
            out.push(Setting { kind: Kind::Model, owner, value, line: model.line, end: model.line });
        }
    }
}

fn is_service(command: &Command) -> bool {
    let deploys = command.has("run") && (command.has("deploy") || command.has("update"));
    deploys || command.words.iter().any(|word| SERVES.contains(&word.text.rsplit('/').next().unwrap_or(&word.text)))
}

/// The words before the first flag tell which command it is.
fn program(command: &Command) -> String {
    let words = command.words.iter().map(|word| word.text.as_str()).take_while(|word| !word.starts_with('-'));
    words.take(4).collect::<Vec<_>>().join(" ")
}

/// `--name=value`, or `--name` and the next word.
fn flag<'a>(word: &'a Word, next: Option<&Word>) -> Option<(&'a str, Word)> {
    let text = word.text.as_str();
    if !text.starts_with('-') {
        return None;
    }
    match text.split_once('=') {
        Some((name, value)) => Some((name, Word { text: value.to_owned(), line: word.line })),
        None => next.filter(|next| !next.text.starts_with('-')).map(|next| (text, next.clone())),
    }
}

/// `A=1,B=2`.
fn pairs(value: &Word, line: u32, owner: &str, out: &mut Vec<Setting>) {
    for pair in value.text.split(',').take(200) {
        let (Some((name, inner)), end) = (pair.split_once('='), value.line) else { continue };
        out.extend(variable(owner, name, inner, line, end));
    }
}

/// A variable that sets something.
pub(super) fn variable(owner: &str, name: &str, value: &str, line: u32, end: u32) -> Option<Setting> {
    let kind = Kind::of(name)?;
    let value = default_of(value.trim().trim_matches(['"', '\''])).to_owned();
    Some(Setting { kind, owner: format!("{owner} ${name}"), value, line, end })
}

/// `${NAME:-value}` is `value` unless somebody says otherwise.
fn default_of(value: &str) -> &str {
    let inner = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    inner.and_then(|inner| inner.split_once(":-")).map_or(value, |(_, default)| default)
}

/// A `.env` file.
pub(super) fn variables(text: &str) -> Vec<Setting> {
    let found = keys(Format::Env, text).into_iter();
    found.filter_map(|key| variable("env", key.name(), &key.value, key.line, key.end)).collect()
}

/// A shell script, a Makefile.
pub(super) fn script(text: &str) -> Vec<Setting> {
    let mut out = variables(text);
    flags(&commands(text, 1), "", false, &mut out);
    out.sort_by_key(|setting| setting.line);
    out
}

/// Variables and the command of an image; what a health check is asked with concerns the check.
pub(super) fn dockerfile(text: &str) -> Vec<Setting> {
    let mut out = Vec::new();
    for instruction in instructions(text) {
        match instruction.name.as_str() {
            "ENV" => environment(&instruction, &mut out),
            "CMD" | "ENTRYPOINT" => {
                let words = words(&instruction.arguments);
                let words = words.map(|text| Word { text: text.to_owned(), line: instruction.line });
                let command = Command { words: words.collect(), line: instruction.line };
                flags(&[command], &instruction.name, false, &mut out);
            }
            _ => {}
        }
    }
    out
}

/// `ENV A=1 B=2`, and the old `ENV A 1`.
fn environment(instruction: &Instruction, out: &mut Vec<Setting>) {
    let (first, rest) = instruction.arguments.split_once(char::is_whitespace).unwrap_or((&instruction.arguments, ""));
    let (line, end) = (instruction.line, instruction.end);
    if !first.contains('=') {
        out.extend(variable("image", first, rest, line, end));
        return;
    }
    for pair in instruction.arguments.split_whitespace() {
        let Some((name, value)) = pair.split_once('=') else { continue };
        out.extend(variable("image", name, value, line, end));
    }
}

/// Names and values without what joins them. A colon joins only before a space: ids have colons, too.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| c.is_whitespace() || "\"'`,=[]{}();".contains(c));
    parts.map(|part| part.trim_end_matches(':')).filter(|part| !part.is_empty())
}
