//! Flags of the provider's command line: in commands that start it, and in texts of code that runs it.

use contracts::fact::Fact;

use crate::contact;
use crate::dependent::{File, Place};
use crate::uses::shell::{self, starts};
use crate::uses::{Asked, Certainty, Found, Use, text};

const GIVEN: Certainty = Certainty::Certain("the program is started with this flag here, and it is gone there");
const WRITTEN: Certainty = Certainty::Likely("code that runs the program writes this flag");

/// Keys of YAML files of task runners that hold command lines.
const TASKS: &[&str] = &["cmds", "cmd", "sh", "preconditions"];

/// Calls by which code runs another program, as parts of their names.
const RUNS: &[&str] =
    &["exec", "spawn", "popen", "subprocess", "system", "shell", "command", "check_call", "check_output"];

/// Other verbs that declare an option of one's own (optparse of Ruby, clap).
const OWN: &[&str] = &["on", "on_tail", "on_head", "opt", "arg", "long", "new"];

/// Words that part one command from the next.
const ENDS: &[&str] = &["&&", "||", "|", ";", "then", "do", "else", "fi", "done"];

/// Commands with the flag, and texts of code that begin with it.
pub(crate) fn find(fact: &Fact, flag: &str, asked: &Asked<'_>) -> Found {
    let programs = programs(fact, asked);
    let mut found = Found::default();
    if asked.dependent.files.iter().any(|file| declares(file, flag)) {
        return found;
    }
    let purpose = asked.contact.is_named_in(asked.case.consumer.repo.name());
    for file in asked.dependent.files.iter().filter(|file| file.text().contains(flag)) {
        for line in commands(file).iter().flat_map(|command| given(command, flag, &programs)) {
            if text::name_at(file.line(line), flag).is_some() && !text::is_comment(file, file.line(line)) {
                found.uses.push(told(file, line, flag, GIVEN));
            }
        }
        let runs = file.place != Place::Test && (purpose || asked.contact.is_near(file)) && runs_programs(file);
        if runs && !file.is_data() {
            found.uses.extend(written(file, flag));
        }
    }
    found.uses.sort_by(|a, b| (&a.path, a.start).cmp(&(&b.path, b.start)));
    found.uses.dedup_by(|a, b| a.path == b.path && a.start == b.start);
    found
}

fn told(file: &File, line: u32, flag: &str, certainty: Certainty) -> Use {
    let mut place = Use::at(&file.path, line).but(certainty);
    place.consequence = Some(format!("Passes `{flag}`; the next version of the program refuses it."));
    place
}

/// What the provider's program may be called: like the repository, or like the folder that its main file lies in.
fn programs(fact: &Fact, asked: &Asked<'_>) -> Vec<String> {
    let mut out = contact::names(&asked.case.change.repo);
    let path = fact.before.as_ref().map_or("", |span| span.path.as_str());
    let folder = path.split_once("cmd/").and_then(|(_, rest)| rest.split_once('/')).map(|(name, _)| name.to_owned());
    out.extend(folder.filter(|name| name.len() >= 3));
    out
}

/// The command lines of a file; those of task runners with them.
fn commands(file: &File) -> Vec<outline::Command> {
    let mut out = shell::commands(file);
    let name = file.path.rsplit('/').next().unwrap_or(&file.path).to_ascii_lowercase();
    if name.starts_with("taskfile") && outline::format_of(&file.path) == Some(outline::Format::Yaml) {
        for key in outline::keys(outline::Format::Yaml, file.text()) {
            let runs = key.path.iter().rev().take(3).any(|part| TASKS.contains(&part.as_str()));
            if runs && !key.value.is_empty() {
                let first = if key.end > key.line { key.line.saturating_add(1) } else { key.line };
                out.extend(outline::commands(&key.value, first));
            }
        }
    }
    out
}

/// Lines of the flag behind the program's name, up to the next command.
fn given(command: &outline::Command, flag: &str, programs: &[String]) -> Vec<u32> {
    let Some(start) = programs.iter().find_map(|program| starts(command, program)) else { return Vec::new() };
    let from = command.words.iter().position(|word| std::ptr::eq(word, start)).unwrap_or(0);
    let own = command.words[from..].iter().take_while(|word| !ENDS.contains(&word.text.as_str()));
    let is_it = |word: &&outline::Word| {
        word.text.strip_prefix(flag).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    };
    own.filter(is_it).map(|word| word.line).collect()
}

/// The consumer has a flag of this name itself.
fn declares(file: &File, flag: &str) -> bool {
    let literals = file.analysis.iter().flat_map(|analysis| &analysis.literals);
    literals.filter(|literal| literal.text.starts_with(flag)).any(|literal| {
        let call = literal.call.as_deref().unwrap_or("").to_ascii_lowercase();
        let verb = call.rsplit(['.', ':']).next().unwrap_or("");
        ["option", "argument", "flag", "param"].iter().any(|word| verb.contains(word)) || OWN.contains(&verb)
    })
}

fn runs_programs(file: &File) -> bool {
    let Some(analysis) = &file.analysis else { return false };
    let calls = analysis.calls.iter().map(|call| call.callee.to_ascii_lowercase());
    calls.into_iter().any(|callee| RUNS.iter().any(|word| callee.contains(word)))
}

/// Texts of code that are the flag, with a value or without.
fn written(file: &File, flag: &str) -> Vec<Use> {
    let literals = file.analysis.iter().flat_map(|analysis| &analysis.literals);
    let is_it = |text: &str| {
        text.split_whitespace()
            .any(|word| word.strip_prefix(flag).is_some_and(|rest| rest.is_empty() || rest.starts_with(['=', '{'])))
    };
    let lines = literals.filter(|literal| is_it(&literal.text) && file.line(literal.line).contains(flag));
    lines.map(|literal| told(file, literal.line, flag, WRITTEN)).collect()
}
