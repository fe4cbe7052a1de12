//! Names and flags that the consumer configures the provider with.

use contracts::fact::Fact;

use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use, env, text};

/// Places that name the key.
pub(crate) fn find(fact: &Fact, file: &str, key: &str, asked: &Asked<'_>) -> Found {
    match fact.rule.as_str() {
        "config.flag.removed" | "config.name.removed" => names(key, asked),
        "package.entry.removed" => Found::default(),
        _ => keys(file, key, asked),
    }
}

/// The name in files that configure the provider: not in code, which has names of its own.
fn names(name: &str, asked: &Asked<'_>) -> Found {
    if !env::configures(asked) {
        return Found::default();
    }
    let mut found = Found::default();
    let files = asked.dependent.files.iter().filter(|file| file.place != Place::Test && configures_services(file));
    for file in files.filter(|file| asked.contact.is_near(file)) {
        for (number, line) in file.lines().filter(|(_, line)| line.len() <= 2_000 && !text::is_comment(line)) {
            if text::name_at(line, name).is_some() || sets_option(line, name, asked.case.change.repo.name()) {
                found.uses.push(
                    Use::at(&file.path, number).but(Certainty::Likely("the name is gone there and configured here")),
                );
            }
        }
    }
    found
}

/// `PROVIDER_…_USE_X` sets `--use-x` in programs that read their options from the environment, too.
fn sets_option(line: &str, name: &str, provider: &str) -> bool {
    let Some(flag) = name.strip_prefix("--").filter(|flag| flag.contains('-')) else { return false };
    let capitals = |text: &str| text.to_ascii_uppercase().replace('-', "_");
    let (ending, beginning) = (format!("_{}", capitals(flag)), format!("{}_", capitals(provider)));
    let mut words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.any(|word| word.starts_with(&beginning) && word.ends_with(&ending))
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
