//! Containers of the provider's image in which a variable is not set.

use contracts::fact::{Fact, Span};

use crate::dependent::Place;
use crate::uses::env::{is_inside, service_blocks};
use crate::uses::runs::{self, How, Run};
use crate::uses::{Asked, Certainty, Found, Use, text};

/// Containers that do not set a variable without which the program does `what` (it does not start).
pub(crate) fn required(name: &str, what: &str, asked: &Asked<'_>) -> Found {
    let places = runs::find(asked);
    let mut found = Found { uses: Vec::new(), note: places.note.clone() };
    let elsewhere = named_elsewhere(name, asked);
    for run in places.runs.iter().filter(|run| starts_as_it_is(run)) {
        if let Some(why) = set(run, name, elsewhere.as_deref()) {
            found.note = Some(why);
            continue;
        }
        let (certainty, how) = match (run.how, run.more_variables.first()) {
            (How::Container, None) => (
                Certainty::Certain("the image is run here and the variable is set nowhere in this repository"),
                "Runs the image without it".to_owned(),
            ),
            (How::Container, Some(more)) => (
                Certainty::CheckFirst("some variables come from a place that is not in this repository"),
                format!("Runs the image with variables from `{more}`"),
            ),
            _ => (
                Certainty::CheckFirst("depends on what is set where the image is run that is made here"),
                "Makes an image from it".to_owned(),
            ),
        };
        let mut place = Use::at(&run.file.path, run.line).but(certainty);
        place.consequence = Some(format!("{how}; the next version {what} unless `{name}` is set."));
        found.uses.push(place);
    }
    found
}

/// The image's own program is started, by whoever runs it.
fn starts_as_it_is(run: &Run<'_>) -> bool {
    match run.how {
        How::Container => true,
        How::LastBase => run.entrypoint.is_none() && run.command.is_none(),
        How::Base => false,
    }
}

/// Containers that do not set a variable and rely on what it was by itself: the old value stands in what is said of them.
pub(crate) fn default_changed(fact: &Fact, name: &str, asked: &Asked<'_>) -> Found {
    let (Some(old), Some(new)) = (value(fact, fact.before.as_ref(), 0), value(fact, fact.after.as_ref(), 1)) else {
        return Found::default();
    };
    let places = runs::find(asked);
    let mut found = Found { uses: Vec::new(), note: places.note.clone() };
    let elsewhere = named_elsewhere(name, asked);
    for run in places.runs.iter().filter(|run| run.how == How::Container) {
        if let Some(why) = set(run, name, elsewhere.as_deref()) {
            found.note = Some(why);
            continue;
        }
        let relies = |(number, line): &(u32, &str)| {
            *number != run.line && !text::is_comment(run.file, line) && text::name_at(line, &old).is_some()
        };
        found.uses.extend(run.lines().find(relies).map(|(line, _)| {
            let mut place = Use::at(&run.file.path, line)
                .but(Certainty::CheckFirst("the variable is not set here and its old default is written here"));
            place.consequence = Some(format!("`{old}` is written here; without `{name}` the image takes `{new}` now."));
            place
        }));
    }
    found
}

/// Where the container gets the variable from, for people; none if it goes without.
fn set(run: &Run<'_>, name: &str, elsewhere: Option<&str>) -> Option<String> {
    if run.variables.iter().any(|set| set == name) {
        return Some(format!("`{name}` is set already at {}:{}", run.file.path, run.line));
    }
    elsewhere.map(|path| format!("`{name}` is named in {path}"))
}

/// A file that names the variable, other than for a service that runs something else.
fn named_elsewhere(name: &str, asked: &Asked<'_>) -> Option<String> {
    let files = asked.dependent.files.iter().filter(|file| file.place != Place::Test && file.text().contains(name));
    let mut naming = files.filter(|file| {
        let (_, others) = service_blocks(file, asked);
        let mut lines = file.lines_with(name).filter(|(_, line)| text::word_at(line, name).is_some());
        lines.any(|(number, line)| !text::is_comment(file, line) && !is_inside(&others, number))
    });
    naming.next().map(|file| file.path.clone())
}

/// What the variable was, or is: in the words of the fact, as long as they stand in the quoted lines; nothing for words
/// that stand everywhere.
fn value(fact: &Fact, span: Option<&Span>, which: usize) -> Option<String> {
    let told = fact.summary.split('`').skip(1).step_by(2).nth(which + 1)?;
    let plain = told.trim_matches(['"', '\'']);
    let telling = plain.len() >= 3 && !["true", "false", "none", "null"].contains(&plain.to_ascii_lowercase().as_str());
    (telling && span?.quote.contains(plain)).then(|| plain.to_owned())
}
