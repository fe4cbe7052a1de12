//! Names and flags that the consumer configures the provider with.

mod metric;
mod refused;
mod resource;
mod strict;

use contracts::fact::Fact;

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, entry, env, flag, setting_file, shared, text};

/// Lines of one command or step above a flag of it.
const COMMAND: u32 = 10;

/// Places that name the key.
pub(crate) fn find(fact: &Fact, file: &str, key: &str, asked: &Asked<'_>) -> Found {
    match fact.rule.as_str() {
        "config.flag.removed" => {
            let mut found = flag::find(fact, key, asked);
            let known: Vec<(String, u32)> = found.uses.iter().map(|known| (known.path.clone(), known.start)).collect();
            let more = names(key, asked).uses.into_iter();
            found.uses.extend(more.filter(|new| !known.contains(&(new.path.clone(), new.start))));
            found
        }
        "config.name.removed" => names(key, asked),
        "shared.hook.removed" => shared::hook(key, asked),
        "shared.preset.removed" => shared::preset(key, asked),
        "config.setting.removed" => setting_file::find(file, key, asked),
        "package.entry.removed" => entry::find(key, asked),
        "metrics.removed" => metric::find(key, asked),
        "resource.renamed" => resource::find(key, asked),
        "config.key.refused" => refused::find(key, asked),
        "config.unknown.refused" => strict::find(file, key, asked),
        _ => keys(file, key, asked),
    }
}

/// Texts without which code cannot hold a use of the key.
pub(crate) fn needles(fact: &Fact, key: &str) -> Vec<String> {
    let name = match fact.rule.as_str() {
        "resource.renamed" => key.split_once('/').map_or(key, |(_, name)| name),
        _ => key.rsplit('.').next().unwrap_or(key),
    };
    vec![name.to_owned()]
}

/// The name in files that configure the provider: not in code, which has names of its own.
fn names(name: &str, asked: &Asked<'_>) -> Found {
    if !env::configures(asked) {
        return Found::default();
    }
    let mut found = Found::default();
    let variable = option_variable(name);
    let is_flag = name.starts_with("--");
    let configures = |file: &&File| configures_services(file) || (is_flag && env::sets_variables(file));
    let files = asked.dependent.files.iter().filter(|file| file.place != Place::Test).filter(configures);
    for file in files.filter(|file| asked.contact.is_near(file)) {
        let by_name = file.lines_with(name).filter(|(number, line)| {
            text::name_at(line, name).is_some() && (configures_services(file) || is_passed_on(file, *number, asked))
        });
        let by_variable =
            file.lines_with(&variable).filter(|(_, line)| sets_option(line, &variable, asked.case.change.repo.name()));
        for (number, line) in by_name.chain(by_variable) {
            if !text::is_comment(file, line) {
                found.uses.push(
                    Use::at(&file.path, number).but(Certainty::Likely("the name is gone there and configured here")),
                );
            }
        }
    }
    found
}

/// In workflows and scripts, where many programs get flags, the provider is named in the same command or step.
fn is_passed_on(file: &File, line: u32, asked: &Asked<'_>) -> bool {
    (line.saturating_sub(COMMAND)..=line).any(|near| asked.contact.is_named_in(file.line(near)))
}

/// `--use-x` is `…_USE_X` in programs that read their options from the environment, too; one word alone says too little.
fn option_variable(name: &str) -> String {
    let flag = name.strip_prefix("--").filter(|flag| flag.contains('-'));
    flag.map_or_else(String::new, |flag| format!("_{}", capitals(flag)))
}

/// A variable with this ending that begins with the provider's name.
fn sets_option(line: &str, ending: &str, provider: &str) -> bool {
    let beginning = format!("{}_", capitals(provider));
    let mut words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.any(|word| word.starts_with(&beginning) && word.ends_with(ending))
}

fn capitals(text: &str) -> String {
    text.to_ascii_uppercase().replace(['-', '.'], "_")
}

fn configures_services(file: &File) -> bool {
    file.is_data() && !file.path.starts_with(".github/")
}

/// The same key in the consumer's own copy of the same file.
fn keys(provider_file: &str, key: &str, asked: &Asked<'_>) -> Found {
    let base = |path: &str| path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let mut found = Found::default();
    for file in asked.dependent.files.iter().filter(|file| base(&file.path) == base(provider_file)) {
        let declared = file.place == Place::Interface || (env::configures(asked) && asked.contact.is_near(file));
        let Some(format) = outline::format_of(&file.path).filter(|_| declared) else { continue };
        let same = outline::keys(format, file.text()).into_iter().find(|there| there.dotted() == key);
        found.uses.extend(same.map(|there| {
            Use::at(&file.path, there.line).but(Certainty::Likely("the same key in the file of the same name"))
        }));
    }
    found
}
