//! Keywords that the provider's callables take no more, in calls of Python: direct ones, and those of whatever passes its own
//! keywords on (a class that inherits, a function with `**kwargs`, `functools.partial`).

mod passes;

use contracts::analysis::Call;
use outline::code;

use crate::dependent::{File, Place};
use crate::uses::symbol::{binding, instance};
use crate::uses::{Asked, Certainty, Found, Use};
use passes::{Names, Passing};

/// Uses that one file shows; the rest are the same story.
const MAX_A_FILE: usize = 10;

/// Lines of a call that are looked at.
const MAX_LINES: u32 = 15;

const GIVEN: Certainty = Certainty::Certain("the argument is given by name here and no longer taken there");
const HANDED_OUT: Certainty =
    Certainty::Likely("the argument is given by name here to what a package of the provider hands out under this name");
const PASSED_ON: Certainty =
    Certainty::Certain("the argument is given by name here to something that passes it on to the provider");
const OF_AN_INSTANCE: Certainty = Certainty::Likely("the argument is given by name here, on a value of that class");

/// `Client(proxies)` and `Client.send(json)`: what is called, and the keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keyword<'a> {
    /// `Client`, `connect`: what is imported.
    pub root: &'a str,
    /// `send`, where it is a method.
    pub method: Option<&'a str>,
    /// `proxies`.
    pub name: &'a str,
}

impl<'a> Keyword<'a> {
    /// From an element's name; none for every other name.
    pub fn read(name: &'a str) -> Option<Self> {
        let (callable, keyword) = name.strip_suffix(')')?.split_once('(')?;
        let (root, method) =
            callable.rsplit_once('.').map_or((callable, None), |(class, method)| (class, Some(method)));
        Some(Self { root, method, name: keyword })
    }
}

/// Calls that give the keyword.
pub(crate) fn find(module: &str, keyword: Keyword<'_>, renamed_to: Option<&str>, asked: &Asked<'_>) -> Found {
    let python = || asked.dependent.files.iter().filter(|file| file.language() == "python");
    let mut found = Found::default();
    let given = python().any(|file| giving(file, keyword.name).next().is_some());
    if !given || !python().any(|file| binding::imports_package(file, module)) {
        return found;
    }
    let passing = if keyword.method.is_none() { Passing::of(asked, module, keyword) } else { Passing::default() };
    for file in python() {
        let names = passes::direct(file, module, keyword.root);
        let mut uses = match keyword.method {
            Some(method) => on_instances(file, &names, method, keyword.name),
            None => calls(file, &names, &passing.in_file(file), keyword),
        };
        uses.truncate(MAX_A_FILE);
        for mut place in uses {
            if let Some(new) = renamed_to {
                let (old, new) = (format!("{}=", keyword.name), format!("{new}="));
                let once = file.line(place.start).matches(&old).count() == 1;
                place.replace = once.then_some((old, new));
            }
            if file.place == Place::Test {
                place = place.but(Certainty::Likely("a test uses it"));
            }
            found.uses.push(place);
        }
    }
    found
}

/// Calls of the callable itself, of what passes on, and of the constructor above in a class that inherits.
fn calls(file: &File, names: &Names, passing: &[&passes::Passer], keyword: Keyword<'_>) -> Vec<Use> {
    let mut out = Vec::new();
    for call in giving(file, keyword.name) {
        let by_partial = matches!(call.callee.as_str(), "partial" | "functools.partial");
        let called = if by_partial { first_argument(file, call) } else { call.callee.clone() };
        let certainty = match () {
            () if names.exact.contains(&called) => GIVEN,
            () if names.around.contains(&called) => HANDED_OUT,
            () if passing.iter().any(|passer| passer.name == called) => PASSED_ON,
            () if passing.iter().any(|passer| passer.is_above(file, call)) => PASSED_ON,
            () => continue,
        };
        out.push(place(file, call, keyword.name).but(certainty));
    }
    out
}

/// `client.send(json=…)` where `client` is seen to be of the class.
fn on_instances(file: &File, names: &Names, method: &str, keyword: &str) -> Vec<Use> {
    let classes = names.exact.iter().chain(&names.around);
    let instances: Vec<String> = classes.flat_map(|class| instance::names(file, class)).collect();
    let dotted = format!(".{method}");
    let fits = |call: &&Call| {
        call.callee.strip_suffix(&dotted).is_some_and(|before| {
            instances.iter().any(|name| name == before)
                || names.exact.contains(before.trim_end_matches("()"))
                || names.around.contains(before.trim_end_matches("()"))
        })
    };
    giving(file, keyword).filter(fits).map(|call| place(file, call, keyword).but(OF_AN_INSTANCE)).collect()
}

fn giving<'f>(file: &'f File, keyword: &str) -> impl Iterator<Item = &'f Call> + use<'f> {
    let keyword = keyword.to_owned();
    let calls = file.analysis.iter().flat_map(|analysis| &analysis.calls);
    calls.filter(move |call| call.named.contains(&keyword))
}

/// The line of the call on which the keyword stands.
fn place(file: &File, call: &Call, keyword: &str) -> Use {
    let near = call.line..=call.line.saturating_add(MAX_LINES);
    let is_given = |line: &u32| {
        let text = file.line(*line);
        code::words(text, keyword).any(|at| text[at + keyword.len()..].trim_start().starts_with('='))
    };
    Use::at(&file.path, near.into_iter().find(is_given).unwrap_or(call.line))
}

/// What `partial` is given first, on its own line or the next.
fn first_argument(file: &File, call: &Call) -> String {
    let text = format!("{}\n{}", file.line(call.line), file.line(call.line.saturating_add(1)));
    let list = text.split_once("partial(").map_or("", |(_, list)| list).trim_start();
    list.split(|c: char| !(code::is_name(c) || c == '.')).next().unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_elements() {
        let read = |name| Keyword::read(name).map(|k| (k.root, k.method, k.name));
        assert_eq!(read("Client(proxies)"), Some(("Client", None, "proxies")));
        assert_eq!(read("Client.send(json)"), Some(("Client", Some("send"), "json")));
        for other in ["Client", "Client(", ")", "", "ä)"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
