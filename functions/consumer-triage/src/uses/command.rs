//! Containers of the provider's image with words of their own: commands, arguments, health checks.

use contracts::fact::{Fact, Span};
use outline::Format;

use crate::uses::runs::{self, How, Part, Run};
use crate::uses::{Asked, Certainty, Found, Use, text};

/// Programs that run others and that most images have.
const RUNNERS: &[&str] = &[
    "sh",
    "bash",
    "/bin/sh",
    "/bin/bash",
    "python",
    "python3",
    "node",
    "npm",
    "npx",
    "yarn",
    "pnpm",
    "java",
    "go",
    "ruby",
    "exec",
    "tini",
    "dumb-init",
    "env",
    "uv",
    "poetry",
    "run",
    "start",
    "-c",
    "-m",
    "-jar",
    "--",
];

/// Places whose words met another program, or call one that the image no longer starts.
pub(crate) fn find(fact: &Fact, setting: &str, asked: &Asked<'_>) -> Found {
    let places = runs::find(asked);
    let mut found = Found { uses: Vec::new(), note: places.note.clone() };
    let lost = lost(fact);
    for run in places.runs.iter().filter(|run| run.how != How::Base) {
        found.uses.extend(match (&run.entrypoint, &run.command) {
            (None, Some(words)) if setting == "entrypoint" && !words.text.is_empty() => Some(passed(run, words, fact)),
            (own, words) => {
                let said = [own, words].into_iter().flatten();
                said.filter_map(|part| called(run, part, &lost)).next()
            }
        });
    }
    found
}

fn passed(run: &Run<'_>, words: &Part, fact: &Fact) -> Use {
    let mut place = Use::at(&run.file.path, words.line).but(Certainty::Certain(
        "these words are passed to the entry point of the image, which is another program now",
    ));
    place.consequence = Some(format!("Passes `{}` to the image's entry point; {}.", clip(&words.text), fact.summary));
    place
}

fn called(run: &Run<'_>, part: &Part, lost: &[String]) -> Option<Use> {
    let word = lost.iter().find(|word| text::name_at(&part.text, word).is_some())?;
    let mut place = Use::at(&run.file.path, part.line)
        .but(Certainty::Likely("the program that the image started before is called by its name here"));
    place.consequence = Some(format!("Starts `{word}`, which the image itself no longer starts."));
    Some(place)
}

/// Programs and scripts that the old command names and the new one does not.
fn lost(fact: &Fact) -> Vec<String> {
    let words = |span: Option<&Span>| -> Vec<String> {
        let instructions = span.map(|span| outline::instructions(&span.quote)).unwrap_or_default();
        let arguments = instructions.into_iter().map(|found| found.arguments.replace(['[', ']', ',', '"', '\''], " "));
        arguments.flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let (old, new) = (words(fact.before.as_ref()), words(fact.after.as_ref()));
    let named = old.into_iter().enumerate().filter(|(at, word)| {
        let program = *at == 0 || word.contains(['/', '.', ':']);
        program
            && word.len() >= 3
            && !word.starts_with('-')
            && !RUNNERS.contains(&word.as_str())
            && word.bytes().any(|b| b.is_ascii_alphabetic())
    });
    named.map(|(_, word)| word).filter(|word| !new.contains(word)).collect()
}

/// Checks of the consumer's own that ask what the image's check asked before; and those who wait for a check that is gone.
pub(crate) fn health(fact: &Fact, asked: &Asked<'_>) -> Found {
    let places = runs::find(asked);
    let mut found = Found { uses: Vec::new(), note: places.note.clone() };
    let (old, new) = (paths(fact.before.as_ref()), paths(fact.after.as_ref()));
    for run in places.runs.iter().filter(|run| run.how != How::Base) {
        let asks = |part: &&Part| {
            let here = text_paths(&part.text);
            here.iter().any(|path| old.contains(path) && !new.contains(path))
        };
        found.uses.extend(run.health.iter().find(asks).map(|part| {
            let mut place = Use::at(&run.file.path, part.line)
                .but(Certainty::CheckFirst("the image's own check asked the same and asks something else now"));
            place.consequence = Some(format!("Asks `{}` here; {}.", clip(&part.text), fact.summary));
            place
        }));
        if is_gone(fact) && run.health.is_empty() {
            found.uses.extend(waiting(run));
        }
    }
    found
}

fn is_gone(fact: &Fact) -> bool {
    fact.after.as_ref().is_none_or(|span| span.quote.trim().to_ascii_uppercase().ends_with("NONE"))
}

/// Services of the same compose file that start once this one is healthy.
pub(crate) fn waiting(run: &Run<'_>) -> Vec<Use> {
    let Some(name) = run.name.as_deref().filter(|_| run.file.path.contains("compose")) else { return Vec::new() };
    let keys = outline::keys(Format::Yaml, run.file.text());
    let waits = keys
        .iter()
        .filter(|key| key.is(&["services", "*", "depends_on", name, "condition"]) && key.value == "service_healthy");
    let place = |line| {
        let mut place = Use::at(&run.file.path, line)
            .but(Certainty::Certain("waits for a health check that the image no longer has"));
        place.consequence = Some(format!("Waits until `{name}` is healthy; its image no longer says whether it is."));
        place
    };
    waits.map(|key| place(key.line)).collect()
}

fn paths(span: Option<&Span>) -> Vec<String> {
    span.map(|span| text_paths(&span.quote)).unwrap_or_default()
}

/// `/health` of `curl -f http://localhost:80/health || exit 1`.
fn text_paths(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "\"'[],".contains(c));
    let path = |word: &str| {
        let rest = word.split_once("://").map_or(word, |(_, rest)| rest);
        let at = rest.find('/')?;
        let host = &rest[..at];
        let local =
            host.is_empty() || host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("0.");
        let path = rest[at..].split(['?', '#']).next().unwrap_or("").trim_end_matches('/');
        let program = ["/bin/", "/usr/", "/dev/", "/app/"].iter().any(|folder| path.starts_with(folder));
        (local && path.len() > 1 && !program).then(|| path.to_owned())
    };
    words.filter_map(path).collect()
}

fn clip(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_checks() {
        for (text, expected) in [
            ("curl -f http://localhost:80/health || exit 1", vec!["/health"]),
            ("[\"CMD\", \"curl\", \"localhost/a/b?x\"]", vec!["/a/b"]),
            ("/ready", vec!["/ready"]),
            ("CMD /usr/bin/check", vec![]),
            ("http://other.example/x", vec![]),
            ("ä / //", vec![]),
        ] {
            assert_eq!(text_paths(text), expected, "{text}");
        }
    }
}
