//! Uses of what keeps its name and breaks its users all the same, one file a rule.

mod attributes;
mod literals;
mod results;

use contracts::fact::Fact;

use super::namespaced;
use crate::dependent::{File, Place};
use crate::uses::{Asked, Certainty, Found, Use};

/// What the rule or the language of the fact asks for; none where imports and references tell all.
pub(super) fn find(fact: &Fact, (module, name): (&str, &str), asked: &Asked<'_>) -> Option<Found> {
    let mut found = match fact.rule.as_str() {
        "symbol.result.changed" => results::find(fact, (module, name), asked),
        "symbol.field.added" => literals::find(fact, (module, name), asked),
        "symbol.attribute.removed" => attributes::of_class((module, name), asked),
        "symbol.member.removed" => attributes::of_object((module, name), asked),
        _ => return namespaced::find(fact, (module, name), asked),
    };
    for place in &mut found.uses {
        let is_test = asked.dependent.files.iter().any(|file| file.path == place.path && file.place == Place::Test);
        if is_test && matches!(place.certainty, Certainty::Certain(_)) {
            place.certainty = Certainty::Likely("a test uses it");
        }
    }
    Some(found)
}

/// Names that a file's text must hold where its tree does not list what could be a use.
pub(crate) fn in_texts(fact: &Fact, module: &str, name: &str) -> Vec<String> {
    match fact.rule.as_str() {
        "symbol.attribute.removed" | "symbol.member.removed" => {
            name.rsplit('.').next().map(str::to_owned).into_iter().collect()
        }
        _ => namespaced::in_texts(fact, module, name),
    }
}

/// Files of code in one of the languages.
fn in_languages<'a>(asked: &Asked<'a>, languages: &'a [&str]) -> impl Iterator<Item = &'a File> + use<'a> {
    asked.dependent.files.iter().filter(|file| languages.contains(&file.language()))
}

/// Lines of one file, each once, as many as an issue needs.
fn put(found: &mut Found, file: &File, lines: impl IntoIterator<Item = (u32, Certainty)>) {
    let mut told: Vec<u32> = Vec::new();
    for (line, certainty) in lines {
        if !told.contains(&line) && told.len() < super::MAX_A_FILE {
            told.push(line);
            found.uses.push(Use::at(&file.path, line).but(certainty));
        }
    }
}
