//! Keys of a configuration that a program refuses now: it looks for one only to give up.

use std::collections::BTreeMap;

use contracts::fact::{Element, Fact, Impact};

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const REFUSED: Rule = Rule {
    id: "config.key.refused",
    sees: "a program gives up where its configuration holds a key that it took before",
    impact: Impact::Breaking,
    triggers: &["configuration"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&REFUSED];

/// Longer lines are data.
const MAX_LINE: usize = 500;

/// More keys that one file refuses are not what anybody configures.
const MAX_KEYS: usize = 100;

/// Lines above a condition in which its variable may get its value.
const ABOVE: usize = 12;

/// Parts of names of what holds a configuration.
const HOLDERS: &[&str] = &["config", "conf", "cfg", "setting", "option", "opts", "viper", "yaml", "toml", "section"];

/// Beginnings of statements that end the program or refuse what was given.
const GIVES_UP: &[&str] = &[
    "raise ",
    "throw ",
    "panic(",
    "panic!(",
    "sys.exit(",
    "exit(",
    "os.Exit(",
    "process.exit(",
    "die(",
    "abort",
    "bail!(",
    "return Err(",
    "return fmt.Errorf(",
    "return errors.",
    "return nil, fmt.Errorf(",
    "return nil, errors.",
    "log.Fatal",
];

/// What says that something is there, and can be left out for that.
const THERE: &[&str] = &[" is not None", " != nil", " !== undefined", " != undefined", " != null", " !== null"];

/// What makes a condition another one than "it is there".
const OTHERWISE: &[&str] =
    &["!", "==", "<", ">", " not ", "not(", " and ", "&&", " or ", "||", " is None", " if ", "isinstance"];

/// Facts about refused keys.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let mut out = Vec::new();
    for file in c.looked_at() {
        let (Some(before), Some(after)) = (&file.before, &file.after) else { continue };
        if !is_code(after) {
            continue;
        }
        let old = refused(before.text());
        for (key, (start, end)) in refused(after.text()).into_iter().take(MAX_KEYS) {
            if old.contains_key(&key) {
                continue;
            }
            // Nobody sets what was never read.
            let Some((side, line)) = c.befores().find_map(|side| Some((side, named(side, &key)?))) else { continue };
            let summary = format!("`{key}` in the configuration is refused now");
            let element = Element::ConfigKey { file: after.path.clone(), key };
            let spans = (c.before_span(side, line, line), c.after_span(after, start, end));
            out.push(REFUSED.fact(element, summary, spans.0, spans.1));
        }
    }
    out
}

fn is_code(side: &Side) -> bool {
    const DATA: &[&str] = &["yaml", "json", "toml", "html", "css", "markdown", "dockerfile", "hcl", "sql"];
    side.analysis.as_ref().is_some_and(|tree| !DATA.contains(&tree.language.as_str()))
}

/// The first line of code that names the key.
fn named(side: &Side, key: &str) -> Option<u32> {
    let quoted = ['"', '\''].map(|quote| format!("{quote}{key}{quote}"));
    let at = side.text().lines().position(|line| quoted.iter().any(|text| line.contains(text)))?;
    is_code(side).then(|| number(at))
}

fn number(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

/// Keys whose presence alone makes the next statement give up, with the lines of the condition and of that statement.
fn refused(text: &str) -> BTreeMap<String, (u32, u32)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = BTreeMap::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.len() <= MAX_LINE) {
        let Some(condition) = condition(line) else { continue };
        let Some((below, next)) = (at + 1..lines.len()).map(|below| (below, lines[below].trim())).find(is_statement)
        else {
            continue;
        };
        if !GIVES_UP.iter().any(|word| next.starts_with(word)) {
            continue;
        }
        for key in keys(condition, &lines[at.saturating_sub(ABOVE)..at]) {
            out.entry(key).or_insert((number(at), number(below)));
        }
    }
    out
}

fn is_statement((_, line): &(usize, &str)) -> bool {
    !line.is_empty() && *line != "{" && !["#", "//", "/*", "* "].iter().any(|mark| line.starts_with(mark))
}

/// What a line asks, if it begins a branch and holds nothing of the branch itself.
fn condition(line: &str) -> Option<&str> {
    let line = line.trim().trim_start_matches("} ");
    let asked = ["if ", "if(", "elif ", "else if ", "elsif "].iter().find_map(|word| line.strip_prefix(word))?;
    let asked = asked.trim_end_matches(['{', ':', ' ']).trim_end_matches(" then");
    (!asked.contains([';', '{']) || asked.ends_with("; ok") || asked.ends_with("; exists")).then_some(asked)
}

/// The keys that a condition asks for, itself or by a variable.
fn keys(condition: &str, above: &[&str]) -> Vec<String> {
    let mut asked = condition.trim().to_owned();
    for word in THERE {
        asked = asked.replace(word, "");
    }
    let (outside, inside) = texts(&asked);
    if asked.starts_with("not ") || OTHERWISE.iter().any(|word| outside.contains(word)) {
        return Vec::new();
    }
    let variable = asked.trim_matches(['(', ')', ' ']);
    if !variable.is_empty() && variable.chars().all(outline::code::is_name) {
        return above.iter().rev().find_map(|line| given(line, variable)).into_iter().collect();
    }
    if holds_configuration(&outside) { inside.into_iter().filter(|key| is_key(key)).collect() } else { Vec::new() }
}

/// The key whose value a variable gets: `x = config.get("key")`.
fn given(line: &str, variable: &str) -> Option<String> {
    let rest = outline::code::words(line, variable).next().map(|at| &line[at + variable.len()..])?;
    let value = rest.trim_start().trim_start_matches(':').trim_start().strip_prefix('=')?;
    let (outside, inside) = texts(value);
    let key = inside.into_iter().next().filter(|key| is_key(key))?;
    (!value.starts_with('=') && holds_configuration(&outside)).then_some(key)
}

/// What stands outside of quotes, and what inside.
fn texts(code: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside, mut quote) = (String::new(), Vec::<String>::new(), None);
    for c in code.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => inside.last_mut().into_iter().for_each(|text| text.push(c)),
            None if matches!(c, '"' | '\'') => {
                quote = Some(c);
                inside.push(String::new());
            }
            None => outside.push(c),
        }
    }
    (outside, inside)
}

fn holds_configuration(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !outline::code::is_name(c));
    words.any(|word| HOLDERS.iter().any(|holder| word.contains(holder)))
}

fn is_key(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.len() >= 3 && text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_only_looked_for_to_give_up() {
        let cases: &[(&str, &[&str])] = &[
            ("if \"old_host\" in config:\n    # gone\n    raise ConfigError(\"x\")\n", &["old_host"]),
            ("host = config.get(\"old_host\", None)\n# x\nif host:\n    raise ConfigError()\n", &["old_host"]),
            ("host = cfg[\"a.old\"]\nif host is not None:\n    sys.exit(1)\n", &["a.old"]),
            ("if viper.IsSet(\"old-host\") {\n\treturn fmt.Errorf(\"gone\")\n}\n", &["old-host"]),
            ("if _, ok := settings[\"old\"]; ok {\n\tpanic(\"gone\")\n}\n", &["old"]),
            ("if (isset($config['old_host'])) {\n    throw new X();\n}\n", &["old_host"]),
            ("if (options.has('old_host')) {\n  throw new Error('x');\n}\n", &["old_host"]),
            ("if \"host\" not in config:\n    raise ConfigError()\n", &[]),
            ("if not config.get(\"host\"):\n    raise ConfigError()\n", &[]),
            ("host = config.get(\"host\")\nif host is None:\n    raise ConfigError()\n", &[]),
            ("if config[\"mode\"] == \"x\":\n    raise ConfigError()\n", &[]),
            ("if \"a_b\" in config and \"c_d\" in config:\n    raise ConfigError()\n", &[]),
            ("if \"old_host\" in config:\n    log.warning(\"x\")\n    raise X\n", &[]),
            ("if \"name\" in body:\n    raise X()\n", &[]),
            ("if \"config\" in body:\n    raise X()\n", &[]),
            ("if \"ä ö\" in config:\n    raise X()\n", &[]),
            ("if", &[]),
            ("if x:\n", &[]),
            ("if \"config:\n    raise X\n", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(refused(text).into_keys().collect::<Vec<_>>(), *expected, "{text}");
        }
    }
}
